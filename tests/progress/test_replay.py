"""What was told of progress adds up to what is kept: events, rows and selectors agree (contract 6.11, 10.1)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from mobilegpt.accounts.models import User
from mobilegpt.accounts.person import Person
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress import selectors
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.progress.models import Achievement, ProgressStatus, SubtaskProgress
from mobilegpt.progress.services import ProgressUpdated, update_progress
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolled(lecture: Lecture, kim: User) -> Lecture:
    cast.enroll(lecture, kim)
    return lecture


def report(user: User, step: Subtask, status: str) -> ProgressUpdated:
    return update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=step.pk, status=status))


def told() -> list[ProgressChanged]:
    return classes.events_of(ProgressChanged)


def test_everything_that_a_surface_shows_is_in_the_event(enrolled: Lecture, kim: User) -> None:
    one, two, _ = classes.steps(enrolled)
    with time_machine.travel("2027-03-01T00:00:00Z", tick=False):
        report(kim, one, "COMPLETED")
        moment = now()
    (event,) = told()
    assert event.user == Person(id=kim.pk, name="김학생", email="student1@example.com", role="STUDENT")
    assert (event.lecture_id, event.instructor_id) == (enrolled.pk, enrolled.instructor_id)
    assert (event.subtask_id, event.subtask_title) == (one.pk, "카카오톡 앱 열기")
    assert (event.old_status, event.new_status) == ("NOT_STARTED", "COMPLETED")
    assert (event.completed_at, event.at, event.completed_count, event.total_count) == (moment, moment, 1, 3)
    assert event.next_step is not None
    assert event.next_step.id == two.pk
    assert (event.streams(), event.topics()) == ((f"user:{kim.pk}",), (f"lecture:{enrolled.pk}",))
    assert (event.hidden_from(), event.closes()) == (None, None)


def test_a_rate_of_no_steps_is_nothing() -> None:
    event = ProgressChanged(
        user=Person(id=1, name="김학생", email=None, role="STUDENT"),
        lecture_id=1,
        instructor_id=2,
        subtask_id=3,
        subtask_title="",
        old_status="NOT_STARTED",
        new_status="COMPLETED",
        completed_at=None,
        at=now(),
        completed_count=0,
        total_count=0,
        next_step=None,
    )
    assert event.rate == 0.0
    assert msgspec.structs.replace(event, completed_count=1, total_count=4).rate == 0.25


@pytest.mark.parametrize("status", ["", " ", "DONE", "COMPLETE D", "완료"])
def test_an_unknown_status_is_answered_with_those_that_are_known(enrolled: Lecture, kim: User, status: str) -> None:
    with refused(ErrorCode.INVALID_REQUEST, SubtaskProgress) as refusal:
        report(kim, classes.steps(enrolled)[0], status)
    assert refusal.value.details == {"field": "status"}
    assert all(known in refusal.value.message for known in ProgressStatus.values)


def test_refused_reports_leave_nothing_behind(enrolled: Lecture, park: User, kim: User, lee: User) -> None:
    step, foreign = classes.steps(enrolled)[0], classes.steps(cast.lecture(park, (1,)))[0]
    kept = (SubtaskProgress, Achievement)
    with refused(ErrorCode.FORBIDDEN, *kept):
        report(park, step, "COMPLETED")
    with refused(ErrorCode.NOT_ENROLLED, *kept):
        report(kim, foreign, "COMPLETED")
    with refused(ErrorCode.NOT_ENROLLED, *kept):
        report(lee, step, "COMPLETED")
    with refused(ErrorCode.USER_ID_MISMATCH, *kept):
        command = UpdateProgress(subtask_id=step.pk, status="COMPLETED", user_id=lee.pk)
        update_progress(actor=cast.actor(kim), command=command)


def test_a_report_that_names_oneself_is_taken(enrolled: Lecture, kim: User) -> None:
    step = classes.steps(enrolled)[0]
    command = UpdateProgress(subtask_id=step.pk, status="completed", user_id=kim.pk)
    assert update_progress(actor=cast.actor(kim), command=command).changed


def test_the_beginning_of_a_step_is_kept_through_help_and_completion(enrolled: Lecture, kim: User) -> None:
    step = classes.steps(enrolled)[0]
    begun = now()
    for minutes, status in enumerate(("IN_PROGRESS", "HELP_NEEDED", "IN_PROGRESS", "COMPLETED")):
        with time_machine.travel(begun + timedelta(minutes=minutes), tick=False):
            report(kim, step, status)
    row = SubtaskProgress.objects.get()
    assert row.started_at == begun
    assert row.completed_at == row.updated_at == begun + timedelta(minutes=3)


def test_who_completes_at_once_began_at_the_same_moment(enrolled: Lecture, kim: User) -> None:
    report(kim, classes.steps(enrolled)[0], "COMPLETED")
    row = SubtaskProgress.objects.get()
    assert row.started_at == row.completed_at


def test_what_was_never_begun_and_is_taken_back_is_no_news(enrolled: Lecture, kim: User) -> None:
    answer = report(kim, classes.steps(enrolled)[0], "NOT_STARTED")
    assert (answer.changed, answer.status, told()) == (False, "NOT_STARTED", [])


reports = some.lists(some.tuples(some.integers(0, 2), some.sampled_from(ProgressStatus.values)), max_size=12)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(reports)
def test_any_reports_and_their_events_end_in_the_same_state(
    enrolled: Lecture, kim: User, sent: list[tuple[int, str]]
) -> None:
    SubtaskProgress.objects.all().delete()
    classes.forget_events()
    steps = classes.steps(enrolled)
    wanted = {step.pk: "NOT_STARTED" for step in steps}
    for place, status in sent:
        step = steps[place]
        before = wanted[step.pk]
        wanted[step.pk] = before if before == "COMPLETED" else status
        answer = report(kim, step, status)
        assert (answer.status, answer.changed) == (wanted[step.pk], before != wanted[step.pk])
        assert (answer.completed_at is not None) == (answer.status == "COMPLETED")

    replayed = {step.pk: "NOT_STARTED" for step in steps}
    for event in told():
        assert replayed[event.subtask_id] == event.old_status != event.new_status
        replayed[event.subtask_id] = event.new_status
        assert event.completed_count == sum(status == "COMPLETED" for status in replayed.values())
    (fresh,) = selectors.of_learner(kim.pk)
    assert replayed == wanted == {step.pk: fresh.status_of(step.pk) for step in steps}
