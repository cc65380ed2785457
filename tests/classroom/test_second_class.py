"""A lecture taught more than once: a class says of its people what happened in that class (contract 11.1, 11.9)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.classroom import selectors, services
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.events import SessionProgress
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.classroom.summary import summary
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.services import request_help
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
    named = session.pk if session is not None else None
    return update_progress(actor=cast.actor(user), command=command, session_id=named).status


def leave(user: User, session: LectureSession) -> None:
    services.say_goodbye(actor=cast.actor(user), session_id=session.pk)


def done_in(session: LectureSession) -> dict[int, int]:
    return selectors.done_by_step(session.pk)


def go_on(session: LectureSession) -> None:
    services.advance_step(actor=classes.owner_of(session), session_ref=session.code, command=AdvanceStep())
    session.refresh_from_db()


def test_who_did_all_of_it_in_an_earlier_class_has_not_finished_this_one(second: LectureSession, kim: User) -> None:
    classes.end(second)
    assert SessionParticipant.objects.get(session=second).status == "ACTIVE"
    assert summary(second).completed_participants == 0


def test_the_step_of_now_is_completed_by_who_has_done_it_here(
    second: LectureSession, lecture: Lecture, kim: User
) -> None:
    def status() -> Any:
        (row,) = selectors.roster(second)
        return row.step_status  # type: ignore[attr-defined] # annotated

    assert status() == "IN_PROGRESS"
    say(kim, classes.steps(lecture)[0], "COMPLETED")
    assert status() == "COMPLETED"


# --- taken back


def test_arriving_takes_nothing_back_that_was_done_in_an_earlier_class(
    second: LectureSession, lecture: Lecture, kim: User
) -> None:
    first = classes.steps(lecture)[0]
    assert say(kim, first, "IN_PROGRESS", second) == "COMPLETED"
    say(kim, first, "COMPLETED", second)
    assert say(kim, first, "IN_PROGRESS", second) == "IN_PROGRESS"


@pytest.mark.parametrize("named", [True, False])
def test_a_class_that_was_forgotten_takes_nothing_back_in_another(
    session: LectureSession, lecture: Lecture, kim: User, named: bool
) -> None:
    """Done in both; today's class, in which they are, has left the step, on which the forgotten one stands still."""
    first = classes.steps(lecture)[0]
    held(session, kim)
    say(kim, first, "COMPLETED")
    services.mark_absent(session.pk, kim.pk)
    today = held(classes.open_class(lecture), kim)
    say(kim, first, "COMPLETED", today)
    go_on(today)
    assert say(kim, first, "IN_PROGRESS", today if named else None) == "COMPLETED"
    assert (done_in(session), done_in(today)) == ({first.pk: 1}, {first.pk: 1})


def test_what_is_taken_back_in_one_class_stays_done_in_the_other(
    session: LectureSession, lecture: Lecture, kim: User
) -> None:
    first = classes.steps(lecture)[0]
    held(session, kim)
    say(kim, first, "COMPLETED", session)
    today = held(classes.open_class(lecture), kim)
    say(kim, first, "COMPLETED", today)
    assert say(kim, first, "IN_PROGRESS", session) == "IN_PROGRESS"
    assert (done_in(session), done_in(today)) == ({}, {first.pk: 1})


# --- two classes at once


@pytest.fixture
def parallel(session: LectureSession, lecture: Lecture, kim: User) -> LectureSession:
    """A newer class than ``session``; Kim sits in both, and is in both."""
    held(session, kim)
    return held(classes.open_class(lecture), kim)


def test_done_is_done_in_the_class_on_whose_socket_it_was_said(
    session: LectureSession, parallel: LectureSession, lecture: Lecture, kim: User
) -> None:
    first = classes.steps(lecture)[0]
    classes.forget_events()
    say(kim, first, "COMPLETED", session)
    assert (done_in(session), done_in(parallel)) == ({first.pk: 1}, {})
    [told] = classes.events_of(SessionProgress)
    assert told.room is not None
    assert told.room.id == session.pk


def test_without_a_name_it_is_done_where_they_are(
    session: LectureSession, parallel: LectureSession, lecture: Lecture, kim: User
) -> None:
    first, second, _ = classes.steps(lecture)
    leave(kim, parallel)
    go_on(parallel)
    say(kim, second, "COMPLETED")
    assert (done_in(session), done_in(parallel)) == ({second.pk: 1}, {})
    services.mark_absent(session.pk, kim.pk)
    say(kim, first, "COMPLETED")
    assert (done_in(session), done_in(parallel)) == ({first.pk: 1, second.pk: 1}, {})


def test_of_two_classes_in_which_they_are_it_is_done_in_the_one_that_stands_on_it(
    session: LectureSession, parallel: LectureSession, lecture: Lecture, kim: User
) -> None:
    first, second, third = classes.steps(lecture)
    go_on(parallel)
    for step in (first, second, third):
        say(kim, step, "COMPLETED")
    assert (done_in(session), done_in(parallel)) == ({first.pk: 1}, {second.pk: 1, third.pk: 1})


def test_a_hand_goes_up_where_they_are_also_before_the_start(
    session: LectureSession, lecture: Lecture, kim: User
) -> None:
    first = classes.steps(lecture)[0]
    waiting = classes.open_class(lecture)
    classes.seat(waiting, kim)
    held(session, kim)
    command = RequestHelp(subtask_id=first.pk)
    assert request_help(actor=cast.actor(kim), command=command).request.session_id == session.pk
    services.mark_absent(session.pk, kim.pk)
    assert request_help(actor=cast.actor(kim), command=command).request.session_id == waiting.pk


def test_what_is_named_and_over_is_no_class_of_theirs(
    session: LectureSession, parallel: LectureSession, lecture: Lecture, kim: User
) -> None:
    classes.end(session)
    first = classes.steps(lecture)[0]
    say(kim, first, "COMPLETED", session)
    assert (done_in(session), done_in(parallel)) == ({}, {first.pk: 1})
