"""R30 and R31 through the REST door (contract 8.1, 8.2)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.accounts.tokens import issue_tokens
from mobilegpt.activity.models import ActivityLog
from mobilegpt.classroom import services as classroom
from mobilegpt.core.clock import iso, now
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.realtime import presence
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db

_CLICK = {
    "event_type": "CLICK",
    "event_data": {"x": 150, "y": 300, "element": "Button", "text": "확인"},
    "screen_info": {"package_name": "com.kakao.talk", "activity_name": "MainActivity", "screen_title": "친구 목록"},
    "timestamp": "2025-10-28T10:05:30Z",
}


@pytest.fixture
def lecture() -> Lecture:
    return cast.lecture(cast.instructor_park())


def click(**fields: Any) -> dict[str, Any]:
    return {**_CLICK, **fields}


def test_the_documented_report(kim: User, step: Subtask) -> None:
    answer = Api(kim).post("/api/logs/activity", click(user_id=kim.pk, subtask_id=step.pk))
    assert answer.status == 201
    row = ActivityLog.objects.get()
    assert answer.body == {"log_id": row.pk, "message": "Log saved successfully", "status": "SAVED"}
    assert (row.user_id, row.subtask_id, row.event_type) == (kim.pk, step.pk, "CLICK")
    assert (row.event_data, row.screen_info) == (_CLICK["event_data"], _CLICK["screen_info"])
    assert iso(row.timestamp) == "2025-10-28T10:05:30Z"
    assert row.received_at is not None


def test_the_shorter_names_and_nothing_else(kim: User, step: Subtask) -> None:
    api = Api(kim)
    assert (
        api.post("/api/logs/activity/", {"event_type": "스크롤", "data": {"dy": -3}, "subtask": step.pk}).status == 201
    )
    assert api.post("/api/logs/activity", {"event_type": "x"}).status == 201
    bare, short = ActivityLog.objects.all()
    assert (short.event_type, short.event_data, short.subtask_id) == ("스크롤", {"dy": -3}, step.pk)
    assert (bare.event_data, bare.screen_info, bare.timestamp, bare.subtask_id) == ({}, {}, None, None)
    assert bare.pk == short.pk + 1


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"event_type": ""}, 400, "INVALID_REQUEST"),
        ({"event_type": "가" * 51}, 400, "INVALID_REQUEST"),
        ({"event_type": None}, 400, "INVALID_REQUEST"),
        ({"event_type": "A\u0000"}, 400, "INVALID_REQUEST"),
        ({"event_data": []}, 400, "INVALID_REQUEST"),
        ({"event_data": {"text": "\u0000"}}, 400, "INVALID_REQUEST"),
        ({"screen_info": "MainActivity"}, 400, "INVALID_REQUEST"),
        ({"timestamp": "어제"}, 400, "INVALID_REQUEST"),
        ({"timestamp": True}, 400, "INVALID_REQUEST"),
        ({"timestamp": 1e300}, 400, "INVALID_REQUEST"),
        ({"event_id": "7"}, 400, "INVALID_REQUEST"),
        ({"subtask_id": 0}, 400, "INVALID_REQUEST"),
        ({"subtask_id": 999_999}, 404, "NOT_FOUND"),
        ({"event_data": {"text": "가" * 30_000}}, 413, "TOO_LARGE"),
        ({"user_id": 999_999}, 403, "USER_ID_MISMATCH"),
    ],
)
def test_a_bad_report_is_refused_and_leaves_nothing(kim: User, fields: Any, status: int, code: str) -> None:
    answer = Api(kim).post("/api/logs/activity", click(**fields))
    assert (answer.status, answer.code) == (status, code)
    assert not ActivityLog.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [
        b'{"event_type": "A", "event_data": {"n": 1e400}}',
        b'{"event_type": "A", "event_data": {"n": ' + b"9" * 10_000 + b"}}",
        b'{"event_type": "A", "event_data": {"s": "\\ud800"}}',
        b'{"event_type": "A", "event_data": ' + b'{"a":' * 100 + b"1" + b"}" * 101,
        b'{"event_type": "A", "event_data": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
        b"\xff",
        b"[]",
    ],
)
def test_what_no_row_can_hold_is_400_in_both_doors(kim: User, raw: bytes) -> None:
    api = Api(kim)
    assert api.send("POST", "/api/logs/activity", raw=raw).status == 400
    assert api.send("POST", "/api/logs/batch", raw=b'{"logs": [' + raw + b"]}").status == 400
    assert not ActivityLog.objects.exists()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2025-10-28T10:05:30", "2025-10-28T01:05:30Z"),
        ("2025-10-28T10:05:30+09:00", "2025-10-28T01:05:30Z"),
        ("2024-10-28T10:05:30.123Z", "2024-10-28T10:05:30Z"),
        ("2027-12-31T23:59:59Z", "2027-12-31T23:59:59Z"),
        (1761645930123, "2025-10-28T10:05:30Z"),
        ("1761645930123", "2025-10-28T10:05:30Z"),
        (1761645930, "2025-10-28T10:05:30Z"),
    ],
)
def test_a_phone_with_a_wrong_clock_is_believed(kim: User, sent: str | int, kept: str) -> None:
    """A time without a zone is the phone's: Korean. A number counts milliseconds, or seconds where that is plain."""
    assert Api(kim).post("/api/logs/activity", click(timestamp=sent)).status == 201
    assert iso(ActivityLog.objects.get().timestamp) == kept


