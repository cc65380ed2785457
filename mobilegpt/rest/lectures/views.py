"""R5–R10, R22–R26 and what the editor needs besides: lectures, tasks, subtasks (contract 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from msgspec import UNSET, Struct, UnsetType
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.clock import iso
from mobilegpt.core.errors import Invalid
from mobilegpt.lectures import selectors, services
from mobilegpt.lectures.commands import (
    CreateLecture,
    CreateSubtask,
    CreateTask,
    Reorder,
    UpdateLecture,
    UpdateSubtask,
    UpdateTask,
)
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.outline import SubtaskOutline, TaskOutline
from mobilegpt.lectures.selectors import LectureView
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.paging import Pagination, flag_from_query, page_of
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.wire.choices import TargetActionChoice


class InstructorBody(Struct, frozen=True, kw_only=True):
    id: int
    name: str


class LectureRow(Struct, frozen=True, kw_only=True):
    """A row of R5, as the caller sees it."""

    id: int
    title: str
    description: str
    instructor: InstructorBody
    instructor_id: int
    thumbnail_url: str | None
    is_active: bool
    is_enrolled: bool
    enrolled_count: int
    total_subtasks: int
    session_count: int
    created_at: str


class LectureList(Struct, frozen=True, kw_only=True):
    """R5's answer; ``lectures`` and ``results`` are the same."""

    lectures: list[LectureRow]
    results: list[LectureRow]
    count: int
    pagination: Pagination


class CreatedLecture(Struct, frozen=True, kw_only=True):
    """R6's answer."""

    id: int
    title: str
    description: str
    thumbnail_url: str | None
    is_active: bool
    instructor_id: int
    created_at: str


class SubtaskBody(Struct, frozen=True, kw_only=True):
    """A subtask in full: R24, R25, and within R7 and R23. ``order`` is ``order_index`` (contract 5.2)."""

    id: int
    task_id: int
    title: str
    description: str
    order_index: int
    order: int
    position: int
    target_action: TargetActionChoice | None
    target_element_hint: str | None
    guide_text: str
    voice_guide_text: str


class TaskRow(Struct, frozen=True, kw_only=True):
    """A task of R7; its subtasks only with ``?include=subtasks``."""

    id: int
    title: str
    description: str
    order_index: int
    order: int
    total_subtasks: int
    subtasks: list[SubtaskBody] | UnsetType = UNSET


class TaskBody(Struct, frozen=True, kw_only=True):
    """A task in full: R22, R23."""

    id: int
    lecture_id: int
    title: str
    description: str
    order_index: int
    order: int
    subtasks: list[SubtaskBody]


class LectureBody(Struct, frozen=True, kw_only=True):
    """A lecture in full: R7, R8."""

    id: int
    title: str
    description: str
    instructor: InstructorBody
    instructor_id: int
    thumbnail_url: str | None
    is_active: bool
    tasks: list[TaskRow]
    total_subtasks: int
    enrolled_count: int
    is_enrolled: bool
    session_count: int
    created_at: str
    updated_at: str


class EnrollmentBody(Struct, frozen=True, kw_only=True):
    """R10's answer."""

    enrollment_id: int
    lecture_id: int
    user_id: int
    enrolled_at: str


_INCLUDE = OpenApiParameter("include", str, enum=["subtasks"], description="`subtasks`: each task with its subtasks")
_PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]


