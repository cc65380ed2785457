"""A completion is taken back while the class stands on its step, and not after that (contract 11.9)."""

from __future__ import annotations

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import AdvanceStep, PauseSession
from mobilegpt.classroom.events import SessionProgress
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.lectures.models import Subtask
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.progress.models import Achievement, SubtaskProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(session: LectureSession, kim: User) -> Subtask:
    """The step on which a class stands in which Kim sits."""
    classes.seat(session, kim)
    classes.start(session)
    return classes.steps(session.lecture)[0]


def say(user: User, step: Subtask, status: str) -> str:
    command = UpdateProgress(subtask_id=step.pk, status=status)
    return update_progress(actor=cast.actor(user), command=command).status


def advance(session: LectureSession) -> None:
    services.advance_step(actor=classes.owner_of(session), session_ref=str(session.pk), command=AdvanceStep())


def test_done_is_taken_back_and_told_as_any_change(session: LectureSession, kim: User, first: Subtask) -> None:
    say(kim, first, "COMPLETED")
    begun = SubtaskProgress.objects.get().started_at
    classes.forget_events()
    assert say(kim, first, "in_progress") == "IN_PROGRESS"
    row = SubtaskProgress.objects.get()
    assert (row.status, row.completed_at, row.started_at) == ("IN_PROGRESS", None, begun)
    [change] = classes.events_of(ProgressChanged)
    assert (change.old_status, change.new_status, change.completed_count) == ("COMPLETED", "IN_PROGRESS", 0)
    [told] = classes.events_of(SessionProgress)
    assert told.room is not None
    assert (told.room.id, told.new_status, told.completed_at) == (session.pk, "IN_PROGRESS", None)
    assert say(kim, first, "COMPLETED") == "COMPLETED"


def test_a_paused_class_still_stands_on_its_step(session: LectureSession, kim: User, first: Subtask) -> None:
    say(kim, first, "COMPLETED")
    services.pause_session(actor=classes.owner_of(session), session_ref=str(session.pk), command=PauseSession())
    assert say(kim, first, "IN_PROGRESS") == "IN_PROGRESS"


@pytest.mark.parametrize("status", ["NOT_STARTED", "HELP_NEEDED"])
def test_nothing_else_takes_it_back(kim: User, first: Subtask, status: str) -> None:
    say(kim, first, "COMPLETED")
    assert say(kim, first, status) == "COMPLETED"


def test_what_the_class_has_left_is_final(session: LectureSession, kim: User, first: Subtask) -> None:
    say(kim, first, "COMPLETED")
    advance(session)
    assert say(kim, first, "IN_PROGRESS") == "COMPLETED"
    classes.end(session)
    last = classes.steps(session.lecture)[1]
    say(kim, last, "COMPLETED")
    assert say(kim, last, "IN_PROGRESS") == "COMPLETED"


def test_the_class_of_others_is_not_theirs(session: LectureSession, kim: User, lee: User, first: Subtask) -> None:
    cast.enroll(session.lecture, lee)
    say(lee, first, "COMPLETED")
    assert say(lee, first, "IN_PROGRESS") == "COMPLETED"
    say(kim, first, "COMPLETED")
    SessionParticipant.objects.update(removed_at=now())
    assert say(kim, first, "IN_PROGRESS") == "COMPLETED"


def test_no_achievement_is_taken_away_or_given_twice(park: User, kim: User) -> None:
    session = classes.open_class(cast.lecture(park, shape=(10,)))
    classes.seat(session, kim)
    classes.start(session)
    first, *others = classes.steps(session.lecture)
    for step in (*others, first):
        say(kim, step, "COMPLETED")
    assert Achievement.objects.get().milestone == 10
    say(kim, first, "IN_PROGRESS")
    assert Achievement.objects.get().milestone == 10
    say(kim, first, "COMPLETED")
    assert Achievement.objects.get().milestone == 10
    assert [change.achievements for change in classes.events_of(ProgressChanged) if change.achievements] == [[10]]


def test_the_door_answers_how_the_step_stands(session: LectureSession, kim: User, first: Subtask) -> None:
    api = Api(kim)

    def answer(status: str) -> tuple[str, bool]:
        body = api.post("/api/progress/update", {"subtask_id": first.pk, "status": status}).body
        return body["status"], body["completed_at"] is not None

    assert answer("COMPLETED") == ("COMPLETED", True)
    assert answer("IN_PROGRESS") == ("IN_PROGRESS", False)
    assert answer("COMPLETED") == ("COMPLETED", True)
    advance(session)
    assert answer("IN_PROGRESS") == ("COMPLETED", True)