@pytest.mark.parametrize(
    "sent",
    [
        754321,
        "754321",
        -1,
        "1970-01-01T00:12:34Z",
        "2010-01-01 00:00:05",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        9_223_372_036_854_775_807,
    ],
)
def test_no_clock_is_too_wrong(kim: User, sent: str | int) -> None:
    """A time far from ours is kept as it was sent; the newest of its batch happened when it came (contract 8.1)."""
    assert Api(kim).post("/api/logs/activity", click(timestamp=sent)).status == 201
    row = ActivityLog.objects.get()
    assert (row.sent_timestamp, row.timestamp) == (str(sent), row.received_at)


def test_an_uptime_is_placed_within_its_batch(kim: User) -> None:
    sent = [100_000, 101_500, "130000", 160_000, None]
    answer = Api(kim).post("/api/logs/batch", {"logs": [click(timestamp=time, event_type=f"{time}") for time in sent]})
    assert (answer.status, answer.body["saved_count"], answer.body["errors"]) == (201, 5, [])
    rows = list(ActivityLog.objects.order_by("id"))
    assert [None if row.timestamp is None else (row.received_at - row.timestamp).total_seconds() for row in rows] == [
        60,
        58.5,
        30,
        0,
        None,
    ]
    assert [row.sent_timestamp for row in rows] == ["100000", "101500", "130000", "160000", None]


def test_a_clock_that_jumps_within_a_batch(kim: User) -> None:
    at = now().replace(microsecond=0)
    sent = [
        iso(at - timedelta(seconds=9)),
        "1970-01-01T00:00:01Z",
        "2021-03-01T09:00:00",
        iso(at - timedelta(seconds=5)),
    ]
    Api(kim).post("/api/logs/batch", {"logs": [click(timestamp=time) for time in sent]})
    rows = list(ActivityLog.objects.order_by("id"))
    places = [row.timestamp for row in rows if row.timestamp is not None]
    assert places == sorted(places)
    assert (iso(places[0]), iso(places[-1])) == (sent[0], sent[-1])
    assert [row.sent_timestamp for row in rows] == [None, sent[1], sent[2], None]


def test_a_number_larger_than_any_column_is_kept(kim: User) -> None:
    assert Api(kim).post("/api/logs/activity", click(event_data={"n": 10**30})).status == 201
    assert ActivityLog.objects.get().event_data == {"n": 10**30}


