"""R27–R29 through the REST door (contract 6.11, 7.4; reliability, section 3)."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.lectures.models import Lecture
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def lecture(park: User, kim: User) -> Lecture:
    made = cast.lecture(park, shape=(2, 2))
    cast.enroll(made, kim)
    return made


def complete(user: User, subtask_id: int) -> Any:
    answer = Api(user).post("/api/progress/update", {"subtask_id": subtask_id, "status": "COMPLETED"})
    assert answer.status == 200
    return answer.body


@pytest.mark.parametrize("slash", ["", "/"])
def test_my_progress_in_a_lecture(lecture: Lecture, kim: User, slash: str) -> None:
    one, two, *_ = classes.steps(lecture)
    complete(kim, one.pk)
    body = Api(kim).get(f"/api/progress/me{slash}", lecture_id=lecture.pk).body
    assert body["progress_summary"] == {"completed_subtasks": 1, "total_subtasks": 4, "completion_rate": 0.25}
    current = body["current_subtask"]
    assert (current["id"], current["task_id"], current["status"]) == (two.pk, two.task_id, "NOT_STARTED")
    assert current["guide_text"] == two.guide_text


def test_the_live_step_is_the_current_one(lecture: Lecture, kim: User) -> None:
    one, _, three, _ = classes.steps(lecture)
    session = classes.open_class(lecture)
    classes.seat(session, kim)
    classes.start(session)
    complete(kim, one.pk)
    api = Api(kim)
    assert api.get("/api/progress/me").body["current_subtask"]["id"] == one.pk
    Api(lecture.instructor).post(f"/api/sessions/{session.pk}/next-step", {"next_subtask_id": three.pk})
    current = api.get("/api/progress/me").body["current_subtask"]
    assert (current["id"], current["status"], current["position"]) == (three.pk, "IN_PROGRESS", 3)
    classes.end(session)
    assert api.get("/api/progress/me").body["current_subtask"]["position"] == 2


def test_all_enrolled_lectures_together(
    lecture: Lecture, park: User, kim: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        cast.enroll(cast.lecture(park, shape=(2,)), kim)
    for step in classes.steps(lecture):
        complete(kim, step.pk)
    api = Api(kim)
    with django_assert_max_num_queries(5):
        body = api.get("/api/progress/me").body
    assert body["progress_summary"] == {"completed_subtasks": 4, "total_subtasks": 10, "completion_rate": 0.4}
    assert body["current_subtask"]["lecture_id"] != lecture.pk
    assert api.get("/api/progress/me", lecture_id=lecture.pk).body["current_subtask"] is None


def test_a_learner_without_lectures() -> None:
    body = Api(cast.student_lee()).get("/api/progress/me").body
    assert body["current_subtask"] is None
    assert body["progress_summary"] == {"completed_subtasks": 0, "total_subtasks": 0, "completion_rate": 0.0}


def test_who_reads_their_progress(lecture: Lecture, park: User) -> None:
    assert Api(park).get("/api/progress/me").status == 403
    assert Api(cast.admin_han()).get("/api/progress/me").status == 403
    lee = Api(cast.student_lee())
    refused = lee.get("/api/progress/me", lecture_id=lecture.pk)
    assert (refused.status, refused.code) == (403, "NOT_ENROLLED")
    assert lee.get("/api/progress/me", lecture_id=10**17).status == 404
    assert lee.get("/api/progress/me", lecture_id="x").status == 400


def test_an_update_answers_with_the_next_step(lecture: Lecture, kim: User) -> None:
    steps = classes.steps(lecture)
    body = complete(kim, steps[1].pk)
    assert (body["subtask_id"], body["status"]) == (steps[1].pk, "COMPLETED")
    assert body["completed_at"].endswith("Z")
    assert (body["next_subtask"]["id"], body["next_subtask"]["title"]) == (steps[2].pk, steps[2].title)
    assert complete(kim, steps[3].pk)["next_subtask"] is None
    assert complete(kim, steps[1].pk)["completed_at"] == body["completed_at"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "INVALID_REQUEST"),
        ({"subtask_id": 1}, 400, "INVALID_REQUEST"),
        ({"subtask_id": "1", "status": "COMPLETED"}, 400, "INVALID_REQUEST"),
        ({"subtask_id": 2**62, "status": "COMPLETED"}, 404, "NOT_FOUND"),
        ({"subtask_id": 2**64, "status": "COMPLETED"}, 400, "INVALID_REQUEST"),
        ({"subtask_id": 1, "status": "DONE"}, 400, "INVALID_REQUEST"),
        ({"subtask_id": 1, "status": "COMPLETED", "user_id": 999_999}, 403, "USER_ID_MISMATCH"),
    ],
)
def test_a_bad_update(lecture: Lecture, kim: User, body: Any, status: int, code: str) -> None:
    answer = Api(kim).post("/api/progress/update", body)
    assert (answer.status, answer.code) == (status, code)


def test_a_students_progress_for_the_teacher(lecture: Lecture, kim: User, park: User) -> None:
    one, two, *_ = classes.steps(lecture)
    complete(kim, one.pk)
    Api(kim).post("/api/progress/update", {"subtask_id": two.pk, "status": "in_progress"})
    path = f"/api/progress/users/{kim.pk}/lectures/{lecture.pk}/"
    body = Api(park).get(path).body
    assert body["user"] == {"id": kim.pk, "name": "김학생"}
    assert body["lecture"] == {"id": lecture.pk, "title": "카카오톡 기초"}
    assert [row["status"] for row in body["progress"]] == ["COMPLETED", "IN_PROGRESS", "NOT_STARTED", "NOT_STARTED"]
    assert body["progress"][0]["task_title"] == "과제 1"
    assert body["progress"][1]["started_at"].endswith("Z")
    assert body["progress"][1]["completed_at"] is None
    assert Api(cast.admin_han()).get(path).status == 200


def test_others_do_not_see_it(lecture: Lecture, kim: User, park: User) -> None:
    path = f"/api/progress/users/{kim.pk}/lectures/{lecture.pk}"
    other = cast.lecture(park)
    assert Api(kim).get(path).status == 403
    assert Api(cast.instructor_choi()).get(path).status == 404
    assert Api(park).get(f"/api/progress/users/{kim.pk}/lectures/{other.pk}").status == 404
    assert Api(park).get(f"/api/progress/users/999999/lectures/{lecture.pk}").status == 404
    assert Api(park).get(f"/api/progress/users/{'9' * 25}/lectures/{'9' * 25}").status == 404
