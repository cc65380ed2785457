"""The staff pages of lectures keep the services' rules: versions, owners, addresses, what a class stands on."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from mobilegpt.accounts.models import User
from mobilegpt.classroom.events import SessionHandedOver
from mobilegpt.classroom.models import LectureSession
from mobilegpt.classroom.services import archive_session
from mobilegpt.lectures.events import LectureChanged, LectureHandedOver
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask, Task
from tests import cast, classes

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(cast.admin_han())
    return client


def page(kind: str, row: Any) -> str:
    return reverse(f"admin:lectures_{kind}_change", args=[row.pk])


def form_of(lecture: Lecture, **changes: Any) -> dict[str, Any]:
    """The lecture's page as a browser sends it back, with the places and titles of its tasks."""
    tasks = list(Task.objects.filter(lecture=lecture))
    form = {
        "instructor": lecture.instructor_id,
        "title": lecture.title,
        "description": lecture.description,
        "thumbnail_url": lecture.thumbnail_url or "",
        "is_active": "on" if lecture.is_active else "",
        "tasks-TOTAL_FORMS": len(tasks),
        "tasks-INITIAL_FORMS": len(tasks),
    }
    for number, task in enumerate(tasks):
        form |= {
            f"tasks-{number}-id": task.pk,
            f"tasks-{number}-lecture": lecture.pk,
            f"tasks-{number}-order_index": task.order_index,
            f"tasks-{number}-title": task.title,
        }
    return form | changes


def test_saving_a_lecture_raises_its_version_and_keeps_its_owner(staff: Client, lecture: Lecture, park: User) -> None:
    answer = staff.post(page("lecture", lecture), form_of(lecture, title=" 카카오톡\u202e 처음 "))
    lecture.refresh_from_db()
    assert (answer.status_code, lecture.title, lecture.version) == (302, "카카오톡 처음", 1)
    assert lecture.instructor_id == park.pk
    assert [event.lecture_id for event in classes.events_of(LectureChanged)] == [lecture.pk]
    assert classes.events_of(LectureHandedOver) == []


def test_a_new_owner_ends_what_the_former_one_watches(staff: Client, lecture: Lecture, park: User) -> None:
    choi = cast.instructor_choi()
    staff.post(page("lecture", lecture), form_of(lecture, instructor=choi.pk))
    lecture.refresh_from_db()
    (told,) = classes.events_of(LectureHandedOver)
    closing = told.closes()
    assert closing is not None
    assert (lecture.instructor_id, told.lecture_id, told.former_id) == (choi.pk, lecture.pk, park.pk)
    assert (told.topics(), closing.code, closing.user_id) == ((f"lecture:{lecture.pk}",), 4403, park.pk)


def test_a_new_owner_takes_over_every_class_that_is_not_archived(staff: Client, session: LectureSession) -> None:
    archived, review = (classes.open_class(session.lecture) for _ in range(2))
    for one in (archived, review):
        classes.end(one)
    archive_session(archived.pk)
    former = session.lecture.instructor_id
    staff.post(page("lecture", session.lecture), form_of(session.lecture, instructor=cast.instructor_choi().pk))
    told = classes.events_of(SessionHandedOver)
    assert {(event.room.id, event.former_id) for event in told} == {(session.pk, former), (review.pk, former)}


def test_an_admin_who_gives_a_lecture_away_may_watch_on(staff: Client, park: User) -> None:
    made = cast.lecture(User.objects.get(role="ADMIN"), (1,))
    staff.post(page("lecture", made), form_of(made, instructor=park.pk))
    made.refresh_from_db()
    assert (made.instructor_id, classes.events_of(LectureHandedOver)) == (park.pk, [])


def test_a_new_lecture_is_handed_over_by_nobody(staff: Client, park: User) -> None:
    form = {"instructor": park.pk, "title": "새 강의", "is_active": "on"}
    form |= {"tasks-TOTAL_FORMS": 0, "tasks-INITIAL_FORMS": 0}
    assert staff.post(reverse("admin:lectures_lecture_add"), form).status_code == 302
    assert Lecture.objects.get().title == "새 강의"
    assert classes.events_of(LectureHandedOver) == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.com/a.png", "//example.com/a.png"])
def test_staff_type_addresses_as_everybody_does(staff: Client, lecture: Lecture, address: str) -> None:
    answer = staff.post(page("lecture", lecture), form_of(lecture, thumbnail_url=address))
    lecture.refresh_from_db()
    assert (answer.status_code, lecture.thumbnail_url, lecture.version) == (200, None, 0)
    assert "thumbnail_url is an http or https address" in answer.content.decode()


def test_an_address_that_is_blank_is_none(staff: Client, lecture: Lecture) -> None:
    Lecture.objects.update(thumbnail_url="https://example.com/a.png")
    staff.post(page("lecture", lecture), form_of(lecture, thumbnail_url=" \u200b "))
    lecture.refresh_from_db()
    assert lecture.thumbnail_url is None


def test_a_task_is_renamed_on_the_page_of_its_lecture(staff: Client, lecture: Lecture) -> None:
    staff.post(page("lecture", lecture), form_of(lecture, **{"tasks-1-title": "사진 보내기", "tasks-1-order_index": 5}))
    assert list(Task.objects.values_list("title", "order_index")) == [("과제 1", 1), ("사진 보내기", 5)]
    lecture.refresh_from_db()
    assert lecture.version == 1