def test_personal_data_never_reaches_the_table(kim: User) -> None:
    texts = {"text": "01012345678로 전화", "x": 1012345678, "list": [{"text": "kim@example.com"}]}
    screen = {"package_name": "com.kakao.talk", "screen_title": "450101-2345678"}
    Api(kim).post("/api/logs/activity", click(event_data=texts, screen_info=screen))
    row = ActivityLog.objects.get()
    assert row.event_data == {"text": "[전화번호]로 전화", "x": 1012345678, "list": [{"text": "[이메일]"}]}
    assert row.screen_info["screen_title"] == "[주민등록번호]"


def test_of_a_bank_nothing_but_its_name_reaches_the_table(kim: User) -> None:
    Api(kim).post("/api/logs/activity", click(screen_info={"package_name": "viva.republica.toss", "title": "송금"}))
    row = ActivityLog.objects.get()
    assert (row.event_type, row.event_data) == ("CLICK", {"redacted": True})
    assert row.screen_info == {"package_name": "viva.republica.toss", "redacted": True}


def test_a_retry_is_harmless(kim: User) -> None:
    api, event = Api(kim), click(event_id=str(uuid4()))
    first, again = api.post("/api/logs/activity", event), api.post("/api/logs/activity", event)
    assert (first.status, again.status) == (201, 201)
    assert first.body["log_id"] == again.body["log_id"] == ActivityLog.objects.get().pk


def test_the_same_event_id_of_somebody_else_is_another_event(kim: User) -> None:
    event = click(event_id=str(uuid4()))
    first = Api(kim).post("/api/logs/activity", event)
    other = Api(cast.student_lee()).post("/api/logs/activity", event)
    assert first.body["log_id"] != other.body["log_id"]
    assert ActivityLog.objects.count() == 2


def test_a_key_makes_a_retry_harmless_too(kim: User) -> None:
    api = Api(kim)
    first, again = (api.post("/api/logs/activity", click(), Idempotency_Key="a") for _ in range(2))
    assert (again.status, again.body) == (201, first.body)
    assert api.post("/api/logs/activity", click(event_type="X"), Idempotency_Key="a").status == 422
    assert ActivityLog.objects.count() == 1


def test_a_batch(kim: User, step: Subtask) -> None:
    logs = [click(), {"event_type": "SCROLL", "data": {"dy": 3}, "subtask": step.pk}, click(user_id=kim.pk)]
    answer = Api(kim).post("/api/logs/batch", {"user_id": kim.pk, "logs": logs})
    assert answer.status == 201
    rows = list(ActivityLog.objects.order_by("id"))
    assert answer.body == {
        "saved_count": 3,
        "log_ids": [row.pk for row in rows],
        "status": "SAVED",
        "message": "Logs saved successfully",
        "errors": [],
    }
    assert [row.event_type for row in rows] == ["CLICK", "SCROLL", "CLICK"]


def test_good_items_are_kept_and_bad_ones_named(kim: User) -> None:
    logs = [{}, click(), 7, click(event_data={"t": "\u0000"}), click(subtask_id=999_999), click(event_type="LAST")]
    body = Api(kim).post("/api/logs/batch/", {"logs": logs}).body
    assert body["saved_count"] == len(body["log_ids"]) == 2
    assert [(error["index"], error["code"]) for error in body["errors"]] == [
        (0, "INVALID_REQUEST"),
        (2, "INVALID_REQUEST"),
        (3, "INVALID_REQUEST"),
        (4, "NOT_FOUND"),
    ]
    assert all(error["message"] for error in body["errors"])
    assert [row.event_type for row in ActivityLog.objects.order_by("id")] == ["CLICK", "LAST"]


