"""R42–R47 through the REST door (contract 8.5, 4.3)."""

from __future__ import annotations

import gzip
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import ANY

import msgspec
import pytest
import time_machine

from mobilegpt.accounts.models import User
from mobilegpt.core.clock import now
from mobilegpt.recordings import policies, services
from mobilegpt.recordings.models import RecordedEvent, Recording, RecordingStatus
from tests import cast, classes
from tests.rest.api import Answer, Api

pytestmark = pytest.mark.django_db
ALL = "/api/sessions/recordings/"
START = datetime(2024, 1, 15, 10, 30, tzinfo=UTC)


def record(user: User, **fields: Any) -> int:
    answer = Api(user).post(ALL, {"title": "안드로이드 실습 녹화", "description": "ListView 구현 과정", **fields})
    assert answer.status == 201, answer.body
    return int(answer.body["id"])


def event(seconds: float = 0, **fields: Any) -> dict[str, Any]:
    moment = (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    data = {"x": 540, "y": 960, "element": "Button#submit"}
    return {"event_type": "touch", "timestamp": moment, "data": data, **fields}


def save(user: User, recording_id: int, events: list[Any], **headers: str) -> Answer:
    return Api(user).post(f"{ALL}{recording_id}/save-events-batch/", {"events": events}, **headers)


def test_a_recording_from_start_to_stop(kim: User) -> None:
    with time_machine.travel(now() - timedelta(seconds=90)):
        recording_id = record(kim)
        started = Api(kim).get(f"{ALL}{recording_id}/").body
    assert started == {
        "id": recording_id,
        "title": "안드로이드 실습 녹화",
        "description": "ListView 구현 과정",
        "status": "RECORDING",
        "event_count": 0,
        "duration_seconds": 0,
        "started_at": started["started_at"],
        "ended_at": None,
        "session_id": None,
        "session_title": None,
        "owner": {"id": kim.pk, "name": "김학생"},
        "has_draft": False,
    }
    saved = save(kim, recording_id, [event(2), event(1), event(3)])
    assert saved.status == 201
    assert saved.body == {
        "saved_count": 3,
        "event_count": 3,
        "status": "success",
        "message": "Events saved successfully",
        "errors": [],
    }
    stopped = Api(kim).post(f"{ALL}{recording_id}/stop/")
    assert (stopped.status, stopped.body["status"]) == (200, "COMPLETED")
    assert stopped.body["duration_seconds"] == 2
    again = Api(kim).post(f"{ALL}{recording_id}/stop/")
    assert (again.status, again.code) == (409, "INVALID_TRANSITION")


def test_a_recording_without_events_lasts_from_its_start_to_its_end(kim: User) -> None:
    with time_machine.travel(now() - timedelta(seconds=90)):
        recording_id = record(kim)
    assert 90 <= Api(kim).get(f"{ALL}{recording_id}").body["duration_seconds"] <= 92
    Recording.objects.filter(pk=recording_id).update(started_at=now() - timedelta(seconds=75))
    assert 75 <= Api(kim).post(f"{ALL}{recording_id}/stop").body["duration_seconds"] <= 77


def test_a_recordings_length_is_that_of_its_events(kim: User) -> None:
    recording_id = record(kim)
    save(kim, recording_id, [event(0), event(12.5)])
    save(kim, recording_id, [event(95.9)])
    Api(kim).post(f"{ALL}{recording_id}/stop")
    (listed,) = Api(kim).get(ALL).body["recordings"]
    assert listed["duration_seconds"] == Api(kim).get(f"{ALL}{recording_id}").body["duration_seconds"] == 95


def test_late_batches_are_kept(kim: User) -> None:
    recording_id = record(kim)
    Api(kim).post(f"{ALL}{recording_id}/stop")
    assert save(kim, recording_id, [event()]).status == 201
    assert Api(kim).get(f"{ALL}{recording_id}").body["event_count"] == 1


def test_events_come_back_in_order_of_time(kim: User) -> None:
    recording_id = record(kim)
    save(kim, recording_id, [event(5, event_type="scroll"), event(0.25, event_type="tap")])
    save(kim, recording_id, [event(1, event_type="back", data={})])
    body = Api(kim).get(f"{ALL}{recording_id}/events/").body
    assert [row["event_type"] for row in body["events"]] == ["tap", "back", "scroll"]
    assert body["events"][0] == {
        "event_type": "tap",
        "timestamp": "2024-01-15T10:30:00.250Z",
        "data": {"x": 540, "y": 960, "element": "Button#submit"},
    }
    assert body["results"] == body["events"]
    assert (body["count"], body["next"], body["previous"]) == (3, None, None)
    assert body["pagination"] == {"page": 1, "page_size": 1000, "total_count": 3, "total_pages": 1}


def test_pages_link_to_each_other(kim: User) -> None:
    recording_id = record(kim)
    save(kim, recording_id, [event(second) for second in range(5)])
    address = f"http://testserver{ALL}{recording_id}/events/"
    body = Api(kim).get(f"{ALL}{recording_id}/events/", page=2, page_size=2).body
    assert body["next"] == f"{address}?page=3&page_size=2"
    assert body["previous"] == f"{address}?page=1&page_size=2"
    assert Api(kim).get(f"{ALL}{recording_id}/events/", page_size=1001).status == 400


def test_a_gzip_batch_is_unpacked(kim: User) -> None:
    recording_id = record(kim)
    packed = gzip.compress(msgspec.json.encode({"events": [event(second) for second in range(500)]}))
    answer = Api(kim).send(
        "POST", f"{ALL}{recording_id}/save-events-batch", raw=packed, headers={"Content-Encoding": "gzip"}
    )
    assert (answer.status, answer.body["saved_count"]) == (201, 500)


@pytest.mark.parametrize(
    ("raw", "encoding", "status", "code"),
    [
        (b"not gzip at all", "gzip", 400, "INVALID_JSON"),
        (gzip.compress(b'{"events": []}' * 50, mtime=0)[:-20], "gzip", 400, "INVALID_JSON"),
        (gzip.compress(b" " * 200_000_000, mtime=0), "gzip", 413, "TOO_LARGE"),
        (b"{}", "br", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(kim: User, raw: bytes, encoding: str, status: int, code: str) -> None:
    recording_id = record(kim)
    answer = Api(kim).send(
        "POST", f"{ALL}{recording_id}/save-events-batch", raw=raw, headers={"Content-Encoding": encoding}
    )
    assert (answer.status, answer.code) == (status, code)


def test_good_events_are_kept_and_bad_ones_told(kim: User) -> None:
    recording_id = record(kim)
    bad: list[Any] = [
        {"timestamp": "2024-01-15T10:30:00Z"},
        event(event_type="x" * 51),
        event(timestamp="yesterday"),
        event(timestamp=True),
        event(data=[1]),
        event(data={"text": "x" * 20_000}),
        event(event_id="no uuid"),
        "text",
        event(timestamp=1e300),
    ]
    answer = save(kim, recording_id, [event(), *bad])
    assert (answer.status, answer.body["saved_count"], answer.body["status"]) == (201, 1, "partial")
    assert [error["index"] for error in answer.body["errors"]] == list(range(1, len(bad) + 1))
    assert RecordedEvent.objects.count() == 1


def test_times_may_be_numbers_or_without_a_zone(kim: User) -> None:
    recording_id = record(kim)
    times: list[Any] = [1_705_314_600, 1_705_314_600_500, "2024-01-15T19:30:01", "1705314602000"]
    assert save(kim, recording_id, [event(timestamp=value) for value in times]).body["saved_count"] == 4
    rows = Api(kim).get(f"{ALL}{recording_id}/events").body["events"]
    seconds = [row["timestamp"].removeprefix("2024-01-15T10:30:") for row in rows]
    assert seconds == ["00Z", "00.500Z", "01Z", "02Z"]


@pytest.mark.parametrize(
    ("events", "status", "code"),
    [
        ([], 400, "INVALID_REQUEST"),
        ([{"event_type": ""}], 400, "INVALID_REQUEST"),
        ([event()] * 2001, 413, "TOO_LARGE"),
    ],
)
def test_a_batch_without_anything_to_keep_is_refused(kim: User, events: list[Any], status: int, code: str) -> None:
    recording_id = record(kim)
    answer = save(kim, recording_id, events)
    assert (answer.status, answer.code) == (status, code)
    assert not RecordedEvent.objects.exists()


def test_a_retry_by_event_id_stores_once(kim: User) -> None:
    recording_id = record(kim)
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    save(kim, recording_id, [event(event_id=first)])
    answer = save(kim, recording_id, [event(event_id=first), event(1, event_id=second), event(1, event_id=second)])
    assert (answer.status, answer.body["saved_count"], answer.body["event_count"]) == (201, 3, 2)
    assert RecordedEvent.objects.count() == 2


def test_a_retry_by_key_stores_once(kim: User) -> None:
    recording_id = record(kim)
    answers = [save(kim, recording_id, [event()], Idempotency_Key="batch-1") for _ in range(2)]
    assert answers[0].body == answers[1].body
    assert RecordedEvent.objects.count() == 1


def test_personal_data_is_masked(kim: User) -> None:
    recording_id = record(kim)
    data = {"text": "010-1234-5678 로 전화 주세요", "x": 1012345678, "nested": {"hint": "kim@example.com"}}
    save(kim, recording_id, [event(data=data)])
    kept = Api(kim).get(f"{ALL}{recording_id}/events").body["events"][0]["data"]
    assert "1234" not in kept["text"]
    assert "example.com" not in kept["nested"]["hint"]
    assert kept["x"] == 1012345678


def test_the_list_holds_ones_own_and_those_of_ones_classes(kim: User) -> None:
    park, choi = cast.instructor_park(), cast.instructor_choi()
    session = classes.open_class(cast.lecture(park))
    classes.seat(session, kim)
    own, linked = record(kim), record(kim, session_id=session.pk)
    of_teacher = record(park)
    seen = {
        user.name: [row["id"] for row in Api(user).get(ALL).body["recordings"]]
        for user in (kim, park, choi, cast.admin_han())
    }
    assert seen == {
        kim.name: [linked, own],
        park.name: [of_teacher, linked],
        choi.name: [],
        "한관리": [of_teacher, linked, own],
    }


def test_a_class_must_be_ones_own(kim: User) -> None:
    session = classes.open_class(cast.lecture(cast.instructor_park()))
    answer = Api(kim).post(ALL, {"title": "몰래", "session_id": session.pk})
    assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert not Recording.objects.exists()


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, 7, None])
def test_a_recording_has_a_title(kim: User, title: Any) -> None:
    assert Api(kim).post(ALL, {"title": title}).status == 400


def test_owner_and_status_are_never_set_from_outside(kim: User) -> None:
    lee = cast.student_lee()
    recording_id = record(kim, owner=lee.pk, owner_id=lee.pk, status="COMPLETED", event_count=99)
    row = Recording.objects.get(pk=recording_id)
    assert (row.owner_id, row.status, row.event_count) == (kim.pk, RecordingStatus.RECORDING, 0)


def test_there_is_an_end_to_how_much_is_kept(kim: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RECORDINGS_PER_USER = 1
    recording_id = record(kim)
    full = Api(kim).post(ALL, {"title": "둘째"})
    assert (full.status, full.code) == (409, "QUOTA_EXCEEDED")
    monkeypatch.setattr(policies, "EVENTS_OF_A_RECORDING", 2)
    assert save(kim, recording_id, [event()] * 3).code == "QUOTA_EXCEEDED"
    assert not RecordedEvent.objects.exists()


def test_recordings_left_behind_are_finished(kim: User) -> None:
    with time_machine.travel(now() - timedelta(hours=25)):
        used, empty = record(kim), record(kim)
        save(kim, used, [event()])
    fresh = record(kim)
    assert services.finish_left_behind() == 2
    status = dict(Recording.objects.values_list("pk", "status"))
    assert status == {used: "COMPLETED", empty: "FAILED", fresh: "RECORDING"}


def test_old_recordings_are_deleted(kim: User, settings: Any) -> None:
    with time_machine.travel(now() - timedelta(days=400)):
        save(kim, record(kim), [event()])
    fresh = record(kim)
    settings.RECORDING_DAYS = 0
    assert services.delete_old() == 0
    settings.RECORDING_DAYS = 365
    assert services.delete_old() == 1
    assert list(Recording.objects.values_list("pk", flat=True)) == [fresh]
    assert not RecordedEvent.objects.exists()


def test_a_hundred_thousand_events(kim: User, django_assert_max_num_queries: Any) -> None:
    """The size that the contract's replay has to bear: a page and a batch cost the same as in an empty one."""
    recording = Recording.objects.get(pk=record(kim))
    RecordedEvent.objects.bulk_create(
        (
            RecordedEvent(
                recording=recording,
                event_id=uuid.uuid4(),
                event_type="touch",
                timestamp=START + timedelta(milliseconds=100 * number),
                data={"n": number},
            )
            for number in range(100_000)
        ),
        batch_size=5000,
    )
    Recording.objects.filter(pk=recording.pk).update(event_count=100_000)
    with django_assert_max_num_queries(6):
        body = Api(kim).get(f"{ALL}{recording.pk}/events", page=100).body
    assert (body["count"], len(body["events"]), body["events"][-1]["data"]) == (100_000, 1000, {"n": 99_999})
    assert body["next"] is None
    assert save(kim, recording.pk, [event(second) for second in range(100)]).body["event_count"] == 100_100


def test_an_instructor_drafts_a_lesson(kim: User) -> None:
    park = cast.instructor_park()
    recording_id = record(park)
    save(
        park,
        recording_id,
        [
            event(0, event_type="app_open", data={"package": "com.kakao.talk", "screen": "친구"}),
            event(3, event_type="click", data={"text": "채팅", "class": "android.widget.TabWidget"}),
            event(4, event_type="screen_change", data={"screen": "채팅 목록"}),
            event(9, event_type="long_click", data={"text": "김영희", "class": "ListItem"}),
        ],
    )
    answer = Api(park).post(f"{ALL}{recording_id}/draft")
    assert answer.status == 200
    assert [step["target_action"] for step in answer.body["steps"]] == ["NAVIGATE", "CLICK", "LONG_CLICK"]
    assert answer.body["steps"][1] == {
        "title": "채팅 누르기",
        "description": "",
        "target_action": "CLICK",
        "target_element_hint": "채팅 @ 친구",
        "guide_text": "'채팅' 탭을 누르세요. '채팅 목록' 화면이 나오면 잘하신 거예요.",
        "voice_guide_text": "화면에서 '채팅' 탭을 찾아 한 번 누르세요. '채팅 목록' 화면이 나오면 잘하신 거예요.",
        "image": None,
        "expectation": {
            "action": "TAP",
            "source": "recording",
            "where": {"apps": ["com.kakao.talk"], "screens": ["친구"]},
            "target": {"role": "tab", "labels": ["채팅"]},
            "after": {"apps": ["com.kakao.talk"], "screens": ["채팅 목록"]},
            "time": ANY,
        },
    }
    assert Api(park).get(f"{ALL}{recording_id}").body["has_draft"] is True
    assert Api(kim).post(f"{ALL}{record(kim)}/draft").status == 403
