"""A class goes on to a step: who has not begun it has now, without events, in one statement (contract 6.11)."""

from __future__ import annotations

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.core.clock import now
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress import services
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress
from tests import cast, classes

pytestmark = pytest.mark.django_db


def status_of(user: User, step: Subtask) -> str:
    return SubtaskProgress.objects.values_list("status", flat=True).get(user=user, subtask=step)


def test_who_has_no_row_begins(step: Subtask, kim: User, lee: User) -> None:
    with time_machine.travel("2027-03-01T00:00:00Z", tick=False):
        services.begin_step_of([kim.pk, lee.pk], step.pk)
        for row in SubtaskProgress.objects.all():
            assert (row.status, row.started_at, row.completed_at) == ("IN_PROGRESS", now(), None)
            assert row.updated_at == now()
    assert set(SubtaskProgress.objects.values_list("user_id", "subtask_id")) == {(kim.pk, step.pk), (lee.pk, step.pk)}


def test_a_step_that_was_taken_back_begins_again(step: Subtask, kim: User) -> None:
    SubtaskProgress.objects.create(user=kim, subtask=step, status=ProgressStatus.NOT_STARTED)
    services.begin_step_of([kim.pk], step.pk)
    row = SubtaskProgress.objects.get()
    assert (row.status, row.started_at is None) == ("IN_PROGRESS", False)


@pytest.mark.parametrize("status", ["IN_PROGRESS", "HELP_NEEDED", "COMPLETED"])
def test_who_is_further_stays_where_they_are(step: Subtask, kim: User, status: str) -> None:
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False):
        SubtaskProgress.objects.create(user=kim, subtask=step, status=status, started_at=now())
    before = list(SubtaskProgress.objects.values())
    services.begin_step_of([kim.pk], step.pk)
    assert list(SubtaskProgress.objects.values()) == before


def test_other_steps_and_other_people_are_left_alone(lecture: Lecture, kim: User, lee: User) -> None:
    one, two, _ = classes.steps(lecture)
    SubtaskProgress.objects.create(user=kim, subtask=two, status=ProgressStatus.NOT_STARTED)
    services.begin_step_of([kim.pk], one.pk)
    assert (status_of(kim, one), status_of(kim, two)) == ("IN_PROGRESS", "NOT_STARTED")
    assert not SubtaskProgress.objects.filter(user=lee).exists()


def test_nobody_is_told(step: Subtask, kim: User) -> None:
    services.begin_step_of([kim.pk], step.pk)
    assert classes.events() == []


def test_beginning_twice_is_beginning_once(step: Subtask, kim: User) -> None:
    services.begin_step_of([kim.pk], step.pk)
    before = list(SubtaskProgress.objects.values())
    services.begin_step_of([kim.pk, kim.pk], step.pk)
    assert list(SubtaskProgress.objects.values()) == before


def test_who_is_no_account_begins_nothing(step: Subtask, kim: User) -> None:
    services.begin_step_of([999_999, kim.pk], step.pk)
    assert list(SubtaskProgress.objects.values_list("user_id", flat=True)) == [kim.pk]


def test_a_hall_begins_in_one_statement(step: Subtask, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    crowd = [user.pk for user in cast.students(60)]
    with django_assert_num_queries(3):  # the statement, between the savepoint's two
        services.begin_step_of(crowd, step.pk)
    assert SubtaskProgress.objects.filter(status="IN_PROGRESS").count() == 60


def test_a_late_report_of_who_was_begun_is_news(lecture: Lecture, kim: User) -> None:
    """The class began the step for them, silently; their own report says what it was before."""
    cast.enroll(lecture, kim)
    step = classes.steps(lecture)[0]
    services.begin_step_of([kim.pk], step.pk)
    services.update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=step.pk, status="completed"))
    (told,) = classes.events_of(ProgressChanged)
    assert (told.old_status, told.new_status) == ("IN_PROGRESS", "COMPLETED")
