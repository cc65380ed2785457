"""What the page of one person told, for the instructor's list (contract 11.1)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.activity.models import ActivityLog
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from tests import classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(session: LectureSession, kim: User, lee: User) -> LectureSession:
    for pupil in (kim, lee):
        classes.seat(session, pupil)
    classes.start(session)
    return session


def send(user: User, step_id: int | None, *events: str, floating: bool = False) -> None:
    """By the door that the page uses."""
    logs = [
        {"event_type": kind, "subtask_id": step_id, "event_data": {"visible": True, "floating": floating}}
        for kind in events
    ]
    answer = Api(user).post("/api/logs/batch", {"logs": logs})
    assert (answer.status, answer.body["errors"]) == (201, [])


def told(session: LectureSession, user: User) -> dict[str, Any]:
    seat = SessionParticipant.objects.get(session=session, user=user)
    answer = Api(session.lecture.instructor).get(f"/api/sessions/{session.pk}/seats/{seat.pk}/page")
    assert answer.status == 200
    body: dict[str, Any] = answer.body
    assert body.pop("participant_id") == seat.pk
    return body


def test_what_was_told_of_the_step(running: LectureSession, kim: User, lee: User) -> None:
    step_id = running.current_subtask_id
    nothing = {"subtask_id": step_id, "shown_at": None, "heard": 0, "enlarged": 0, "away": 0, "floating": False}
    assert told(running, kim) == nothing
    send(kim, step_id, "page.step_shown", "page.clip_heard", "page.clip_heard", "page.picture_enlarged")
    send(kim, step_id, "page.guide_floated", "page.hidden", floating=True)
    found = told(running, kim)
    assert found.pop("shown_at") is not None
    assert found == {"subtask_id": step_id, "heard": 2, "enlarged": 1, "away": 1, "floating": True}
    assert told(running, lee) == nothing


def test_of_a_phone_that_is_gone_nobody_knows_what_floats(running: LectureSession, kim: User) -> None:
    send(kim, running.current_subtask_id, "page.guide_floated", floating=True)
    SessionParticipant.objects.filter(user=kim).update(is_present=False)
    assert told(running, kim)["floating"] is False


def test_before_the_class_stands_on_a_step(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    assert told(session, kim)["subtask_id"] is None


def test_a_seat_of_another_class_is_not_found(running: LectureSession) -> None:
    assert Api(running.lecture.instructor).get(f"/api/sessions/{running.pk}/seats/987654/page").status == 404


def test_personal_data_in_it_is_masked(running: LectureSession, kim: User) -> None:
    logs = [{"event_type": "page.hidden", "event_data": {"floating": False, "note": "010-1234-5678"}}]
    assert Api(kim).post("/api/logs/batch", {"logs": logs}).status == 201
    assert "1234" not in str(ActivityLog.objects.get(user=kim).event_data)


def test_the_same_event_twice_is_one(running: LectureSession, kim: User) -> None:
    event = {
        "event_type": "page.step_shown",
        "event_id": "0b9f6a52-7a1f-4c11-9f0e-5a3d1f7b2c10",
        "subtask_id": running.current_subtask_id,
    }
    for _ in range(2):
        assert Api(kim).post("/api/logs/batch", {"logs": [event]}).status == 201
    assert ActivityLog.objects.filter(user=kim).count() == 1
