"""Milestones and encouragement: each is told once, however many steps are completed at once (contract 7.6)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.progress.models import Achievement, ProgressStatus, SubtaskProgress
from mobilegpt.progress.services import ENCOURAGING_PERCENTS, MILESTONES, update_progress
from tests import cast, classes

pytestmark = pytest.mark.django_db


def complete(user: User, step: Subtask) -> ProgressChanged:
    """Complete one step; what was told of it."""
    classes.forget_events()
    update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=step.pk, status="COMPLETED"))
    (told,) = classes.events_of(ProgressChanged)
    return told


def done(user: User, steps: list[Subtask]) -> None:
    """Completed before, without any event."""
    SubtaskProgress.objects.bulk_create(
        SubtaskProgress(user=user, subtask=step, status=ProgressStatus.COMPLETED) for step in steps
    )


@pytest.fixture
def long(park: User, kim: User) -> Lecture:
    made = cast.lecture(park, (210,))
    cast.enroll(made, kim)
    return made


@pytest.mark.parametrize("milestone", MILESTONES)
def test_each_milestone_is_told_with_its_step_and_kept(long: Lecture, kim: User, milestone: int) -> None:
    steps = classes.steps(long)
    Achievement.objects.bulk_create(Achievement(user=kim, milestone=one) for one in MILESTONES if one < milestone)
    done(kim, steps[: milestone - 1])
    assert complete(kim, steps[milestone - 1]).achievements == [milestone]
    assert complete(kim, steps[milestone]).achievements == []
    assert Achievement.objects.filter(user=kim, milestone=milestone).count() == 1


@pytest.mark.parametrize(("before", "told"), [(8, []), (9, [10]), (10, [10]), (11, [10]), (12, []), (13, [])])
def test_a_milestone_that_was_passed_unseen_is_told_by_the_next_few(
    long: Lecture, kim: User, before: int, told: list[int]
) -> None:
    """Two completions at once may each have counted one short of it."""
    steps = classes.steps(long)
    done(kim, steps[:before])
    assert complete(kim, steps[before]).achievements == told


def test_who_holds_a_milestone_is_not_told_again(long: Lecture, kim: User) -> None:
    steps = classes.steps(long)
    Achievement.objects.create(user=kim, milestone=10)
    done(kim, steps[:9])
    assert complete(kim, steps[9]).achievements == []
    assert Achievement.objects.count() == 1


def test_another_learners_milestone_is_their_own(long: Lecture, kim: User, lee: User) -> None:
    steps = classes.steps(long)
    Achievement.objects.create(user=lee, milestone=10)
    done(kim, steps[:9])
    assert complete(kim, steps[9]).achievements == [10]
    assert set(Achievement.objects.values_list("user_id", "milestone")) == {(lee.pk, 10), (kim.pk, 10)}


def test_a_step_that_is_begun_unlocks_nothing(long: Lecture, kim: User) -> None:
    steps = classes.steps(long)
    done(kim, steps[:10])
    command = UpdateProgress(subtask_id=steps[10].pk, status="HELP_NEEDED")
    update_progress(actor=cast.actor(kim), command=command)
    (told,) = classes.events_of(ProgressChanged)
    assert (told.achievements, told.encouragement) == ([], None)
    assert not Achievement.objects.exists()


def test_a_milestone_stays_when_its_steps_are_deleted(long: Lecture, kim: User) -> None:
    steps = classes.steps(long)
    done(kim, steps[:9])
    complete(kim, steps[9])
    long.delete()
    assert not SubtaskProgress.objects.exists()
    assert Achievement.objects.get().milestone == 10


def test_far_from_any_milestone_nobody_looks_for_them(
    long: Lecture, kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Between two milestones a completion costs no more than any other report."""
    steps = classes.steps(long)
    complete(kim, steps[0])  # the content is cached from here on
    done(kim, steps[1:40])
    classes.forget_events()
    command = UpdateProgress(subtask_id=steps[40].pk, status="COMPLETED")
    with django_assert_num_queries(9 + 2):
        update_progress(actor=cast.actor(kim), command=command)


@pytest.mark.parametrize(
    ("total", "before", "percent"),
    [
        (100, 24, 25),
        (100, 25, None),
        (3, 0, 25),  # from nothing to 33
        (2, 0, 50),  # over 25 at once: the higher is told
        (2, 1, 100),
        (7, 1, 25),
        (7, 2, None),
    ],
)
def test_the_highest_mark_that_a_step_crosses_is_told(
    park: User, kim: User, total: int, before: int, percent: int | None
) -> None:
    lecture = cast.lecture(park, (total,))
    cast.enroll(lecture, kim)
    steps = classes.steps(lecture)
    done(kim, steps[:before])
    told = complete(kim, steps[before])
    assert (told.encouragement, told.completed_count, told.total_count) == (percent, before + 1, total)


def test_encouragement_counts_this_lecture_and_milestones_count_all(long: Lecture, park: User, kim: User) -> None:
    short = cast.lecture(park, (4,), title="짧은 강의")
    cast.enroll(short, kim)
    done(kim, classes.steps(long)[:9])
    told = complete(kim, classes.steps(short)[0])
    assert (told.achievements, told.encouragement, told.rate) == ([10], 25, 0.25)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(some.integers(1, 13).flatmap(lambda total: some.permutations(range(total))))
def test_in_whatever_order_each_mark_is_told_at_most_once_and_the_end_always(
    park: User, kim: User, order: list[int]
) -> None:
    lecture = cast.lecture(park, (len(order),))
    cast.enroll(lecture, kim)
    SubtaskProgress.objects.all().delete()
    Achievement.objects.all().delete()
    steps = classes.steps(lecture)
    told = [complete(kim, steps[place]) for place in order]
    marks = [one.encouragement for one in told if one.encouragement is not None]
    assert marks == sorted(set(marks))
    assert marks[-1] == 100
    assert set(marks) <= set(ENCOURAGING_PERCENTS)
    assert [one.completed_count for one in told] == list(range(1, len(order) + 1))
    assert [mark for one in told for mark in one.achievements] == ([10] if len(order) >= 10 else [])