class Lectures(Endpoint):
    @operation(
        "R5",
        "Lectures that the caller may see",
        responses={200: LectureList, **error_responses(400, 401, 403)},
        parameters=[OpenApiParameter("instructor_id", int), OpenApiParameter("is_active", bool), *_PAGING],
    )
    def get(self, request: Request) -> Response:
        """Lectures a page at a time: active ones, one's own, and those that one is enrolled in; admins see all. Guests
        are refused with GUEST_NOT_ALLOWED (403)."""
        query = request.query_params
        rows = selectors.visible_lectures(
            self.actor, instructor_id=_id_in(query, "instructor_id"), is_active=flag_from_query(query, "is_active")
        )
        return Response(page_of(rows, query, "lectures", _lecture_row))

    @operation(
        "R6",
        "Make a lecture",
        request=CreateLecture,
        responses={201: CreatedLecture, **error_responses(400, 401, 403)},
    )
    def post(self, request: Request) -> Response:
        """Makes a lecture of the caller's own. Instructors and admins may; students get FORBIDDEN (403)."""
        lecture = services.create_lecture(actor=self.actor, command=self.body(CreateLecture))
        body = CreatedLecture(
            id=lecture.pk,
            title=lecture.title,
            description=lecture.description,
            thumbnail_url=lecture.thumbnail_url,
            is_active=lecture.is_active,
            instructor_id=lecture.instructor_id,
            created_at=iso(lecture.created_at),
        )
        return Response(body, status=201)


