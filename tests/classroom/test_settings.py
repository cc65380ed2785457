"""What a class is set to: title, time, lock, help by itself, gate (contract 11.4)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.classroom.events import SettingsChanged
from mobilegpt.classroom.models import LectureSession, SessionStatus
from mobilegpt.events import topics
from tests import classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db


def path(session: LectureSession) -> str:
    return f"/api/sessions/{session.pk}"


def test_what_is_sent_is_set_and_the_rest_stays(session: LectureSession, park: User) -> None:
    before = Api(park).get(f"{path(session)}/settings").body
    assert before == {
        "session_id": session.pk,
        "title": "오전반",
        "scheduled_at": None,
        "locked": False,
        "auto_help": True,
        "distinct_names": False,
        "gate_percent": None,
        "completion": "suggested",
        "screens": True,
    }
    wanted = {"title": "  저녁반 ", "scheduled_at": "2026-10-28T19:00:00+09:00", "locked": True, "gate_percent": 80}
    answer = Api(park).patch(path(session), wanted)
    assert answer.status == 200
    after = before | wanted | {"title": "저녁반", "scheduled_at": "2026-10-28T10:00:00Z"}
    assert answer.body == Api(park).get(f"{path(session)}/settings").body == after

    answer = Api(park).patch(path(session), {"scheduled_at": None, "gate_percent": None, "auto_help": False})
    assert answer.body == after | {"scheduled_at": None, "gate_percent": None, "auto_help": False}


@pytest.mark.parametrize(
    "body",
    [
        {"title": ""},
        {"title": "\u200b"},
        {"title": None},
        {"title": "x" * 201},
        {"scheduled_at": "tomorrow"},
        {"scheduled_at": "1999-01-01T00:00:00Z"},
        {"locked": None},
        {"locked": "yes"},
        {"auto_help": 2},
        {"completion": "sometimes"},
        {"screens": "sometimes"},
        {"screens": None},
        {"completion": None},
        {"gate_percent": 101},
        {"gate_percent": -1},
        {"gate_percent": 50.5},
        {"title": "저녁반", "gate_percent": "많이"},
        [],
    ],
)
def test_a_bad_setting_changes_nothing(body: Any, session: LectureSession, park: User) -> None:
    answer = Api(park).patch(path(session), body)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    session.refresh_from_db()
    assert (session.title, session.locked, session.gate_percent) == ("오전반", False, None)


def test_it_is_told_once_to_those_who_run_the_class_and_written_down(session: LectureSession, park: User) -> None:
    for _ in range(2):
        assert Api(park).patch(path(session), {"locked": True, "title": "오전반"}).status == 200
    (event,) = classes.events_of(SettingsChanged)
    assert (event.locked, event.auto_help, event.title) == (True, True, "오전반")
    assert (event.streams(), event.topics()) == ((topics.session_staff(session.pk),), ())
    line = AuditEntry.objects.get(action="session.settings")
    assert (line.subject, line.actor_id, line.details) == (f"session:{session.pk}", park.pk, {"changed": ["locked"]})


def test_in_review_it_may_still_be_named_and_then_no_more(session: LectureSession, park: User) -> None:
    classes.end(session)
    assert Api(park).patch(path(session), {"title": "끝난 반"}).body["title"] == "끝난 반"
    LectureSession.objects.update(status=SessionStatus.ENDED)
    refused = Api(park).patch(path(session), {"title": "다른 반"})
    assert (refused.status, refused.code) == (409, "INVALID_TRANSITION")


# --- a locked class


def test_a_locked_class_takes_nobody_new_by_any_door_and_lets_who_was_there_come_back(
    session: LectureSession, park: User, kim: User, lee: User
) -> None:
    device = {"name": "김영자", "device_id": "f3b0c44298fc1c149afbf4c8"}
    seat = Api().post(f"/api/sessions/{session.code}/guest", device)
    classes.seat(session, kim)
    Api(park).patch(path(session), {"locked": True})

    refused = [
        Api().post(f"/api/sessions/{session.code}/guest", device | {"device_id": "a-phone-that-nobody-knows-yet"}),
        Api().post(f"/api/sessions/{session.code}/guest", device | {"device_id": "test"}),
        Api(lee).post(f"/api/sessions/{session.code}/join"),
    ]
    assert [(answer.status, answer.code) for answer in refused] == [(409, "CLASS_LOCKED")] * 3
    again = Api().post(f"/api/sessions/{session.code}/guest", device)
    assert (again.status, again.body["participant_id"]) == (200, seat.body["participant_id"])
    assert Api(kim).post(f"/api/sessions/{session.code}/join").status == 200

    Api(park).patch(path(session), {"locked": False})
    assert Api(lee).post(f"/api/sessions/{session.code}/join").status == 201
