"""R35, R37, R38 and the file at the REST door (contract 4.3, 7.4, 7.5, 8.6)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import iso, now
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.services import request_help
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 10, 28, 3, tzinfo=UTC)  # noon in Seoul
TREND = "/api/dashboard/chart-data/progress-trend"


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def api(park: User) -> Api:
    return Api(park)


@pytest.fixture
def lecture(park: User, kim: User) -> Lecture:
    """Since ten days; 김학생 has completed one step of four yesterday, and is stuck on the second today."""
    made = cast.lecture(park, (3, 1))
    cast.enroll(made, kim, cast.student_lee())
    made.enrollments.update(enrolled_at=NOW - timedelta(days=10))
    first, second, *_ = classes.steps(made)
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=first.pk, status="COMPLETED"))
    command = RequestHelp(subtask_id=second.pk, context_data={"stuck_duration_seconds": 120})
    request_help(actor=cast.actor(kim), command=command)
    return made


def students(api: Api, lecture: Lecture, **query: Any) -> Any:
    return api.get(f"/api/dashboard/lectures/{lecture.pk}/students", **query)


def test_the_students_of_a_lecture(api: Api, lecture: Lecture, kim: User) -> None:
    answer = students(api, lecture)
    second = classes.steps(lecture)[1]
    assert (answer.status, answer.body["lecture_id"]) == (200, lecture.pk)
    assert answer.body["students"][0] == {
        "user_id": kim.pk,
        "name": "김학생",
        "email": "student1@example.com",
        "progress_rate": 0.25,
        "completed_subtasks": 1,
        "total_subtasks": 4,
        "current_subtask": {"id": second.pk, "title": second.title, "status": "HELP_NEEDED"},
        "help_count": 1,
        "auto_help_count": 0,
        "pending_help": 1,
        "last_activity": "2025-10-28T03:00:00Z",
        "enrolled_at": "2025-10-18T03:00:00Z",
    }
    assert answer.body["results"] == answer.body["students"]
    assert answer.body["pagination"] == {"page": 1, "page_size": 2, "total_count": 2, "total_pages": 1}


def test_the_list_is_whole_unless_a_page_is_asked_for(api: Api, lecture: Lecture) -> None:
    cast.enroll(lecture, *cast.students(28))
    assert len(students(api, lecture).body["students"]) == 30
    page = students(api, lecture, page=2).body
    assert (len(page["students"]), page["pagination"]["total_pages"]) == (10, 2)
    page = students(api, lecture, page_size=7, page=5, sort="-name").body
    assert (len(page["students"]), page["pagination"]["total_count"]) == (2, 30)
    assert students(api, lecture, page=99).body["students"] == []


def test_an_empty_list_has_a_page(api: Api, park: User) -> None:
    body = students(api, Lecture.objects.create(instructor=park, title="빈 강의")).body
    assert (body["students"], body["pagination"]["total_count"]) == ([], 0)


@pytest.mark.parametrize(
    "query",
    [{"page": 0}, {"page": "x"}, {"page_size": 101}, {"sort": "password"}, {"search": "a" * 101}, {"search": "\x00"}],
)
def test_a_senseless_list_is_refused(api: Api, lecture: Lecture, query: dict[str, Any]) -> None:
    answer = students(api, lecture, **query)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    assert answer.body["error"]["details"]["field"] in query


def test_statistics(api: Api, lecture: Lecture) -> None:
    second = classes.steps(lecture)[1]
    body = api.get(f"/api/dashboard/statistics/lecture/{lecture.pk}").body
    assert body.pop("last_updated") == iso(now())
    assert body.pop("difficult_steps") == body["common_difficulties"]
    assert body == {
        "lecture_id": lecture.pk,
        "lecture_name": lecture.title,
        "active_students": 1,
        "average_progress": 0.125,
        "completion_rate": 0.0,
        "session_count": LectureSession.objects.filter(lecture=lecture).count(),
        "total_students": 2,
        "average_progress_rate": 0.125,
        "total_help_requests": 1,
        "total_auto_help_requests": 0,
        "average_completion_time_minutes": 0,
        "common_difficulties": [
            {
                "subtask_id": second.pk,
                "subtask_title": second.title,
                "help_count": 1,
                "auto_help_count": 0,
                "average_stuck_time_seconds": 120,
            }
        ],
        "daily_activity": [
            {"date": f"2025-10-{day}", "active_students": active, "help_requests": asked, "auto_help_requests": 0}
            for day, active, asked in (*((day, 0, 0) for day in range(22, 27)), (27, 1, 0), (28, 1, 1))
        ],
        "progress_distribution": {"0-25%": 2, "26-50%": 0, "51-75%": 0, "76-100%": 0},
    }


def test_a_trend_has_every_day_and_whole_percents(api: Api, lecture: Lecture) -> None:
    body = api.get(TREND, lecture_id=lecture.pk).body
    longer = api.get(TREND, lecture_id=lecture.pk, days=30).body
    earlier = api.get(TREND, lecture_id=lecture.pk, days=2, until="2025-10-27").body
    assert body == {
        "labels": ["10/22", "10/23", "10/24", "10/25", "10/26", "10/27", "10/28"],
        "datasets": [
            {"label": "평균 진행률", "data": [0, 0, 0, 0, 0, 13, 13]},
            {"label": "도움 요청 수", "data": [0, 0, 0, 0, 0, 0, 1]},
        ],
    }
    assert len(longer["labels"]) == len(longer["datasets"][0]["data"]) == len(longer["datasets"][1]["data"]) == 30
    assert (earlier["labels"], earlier["datasets"][0]["data"]) == (["10/26", "10/27"], [0, 13])


@pytest.mark.parametrize(
    "query",
    [
        {"days": 0},
        {"days": 91},
        {"days": "week"},
        {"until": "yesterday"},
        {"until": "2025-10-29"},
        {"until": "9999-12-31"},
        {"until": "0001-01-01"},
    ],
)
def test_days_are_within_reason(api: Api, lecture: Lecture, query: dict[str, Any]) -> None:
    for path in (TREND, f"/api/dashboard/statistics/lecture/{lecture.pk}"):
        answer = api.get(path, lecture_id=lecture.pk, **query)
        assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


def test_a_trend_is_of_a_lecture(api: Api, kim: User) -> None:
    assert api.get(TREND).body["error"]["details"] == {"field": "lecture_id"}
    assert api.get(TREND, lecture_id="x").status == 400
    assert api.get(TREND, lecture_id=999_999).status == 404
    assert Api(kim).get(TREND).status == 403


def download(api: Api, lecture: Lecture, **query: str) -> Any:
    headers = {"Authorization": f"Bearer {api.token}", "Accept": "text/csv"}
    path = f"/api/dashboard/lectures/{lecture.pk}/students.csv"
    return api.client.get(path, headers=headers, query_params=query)


def test_the_list_as_a_file(api: Api, lecture: Lecture, kim: User) -> None:
    kim.name = '=HYPERLINK("http://evil.example")'
    kim.save(update_fields=["name"])
    response = download(api, lecture)
    raw = b"".join(response.streaming_content)
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    heading, first, second = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert heading[1:4] == ["이름", "이메일", "진행률(%)"]
    assert first[1] == '\'=HYPERLINK("http://evil.example")'
    assert (first[3], first[7], second[1], second[3]) == ("25", "도움 필요", "이학생", "0")


def test_a_file_in_another_language(api: Api, lecture: Lecture) -> None:
    raw = b"".join(download(api, lecture, lang="en").streaming_content)
    assert raw.decode("utf-8-sig").startswith("ID,Name,E-mail,")
    assert download(api, lecture, lang="xx").status_code == 400


def test_another_teachers_file_is_absent(lecture: Lecture) -> None:
    response = download(Api(cast.instructor_choi()), lecture)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "NOT_FOUND")
