"""What time does to sessions, and what stands in the way of deletions (contract 3.9, 5.3, 6.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.events import SessionArchived
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.lectures import services as lecture_services
from mobilegpt.realtime.close import CloseCode
from tests import cast, classes

pytestmark = pytest.mark.django_db


def days_later(days: float) -> time_machine.travel:
    return time_machine.travel(now() + timedelta(days=days), tick=False)


def test_review_ends_after_its_days(session: LectureSession) -> None:
    classes.end(session)
    with days_later(29.9):
        assert services.archive_old_sessions() == 0
    with days_later(30.1):
        assert services.archive_old_sessions() == 1
        assert services.archive_old_sessions() == 0
    session.refresh_from_db()
    assert session.status == "ENDED"
    (archived,) = classes.events_of(SessionArchived)
    closing = archived.closes()
    assert closing is not None
    assert closing.code == CloseCode.SESSION_OVER


def test_a_live_session_is_not_archived(session: LectureSession) -> None:
    classes.start(session)
    assert not services.archive_session(session.pk)
    session.refresh_from_db()
    assert session.status == "IN_PROGRESS"


def test_guests_are_deleted_thirty_days_after_their_newest_session(session: LectureSession, kim: User) -> None:
    running = classes.open_class(session.lecture)
    for each, name in ((session, "홍길동"), (running, "홍길동"), (session, "이순자")):
        device_id = "f3b0c44298fc1c149afbf4c8" if name == "홍길동" else "a03c44298fc1c149afbf4c88"
        services.take_guest_seat(session=each, name=name, device_id=device_id, address="192.0.2.1")
    classes.seat(session, kim)
    classes.end(session)
    LectureSession.objects.filter(pk=running.pk).update(scheduled_at=now() + timedelta(days=20))
    with days_later(29.9):
        assert services.delete_expired_guests() == 0
    with days_later(30.1):
        assert services.delete_expired_guests() == 1
    seats = SessionParticipant.objects.filter(session=session).order_by("pk")
    assert list(seats.values_list("user__name", flat=True)) == ["홍길동", kim.name]
    with days_later(51):
        assert services.delete_expired_guests() == 1


def test_the_step_that_a_class_stands_on_cannot_be_deleted(session: LectureSession, park: User, kim: User) -> None:
    one, two, _ = classes.steps(session.lecture)
    seat = classes.seat(session, kim)
    classes.start(session)
    actor = cast.actor(park)
    with pytest.raises(Conflict) as refusal:
        lecture_services.delete_subtask(actor=actor, subtask_id=one.pk)
    assert refusal.value.code == ErrorCode.IN_USE
    with pytest.raises(Conflict):
        lecture_services.delete_task(actor=actor, task_id=one.task_id)
    with pytest.raises(Conflict):
        lecture_services.delete_lecture(actor=actor, lecture_id=session.lecture_id)
    lecture_services.delete_subtask(actor=actor, subtask_id=two.pk)
    classes.end(session)
    seat.refresh_from_db()
    assert seat.current_subtask_id == one.pk
    lecture_services.delete_subtask(actor=actor, subtask_id=one.pk)
    for standing in (session, seat):
        standing.refresh_from_db()
        assert standing.current_subtask == one


def test_a_lecture_with_a_waiting_class_cannot_be_deleted(session: LectureSession, park: User) -> None:
    with pytest.raises(Conflict):
        lecture_services.delete_lecture(actor=cast.actor(park), lecture_id=session.lecture_id)
