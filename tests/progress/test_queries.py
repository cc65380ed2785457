"""The statements over a class or a whole lecture say what its rows say."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.accounts.queries import accounts_among
from mobilegpt.core.clock import moment_in
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress
from mobilegpt.progress.queries import masks_of_steps, students_by_completed
from mobilegpt.progress.services import begin_step, begin_step_of
from tests import cast, classes

pytestmark = pytest.mark.django_db
STEPS = 100  # three times as many as a sum of weights holds, nearly


@pytest.fixture
def long(park: User) -> list[Subtask]:
    return classes.steps(cast.lecture(park, (STEPS,)))


def at_random(people: list[User], steps: list[Subtask], seed: int) -> list[SubtaskProgress]:
    """Each stands somewhere on about two thirds of the steps."""
    chance = Random(seed)
    rows = [
        SubtaskProgress(user=user, subtask=step, status=chance.choice(ProgressStatus.values))
        for user in people
        for step in steps
        if chance.random() < 0.66
    ]
    return SubtaskProgress.objects.bulk_create(rows)


def masks(steps: list[Subtask], users: list[int] | None = None) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for one in masks_of_steps([step.pk for step in steps], users):
        so_far = found.setdefault(one.user_id, [0, 0, 0])
        found[one.user_id] = [old | new for old, new in zip(so_far, one[1:4], strict=True)]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_a_mask_has_the_bit_of_each_step_in_its_status(long: list[Subtask], kim: User, lee: User, seed: int) -> None:
    rows = at_random([kim, lee], long, seed)
    place = {step.pk: number for number, step in enumerate(long)}
    expected = {
        user.pk: [
            sum(1 << place[row.subtask_id] for row in rows if row.user_id == user.pk and row.status == status)
            for status in ("COMPLETED", "IN_PROGRESS", "HELP_NEEDED")
        ]
        for user in (kim, lee)
    }
    assert masks(long) == expected
    assert masks(long, [lee.pk]) == {lee.pk: expected[lee.pk]}


def test_the_last_change_comes_along(lecture: Lecture, kim: User) -> None:
    first, second, _ = classes.steps(lecture)
    SubtaskProgress.objects.create(user=kim, subtask=second, status="COMPLETED")
    last = SubtaskProgress.objects.create(user=kim, subtask=first, status="IN_PROGRESS")
    (found,) = masks_of_steps([first.pk, second.pk])
    assert moment_in(found.changed) == last.updated_at


def test_students_are_counted_by_what_they_completed_of_this_lecture(
    lecture: Lecture, long: list[Subtask], park: User
) -> None:
    people, steps = cast.students(6), classes.steps(lecture)
    cast.enroll(lecture, *people[:5])  # the sixth learns elsewhere
    rows = at_random(people, [*steps, *long[:5]], seed=9)
    mine = {step.pk for step in steps}
    done = Counter(row.user_id for row in rows if row.status == "COMPLETED" and row.subtask_id in mine)
    expected = Counter(done[user.pk] for user in people[:5])
    assert students_by_completed(lecture.pk, sorted(mine)) == expected
    assert students_by_completed(lecture.pk, []) == {0: 5}


def test_beginning_a_step_leaves_what_has_begun_and_who_does_not_exist(lecture: Lecture, kim: User, lee: User) -> None:
    step = classes.steps(lecture)[0]
    begun = SubtaskProgress.objects.create(user=lee, subtask=step, status="HELP_NEEDED")
    begin_step_of([kim.pk, lee.pk, lee.pk + 1000], step.pk)
    assert dict(SubtaskProgress.objects.values_list("user_id", "status")) == {
        kim.pk: "IN_PROGRESS",
        lee.pk: "HELP_NEEDED",
    }
    begun.refresh_from_db()
    assert begun.started_at is None


def test_taken_back_a_step_begins_again(lecture: Lecture, kim: User) -> None:
    step = classes.steps(lecture)[0]
    SubtaskProgress.objects.create(user=kim, subtask=step, status="NOT_STARTED")
    begin_step(step.pk, *accounts_among([kim.pk]))
    row = SubtaskProgress.objects.get()
    assert row.status == "IN_PROGRESS"
    assert row.started_at is not None
