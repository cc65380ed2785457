"""A class of a lecture that its people have been through before: it says of them what happened in it (contract 11.1)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.classroom import selectors, services
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(session: LectureSession, kim: User) -> LectureSession:
    """It stands on the first step; Kim has done all of them in an earlier class."""
    held(session, kim)
    for step in classes.steps(session.lecture):
        say(kim, step, "COMPLETED")
    classes.end(session)
    return held(classes.open_class(session.lecture), kim)


def held(session: LectureSession, *people: User) -> LectureSession:
    for user in people:
        classes.seat(session, user)
    classes.start(session)
    return session


def say(user: User, step: Subtask, status: str, session: LectureSession | None = None) -> str:
    command = UpdateProgress(subtask_id=step.pk, status=status)
    return update_progress(actor=cast.actor(user), command=command).status


def go_on(session: LectureSession) -> None:
    services.advance_step(actor=classes.owner_of(session), session_ref=session.code, command=AdvanceStep())
    session.refresh_from_db()


def test_who_did_all_of_it_in_an_earlier_class_has_not_finished_this_one(second: LectureSession, kim: User) -> None:
    classes.end(second)
    assert SessionParticipant.objects.get(session=second).status == "ACTIVE"
    assert selectors.summary(second).completed_participants == 0


def test_the_step_of_now_is_completed_by_who_has_done_it_here(
    second: LectureSession, lecture: Lecture, kim: User
) -> None:
    def status() -> Any:
        (row,) = selectors.roster(second)
        return row.step_status  # type: ignore[attr-defined] # annotated

    assert status() == "IN_PROGRESS"
    say(kim, classes.steps(lecture)[0], "COMPLETED")
    assert status() == "COMPLETED"
