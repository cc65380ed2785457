"""The instructor app's editor: tasks, steps and what they expect, all steps at once (contract 12)."""

from __future__ import annotations

from typing import Any

import pytest

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import LectureSession
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import loose
from mobilegpt.lectures.commands import CreateSubtask, CreateTask
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.lectures.services import create_subtask, create_task
from tests import cast, classes
from tests.apps.needed import LIST, MAYBE_WHOLE, TEXT, WHOLE, N, lacks
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
SEND = {
    "view_id": "com.kakao.talk:id/send",
    "text": "전송",
    "content_description": "보내기",
    "target_package": "com.kakao.talk",
    "target_class": "android.widget.Button",
    "bounds": "10 20 110 90",
    "time": 1732924800000,
}
TASK = {
    "id": WHOLE,
    "lecture_id": MAYBE_WHOLE,
    "title": TEXT,
    "order_index": WHOLE,
    "subtask_count": WHOLE,
    "subtasks": LIST,
}


def steps_of(api: Api, lecture: Lecture) -> list[dict[str, Any]]:
    return [step for task in api.get(f"/api/lectures/{lecture.pk}/tasks/").body["tasks"] for step in task["subtasks"]]


def test_what_is_said_of_an_element_comes_back_and_is_expected(lecture: Lecture, park: User) -> None:
    api, task = Api(park), lecture.tasks.first()
    assert task is not None
    body = {"title": "보내기", "target_action": "CLICK", "ui_hint": "오른쪽 아래", **SEND}
    made = api.post(f"/api/tasks/{task.pk}/subtasks/create/", body)
    assert made.status == 201
    assert {name: made.body[name] for name in SEND} == SEND
    assert made.body["target_element_hint"] == "오른쪽 아래"
    step = Subtask.objects.get(pk=made.body["id"])
    assert step.expectation is not None
    assert step.expectation["action"] == "TAP"
    assert step.expectation["where"]["apps"] == ["com.kakao.talk"]
    assert step.expectation["target"]["id_suffix"] == "send"

    path = f"/api/tasks/subtasks/{step.pk}/"
    changed = api.put(path, {"text": "보내기"})
    assert {name: changed.body[name] for name in SEND} == {**SEND, "text": "보내기"}
    assert api.put(path, {"target_action": "LONG_CLICK"}).status == 200
    changed_step = Subtask.objects.get(pk=step.pk)
    assert changed_step.expectation is not None
    assert changed_step.expectation["action"] == "LONG_TAP"
    (shown,) = [one for one in steps_of(api, lecture) if one["id"] == step.pk]
    assert (lacks(shown, N), shown["view_id"]) == ([], SEND["view_id"])
    assert api.put(path, dict.fromkeys(SEND, "")).status == 200
    step.refresh_from_db()
    assert step.expectation is None
    assert api.delete(path).status == 204


@pytest.mark.parametrize(("field", "value"), [("text", "가" * 201), ("time", "gestern"), ("time", -1), ("bounds", 7)])
def test_what_no_view_can_hold_is_refused(lecture: Lecture, park: User, field: str, value: Any) -> None:
    step = classes.steps(lecture)[0]
    answer = Api(park).put(f"/api/tasks/subtasks/{step.pk}", {"title": "신규", field: value})
    assert (answer.status, answer.body["details"]["field"]) == (400, field)
    assert Subtask.objects.get(pk=step.pk).title == step.title


def test_all_steps_at_once_keep_those_that_stay(lecture: Lecture, park: User) -> None:
    api, task = Api(park), lecture.tasks.order_by("order_index")[0]
    first, second = Subtask.objects.filter(task=task).order_by("order_index")
    Subtask.objects.filter(pk=second.pk).update(guide_text="그대로")
    shown = {one["id"]: one for one in steps_of(api, lecture)}
    given = [{"title": "새 단계", **SEND}, {**shown[second.pk], "title": "고친 단계", "order_index": None}]
    del given[1]["order_index"]
    done = api.put(f"/api/tasks/{task.pk}/subtasks/bulk/", {"subtasks": given})
    assert done.status == 200
    assert lacks(done.body, {"status": TEXT, "deleted_count": WHOLE, "created_count": WHOLE, "subtasks": LIST}) == []
    assert (done.body["status"], done.body["deleted_count"], done.body["created_count"]) == ("success", 1, 1)
    new, kept = done.body["subtasks"]
    assert [lacks(one, N) for one in (new, kept)] == [[], []]
    assert (new["title"], new["view_id"], new["order_index"]) == ("새 단계", SEND["view_id"], 1)
    assert (kept["id"], kept["title"], kept["guide_text"], kept["order_index"]) == (second.pk, "고친 단계", "그대로", 2)
    assert not Subtask.objects.filter(pk=first.pk).exists()


