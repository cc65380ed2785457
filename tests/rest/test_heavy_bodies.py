"""One person's bodies cost what they weigh, and hold nobody up (reliability F32)."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.db import connection
from django.test import override_settings

from mobilegpt.accounts.models import User
from mobilegpt.activity.entry import Missing, decode
from mobilegpt.activity.models import ActivityLog
from mobilegpt.core.clock import now
from mobilegpt.database import byte_budget
from mobilegpt.database.models import FailureCount
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.lectures.models import Lecture
from mobilegpt.privacy import masking
from mobilegpt.privacy.personal_data import find
from mobilegpt.recordings.models import RecordedEvent
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db(transaction=True)

_HOSTILE = "a@a.a "
_MIB = 1024 * 1024


@pytest.fixture
def lecture(park: User, kim: User) -> Lecture:
    lecture = cast.lecture(park, shape=(6,))
    cast.enroll(lecture, kim)
    return lecture


def recording_of(user: User) -> str:
    started = Api(user).post("/api/sessions/recordings/", {"title": "녹화"})
    return f"/api/sessions/recordings/{started.body['id']}/save-events-batch"


def event(text: str) -> dict[str, Any]:
    return {"event_type": "CLICK", "timestamp": "2026-11-30T10:05:00Z", "data": {"text": text}}


@pytest.fixture
def masked_outside(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For every text that is looked into: whether a transaction was open."""
    seen: list[bool] = []

    def noting(text: str) -> Any:
        seen.append(connection.in_atomic_block)
        return find(text)

    monkeypatch.setattr("mobilegpt.privacy.masking.find", noting)
    monkeypatch.setattr(masking, "_harmless", set())
    return seen


@pytest.mark.parametrize("key", ["", "k1"])
def test_nobody_waits_for_masking(kim: User, lecture: Lecture, masked_outside: list[bool], key: str) -> None:
    headers = {"Idempotency_Key": key} if key else {}
    step = classes.steps(lecture)[0]
    texts = {"text": "010-1234-5678"}
    bodies: dict[str, Any] = {
        "/api/logs/activity": {"event_type": "CLICK", "event_data": texts},
        "/api/logs/batch": {"logs": [{"event_type": "CLICK", "event_data": texts}]},
        "/api/help/request": {"subtask_id": step.pk, "context_data": texts},
        recording_of(kim): {"events": [event("010-1234-5678")]},
    }
    for path, body in bodies.items():
        masked_outside.clear()
        first = Api(kim).post(path, body, **headers)
        assert first.status == 201, path
        assert masked_outside, path
        assert not any(masked_outside), path
        masked_outside.clear()
        if key:
            assert Api(kim).post(path, body, **headers).body == first.body
            assert not masked_outside, "a retry is answered as it was, and nothing is read again"
    assert "010" not in str(list(ActivityLog.objects.values_list("event_data", flat=True)))
    assert "010" not in str(list(HelpRequest.objects.values_list("context_data", flat=True)))
    assert "010" not in str(list(RecordedEvent.objects.values_list("data", flat=True)))


def test_a_call_for_help_that_is_too_large_or_one_too_many_is_not_read(
    kim: User, lecture: Lecture, masked_outside: list[bool]
) -> None:
    *first, last = classes.steps(lecture)
    large = {"subtask_id": last.pk, "context_data": {"screen": _HOSTILE * 100_000}}
    assert Api(kim).post("/api/help/request", large).code == "INVALID_REQUEST"
    for step in first:
        assert Api(kim).post("/api/help/request", {"subtask_id": step.pk}).status == 201
    masked_outside.clear()
    sixth = {"subtask_id": last.pk, "context_data": {"screen": _HOSTILE * 2000}}
    assert Api(kim).post("/api/help/request", sixth).code == "RATE_LIMITED"
    again = Api(kim).post("/api/help/request", {"subtask_id": first[0].pk})
    assert again.status == 201, "who asks again on a step is answered as before"
    assert not masked_outside


def test_logs_that_are_too_large_are_not_read(kim: User, masked_outside: list[bool]) -> None:
    answer = Api(kim).post("/api/logs/activity", {"event_type": "A", "event_data": {"text": _HOSTILE * 20_000}})
    assert (answer.status, answer.code) == (413, "TOO_LARGE")
    assert not masked_outside


def _log_batch(kim: User) -> Callable[[], Any]:
    body = {"logs": [{"event_type": "A", "event_data": {"n": "x" * 40_000}}] * 12}
    return lambda: Api(kim).post("/api/logs/batch", body)


def _recorded(kim: User) -> Callable[[], Any]:
    path = recording_of(kim)
    packed = gzip.compress(msgspec.json.encode({"events": [event("가" * 5_000)] * 40}))
    assert len(packed) < 10_000
    return lambda: Api(kim).send("POST", path, raw=packed, headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize("sender", [_log_batch, _recorded])
@override_settings(REPORT_BYTES_PER_10_MINUTES=2 * _MIB)
def test_one_person_reports_so_much_and_no_more(
    kim: User, lee: User, sender: Callable[[User], Callable[[], Any]]
) -> None:
    """What is counted is the unpacked body."""
    send = sender(kim)
    answers = [send() for _ in range(8)]
    statuses = [answer.status for answer in answers]
    assert statuses[:3] == [201] * 3
    assert statuses[-1] == 429
    refused = answers[-1]
    assert refused.code == "RATE_LIMITED"
    assert 0 < int(refused.headers["Retry-After"]) <= 620
    assert Api(kim).post("/api/logs/activity", {"event_type": "A"}).status == 429, "all of one budget"
    assert Api(kim).get("/api/auth/me").status == 200, "nothing else is refused"
    assert Api(lee).post("/api/logs/activity", {"event_type": "A"}).status == 201
    byte_budget.forget()  # another process
    assert send().status == 429, "the table knows"


@override_settings(REPORT_BYTES_PER_DAY=_MIB, REPORT_BYTES_PER_10_MINUTES=0)
def test_a_day_has_a_limit_of_its_own(kim: User) -> None:
    statuses = [_log_batch(kim)().status for _ in range(4)]
    assert (statuses[0], statuses[-1]) == (201, 429)


@override_settings(REPORT_BYTES_PER_DAY=0, REPORT_BYTES_PER_10_MINUTES=0)
def test_the_limits_can_be_switched_off(kim: User) -> None:
    assert [_log_batch(kim)().status for _ in range(3)] == [201] * 3


def test_a_usual_phone_costs_no_query(kim: User) -> None:
    for _ in range(20):
        assert Api(kim).post("/api/logs/activity", {"event_type": "CLICK", "event_data": {"x": 1}}).status == 201
    assert not FailureCount.objects.filter(bucket__startswith="bytes:").exists()


@pytest.mark.parametrize("full_of", ["010-1234-", _HOSTILE, "인증번호 1234 ", "1234567890"])
def test_what_masking_makes_longer_is_taken(kim: User, full_of: str) -> None:
    """Its size counts as it was sent, at the door and where messages of Kafka are read."""
    sent = {"event_type": "CLICK", "event_data": {"text": full_of * (60_000 // len(full_of.encode()))}}
    assert Api(kim).post("/api/logs/activity", sent).status == 201
    (row,) = ActivityLog.objects.all()
    message = {"event_type": "CLICK", "user_id": kim.pk, "event_data": row.event_data, "screen_info": {}}
    again = decode(msgspec.json.encode(message), lambda: Missing(now(), uuid4()))
    assert msgspec.json.decode(again.event_data) == row.event_data
