"""The web console of the documents' system: it logs in, runs a class, and sees how it goes (contract 12)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.audit.models import AuditEntry
from mobilegpt.classroom.models import LectureSession
from mobilegpt.dashboard.class_progress import group_of
from mobilegpt.helpdesk import services as helpdesk
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.lectures.course import Course
from mobilegpt.lectures.models import Lecture
from tests import cast, classes
from tests.apps.needed import (
    LIST,
    MAYBE_TEXT,
    MAYBE_WHOLE,
    NOTHING,
    NUMBER,
    OBJECT,
    TEXT,
    WHOLE,
    YES,
    lacks,
    lacks_of_session,
)
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
PHONE = "9774d56d682e549c"


@pytest.fixture
def held(session: LectureSession, kim: User) -> LectureSession:
    """A class on its second step: 김학생 has done the first and asks for help, 김영자 has done nothing."""
    classes.seat(session, kim)
    Api().post("/api/sessions/join", {"session_code": session.code, "device_id": PHONE, "name": "김영자"})
    classes.start(session)
    first, second, _ = classes.steps(session.lecture)
    report = f"/api/sessions/{session.pk}/report-completion"
    assert Api(kim).post(report, {"subtask_id": first.pk}).status == 200
    Api(session.lecture.instructor).post(f"/api/sessions/{session.pk}/next-step")
    helpdesk.request_help(actor=cast.actor(kim), command=RequestHelp(subtask_id=second.pk, message="어려워요"))
    session.refresh_from_db()
    return session


def logged_in(email: str = "instructor@example.com", password: str = cast.PASSWORD) -> Api:
    pair = Api().post("/api/token/", {"email": email, "password": password})
    assert (pair.status, lacks(pair.body, {"access": TEXT, "refresh": TEXT})) == (200, [])
    return Api(token=pair.body["access"])


def test_the_wrong_password_is_told_in_its_words(park: User) -> None:
    answer = Api().post("/api/token/", {"email": park.email, "password": "wrong password"})
    assert (answer.status, answer.body["code"]) == (401, "INVALID_CREDENTIALS")
    assert isinstance(answer.body["error"], str)
    assert AuditEntry.objects.filter(action="login.ok").count() == 0


def test_a_class_from_login_to_summary(held: LectureSession) -> None:
    console, here = logged_in(), f"/api/sessions/{held.pk}"
    active = console.get("/api/sessions/instructor-active/").body
    assert active["count"] == len(active["active_sessions"]) == 1
    assert lacks_of_session(active["active_sessions"][0]) == []
    assert active["active_sessions"][0]["my_status"] is None

    people = console.get(f"{here}/participants/").body["participants"]
    assert [
        lacks(one, {"id": WHOLE, "user": OBJECT, "is_active": YES, "has_pending_help_request": YES}) for one in people
    ] == [[], []]

    said = console.post(f"{here}/broadcast/", {"message": "천천히 하세요"}).body
    assert lacks(said, {"success": YES, "broadcast_to": WHOLE, "instructor_message": TEXT, "timestamp": TEXT}) == []
    assert (said["broadcast_to"], said["instructor_message"]) == (2, "천천히 하세요")

    done = console.get(f"{here}/completion-status/").body
    row = {
        "participant_id": WHOLE,
        "device_id": NOTHING,
        "name": TEXT,
        "completed_subtasks": LIST,
        "current_subtask_id": MAYBE_WHOLE,
    }
    assert [lacks(one, row) for one in done["participants"]] == [[], []]
    first = classes.steps(held.lecture)[0].pk
    assert [one["completed_subtasks"] for one in done["participants"]] == [[first], []]

    (waiting,) = console.get("/api/dashboard/help-requests/pending/").body["pending_requests"]
    assert lacks(waiting, {"id": WHOLE}) == []
    resolved = console.post(f"/api/help/request/{waiting['id']}/resolve/")
    assert resolved.status == 200
    assert console.get("/api/dashboard/help-requests/pending").body["count"] == 0

    classes.end(held)
    summary = console.get(f"{here}/summary/").body
    assert lacks(summary, {"session_info": OBJECT, "statistics": OBJECT, "participants_summary": LIST}) == []
    assert [(one["name"], one["completed_subtasks"]) for one in summary["participants_summary"]] == [
        ("김학생", 1),
        ("김영자", 0),
    ]
    assert (summary["total_steps"], summary["completed_steps"], summary["help_request_count"]) == (3, 1, 1)
    assert summary["statistics"]["average_progress"] == pytest.approx(1 / 6, abs=1e-4)
    assert console.get("/api/sessions/instructor-active").body == {"active_sessions": [], "count": 0}


def test_a_participant_is_told_of_nobody_else(held: LectureSession, kim: User) -> None:
    mine = Api(kim).get(f"/api/sessions/{held.pk}/summary").body
    assert [one["name"] for one in mine["participants_summary"]] == ["김학생"]
    assert (mine["completed_steps"], mine["help_request_count"]) == (1, 1)
    theirs = Api().get(f"/api/sessions/{held.pk}/summary", device_id=PHONE).body
    assert [one["name"] for one in theirs["participants_summary"]] == ["김영자"]
    assert (theirs["completed_steps"], theirs["help_request_count"]) == (0, 0)


def test_progress_stats_put_everybody_in_one_group(held: LectureSession) -> None:
    stats = logged_in().get(f"/api/dashboard/sessions/{held.pk}/progress-stats/").body
    fields = {
        "session_id": WHOLE,
        "total_students": WHOLE,
        "total_subtasks": WHOLE,
        "current_session_step": MAYBE_WHOLE,
        "groups": LIST,
        "progress_data": LIST,
    }
    assert lacks(stats, fields) == []
    assert (stats["total_students"], stats["total_subtasks"], stats["current_session_step"]) == (2, 3, 2)
    assert [(one["name"], one["count"], one["percentage"]) for one in stats["groups"]] == [
        ("완료", 0, 0),
        ("진행중", 1, 50),
        ("지연", 0, 0),
        ("미시작", 1, 50),
    ]
    assert [(one["name"], one["group"], one["progress_percentage"]) for one in stats["progress_data"]] == [
        ("김학생", "진행중", 33),
        ("김영자", "미시작", 0),
    ]
    assert stats["progress_data"][0]["has_pending_help_request"] is True


def test_which_group_somebody_is_in(lecture: Lecture) -> None:
    course = Course.of(lecture)
    first, second, third = [step.id for step in course.steps]
    assert [group_of(done, course, 3) for done in ([], [first], [third], [first, second], [first, second, third])] == [
        "미시작",
        "지연",
        "지연",
        "진행중",
        "완료",
    ]
    assert group_of([first], course, None) == "진행중"


def test_a_lecture_step_by_step_and_class_by_class(held: LectureSession) -> None:
    console, path = logged_in(), f"/api/dashboard/statistics/lecture/{held.lecture_id}"
    steps = console.get(f"{path}/step-analysis/").body["steps"]
    fields = dict.fromkeys(
        ("subtask_id", "position", "total_students", "completed_count", "help_count", "average_time_seconds"), WHOLE
    )
    assert [lacks(one, {**fields, "title": TEXT, "completion_rate": NUMBER}) for one in steps] == [[], [], []]
    assert [(one["completed_count"], one["completion_rate"], one["help_count"]) for one in steps] == [
        (1, 0.5, 0),
        (0, 0.0, 1),
        (0, 0.0, 0),
    ]
    classes.open_class(held.lecture)  # it never began: it is no class to compare
    (trend,) = console.get(f"{path}/session-trends/").body["sessions"]
    fields = dict.fromkeys(
        ("session_id", "total_participants", "completed_participants", "help_count", "average_step_seconds"), WHOLE
    )
    assert lacks(trend, {**fields, "title": TEXT, "started_at": MAYBE_TEXT, "average_progress": NUMBER}) == []
    assert (trend["total_participants"], trend["help_count"], trend["auto_help_count"]) == (2, 1, 0)
    assert trend["average_progress"] == pytest.approx(1 / 6, abs=1e-4)


def test_a_lecture_without_anything_has_empty_reports(park: User) -> None:
    empty = cast.lecture(park, shape=())
    path = f"/api/dashboard/statistics/lecture/{empty.pk}"
    assert Api(park).get(f"{path}/step-analysis").body["steps"] == []
    assert Api(park).get(f"{path}/session-trends").body["sessions"] == []


def test_who_asked_does_not_resolve(held: LectureSession, kim: User) -> None:
    (waiting,) = Api(held.lecture.instructor).get("/api/dashboard/help-requests/pending").body["pending_requests"]
    answer: Any = Api(kim).post(f"/api/help/request/{waiting['id']}/resolve")
    assert (answer.status, answer.body["code"]) == (403, "FORBIDDEN")


def test_reports_ask_as_often_for_many_as_for_one(held: LectureSession, django_assert_max_num_queries: Any) -> None:
    console = Api(held.lecture.instructor)
    for user in cast.students(12):
        classes.seat(held, user)
    path = f"/api/dashboard/statistics/lecture/{held.lecture_id}"
    for asked in (
        f"/api/dashboard/sessions/{held.pk}/progress-stats",
        f"{path}/step-analysis",
        f"{path}/session-trends",
    ):
        with django_assert_max_num_queries(10):
            assert console.get(asked).status == 200