def test_two_tasks_in_one_place_are_refused(staff: Client, lecture: Lecture) -> None:
    answer = staff.post(page("lecture", lecture), form_of(lecture, **{"tasks-1-order_index": 1}))
    assert answer.status_code == 200
    assert list(Task.objects.values_list("order_index", flat=True)) == [1, 2]
    assert classes.events() == []


def test_a_task_and_a_step_stay_where_they_were_made(staff: Client, lecture: Lecture, park: User) -> None:
    other = cast.lecture(park, (1,), title="다른 강의")
    task, step = Task.objects.filter(lecture=lecture)[0], classes.steps(lecture)[0]
    target = Task.objects.get(lecture=other)
    empty = {"subtasks-TOTAL_FORMS": 0, "subtasks-INITIAL_FORMS": 0}
    staff.post(page("task", task), {"lecture": other.pk, "title": "새 과제", "order_index": 9} | empty)
    staff.post(page("subtask", step), {"task": target.pk, "title": "새 단계", "order_index": 9})
    task.refresh_from_db()
    step.refresh_from_db()
    assert (task.lecture_id, task.title) == (lecture.pk, "새 과제")
    assert (step.task_id, step.title) == (task.pk, "새 단계")


def test_a_step_that_is_saved_changes_its_lecture(staff: Client, lecture: Lecture) -> None:
    step = classes.steps(lecture)[0]
    staff.post(page("subtask", step), {"title": "새 단계", "order_index": 1, "guide_text": "눌러 보세요"})
    lecture.refresh_from_db()
    assert lecture.version == 1
    assert [event.lecture_id for event in classes.events_of(LectureChanged)] == [lecture.pk]


@pytest.mark.parametrize("kind", ["task", "subtask"])
def test_what_a_live_class_stands_on_is_not_deleted_by_staff(kind: str, staff: Client, session: LectureSession) -> None:
    classes.start(session)
    step = classes.steps(session.lecture)[0]
    row: Any = {"task": step.task, "subtask": step}[kind]
    before = Subtask.objects.count()
    answer = staff.post(reverse(f"admin:lectures_{kind}_delete", args=[row.pk]), {"post": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (302, page(kind, row))
    assert [message.level_tag for message in get_messages(answer.wsgi_request)] == ["error"]
    assert Subtask.objects.count() == before


def test_a_lecture_goes_once_its_classes_are_over(staff: Client, session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    classes.start(session)
    delete = reverse("admin:lectures_lecture_delete", args=[session.lecture_id])
    staff.post(delete, {"post": "yes"})
    assert Lecture.objects.exists()
    classes.end(session)
    assert staff.post(delete, {"post": "yes"}).status_code == 302
    assert not Lecture.objects.exists()
    assert LectureSession.objects.exists()


@pytest.mark.parametrize("kind", ["lecture", "task", "subtask"])
def test_what_was_deleted_is_found_by_a_filter_and_goes_for_good(
    kind: str, staff: Client, session: LectureSession, kim: User
) -> None:
    model: Any = {"lecture": Lecture, "task": Task, "subtask": Subtask}[kind]
    row = model.objects.first()
    classes.seat(session, kim)
    classes.start(session)
    classes.end(session)
    listing, delete = (
        reverse(f"admin:lectures_{kind}_changelist"),
        reverse(f"admin:lectures_{kind}_delete", args=[row.pk]),
    )

    def listed(**query: str) -> set[int]:
        return {one.pk for one in staff.get(listing, query).context["cl"].result_list}

    assert row.pk in listed()
    staff.post(delete, {"post": "yes"})
    assert row.pk not in listed()
    assert listed(deleted="yes") == {row.pk}
    assert staff.post(page(kind, row), {"title": "다시"}).status_code == 403, "what is deleted is not edited"
    assert LectureSession.objects.exists()
    staff.post(delete, {"post": "yes"})
    assert not model.everything.filter(pk=row.pk).exists()
    assert LectureSession.objects.exists() == (kind != "lecture")


@pytest.mark.parametrize("kind", ["lecture", "task", "subtask"])
def test_many_are_not_deleted_at_once(kind: str, staff: Client, lecture: Lecture) -> None:
    """Each may be refused, and is told of."""
    listing = reverse(f"admin:lectures_{kind}_changelist")
    row: Any = {"lecture": Lecture, "task": Task, "subtask": Subtask}[kind].objects.first()
    form = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    staff.post(listing, form)
    assert (Lecture.objects.count(), Task.objects.count(), Subtask.objects.count()) == (1, 2, 3)


def test_a_deleted_step_changes_its_lecture(staff: Client, lecture: Lecture) -> None:
    step = classes.steps(lecture)[0]
    staff.post(reverse("admin:lectures_subtask_delete", args=[step.pk]), {"post": "yes"})
    lecture.refresh_from_db()
    assert (Subtask.objects.count(), lecture.version) == (2, 1)


def test_an_enrolment_by_staff_opens_the_classes(staff: Client, lecture: Lecture, kim: User) -> None:
    form = {"user": kim.pk, "lecture": lecture.pk, "opens_classes": "on"}
    assert staff.post(reverse("admin:lectures_enrollment_add"), form).status_code == 302
    assert Enrollment.objects.values_list("user_id", "lecture_id", "opens_classes").get() == (kim.pk, lecture.pk, True)
