"""Edits of a lecture: whose they are, what they write, what they tell, and that a refused one leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mobilegpt.accounts.models import User
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode
from mobilegpt.lectures import services
from mobilegpt.lectures.commands import (
    CreateLecture,
    CreateSubtask,
    CreateTask,
    Reorder,
    UpdateLecture,
    UpdateSubtask,
    UpdateTask,
)
from mobilegpt.lectures.events import LectureChanged, LectureRemoved, SubtasksRemoved
from mobilegpt.lectures.models import Lecture, Subtask, Task
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db

CONTENT = (Lecture, Task, Subtask)
Edit = Callable[[Actor, Lecture], object]


def task_of(lecture: Lecture) -> int:
    return int(Task.objects.filter(lecture=lecture).values_list("pk", flat=True)[0])


def step_of(lecture: Lecture) -> int:
    return int(classes.steps(lecture)[0].pk)


def whole(lecture: Lecture) -> list[dict[str, Any]]:
    """The order as it is, as a command has it."""
    tasks = Task.objects.filter(lecture=lecture)
    return [{"id": task.pk, "subtasks": list(task.subtasks.values_list("pk", flat=True))} for task in tasks]


EDITS: dict[str, Edit] = {
    "update_lecture": lambda actor, lecture: services.update_lecture(
        actor=actor, lecture_id=lecture.pk, command=UpdateLecture(title="새 이름")
    ),
    "create_task": lambda actor, lecture: services.create_task(
        actor=actor, lecture_id=lecture.pk, command=CreateTask(title="새 과제")
    ),
    "update_task": lambda actor, lecture: services.update_task(
        actor=actor, task_id=task_of(lecture), command=UpdateTask(title="새 과제")
    ),
    "delete_task": lambda actor, lecture: services.delete_task(actor=actor, task_id=task_of(lecture)),
    "create_subtask": lambda actor, lecture: services.create_subtask(
        actor=actor, task_id=task_of(lecture), command=CreateSubtask(title="새 단계")
    ),
    "update_subtask": lambda actor, lecture: services.update_subtask(
        actor=actor, subtask_id=step_of(lecture), command=UpdateSubtask(title="새 단계")
    ),
    "delete_subtask": lambda actor, lecture: services.delete_subtask(actor=actor, subtask_id=step_of(lecture)),
    "reorder": lambda actor, lecture: services.reorder(
        actor=actor, lecture_id=lecture.pk, command=reordering(whole(lecture)[::-1])
    ),
}


def reordering(tasks: list[dict[str, Any]]) -> Reorder:
    return msgspec.convert({"tasks": tasks}, Reorder)


every_edit = pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())


# --- whose they are


@every_edit
@pytest.mark.parametrize("active", [True, False])
def test_a_student_of_the_lecture_edits_nothing(edit: Edit, active: bool, lecture: Lecture, kim: User) -> None:
    cast.enroll(lecture, kim)
    Lecture.objects.update(is_active=active)
    with refused(ErrorCode.FORBIDDEN, *CONTENT):
        edit(cast.actor(kim), lecture)


@every_edit
def test_another_instructor_edits_nothing(edit: Edit, lecture: Lecture) -> None:
    choi = cast.actor(cast.instructor_choi())
    with refused(ErrorCode.FORBIDDEN, *CONTENT):
        edit(choi, lecture)
    Lecture.objects.update(is_active=False)
    with refused(ErrorCode.NOT_FOUND, *CONTENT):
        edit(choi, lecture)


@every_edit
def test_an_admin_edits_everybodys_and_the_owner_stays(edit: Edit, lecture: Lecture, park: User) -> None:
    edit(cast.actor(cast.admin_han()), lecture)
    lecture.refresh_from_db()
    assert (lecture.instructor_id, lecture.version) == (park.pk, 1)


@every_edit
def test_every_edit_raises_the_version_once_and_tells_every_process(edit: Edit, lecture: Lecture, park: User) -> None:
    before = lecture.updated_at
    with time_machine.travel("2027-03-01T00:00:00Z", tick=False):
        edit(cast.actor(park), lecture)
        lecture.refresh_from_db()
        assert (lecture.version, lecture.updated_at) == (1, now())
    assert lecture.updated_at > before
    (told,) = classes.events_of(LectureChanged)
    assert (told.lecture_id, told.topics(), told.streams()) == (lecture.pk, ("control", f"lecture:{lecture.pk}"), ())


@every_edit
def test_an_edit_of_one_lecture_leaves_the_others_alone(edit: Edit, lecture: Lecture, park: User) -> None:
    other = cast.lecture(park, (2, 1), title="다른 강의")
    before = (whole(other), list(Subtask.objects.filter(task__lecture=other).values()))
    edit(cast.actor(park), lecture)
    other.refresh_from_db()
    assert (whole(other), list(Subtask.objects.filter(task__lecture=other).values())) == before
    assert other.version == 0


# --- what is refused leaves nothing behind


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "새 이름", "description": "가" * 5001}, "description"),
        ({"title": "새 이름", "thumbnail_url": "ftp://example.com"}, "thumbnail_url"),
        ({"description": "새 설명", "title": "\u200b"}, "title"),
    ],
)
def test_one_bad_field_keeps_the_good_ones_out(
    change: dict[str, Any], field: str, lecture: Lecture, park: User
) -> None:
    with refused(ErrorCode.INVALID_REQUEST, *CONTENT) as refusal:
        services.update_lecture(actor=cast.actor(park), lecture_id=lecture.pk, command=UpdateLecture(**change))
    assert refusal.value.details == {"field": field}


def test_a_lecture_that_makes_no_sense_is_not_made(park: User) -> None:
    with refused(ErrorCode.INVALID_REQUEST, *CONTENT):
        services.create_lecture(actor=cast.actor(park), command=CreateLecture(title=" "))


def test_a_student_makes_no_lecture(kim: User) -> None:
    with refused(ErrorCode.FORBIDDEN, *CONTENT):
        services.create_lecture(actor=cast.actor(kim), command=CreateLecture(title="내 강의"))


@pytest.mark.parametrize("field", ["title", "target_action", "target_element_hint", "guide_text", "voice_guide_text"])
def test_a_bad_field_of_a_step_keeps_its_move_out(field: str, lecture: Lecture, park: User) -> None:
    step, *_, last = classes.steps(lecture)
    command = msgspec.convert({"task_id": last.task_id, field: "가" * 5001}, UpdateSubtask)
    with refused(ErrorCode.INVALID_REQUEST, *CONTENT) as refusal:
        services.update_subtask(actor=cast.actor(park), subtask_id=step.pk, command=command)
    assert refusal.value.details == {"field": field}


def test_a_place_that_is_taken_names_its_field(lecture: Lecture, park: User) -> None:
    owner, task_id, step_id = cast.actor(park), task_of(lecture), step_of(lecture)
    with refused(ErrorCode.ORDER_TAKEN, *CONTENT) as refusal:
        services.create_task(actor=owner, lecture_id=lecture.pk, command=CreateTask(title="겹침", order_index=2))
    assert refusal.value.details == {"field": "order_index"}
    with refused(ErrorCode.ORDER_TAKEN, *CONTENT):
        services.update_task(actor=owner, task_id=task_id, command=UpdateTask(title="겹침", order_index=2))
    with refused(ErrorCode.ORDER_TAKEN, *CONTENT):
        command = CreateSubtask(title="겹침", order_index=2)
        services.create_subtask(actor=owner, task_id=task_id, command=command)
    with refused(ErrorCode.ORDER_TAKEN, *CONTENT):
        services.update_subtask(actor=owner, subtask_id=step_id, command=UpdateSubtask(title="겹침", order_index=2))


def test_a_step_does_not_move_into_another_lecture_of_the_same_owner(lecture: Lecture, park: User) -> None:
    foreign = task_of(cast.lecture(park, (1,), title="다른 강의"))
    for task_id in (foreign, 999_999):
        with refused(ErrorCode.WRONG_LECTURE, *CONTENT) as refusal:
            command = UpdateSubtask(title="새 단계", task_id=task_id)
            services.update_subtask(actor=cast.actor(park), subtask_id=step_of(lecture), command=command)
        assert refusal.value.details == {"field": "task_id"}


def test_an_edit_of_nothing_is_not_found(park: User) -> None:
    owner = cast.actor(park)
    edits: list[Callable[[], object]] = [
        lambda: services.update_lecture(actor=owner, lecture_id=9, command=UpdateLecture()),
        lambda: services.delete_lecture(actor=owner, lecture_id=9),
        lambda: services.create_task(actor=owner, lecture_id=9, command=CreateTask(title="과제")),
        lambda: services.update_task(actor=owner, task_id=9, command=UpdateTask()),
        lambda: services.delete_task(actor=owner, task_id=9),
        lambda: services.create_subtask(actor=owner, task_id=9, command=CreateSubtask(title="단계")),
        lambda: services.update_subtask(actor=owner, subtask_id=9, command=UpdateSubtask()),
        lambda: services.delete_subtask(actor=owner, subtask_id=9),
    ]
    for edit in edits:
        with refused(ErrorCode.NOT_FOUND, *CONTENT):
            edit()


# --- what they write


def test_a_new_lecture_is_its_makers_and_nobody_is_told(park: User) -> None:
    made = services.create_lecture(
        actor=cast.actor(park),
        command=CreateLecture(title=" 카카오톡  기초 ", description="첫 줄\r\n둘째 줄 ", thumbnail_url=" "),
    )
    made.refresh_from_db()
    assert (made.instructor_id, made.title, made.description) == (park.pk, "카카오톡 기초", "첫 줄\n둘째 줄")
    assert (made.thumbnail_url, made.is_active, made.version) == (None, True, 0)
    assert classes.events() == []


def test_an_admin_owns_what_they_make(park: User) -> None:
    han = cast.admin_han()
    command = CreateLecture(title="공지", is_active=False)
    made = services.create_lecture(actor=cast.actor(han), command=command)
    assert (made.instructor_id, made.is_active) == (han.pk, False)


def test_null_empties_a_text_and_what_is_absent_stays(lecture: Lecture, park: User) -> None:
    step_id = step_of(lecture)
    command = UpdateSubtask(guide_text=None, target_element_hint=None, target_action=None)
    services.update_subtask(actor=cast.actor(park), subtask_id=step_id, command=command)
    step = Subtask.objects.get(pk=step_id)
    assert (step.guide_text, step.target_element_hint, step.target_action) == ("", None, None)
    assert (step.title, step.voice_guide_text) == ("카카오톡 앱 열기", "카카오톡 앱 열기: 화면을 눌러주세요")


def test_a_blank_hint_is_no_hint(lecture: Lecture, park: User) -> None:
    step_id = step_of(lecture)
    command = UpdateSubtask(target_element_hint=" \u200b ")
    services.update_subtask(actor=cast.actor(park), subtask_id=step_id, command=command)
    assert Subtask.objects.get(pk=step_id).target_element_hint is None


def test_a_task_changes_its_texts_and_keeps_its_place(lecture: Lecture, park: User) -> None:
    task_id = task_of(lecture)
    command = UpdateTask(description="친구에게 보내기")
    services.update_task(actor=cast.actor(park), task_id=task_id, command=command)
    task = Task.objects.get(pk=task_id)
    assert (task.title, task.description, task.order_index) == ("과제 1", "친구에게 보내기", 1)


# --- what they take away


def test_deleting_a_lecture_is_told_to_every_process_at_last(lecture: Lecture, park: User, kim: User) -> None:
    cast.enroll(lecture, kim)
    services.delete_lecture(actor=cast.actor(park), lecture_id=lecture.pk)
    assert [event.lecture_id for event in classes.events_of(LectureChanged)] == [lecture.pk]
    deleted = Lecture.everything.get(pk=lecture.pk)
    assert (deleted.deleted_at is None, deleted.version) == (False, lecture.version + 1)
    assert [model.objects.count() for model in (Lecture, Task, Subtask)] == [0, 0, 0]
    assert [model.everything.count() for model in (Lecture, Task, Subtask)] == [1, 2, 3]


def test_questions_about_a_deletion_reach_no_socket() -> None:
    for event in (SubtasksRemoved(lecture_id=1, subtask_ids=[2]), LectureRemoved(lecture_id=1)):
        assert (event.streams(), event.topics(), event.closes()) == ((), (), None)


def test_deleting_a_task_leaves_a_gap_that_no_step_sees(lecture: Lecture, park: User) -> None:
    services.delete_task(actor=cast.actor(park), task_id=task_of(lecture))
    assert list(Task.objects.values_list("order_index", flat=True)) == [2]
    made = services.create_task(actor=cast.actor(park), lecture_id=lecture.pk, command=CreateTask(title="끝"))
    assert made.order_index == 3


@every_edit
def test_an_edit_costs_the_same_in_a_lecture_of_any_length(edit: Edit, park: User) -> None:
    numbers = []
    for shape in ((2, 1), (12, 12)):
        lecture = cast.lecture(park, shape)
        with CaptureQueriesContext(connection) as asked:
            edit(cast.actor(park), lecture)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]
