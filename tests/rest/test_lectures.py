"""R5–R10, R22–R26 and the editor's operations through the REST door (contract 5; reliability, section 3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import create_guests
from mobilegpt.classroom.models import LectureSession
from mobilegpt.events.models import StreamEntry
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask, Task
from tests import cast
from tests.rest.api import Api

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def subtasks_of(lecture: Lecture) -> list[Subtask]:
    return list(Subtask.objects.filter(task__lecture=lecture).order_by("task__order_index", "order_index"))


# --- reading


@pytest.mark.parametrize("path", ["/api/lectures", "/api/lectures/"])
def test_the_list_has_the_documented_key_and_the_common_one(path: str, park: User, lecture: Lecture) -> None:
    cast.enroll(lecture, cast.student_lee())
    body = Api(cast.student_kim()).get(path).body

    (row,) = body["lectures"]
    assert body["results"] == body["lectures"]
    assert body["pagination"] == {"page": 1, "page_size": 20, "total_count": 1, "total_pages": 1}
    assert row == {
        "id": lecture.pk,
        "title": "카카오톡 기초",
        "description": "카카오톡 사용법을 배웁니다",
        "instructor": {"id": park.pk, "name": "박강사"},
        "instructor_id": park.pk,
        "thumbnail_url": None,
        "is_active": True,
        "is_enrolled": False,
        "enrolled_count": 1,
        "total_subtasks": 3,
        "session_count": 0,
        "created_at": lecture.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def test_inactive_lectures_are_listed_for_their_own_people_only(park: User, lecture: Lecture) -> None:
    Lecture.objects.update(is_active=False)
    kim, lee = cast.student_kim(), cast.student_lee()
    cast.enroll(lecture, kim)
    seen = {
        user.name: len(Api(user).get("/api/lectures").body["lectures"])
        for user in (park, kim, lee, cast.instructor_choi(), cast.admin_han())
    }
    assert seen == {"박강사": 1, "김학생": 1, "이학생": 0, "최강사": 0, "한관리": 1}


def test_the_list_can_be_filtered_and_paged(park: User) -> None:
    choi = cast.instructor_choi()
    for number in range(3):
        cast.lecture(park, (1,), title=f"강의 {number}")
    cast.lecture(choi, (1,), title="다른 강의")
    Lecture.objects.filter(title="강의 0").update(is_active=False)
    api = Api(park)

    def titles(**query: Any) -> list[str]:
        return [row["title"] for row in api.get("/api/lectures", **query).body["lectures"]]

    assert titles(instructor_id=choi.pk) == ["다른 강의"]
    assert titles(instructor_id=10**17) == []
    assert titles(is_active="false") == ["강의 0"]
    assert titles(is_active="TRUE", instructor_id=park.pk) == ["강의 2", "강의 1"]
    assert titles(page=2, page_size=3) == ["강의 0"]
    assert titles(page=9) == []


@pytest.mark.parametrize(
    "query",
    [
        {"instructor_id": "x"},
        {"instructor_id": "-1"},
        {"instructor_id": "1" * 40},
        {"is_active": "maybe"},
        {"page": 0},
        {"page": "1.5"},
        {"page_size": 101},
        {"page_size": "٣"},
    ],
)
def test_a_filter_that_makes_no_sense_is_400(query: dict[str, Any]) -> None:
    answer = Api(cast.student_kim()).get("/api/lectures", **query)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    assert answer.body["error"]["details"]["field"] in query


def test_the_list_costs_the_same_for_many_lectures(park: User, django_assert_num_queries: Any) -> None:
    for number in range(15):
        cast.lecture(park, (2,), title=f"강의 {number}")
    api = Api(park)
    with django_assert_num_queries(3):  # the caller, the count, the rows
        assert len(api.get("/api/lectures").body["lectures"]) == 15


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_detail_shows_tasks_and_counts(slash: str, park: User, lecture: Lecture) -> None:
    kim = cast.student_kim()
    cast.enroll(lecture, kim)
    body = Api(kim).get(f"/api/lectures/{lecture.pk}{slash}").body
    tasks = list(Task.objects.order_by("order_index"))

    assert body["instructor"] == {"id": park.pk, "name": "박강사"}
    assert (body["enrolled_count"], body["total_subtasks"], body["is_enrolled"]) == (1, 3, True)
    assert [(task["id"], task["title"], task["order_index"], task["order"]) for task in body["tasks"]] == [
        (tasks[0].pk, "과제 1", 1, 1),
        (tasks[1].pk, "과제 2", 2, 2),
    ]
    assert all("subtasks" not in task for task in body["tasks"])


def test_the_detail_includes_subtasks_with_their_place_in_the_whole_lecture(lecture: Lecture) -> None:
    body = Api(cast.student_kim()).get(f"/api/lectures/{lecture.pk}", include="subtasks").body
    shown = [subtask for task in body["tasks"] for subtask in task["subtasks"]]
    first = subtasks_of(lecture)[0]

    assert [(subtask["order_index"], subtask["position"]) for subtask in shown] == [(1, 1), (2, 2), (1, 3)]
    assert shown[0] == {
        "id": first.pk,
        "task_id": first.task_id,
        "title": "카카오톡 앱 열기",
        "description": "",
        "order_index": 1,
        "order": 1,
        "position": 1,
        "target_action": "CLICK",
        "target_element_hint": "com.kakao.talk",
        "guide_text": "카카오톡 앱 열기: 화면을 눌러주세요",
        "voice_guide_text": "카카오톡 앱 열기: 화면을 눌러주세요",
        "image": None,
        "audio": None,
    }
    assert Api(cast.student_lee()).get(f"/api/lectures/{lecture.pk}", include="all").status == 400


def test_who_sees_which_lecture(park: User, lecture: Lecture) -> None:
    kim, lee = cast.student_kim(), cast.student_lee()
    cast.enroll(lecture, kim)
    everyone = {"박강사": park, "김학생": kim, "이학생": lee}
    everyone |= {"최강사": cast.instructor_choi(), "한관리": cast.admin_han()}
    callers = {name: Api(user) for name, user in everyone.items()}
    task = Task.objects.first()
    assert task is not None

    def statuses(path: str) -> dict[str, int]:
        return {name: api.get(path).status for name, api in callers.items()}

    everywhere = dict.fromkeys(everyone, 200)
    assert statuses(f"/api/lectures/{lecture.pk}") == everywhere
    assert statuses(f"/api/tasks/{task.pk}") == everywhere | {"이학생": 403, "최강사": 403}
    Lecture.objects.update(is_active=False)
    assert statuses(f"/api/lectures/{lecture.pk}") == everywhere | {"이학생": 404, "최강사": 404}
    assert statuses(f"/api/tasks/{task.pk}") == everywhere | {"이학생": 404, "최강사": 404}
    assert statuses(f"/api/lectures/{10**20}") == dict.fromkeys(everyone, 404)
    assert Api().get(f"/api/lectures/{lecture.pk}").status == 401
    assert Api().get(f"/api/tasks/{task.pk}").status == 401


def test_a_hidden_lecture_and_an_absent_one_look_the_same(lecture: Lecture) -> None:
    Lecture.objects.update(is_active=False)
    api = Api(cast.student_kim())
    assert api.get(f"/api/lectures/{lecture.pk}").body == api.get("/api/lectures/999999").body


def test_a_guest_sees_its_own_lecture_and_no_other(park: User, lecture: Lecture) -> None:
    other = cast.lecture(park, (1,), title="다른 강의")
    (guest,) = create_guests(["이웃"], session_id=1)
    cast.enroll(lecture, guest)
    api = Api(guest)
    own, foreign = Task.objects.filter(lecture=lecture).first(), Task.objects.filter(lecture=other).first()
    assert own is not None
    assert foreign is not None

    assert api.get(f"/api/lectures/{lecture.pk}").status == 200
    assert api.get(f"/api/tasks/{own.pk}").status == 200
    for path in (f"/api/lectures/{other.pk}", "/api/lectures/999999", f"/api/tasks/{foreign.pk}", "/api/lectures"):
        assert (path, api.get(path).code) == (path, "GUEST_NOT_ALLOWED")
    assert api.post(f"/api/lectures/{other.pk}/enroll").code == "GUEST_NOT_ALLOWED"


def test_r23_shows_the_documented_keys_and_empty_texts_as_texts(lecture: Lecture) -> None:
    kim = cast.student_kim()
    cast.enroll(lecture, kim)
    Subtask.objects.update(target_action=None, target_element_hint=None, voice_guide_text="")
    task = Task.objects.order_by("order_index").first()
    assert task is not None
    body = Api(kim).get(f"/api/tasks/{task.pk}/").body

    assert {key: body[key] for key in ("id", "lecture_id", "title", "order_index")} == {
        "id": task.pk,
        "lecture_id": lecture.pk,
        "title": "과제 1",
        "order_index": 1,
    }
    assert [subtask["order_index"] for subtask in body["subtasks"]] == [1, 2]
    assert body["subtasks"][0]["target_action"] is None
    assert body["subtasks"][0]["voice_guide_text"] == ""


# --- the cache


def test_a_cached_lecture_costs_one_query_beside_the_caller(
    lecture: Lecture, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kim = cast.student_kim()
    cast.enroll(lecture, kim)
    api, task = Api(kim), Task.objects.first()
    assert task is not None
    first = api.get(f"/api/lectures/{lecture.pk}").body
    with django_assert_num_queries(2):
        assert api.get(f"/api/lectures/{lecture.pk}").body == first
    with django_assert_num_queries(2):
        assert api.get(f"/api/tasks/{task.pk}").status == 200


def test_every_edit_is_seen_by_the_next_reader(park: User, lecture: Lecture) -> None:
    teacher, reader = Api(park), Api(cast.student_kim())
    task = Task.objects.order_by("order_index").first()
    subtask = Subtask.objects.order_by("id").first()
    assert task is not None
    assert subtask is not None

    def seen() -> str:
        return str(reader.get(f"/api/lectures/{lecture.pk}", include="subtasks").body)

    before = seen()
    teacher.put(f"/api/lectures/{lecture.pk}", {"title": "새 이름"})
    assert "새 이름" in seen()
    teacher.put(f"/api/tasks/{task.pk}", {"title": "새 과제"})
    assert "새 과제" in seen()
    teacher.put(f"/api/subtasks/{subtask.pk}", {"guide_text": "새 안내"})
    assert "새 안내" in seen()
    teacher.post(f"/api/tasks/{task.pk}/subtasks", {"title": "덧붙인 단계"})
    assert "덧붙인 단계" in seen()
    teacher.delete(f"/api/tasks/{task.pk}")
    assert "새 과제" not in seen() != before
    assert reader.get(f"/api/lectures/{lecture.pk}").body["total_subtasks"] == 1


def test_the_cache_knows_nothing_of_who_may_see(park: User, lecture: Lecture) -> None:
    kim = cast.student_kim()
    path = f"/api/lectures/{lecture.pk}"
    assert Api(kim).get(path).body["is_enrolled"] is False
    Lecture.objects.update(is_active=False)
    assert Api(kim).get(path).status == 404
    cast.enroll(lecture, kim)
    assert Api(kim).get(path).body["is_enrolled"] is True
    assert Api(park).get(path).body["enrolled_count"] == 1


# --- writing


NEW_LECTURE = {
    "title": "카카오톡 기초",
    "description": "카카오톡 사용법을 배웁니다",
    "thumbnail_url": "https://...",
}
NEW_SUBTASK = {
    "title": "카카오톡 앱 열기",
    "description": "홈 화면에서 카카오톡 앱을 찾아 엽니다",
    "order_index": 1,
    "target_action": "CLICK",
    "target_element_hint": "com.kakao.talk",
    "guide_text": "홈 화면에서 노란색 카카오톡 아이콘을 눌러주세요",
    "voice_guide_text": "홈 화면에서 노란색 카카오톡 아이콘을 눌러주세요",
}


def test_an_instructor_makes_a_lecture_out_of_the_documents_examples(park: User) -> None:
    api = Api(park)
    lecture = api.post("/api/lectures/", NEW_LECTURE)
    task = api.post(
        f"/api/lectures/{lecture.body['id']}/tasks",
        {"title": "메시지 보내기", "description": "친구에게 카카오톡 메시지를 보냅니다", "order_index": 1},
    )
    subtask = api.post(f"/api/tasks/{task.body['id']}/subtasks", NEW_SUBTASK)

    assert lecture.status == 201
    assert {"title": "카카오톡 기초", "instructor_id": park.pk}.items() <= lecture.body.items()
    assert task.status == 201
    assert task.body == {
        "id": task.body["id"],
        "lecture_id": lecture.body["id"],
        "title": "메시지 보내기",
        "description": "친구에게 카카오톡 메시지를 보냅니다",
        "order_index": 1,
        "order": 1,
        "subtasks": [],
    }
    assert subtask.status == 201
    assert subtask.body == {
        **NEW_SUBTASK,
        "id": subtask.body["id"],
        "task_id": task.body["id"],
        "order": 1,
        "position": 1,
        "image": None,
        "audio": None,
    }


def test_no_field_gives_a_lecture_to_somebody_else(park: User) -> None:
    choi = cast.instructor_choi()
    api = Api(park)
    claim = {"instructor_id": choi.pk, "instructor": choi.pk, "id": 999, "created_at": "2001-01-01T00:00:00Z"}
    made = api.post("/api/lectures", {**NEW_LECTURE, **claim}).body
    changed = api.put(f"/api/lectures/{made['id']}", claim)

    assert made["id"] != 999
    assert changed.status == 200
    assert changed.body["instructor_id"] == park.pk
    assert changed.body["created_at"] == made["created_at"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"title": "가" * 201}, "title"),
        ({"description": 7}, "description"),
        ({"description": "가" * 5001}, "description"),
        ({"is_active": "yes"}, "is_active"),
        ({"thumbnail_url": "javascript:alert(1)"}, "thumbnail_url"),
        ({"thumbnail_url": "ftp://example.com/a.png"}, "thumbnail_url"),
        ({"thumbnail_url": "//example.com/a.png"}, "thumbnail_url"),
        ({"thumbnail_url": "https://"}, "thumbnail_url"),
        ({"thumbnail_url": "http://[::1"}, "thumbnail_url"),
        ({"thumbnail_url": "https://example.com/a b.png"}, "thumbnail_url"),
        ({"thumbnail_url": "https://example.com/" + "a" * 500}, "thumbnail_url"),
    ],
)
def test_a_lecture_that_makes_no_sense_is_refused(change: dict[str, Any], field: str, park: User) -> None:
    lecture = cast.lecture(park, (1,))
    for answer in (
        Api(park).post("/api/lectures", {**NEW_LECTURE, **change}),
        Api(park).put(f"/api/lectures/{lecture.pk}", change),
    ):
        assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
        assert answer.body["error"]["details"] == {"field": field}
    assert Lecture.objects.count() == 1


def test_put_and_patch_leave_what_is_absent_as_it_is(park: User, lecture: Lecture) -> None:
    api, subtask = Api(park), subtasks_of(lecture)[0]
    Lecture.objects.update(thumbnail_url="https://example.com/a.png")
    put = api.put(f"/api/lectures/{lecture.pk}/", {"title": "새 이름"}).body
    patch = api.patch(f"/api/lectures/{lecture.pk}", {"thumbnail_url": None, "is_active": False}).body
    step = api.put(f"/api/subtasks/{subtask.pk}", {"target_action": "long_click"}).body

    assert (put["title"], put["description"]) == ("새 이름", "카카오톡 사용법을 배웁니다")
    assert put["thumbnail_url"] == "https://example.com/a.png"
    assert (patch["title"], patch["thumbnail_url"], patch["is_active"]) == ("새 이름", None, False)
    assert (step["target_action"], step["title"], step["position"]) == ("LONG_CLICK", "카카오톡 앱 열기", 1)
    assert api.patch(f"/api/subtasks/{subtask.pk}", {"target_action": None}).body["target_action"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"target_action": "JUMP"}, "target_action"),
        ({"order_index": -1}, "order_index"),
        ({"order_index": 10**12}, "order_index"),
        ({"order_index": "2"}, "order_index"),
        ({"order_index": 1.5}, "order_index"),
        ({"title": " "}, "title"),
        ({"guide_text": ["a"]}, "guide_text"),
        ({"target_element_hint": "가" * 501}, "target_element_hint"),
    ],
)
def test_a_subtask_that_makes_no_sense_is_refused(
    change: dict[str, Any], field: str, park: User, lecture: Lecture
) -> None:
    subtask = subtasks_of(lecture)[0]
    fresh = {key: value for key, value in NEW_SUBTASK.items() if key != "order_index"}
    for answer in (
        Api(park).post(f"/api/tasks/{subtask.task_id}/subtasks", {**fresh, **change}),
        Api(park).patch(f"/api/subtasks/{subtask.pk}", change),
    ):
        assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
        assert answer.body["error"]["details"] == {"field": field}


def test_a_place_that_is_taken_is_409_and_an_absent_one_appends(park: User, lecture: Lecture) -> None:
    api = Api(park)
    first, second = Task.objects.order_by("order_index")
    path = f"/api/lectures/{lecture.pk}/tasks"

    assert api.post(path, {"title": "겹침", "order_index": 2}).code == "ORDER_TAKEN"
    assert api.post(path, {"title": "끝"}).body["order_index"] == 3
    assert api.put(f"/api/tasks/{first.pk}", {"order_index": 2}).code == "ORDER_TAKEN"
    assert api.put(f"/api/tasks/{first.pk}", {"order_index": 1}).status == 200
    assert api.put(f"/api/tasks/{first.pk}", {"order_index": 9}).body["order_index"] == 9
    steps = f"/api/tasks/{second.pk}/subtasks"
    taken = api.post(steps, NEW_SUBTASK)
    assert (taken.status, taken.code) == (409, "ORDER_TAKEN")
    assert api.post(steps, {"title": "끝"}).body["order_index"] == 2


def test_a_subtask_moves_to_a_task_of_its_own_lecture_only(park: User, lecture: Lecture) -> None:
    api = Api(park)
    first, second = Task.objects.order_by("order_index")
    step = subtasks_of(lecture)[0]
    foreign = Task.objects.filter(lecture=cast.lecture(park, (1,), title="다른 강의")).first()
    assert foreign is not None

    refused = api.put(f"/api/subtasks/{step.pk}", {"task_id": foreign.pk})
    moved = api.put(f"/api/subtasks/{step.pk}", {"task_id": second.pk})
    assert (refused.status, refused.code) == (400, "WRONG_LECTURE")
    assert (moved.body["task_id"], moved.body["order_index"], moved.body["position"]) == (second.pk, 2, 3)
    assert api.put(f"/api/subtasks/{step.pk}", {"task_id": first.pk, "order_index": 2}).code == "ORDER_TAKEN"


def test_the_whole_order_is_set_at_once(park: User, lecture: Lecture) -> None:
    first, second = Task.objects.order_by("order_index")
    one, two, three = (subtask.pk for subtask in subtasks_of(lecture))
    body = (
        Api(park)
        .put(
            f"/api/lectures/{lecture.pk}/order",
            {"tasks": [{"id": second.pk, "subtasks": [three, one]}, {"id": first.pk, "subtasks": [two]}]},
        )
        .body
    )

    assert [task["id"] for task in body["tasks"]] == [second.pk, first.pk]
    assert [task["order_index"] for task in body["tasks"]] == [1, 2]
    shown = [subtask for task in body["tasks"] for subtask in task["subtasks"]]
    assert [(subtask["id"], subtask["order_index"], subtask["position"]) for subtask in shown] == [
        (three, 1, 1),
        (one, 2, 2),
        (two, 1, 3),
    ]


def test_an_order_that_is_not_the_whole_lecture_changes_nothing(park: User, lecture: Lecture) -> None:
    first, second = (task.pk for task in Task.objects.order_by("order_index"))
    one, two, three = (subtask.pk for subtask in subtasks_of(lecture))
    foreign = subtasks_of(cast.lecture(park, (1,), title="다른 강의"))[0].pk
    api = Api(park)
    before = api.get(f"/api/lectures/{lecture.pk}", include="subtasks").body
    wrong: list[Any] = [
        {},
        {"tasks": []},
        {"tasks": "all"},
        {"tasks": [{"id": first, "subtasks": [one, two, three]}]},
        {"tasks": [{"id": first, "subtasks": [one, two]}, {"id": second, "subtasks": []}]},
        {"tasks": [{"id": first, "subtasks": [one, two, one]}, {"id": second, "subtasks": [three]}]},
        {"tasks": [{"id": first, "subtasks": [one, two, foreign]}, {"id": second, "subtasks": [three]}]},
        {"tasks": [{"id": first}, {"id": second}]},
        {"tasks": [{"id": first, "subtasks": [one, two]}] * 2},
    ]
    for order in wrong:
        answer = api.put(f"/api/lectures/{lecture.pk}/order", order)
        assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    assert api.get(f"/api/lectures/{lecture.pk}", include="subtasks").body == before


def test_who_may_edit(park: User, lecture: Lecture) -> None:
    task, subtask = Task.objects.first(), Subtask.objects.first()
    assert task is not None
    assert subtask is not None
    kim = cast.student_kim()
    cast.enroll(lecture, kim)
    edits: list[tuple[str, str, Any]] = [
        ("POST", f"/api/lectures/{lecture.pk}/tasks", {"title": "새 과제"}),
        ("POST", f"/api/tasks/{task.pk}/subtasks", {"title": "새 단계"}),
        ("PUT", f"/api/lectures/{lecture.pk}", {}),
        ("PATCH", f"/api/lectures/{lecture.pk}", {}),
        ("PUT", f"/api/lectures/{lecture.pk}/order", {"tasks": []}),
        ("PUT", f"/api/tasks/{task.pk}", {}),
        ("PUT", f"/api/subtasks/{subtask.pk}", {}),
        ("DELETE", f"/api/subtasks/{subtask.pk}", None),
        ("DELETE", f"/api/tasks/{task.pk}", None),
        ("DELETE", f"/api/lectures/{lecture.pk}", None),
    ]
    outsiders = {Api(): 401, Api(kim): 403, Api(cast.instructor_choi()): 403}
    for method, path, body in edits:
        for api, status in outsiders.items():
            assert (method, path, api.send(method, path, body).status) == (method, path, status)
    assert (Task.objects.count(), Subtask.objects.count()) == (2, 3)
    assert Api(kim).post("/api/lectures", NEW_LECTURE).status == 403

    for user in (park, cast.admin_han()):
        assert Api(user).put(f"/api/subtasks/{subtask.pk}", {}).status == 200
    admin_made = Api(User.objects.get(role="ADMIN")).post("/api/lectures", NEW_LECTURE)
    assert admin_made.status == 201


def test_absent_rows_are_404_for_instructors(park: User) -> None:
    api = Api(park)
    for method, path in (
        ("PUT", "/api/lectures/999999"),
        ("DELETE", "/api/lectures/999999"),
        ("PUT", "/api/lectures/999999/order"),
        ("POST", "/api/lectures/999999/tasks"),
        ("GET", "/api/tasks/999999"),
        ("POST", "/api/tasks/999999/subtasks"),
        ("PUT", "/api/subtasks/999999"),
        ("DELETE", f"/api/subtasks/{10**19}"),
        ("DELETE", "/api/tasks/999999"),
    ):
        answer = api.send(method, path, {"title": "x", "tasks": []})
        assert (method, path, answer.status, answer.code) == (method, path, 404, "NOT_FOUND")


def test_deleting_takes_what_is_below_with_it(park: User, lecture: Lecture) -> None:
    api = Api(park)
    first = Task.objects.order_by("order_index").first()
    assert first is not None
    step = subtasks_of(lecture)[0]

    assert (api.delete(f"/api/subtasks/{step.pk}/").status, Subtask.objects.count()) == (204, 2)
    assert (api.delete(f"/api/tasks/{first.pk}").status, Subtask.objects.count()) == (204, 1)
    gone = api.delete(f"/api/lectures/{lecture.pk}")
    assert (gone.status, gone.body) == (204, None)
    assert not Lecture.objects.exists()
    assert not Subtask.objects.exists()


@pytest.mark.parametrize("status", ["WAITING", "IN_PROGRESS", "PAUSED"])
def test_what_a_live_class_stands_on_cannot_be_deleted(status: str, park: User, lecture: Lecture) -> None:
    step, other, _ = subtasks_of(lecture)
    held = LectureSession.objects.create(
        lecture=lecture, code="ABC234", title="오전반", status=status, current_subtask=step
    )
    api = Api(park)
    for path in (f"subtasks/{step.pk}", f"tasks/{step.task_id}", f"lectures/{lecture.pk}"):
        answer = api.delete(f"/api/{path}")
        assert (path, answer.status, answer.code) == (path, 409, "IN_USE")
    assert Subtask.objects.count() == 3
    assert api.delete(f"/api/subtasks/{other.pk}").status == 204
    held.status = "REVIEW_MODE"
    held.save()
    assert api.delete(f"/api/subtasks/{step.pk}").status == 204


def test_every_change_is_announced_to_all_processes(park: User, lecture: Lecture) -> None:
    Api(park).put(f"/api/lectures/{lecture.pk}", {"title": "새 이름"})
    entry = StreamEntry.objects.get(event_type="LectureChanged")
    assert entry.topics.split() == ["control", f"lecture:{lecture.pk}"]


# --- enrolling


def test_a_student_enrols_once(lecture: Lecture) -> None:
    kim = cast.student_kim()
    api = Api(kim)
    answer, again = api.post(f"/api/lectures/{lecture.pk}/enroll/"), api.post(f"/api/lectures/{lecture.pk}/enroll")
    row = Enrollment.objects.get()

    assert answer.status == 201
    assert answer.body == {
        "enrollment_id": row.pk,
        "lecture_id": lecture.pk,
        "user_id": kim.pk,
        "enrolled_at": row.enrolled_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    assert (again.status, again.code) == (409, "ALREADY_ENROLLED")


def test_who_may_enrol(park: User, lecture: Lecture) -> None:
    path = f"/api/lectures/{lecture.pk}/enroll"
    assert Api().post(path).status == 401
    assert Api(park).post(path).status == 403
    assert Api(cast.instructor_choi()).post(path).status == 403
    assert Api(cast.admin_han()).post(path).status == 403
    assert Api(cast.student_kim()).post("/api/lectures/999999/enroll").status == 404
    Lecture.objects.update(is_active=False)
    assert Api(cast.student_lee()).post(path).status == 404
    assert not Enrollment.objects.exists()


def test_an_enrolment_that_is_sent_again_with_its_key_gives_the_first_answer(lecture: Lecture) -> None:
    api = Api(cast.student_kim())
    path = f"/api/lectures/{lecture.pk}/enroll"
    first, again = (api.post(path, Idempotency_Key="enrol-0001") for _ in range(2))
    assert (again.status, again.body) == (201, first.body)


def test_an_edit_costs_the_same_in_a_long_lecture(
    park: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    long = cast.lecture(park, (20, 20, 20))
    steps = subtasks_of(long)
    tasks = list(Task.objects.order_by("order_index"))
    api = Api(park)
    with django_assert_max_num_queries(25):  # a half of them begin and continue its history
        api.put(f"/api/subtasks/{steps[5].pk}", {"title": "새 이름"})
    order = [{"id": task.pk, "subtasks": [s.pk for s in steps if s.task_id == task.pk][::-1]} for task in tasks]
    with django_assert_max_num_queries(26):
        assert api.put(f"/api/lectures/{long.pk}/order", {"tasks": order[::-1]}).status == 200


# --- copies


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_copy_is_answered_in_full_and_made_once_per_key(park: User, lecture: Lecture, slash: str) -> None:
    api, path = Api(cast.instructor_choi()), f"/api/lectures/{lecture.pk}/duplicate{slash}"
    first, again = (api.post(path, {}, Idempotency_Key="copy-1") for _ in range(2))

    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert first.body["is_active"] is False
    assert first.body["total_subtasks"] == 3
    assert [len(task["subtasks"]) for task in first.body["tasks"]] == [2, 1]
    assert Lecture.objects.count() == 2