@pytest.mark.parametrize(
    "bad",
    [
        [{"title": "하나"}, {"title": " "}],
        [{"title": "하나"}, {"guide_text": "제목이 없다"}],
        [{"title": "하나"}, {"id": 999_999, "title": "남의 것"}],
        [{"title": "하나"}, {"title": "둘", "target_action": "JUMP"}],
    ],
)
def test_all_steps_at_once_or_none(lecture: Lecture, park: User, bad: list[dict[str, Any]]) -> None:
    task = lecture.tasks.order_by("order_index")[0]
    before = list(Subtask.objects.filter(task=task).values_list("pk", "title", "order_index"))
    assert Api(park).put(f"/api/tasks/{task.pk}/subtasks/bulk", {"subtasks": bad}).status == 400
    assert list(Subtask.objects.filter(task=task).values_list("pk", "title", "order_index")) == before


def test_the_step_on_which_a_class_stands_stays(session: LectureSession) -> None:
    classes.start(session)
    step = classes.steps(session.lecture)[0]
    path = f"/api/tasks/{step.task_id}/subtasks/bulk"
    refused = Api(session.lecture.instructor).put(path, {"subtasks": [{"title": "새 단계"}]})
    assert (refused.status, refused.body["code"]) == (409, "IN_USE")
    assert Subtask.objects.filter(pk=step.pk).exists()


def test_places_that_are_all_told_count(lecture: Lecture, park: User) -> None:
    task = lecture.tasks.order_by("order_index")[0]
    given = [{"title": "나중", "order_index": 7}, {"title": "먼저", "order_index": 3}]
    done = Api(park).put(f"/api/tasks/{task.pk}/subtasks/bulk", {"subtasks": given}).body
    assert [(one["title"], one["order_index"]) for one in done["subtasks"]] == [("먼저", 3), ("나중", 7)]


def test_a_task_in_no_lecture_is_attached_as_a_copy(lecture: Lecture, park: User) -> None:
    api = Api(park)
    assert api.get("/api/tasks/available/").body == {"tasks": [], "results": [], "count": 0}
    with unit_of_work():
        drawer = loose.drawer_of(cast.actor(park))
        task = create_task(actor=cast.actor(park), lecture_id=drawer.pk, command=CreateTask(title="녹화한 과제"))
        create_subtask(actor=cast.actor(park), task_id=task.pk, command=CreateSubtask(title="열기", view_id="a.b:id/c"))
    (available,) = api.get("/api/tasks/available/").body["tasks"]
    assert (lacks(available, TASK), available["lecture_id"], available["subtask_count"]) == ([], None, 1)

    attached = api.post(f"/api/lectures/{lecture.pk}/tasks/attach/", {"task_ids": [task.pk]})
    assert attached.status == 201
    (copy,) = attached.body["tasks"]
    assert (copy["lecture_id"], copy["title"], copy["subtasks"][0]["view_id"]) == (
        lecture.pk,
        "녹화한 과제",
        "a.b:id/c",
    )
    assert copy["id"] != task.pk
    assert api.get("/api/tasks/available").body["count"] == 1


def test_the_drawer_is_no_lecture_to_anybody(lecture: Lecture, park: User, kim: User) -> None:
    with unit_of_work():
        drawer = loose.drawer_of(cast.actor(park))
        assert loose.drawer_of(cast.actor(park)) == drawer
    api = Api(park)
    assert [row["id"] for row in api.get("/api/lectures").body["lectures"]] == [lecture.pk]
    assert api.post(f"/api/lectures/{drawer.pk}/sessions").status == 404
    assert Api(kim).get(f"/api/lectures/{drawer.pk}").status == 404
    assert api.post(f"/api/lectures/{drawer.pk}/share").status == 404
    session = classes.open_class(lecture)
    switched = api.post(f"/api/sessions/{session.pk}/switch-lecture", {"lecture_id": drawer.pk})
    assert switched.status == 404
    lecture.instructor = cast.instructor_choi()
    lecture.save()
    park.delete()
    assert not Lecture.everything.filter(pk=drawer.pk).exists()


def test_nobody_attaches_what_they_do_not_teach(lecture: Lecture) -> None:
    choi = cast.instructor_choi()
    mine, theirs = cast.lecture(choi, title="내 강의"), lecture.tasks.first()
    assert theirs is not None
    path = f"/api/lectures/{mine.pk}/tasks/attach"
    before = mine.tasks.count()
    own = mine.tasks.first()
    assert own is not None
    assert Api(choi).post(path, {"task_ids": [own.pk, theirs.pk]}).status == 403
    assert Api(choi).post(path, {"task_ids": [999_999]}).status == 404
    assert Api(choi).post(path, {"task_ids": []}).status == 400
    assert mine.tasks.count() == before


def test_a_task_by_the_later_path(lecture: Lecture, park: User) -> None:
    made = Api(park).post(f"/api/lectures/{lecture.pk}/tasks/create/", {"title": "새 과제"})
    assert (made.status, made.body["title"], made.body["subtasks"]) == (201, "새 과제", [])
