"""R32–R34, R36, answer and close through the REST door (contract 8.3; reliability, section 3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.events.models import StreamEntry
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.jobs import work
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def lecture(park: User, kim: User) -> Lecture:
    made = cast.lecture(park)
    cast.enroll(made, kim)
    return made


def ask(user: User, step: Subtask, **fields: Any) -> int:
    answer = Api(user).post("/api/help/request/", {"subtask_id": step.pk, **fields})
    assert answer.status == 201
    return int(answer.body["help_request_id"])


def test_asking(kim: User, step: Subtask) -> None:
    answer = Api(kim).post(
        "/api/help/request",
        {
            "user_id": kim.pk,
            "subtask_id": step.pk,
            "request_type": "MANUAL",
            "context_data": {"current_screen": "com.kakao.talk.MainActivity", "stuck_duration_seconds": 30},
        },
    )
    assert answer.status == 201
    assert answer.body == {
        "help_request_id": answer.body["help_request_id"],
        "status": "ANALYZING",
        "message": "분석 중입니다. 잠시만 기다려주세요.",
    }
    assert ask(kim, step) == answer.body["help_request_id"]


def test_from_question_to_feedback(kim: User, park: User, step: Subtask) -> None:
    request_id = ask(kim, step, message="어려워요")
    path = f"/api/help/request/{request_id}"
    waiting = Api(kim).get(path).body
    assert (waiting["status"], waiting["help_response"], waiting["analysis"]) == ("ANALYZING", None, None)

    answered = Api(park).post(f"{path}/answer", {"help_content": "위쪽의 '친구'를 눌러보세요"})
    assert (answered.status, answered.body["status"]) == (200, "RESOLVED")
    shown = Api(kim).get(f"{path}/").body["help_response"]
    assert (shown["help_type"], shown["help_content"]) == ("TEXT", "위쪽의 '친구'를 눌러보세요")

    given = Api(kim).post(
        "/api/help/feedback", {"help_response_id": shown["id"], "rating": 5, "feedback_text": "좋아요"}
    )
    assert (given.status, given.body["help_response_id"]) == (200, shown["id"])
    closed = Api(kim).post(f"{path}/close")
    assert closed.body["closed_at"].endswith("Z")
    late = Api(park).post(f"{path}/answer", {"help_content": "하나 더"})
    assert (late.status, late.code) == (409, "REQUEST_CLOSED")


@pytest.mark.parametrize(
    "body",
    [{}, {"subtask_id": "x"}, {"subtask_id": 1, "context_data": []}, {"subtask_id": 1, "request_type": "LOUD"}],
)
def test_a_bad_question_is_400(kim: User, body: Any) -> None:
    answer = Api(kim).post("/api/help/request", body)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("rating", [0, 6, 4.5, "5", None])
def test_a_rating_is_one_to_five(kim: User, rating: Any) -> None:
    assert Api(kim).post("/api/help/feedback", {"help_response_id": 1, "rating": rating}).status == 400


def test_who_asks_and_who_sees(kim: User, park: User, step: Subtask) -> None:
    lee, choi = cast.student_lee(), cast.instructor_choi()
    question = {"subtask_id": step.pk}
    assert Api().post("/api/help/request", question).status == 401
    assert Api(park).post("/api/help/request", question).status == 403
    assert Api(lee).post("/api/help/request", question).code == "NOT_ENROLLED"
    assert Api(kim).post("/api/help/request", {**question, "user_id": lee.pk}).code == "USER_ID_MISMATCH"
    path = f"/api/help/request/{ask(kim, step)}"
    for user, status in ((lee, 404), (choi, 404), (park, 200), (cast.admin_han(), 200)):
        assert Api(user).get(path).status == status
    for user, status in ((lee, 403), (kim, 403), (choi, 404)):
        assert Api(user).post(f"{path}/answer", {"help_content": "답"}).status == status
    assert Api(lee).post(f"{path}/close").status == 404


def test_a_sixth_question_within_a_minute_is_429(kim: User, park: User) -> None:
    lecture = cast.lecture(park, shape=(6,))
    cast.enroll(lecture, kim)
    *first, last = classes.steps(lecture)
    for step in first:
        ask(kim, step)
    answer = Api(kim).post("/api/help/request", {"subtask_id": last.pk})
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (429, "RATE_LIMITED", "60")


def test_pending_requests(
    kim: User, park: User, lecture: Lecture, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    session = classes.open_class(lecture)
    classes.seat(session, kim)
    one, two, _ = classes.steps(lecture)
    first, second = ask(kim, one, message="어려워요"), ask(kim, two)
    api = Api(park)
    with django_assert_num_queries(5):
        body = api.get("/api/dashboard/help-requests/pending").body
    assert [row["help_request_id"] for row in body["pending_requests"]] == [first, second]
    row = body["pending_requests"][0]
    assert row["user"] == {"id": kim.pk, "name": "김학생"}
    assert row["subtask"] == {"id": one.pk, "title": one.title}
    assert (row["status"], row["message"], row["session_id"]) == ("ANALYZING", "어려워요", session.pk)
    assert len(api.get("/api/dashboard/help-requests/pending/", session_id=session.pk).body["results"]) == 2
    assert api.get("/api/dashboard/help-requests/pending", session_id=session.pk + 1).body["results"] == []
    assert api.get("/api/dashboard/help-requests/pending", session_id="x").status == 400
    assert Api(kim).get("/api/dashboard/help-requests/pending").status == 403
    assert Api(cast.instructor_choi()).get("/api/dashboard/help-requests/pending").body["results"] == []


def test_the_most_urgent_come_first(kim: User, park: User, lecture: Lecture) -> None:
    one, two, three = classes.steps(lecture)
    later = ask(kim, one, request_type="AUTO")
    asked = ask(kim, two)
    urgent = ask(kim, three, context_data={"stuck_duration_seconds": 90})
    body = Api(park).get("/api/dashboard/help-requests/pending").body
    rows = body["pending_requests"]
    assert [(row["help_request_id"], row["priority"]) for row in rows] == [
        (urgent, "HIGH"),
        (asked, "NORMAL"),
        (later, "LOW"),
    ]
    assert (body["count"], body["auto_count"], body["pagination"]["total_count"]) == (2, 1, 3)
    assert rows[0]["stuck_duration_seconds"] == 90


def test_the_analysis_and_what_only_the_teacher_sees_of_it(kim: User, park: User, step: Subtask) -> None:
    request_id = ask(kim, step, context_data={"current_screen": "com.nhn.android.search.MainActivity"})
    work.run_due()
    shown = Api(kim).get(f"/api/help/request/{request_id}").body
    assert shown["status"] == "RESOLVED"
    assert shown["help_response"]["help_content"].startswith("지금은 네이버 화면이에요.")
    analysis = shown["analysis"]
    assert analysis["problem_diagnosis"] == "카카오톡에서 할 단계인데 네이버로 들어가 있어요"
    assert 0.8 < analysis["confidence_score"] <= 1
    assert (analysis["suggestion"], analysis["evidence"]) == (None, None)

    row = Api(park).get("/api/dashboard/help-requests/pending").body["pending_requests"][0]
    assert (row["answer_source"], row["analysis"]["suggestion"]) == ("LOCAL", shown["help_response"]["help_content"])
    assert row["analysis"]["evidence"][0] == "지금 화면: 네이버 · MainActivity"
    seen = Api(park).get(f"/api/help/request/{request_id}").body
    assert seen["analysis"] == row["analysis"]


def test_each_is_told_in_their_own_language(kim: User, park: User, step: Subtask) -> None:
    body = {"subtask_id": step.pk, "context_data": {"current_screen": "com.nhn.android.search.MainActivity"}}
    asked = Api(kim).post("/api/help/request", body, Accept_Language="en")
    assert asked.body["message"] == "We are looking at it. One moment, please."
    work.run_due()
    path = f"/api/help/request/{asked.body['help_request_id']}"
    english, korean = (Api(park).send("GET", path, headers={"Accept_Language": each}).body for each in ("en", "ko"))
    assert english["help_response"] == korean["help_response"]
    assert english["help_response"]["help_content"].startswith("You are in Naver.")
    assert korean["analysis"]["problem_diagnosis"] == "카카오톡에서 할 단계인데 네이버로 들어가 있어요"
    assert english["analysis"]["problem_diagnosis"] == "The step is in KakaoTalk, and they are in Naver"
    assert english["analysis"]["evidence"][0] == "Screen now: Naver · MainActivity"
    assert korean["analysis"]["evidence"][0] == "지금 화면: 네이버 · MainActivity"


def test_the_teacher_sees_whom_an_answer_did_not_help(kim: User, park: User, step: Subtask) -> None:
    def ratings() -> list[int | None]:
        return [row["answer_rating"] for row in Api(park).get("/api/dashboard/help-requests/pending").body["results"]]

    def asked_again() -> bool:
        (row,) = Api(park).get("/api/dashboard/help-requests/pending").body["pending_requests"]
        return bool(row["asked_again"])

    def rate(rating: int) -> None:
        body = {"help_request_id": first, "rating": rating}
        assert Api(kim).post("/api/help/feedback", body).status == 200

    first = ask(kim, step)
    work.run_due()
    assert not asked_again()
    assert ratings() == [None]
    rate(2)
    assert (asked_again(), ratings()) == (True, [2])
    Api(kim).post(f"/api/help/request/{first}/close")
    assert ask(kim, step) != first
    assert asked_again()
    with time_machine.travel(now() + timedelta(hours=3)):
        assert not asked_again()
    rate(4)
    assert not asked_again()


def test_who_looks_at_a_late_request_finds_its_answer(kim: User, step: Subtask) -> None:
    request_id = ask(kim, step)
    assert Api(kim).get(f"/api/help/request/{request_id}").body["status"] == "ANALYZING"
    with time_machine.travel(now() + timedelta(seconds=45)):
        shown = Api(kim).get(f"/api/help/request/{request_id}").body
    assert (shown["status"], shown["help_response"] is None) == ("RESOLVED", False)


def test_who_was_noticed_and_asks_stands_in_line(kim: User, park: User, step: Subtask) -> None:
    request_id = ask(kim, step, request_type="AUTO")
    assert ask(kim, step, message="소리가 안 나요") == request_id
    row = Api(park).get("/api/dashboard/help-requests/pending").body["pending_requests"][0]
    assert (row["request_type"], row["priority"], row["message"]) == ("MANUAL", "NORMAL", "소리가 안 나요")


def test_the_picture_of_a_call_for_help_is_taken_and_not_kept(session: LectureSession, kim: User) -> None:
    """Contract 12: it may show what nobody agreed to show; there is room for it, and nothing of it is stored."""
    classes.seat(session, kim)
    classes.start(session)
    picture = "/9j/4AAQ" + "A" * 170_000
    body = {
        "subtask_id": classes.steps(session.lecture)[0].pk,
        "message": "안 돼요",
        "screenshot": picture,
        "device_id": "9774d56d682e549c",
        "context_data": {"screenshot": picture, "currentScreen": "친구"},
    }
    answer = Api(kim).post("/api/help/request", body)
    assert answer.status == 201
    (asked,) = HelpRequest.objects.all()
    assert asked.context_data == {"message": "안 돼요", "currentScreen": "친구"}
    assert picture[:50] not in str(answer.body)
    assert not any(picture[:50].encode() in bytes(entry.payload) for entry in StreamEntry.objects.all())
