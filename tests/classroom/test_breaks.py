"""A pause that says when it ends (contract 11.13), and what somebody has done in this class (11.9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import BeginBreak, PauseSession, ResumeSession
from mobilegpt.classroom.events import BreakChanged, SessionPaused
from mobilegpt.classroom.models import LectureSession, SeatStep, StepControl
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.sockets.dialects.class_room import DIALECT
from tests import classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


@pytest.fixture
def running(session: LectureSession) -> LectureSession:
    classes.start(session)
    return session


def take_break(session: LectureSession, minutes: int, message: str | None = None) -> None:
    command = BeginBreak(minutes=minutes, message=message)
    services.begin_break(actor=classes.owner_of(session), session_ref=str(session.pk), command=command)
    session.refresh_from_db()


def url(session: LectureSession, path: str = "break") -> str:
    return f"/api/sessions/{session.pk}/{path}"


def test_a_break_is_a_pause_with_an_end(running: LectureSession) -> None:
    with time_machine.travel(AT, tick=False):
        take_break(running, 5, "5분 쉬어요")
    assert (running.status, running.break_ends_at) == ("PAUSED", AT + timedelta(minutes=5))
    [paused], [told] = classes.events_of(SessionPaused), classes.events_of(BreakChanged)
    assert (paused.instructor_message, told.break_ends_at) == ("5분 쉬어요", running.break_ends_at)
    assert StepControl.objects.filter(action="PAUSE").count() == 1


def test_only_clients_that_opted_in_hear_of_its_end(running: LectureSession) -> None:
    take_break(running, 5)
    [told] = classes.events_of(BreakChanged)
    assert DIALECT.encode(told) == []
    [frame] = DIALECT.encode(told, rt=True)
    assert frame["type"] == "break_changed"
    assert frame["break_ends_at"].endswith("Z")


def test_a_paused_class_gets_another_end(running: LectureSession) -> None:
    services.pause_session(actor=classes.owner_of(running), session_ref=str(running.pk), command=PauseSession())
    for minutes in (5, 10):
        with time_machine.travel(AT, tick=False):
            take_break(running, minutes)
        assert running.break_ends_at == AT + timedelta(minutes=minutes)
    assert StepControl.objects.filter(action="PAUSE").count() == 1


def test_the_class_does_not_start_by_itself(running: LectureSession) -> None:
    with time_machine.travel(AT, tick=False):
        take_break(running, 1)
    with time_machine.travel(AT + timedelta(hours=2), tick=False):
        body = Api(running.lecture.instructor).get(url(running)).body
    assert (body["status"], body["break_ends_at"], body["server_time"]) == (
        "PAUSED", "2026-03-02T05:01:00Z", "2026-03-02T07:00:00Z",
    )  # fmt: skip


def resume(session: LectureSession) -> None:
    services.resume_session(actor=classes.owner_of(session), session_ref=str(session.pk), command=ResumeSession())


@pytest.mark.parametrize("leave", [resume, classes.end])
def test_what_ends_the_pause_ends_the_break(running: LectureSession, leave: Callable[[LectureSession], None]) -> None:
    take_break(running, 5)
    leave(running)
    running.refresh_from_db()
    assert running.break_ends_at is None


def test_a_pause_after_a_break_has_no_end(running: LectureSession) -> None:
    take_break(running, 5)
    resume(running)
    services.pause_session(actor=classes.owner_of(running), session_ref=str(running.pk), command=PauseSession())
    running.refresh_from_db()
    assert running.break_ends_at is None


def test_its_end_is_taken_away_and_the_words_stay(running: LectureSession) -> None:
    take_break(running, 5, "물 드세요")
    api = Api(running.lecture.instructor)
    for _ in range(2):
        body = api.delete(url(running)).body
        assert (body["status"], body["break_ends_at"]) == ("PAUSED", None)
    running.refresh_from_db()
    assert (running.status, running.instructor_message) == ("PAUSED", "물 드세요")
    assert [told.break_ends_at is None for told in classes.events_of(BreakChanged)] == [False, True]


def test_only_a_class_that_runs_or_pauses_has_one(session: LectureSession) -> None:
    def refused() -> ErrorCode:
        with pytest.raises(Conflict) as refusal:
            take_break(session, 5)
        return refusal.value.code

    assert refused() == ErrorCode.INVALID_TRANSITION
    classes.start(session)
    with pytest.raises(Conflict):
        services.end_break(actor=classes.owner_of(session), session_ref=str(session.pk))
    classes.end(session)
    assert refused() == ErrorCode.INVALID_TRANSITION


@pytest.mark.parametrize("minutes", [0, 61, -1, 2.5, "5", None])
def test_minutes_are_one_to_sixty(running: LectureSession, minutes: object) -> None:
    answer = Api(running.lecture.instructor).post(url(running), {"minutes": minutes})
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    running.refresh_from_db()
    assert running.status == "IN_PROGRESS"


def test_a_seat_may_ask_and_a_stranger_may_not(running: LectureSession, kim: User, lee: User) -> None:
    classes.seat(running, kim)
    take_break(running, 5)
    assert Api(kim).get(url(running)).body["break_ends_at"] is not None
    assert Api(lee).get(url(running)).status == 404
    assert Api(kim).post(url(running), {"minutes": 5}).status == 403


def test_done_in_this_class_and_in_no_other(running: LectureSession, kim: User, lee: User) -> None:
    one, two, _ = classes.steps(running.lecture)
    earlier = classes.open_class(running.lecture)
    for session in (running, earlier):
        for student in (kim, lee):
            classes.seat(session, student)
    SeatStep.objects.create(session=earlier, user=kim, subtask=one, done_at=now())
    SeatStep.objects.create(session=running, user=kim, subtask=two, done_at=now())
    SeatStep.objects.create(session=running, user=kim, subtask=one, received_at=now())
    SeatStep.objects.create(session=running, user=lee, subtask=one, done_at=now())
    body = Api(kim).get(url(running, "my-steps")).body
    assert body == {"session_id": running.pk, "done": [two.pk]}
    assert Api(kim).get(url(earlier, "my-steps")).body["done"] == [one.pk]