class LectureDetail(Endpoint):
    guests = True  # within their own lecture (contract 3.9); the selector sees to it

    @operation(
        "R7",
        "A lecture with its tasks",
        responses={200: LectureBody, **error_responses(400, 401, 403, 404)},
        parameters=[_INCLUDE],
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """A lecture with its tasks, and with their subtasks if ``include=subtasks`` is sent. Anybody signed in may see
        an active one; an inactive one is NOT_FOUND (404) but for its owner, its students and admins, and a guest sees
        that of their class alone (GUEST_NOT_ALLOWED, 403)."""
        with_subtasks = _includes_subtasks(request.query_params)
        return Response(_lecture_body(selectors.lecture_for(self.actor, lecture_id), with_subtasks))

    @operation(
        "R8",
        "Change a lecture; what is absent stays",
        request=UpdateLecture,
        responses={200: LectureBody, **error_responses(400, 401, 403, 404)},
    )
    def put(self, request: Request, lecture_id: int) -> Response:
        """Changes a lecture; absent fields stay as they are. Its owner and admins may, others get FORBIDDEN (403)."""
        services.update_lecture(actor=self.actor, lecture_id=lecture_id, command=self.body(UpdateLecture))
        return Response(_lecture_body(selectors.lecture_for(self.actor, lecture_id), with_subtasks=False))

    patch = put

    @operation("R9", "Delete a lecture", responses={204: None, **error_responses(401, 403, 404, 409)})
    def delete(self, request: Request, lecture_id: int) -> Response:
        """Deletes a lecture with its tasks and sessions. Its owner and admins may, others get FORBIDDEN (403); while a
        class is held on it, it is IN_USE (409)."""
        services.delete_lecture(actor=self.actor, lecture_id=lecture_id)
        return Response(status=204)


class Enroll(Endpoint):
    @operation(
        "R10",
        "Enrol in a lecture",
        responses={201: EnrollmentBody, **error_responses(401, 403, 404, 409)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Enrols the calling student in a lecture, which opens the lecture and not its classes. Others get FORBIDDEN
        (403); a second time is ALREADY_ENROLLED (409), an inactive lecture NOT_FOUND (404)."""
        enrollment = services.enroll(actor=self.actor, lecture_id=lecture_id)
        body = EnrollmentBody(
            enrollment_id=enrollment.pk,
            lecture_id=enrollment.lecture_id,
            user_id=enrollment.user_id,
            enrolled_at=iso(enrollment.enrolled_at),
        )
        return Response(body, status=201)


class LectureOrder(Endpoint):
    @operation(
        "1 (implied)",
        "Put all tasks and subtasks of a lecture in a new order",
        request=Reorder,
        responses={200: LectureBody, **error_responses(400, 401, 403, 404)},
    )
    def put(self, request: Request, lecture_id: int) -> Response:
        """Puts all tasks and subtasks of a lecture in the order that is sent, all at once or not at all. Its owner and
        admins may, others get FORBIDDEN (403); a list that is not exactly the lecture's is INVALID_REQUEST (400)."""
        services.reorder(actor=self.actor, lecture_id=lecture_id, command=self.body(Reorder))
        return Response(_lecture_body(selectors.lecture_for(self.actor, lecture_id), with_subtasks=True))


class LectureTasks(Endpoint):
    @operation(
        "R22",
        "Add a task",
        request=CreateTask,
        responses={201: TaskBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Adds a task to a lecture, at its end without an ``order_index``. The owner and admins may, others get
        FORBIDDEN (403); a place that a sibling has is ORDER_TAKEN (409)."""
        task = services.create_task(actor=self.actor, lecture_id=lecture_id, command=self.body(CreateTask))
        return Response(_task_body(selectors.task_for(self.actor, task.pk)), status=201)


class TaskDetail(Endpoint):
    guests = True  # within their own lecture (contract 3.9); the selector sees to it

    @operation("R23", "A task with its subtasks", responses={200: TaskBody, **error_responses(401, 403, 404)})
    def get(self, request: Request, task_id: int) -> Response:
        """A task with its subtasks in order. The lecture's students, its owner and admins may; others get NOT_ENROLLED
        or FORBIDDEN (403)."""
        return Response(_task_body(selectors.task_for(self.actor, task_id)))

    @operation(
        "1 (implied)",
        "Change a task; what is absent stays",
        request=UpdateTask,
        responses={200: TaskBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def put(self, request: Request, task_id: int) -> Response:
        """Changes a task; absent fields stay as they are. The lecture's owner and admins may, others get
        FORBIDDEN (403); a place that a sibling has is ORDER_TAKEN (409)."""
        services.update_task(actor=self.actor, task_id=task_id, command=self.body(UpdateTask))
        return Response(_task_body(selectors.task_for(self.actor, task_id)))

    patch = put

    @operation(
        "1 (implied)",
        "Delete a task with its subtasks",
        responses={204: None, **error_responses(401, 403, 404, 409)},
    )
    def delete(self, request: Request, task_id: int) -> Response:
        """Deletes a task with its subtasks. The lecture's owner and admins may, others get FORBIDDEN (403); while a
        live class stands on one of them, it is IN_USE (409)."""
        services.delete_task(actor=self.actor, task_id=task_id)
        return Response(status=204)


class TaskSubtasks(Endpoint):
    @operation(
        "R24",
        "Add a subtask",
        request=CreateSubtask,
        responses={201: SubtaskBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, task_id: int) -> Response:
        """Adds a subtask to a task, at its end without an ``order_index``. The lecture's owner and admins may, others
        get FORBIDDEN (403); a place that a sibling has is ORDER_TAKEN (409)."""
        subtask = services.create_subtask(actor=self.actor, task_id=task_id, command=self.body(CreateSubtask))
        return Response(_subtask_body(selectors.subtask_of(subtask.task.lecture_id, subtask.pk)), status=201)


class SubtaskDetail(Endpoint):
    @operation(
        "R25",
        "Change a subtask; what is absent stays",
        request=UpdateSubtask,
        responses={200: SubtaskBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def put(self, request: Request, subtask_id: int) -> Response:
        """Changes a subtask, or moves it to another task. The lecture's owner and admins may, others get FORBIDDEN
        (403); a task of another lecture is WRONG_LECTURE (400), a place that a sibling has ORDER_TAKEN (409)."""
        lecture_id = services.update_subtask(actor=self.actor, subtask_id=subtask_id, command=self.body(UpdateSubtask))
        return Response(_subtask_body(selectors.subtask_of(lecture_id, subtask_id)))

    patch = put

    @operation("R26", "Delete a subtask", responses={204: None, **error_responses(401, 403, 404, 409)})
    def delete(self, request: Request, subtask_id: int) -> Response:
        """Deletes a subtask. The lecture's owner and admins may, others get FORBIDDEN (403); while a live class stands
        on it, it is IN_USE (409)."""
        services.delete_subtask(actor=self.actor, subtask_id=subtask_id)
        return Response(status=204)


def _lecture_row(lecture: Any) -> LectureRow:
    return LectureRow(
        id=lecture.pk,
        title=lecture.title,
        description=lecture.description,
        instructor=_instructor(lecture),
        instructor_id=lecture.instructor_id,
        thumbnail_url=lecture.thumbnail_url,
        is_active=lecture.is_active,
        is_enrolled=lecture.is_enrolled,
        enrolled_count=lecture.enrolled_count,
        total_subtasks=lecture.total_subtasks,
        session_count=lecture.session_count,
        created_at=iso(lecture.created_at),
    )


def _lecture_body(view: LectureView, with_subtasks: bool) -> LectureBody:
    lecture = view.lecture
    return LectureBody(
        id=lecture.pk,
        title=lecture.title,
        description=lecture.description,
        instructor=_instructor(lecture),
        instructor_id=lecture.instructor_id,
        thumbnail_url=lecture.thumbnail_url,
        is_active=lecture.is_active,
        tasks=[_task_row(task, with_subtasks) for task in view.outline.tasks],
        total_subtasks=view.outline.total_subtasks,
        enrolled_count=view.enrolled_count,
        is_enrolled=view.enrolled,
        session_count=view.session_count,
        created_at=iso(lecture.created_at),
        updated_at=iso(lecture.updated_at),
    )


def _instructor(lecture: Lecture) -> InstructorBody:
    return InstructorBody(id=lecture.instructor.pk, name=lecture.instructor.name)


def _task_row(task: TaskOutline, with_subtasks: bool) -> TaskRow:
    return TaskRow(
        id=task.id,
        title=task.title,
        description=task.description,
        order_index=task.order_index,
        order=task.order_index,
        total_subtasks=len(task.subtasks),
        subtasks=[_subtask_body(subtask) for subtask in task.subtasks] if with_subtasks else UNSET,
    )


def _task_body(task: TaskOutline) -> TaskBody:
    return TaskBody(
        id=task.id,
        lecture_id=task.lecture_id,
        title=task.title,
        description=task.description,
        order_index=task.order_index,
        order=task.order_index,
        subtasks=[_subtask_body(subtask) for subtask in task.subtasks],
    )


def _subtask_body(subtask: SubtaskOutline) -> SubtaskBody:
    return SubtaskBody(
        id=subtask.id,
        task_id=subtask.task_id,
        title=subtask.title,
        description=subtask.description,
        order_index=subtask.order_index,
        order=subtask.order_index,
        position=subtask.position,
        target_action=subtask.target_action,
        target_element_hint=subtask.target_element_hint,
        guide_text=subtask.guide_text,
        voice_guide_text=subtask.voice_guide_text,
    )


def _id_in(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(message=f"{name} is a whole number", details={"field": name})
    return int(text)


def _includes_subtasks(query: Mapping[str, str]) -> bool:
    text = query.get("include")
    if text not in (None, "", "subtasks"):
        raise Invalid(message="include is subtasks", details={"field": "include"})
    return text == "subtasks"


urlpatterns: list[URLPattern] = [
    *both("api/lectures", Lectures),
    *both("api/lectures/<id:lecture_id>", LectureDetail),
    *both("api/lectures/<id:lecture_id>/enroll", Enroll),
    *both("api/lectures/<id:lecture_id>/order", LectureOrder),
    *both("api/lectures/<id:lecture_id>/tasks", LectureTasks),
    *both("api/tasks/<id:task_id>", TaskDetail),
    *both("api/tasks/<id:task_id>/subtasks", TaskSubtasks),
    *both("api/subtasks/<id:subtask_id>", SubtaskDetail),
]