def test_a_batch_without_a_good_item_is_400(kim: User) -> None:
    answer = Api(kim).post("/api/logs/batch", {"logs": [{}, {"event_type": ""}]})
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    assert [error["index"] for error in answer.body["error"]["details"]["errors"]] == [0, 1]
    empty: list[Any] = [{"logs": []}, {}, {"logs": {}}, {"logs": None}]
    for body in empty:
        assert Api(kim).post("/api/logs/batch", body).status == 400


@pytest.mark.parametrize(
    "foreign",
    [{"user_id": 999_999}, {"user_id": "999999"}, {"user_id": 999_999, "event_type": None}, {"user_id": [1]}],
)
def test_a_foreign_user_in_any_item_refuses_the_batch(kim: User, foreign: Any) -> None:
    for logs in ([click(), {**click(), **foreign}], [{**click(), **foreign}, {}]):
        answer = Api(kim).post("/api/logs/batch", {"logs": logs})
        assert (answer.status, answer.code) == (403, "USER_ID_MISMATCH")
    assert Api(kim).post("/api/logs/batch", {"logs": [click()], **foreign}).status == 403
    assert not ActivityLog.objects.exists()


def test_five_hundred_at_once_and_no_more(kim: User, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    api, logs = Api(kim), [click(event_data={"n": number}) for number in range(501)]
    answer = api.post("/api/logs/batch", {"logs": logs})
    assert (answer.status, answer.code) == (413, "TOO_LARGE")
    assert not ActivityLog.objects.exists()
    api.post("/api/logs/activity", click())
    with django_assert_max_num_queries(7):  # who calls; ids; rows between savepoints
        answer = api.post("/api/logs/batch", {"logs": logs[:500]})
    assert answer.body["saved_count"] == 500
    assert answer.body["log_ids"] == sorted(answer.body["log_ids"])
    assert ActivityLog.objects.count() == 501


def test_an_event_twice_in_a_batch_is_one(kim: User) -> None:
    event = click(event_id=str(uuid4()))
    body = Api(kim).post("/api/logs/batch", {"logs": [event, click(), event]}).body
    assert body["log_ids"][0] == body["log_ids"][2]
    assert (body["saved_count"], ActivityLog.objects.count()) == (3, 2)


def test_a_body_of_more_than_a_megabyte_is_413(kim: User) -> None:
    raw = json.dumps({"logs": [click(event_data={"t": "a" * 60_000}) for _ in range(20)]}).encode()
    assert Api(kim).send("POST", "/api/logs/batch", raw=raw).status == 413


def test_everybody_signed_in_reports(lecture: Lecture, step: Subtask) -> None:
    for user in (lecture.instructor, cast.admin_han(), cast.instructor_choi()):
        assert Api(user).post("/api/logs/activity", click(subtask_id=step.pk)).status == 201
    assert Api().post("/api/logs/activity", click()).status == 401


def test_a_guest_reports_within_its_lecture(lecture: Lecture, step: Subtask) -> None:
    session = classes.open_class(lecture)
    guest = classroom.take_guest_seat(
        session=session, name="김손님", device_id="kX2vQ9fR7bLm4TzN8cYw1A", address="192.0.2.1"
    ).login.user
    api = Api(token=issue_tokens(guest).access)
    other = classes.steps(cast.lecture(cast.instructor_choi(), title="다른 강의"))[0]
    assert api.post("/api/logs/activity", click(subtask_id=step.pk)).status == 201
    for subtask in (other.pk, 999_999):
        answer = api.post("/api/logs/activity", click(subtask_id=subtask))
        assert (answer.status, answer.code) == (403, "GUEST_NOT_ALLOWED")
    body = api.post("/api/logs/batch", {"logs": [click(), click(subtask_id=other.pk)]}).body
    assert (body["saved_count"], body["errors"][0]["code"]) == (1, "GUEST_NOT_ALLOWED")


def test_a_report_is_a_sign_of_life(kim: User) -> None:
    """Contract 6.7."""
    presence._signs_of_life.clear()
    Api(kim).post("/api/logs/activity", click())
    assert presence._signs_of_life == {kim.pk}
