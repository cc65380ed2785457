"""R5–R10, R22–R26 and what the editor needs besides: lectures, tasks, subtasks (contract 5)."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.errors import Invalid
from mobilegpt.lectures import selectors, services
from mobilegpt.lectures.commands import (
    CreateLecture,
    CreateSubtask,
    CreateTask,
    DuplicateLecture,
    Reorder,
    UpdateLecture,
    UpdateSubtask,
    UpdateTask,
)
from mobilegpt.lectures.duplicating import duplicate_lecture
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.paging import flag_from_query, page_of
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.rest.lectures import answers, shapes
from mobilegpt.wire.step import SubtaskBody, subtask_body

_INCLUDE = OpenApiParameter("include", str, enum=["subtasks"], description="`subtasks`: each task with its subtasks")
_TEACHING = OpenApiParameter("teaching", bool, description="those that the caller owns or teaches beside the owner")
_PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]


class Lectures(Endpoint):
    @operation(
        "R5",
        "Lectures that the caller may see",
        responses={200: shapes.LectureList, **error_responses(400, 401, 403)},
        parameters=[OpenApiParameter("instructor_id", int), OpenApiParameter("is_active", bool), _TEACHING, *_PAGING],
    )
    def get(self, request: Request) -> Response:
        """Lectures a page at a time: active ones, one's own, and those that one is enrolled in; admins see all. Guests
        are refused with GUEST_NOT_ALLOWED (403)."""
        query = request.query_params
        rows = selectors.visible_lectures(
            self.actor,
            instructor_id=_id_in(query, "instructor_id"),
            is_active=flag_from_query(query, "is_active"),
            teaching=flag_from_query(query, "teaching"),
        )
        return Response(page_of(rows, query, "lectures", answers.lecture_row))

    @operation(
        "R6",
        "Make a lecture",
        request=CreateLecture,
        responses={201: shapes.CreatedLecture, **error_responses(400, 401, 403)},
    )
    def post(self, request: Request) -> Response:
        """Makes a lecture of the caller's own. Instructors and admins may; students get FORBIDDEN (403)."""
        lecture = services.create_lecture(actor=self.actor, command=self.body(CreateLecture))
        return Response(answers.created_lecture(lecture), status=201)


class LectureDetail(Endpoint):
    guests = True  # within their own lecture (contract 3.9); the selector sees to it

    @operation(
        "R7",
        "A lecture with its tasks",
        responses={200: shapes.LectureBody, **error_responses(400, 401, 403, 404)},
        parameters=[_INCLUDE],
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """A lecture with its tasks, and with their subtasks if ``include=subtasks`` is sent. Anybody signed in may see
        an active one; an inactive one is NOT_FOUND (404) but for its owner, its students and admins, and a guest sees
        that of their class alone (GUEST_NOT_ALLOWED, 403)."""
        with_subtasks = _includes_subtasks(request.query_params)
        return Response(answers.lecture_body(selectors.lecture_for(self.actor, lecture_id), with_subtasks))

    @operation(
        "R8",
        "Change a lecture; what is absent stays",
        request=UpdateLecture,
        responses={200: shapes.LectureBody, **error_responses(400, 401, 403, 404)},
    )
    def put(self, request: Request, lecture_id: int) -> Response:
        """Changes a lecture; absent fields stay as they are. Its owner and admins may, others get FORBIDDEN (403)."""
        services.update_lecture(actor=self.actor, lecture_id=lecture_id, command=self.body(UpdateLecture))
        return Response(answers.lecture_body(selectors.lecture_for(self.actor, lecture_id), with_subtasks=False))

    patch = put

    @operation("R9", "Delete a lecture", responses={204: None, **error_responses(401, 403, 404, 409)})
    def delete(self, request: Request, lecture_id: int) -> Response:
        """Takes a lecture away; the classes that taught it stay. Its owner and admins may, others get FORBIDDEN (403);
        while a class is held on it, it is IN_USE (409)."""
        services.delete_lecture(actor=self.actor, lecture_id=lecture_id)
        return Response(status=204)


class Enroll(Endpoint):
    @operation(
        "R10",
        "Enrol in a lecture",
        responses={201: shapes.EnrollmentBody, **error_responses(401, 403, 404, 409)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Enrols the calling student in a lecture, which opens the lecture and not its classes. Others get FORBIDDEN
        (403); a second time is ALREADY_ENROLLED (409), an inactive lecture NOT_FOUND (404)."""
        enrollment = services.enroll(actor=self.actor, lecture_id=lecture_id)
        return Response(answers.enrollment_body(enrollment), status=201)


class LectureCopy(Endpoint):
    @operation(
        "11.11",
        "Copy a lecture with its tasks and steps",
        request=DuplicateLecture,
        responses={201: shapes.LectureBody, **error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Makes a lecture of the caller's own out of one that they may see: all tasks and steps, inactive until its new
        owner opens it. Instructors and admins may; students get FORBIDDEN (403), another's inactive lecture is
        NOT_FOUND (404)."""
        copy = duplicate_lecture(actor=self.actor, lecture_id=lecture_id, command=self.body(DuplicateLecture))
        return Response(
            answers.lecture_body(selectors.lecture_for(self.actor, copy.pk), with_subtasks=True), status=201
        )


class LectureOrder(Endpoint):
    @operation(
        "1 (implied)",
        "Put all tasks and subtasks of a lecture in a new order",
        request=Reorder,
        responses={200: shapes.LectureBody, **error_responses(400, 401, 403, 404)},
    )
    def put(self, request: Request, lecture_id: int) -> Response:
        """Puts all tasks and subtasks of a lecture in the order that is sent, all at once or not at all. Its owner and
        admins may, others get FORBIDDEN (403); a list that is not exactly the lecture's is INVALID_REQUEST (400)."""
        services.reorder(actor=self.actor, lecture_id=lecture_id, command=self.body(Reorder))
        return Response(answers.lecture_body(selectors.lecture_for(self.actor, lecture_id), with_subtasks=True))


class LectureTasks(Endpoint):
    @operation(
        "R22",
        "Add a task",
        request=CreateTask,
        responses={201: shapes.TaskBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Adds a task to a lecture, at its end without an ``order_index``. The owner and admins may, others get
        FORBIDDEN (403); a place that a sibling has is ORDER_TAKEN (409)."""
        task = services.create_task(actor=self.actor, lecture_id=lecture_id, command=self.body(CreateTask))
        return Response(answers.task_body(selectors.task_for(self.actor, task.pk)), status=201)


class TaskDetail(Endpoint):
    guests = True  # within their own lecture (contract 3.9); the selector sees to it

    @operation("R23", "A task with its subtasks", responses={200: shapes.TaskBody, **error_responses(401, 403, 404)})
    def get(self, request: Request, task_id: int) -> Response:
        """A task with its subtasks in order. The lecture's students, its owner and admins may; others get NOT_ENROLLED
        or FORBIDDEN (403)."""
        return Response(answers.task_body(selectors.task_for(self.actor, task_id)))

    @operation(
        "1 (implied)",
        "Change a task; what is absent stays",
        request=UpdateTask,
        responses={200: shapes.TaskBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def put(self, request: Request, task_id: int) -> Response:
        """Changes a task; absent fields stay as they are. The lecture's owner and admins may, others get
        FORBIDDEN (403); a place that a sibling has is ORDER_TAKEN (409)."""
        services.update_task(actor=self.actor, task_id=task_id, command=self.body(UpdateTask))
        return Response(answers.task_body(selectors.task_for(self.actor, task_id)))

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
        return Response(subtask_body(selectors.subtask_of(subtask.task.lecture_id, subtask.pk)), status=201)


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
        return Response(subtask_body(selectors.subtask_of(lecture_id, subtask_id)))

    patch = put

    @operation("R26", "Delete a subtask", responses={204: None, **error_responses(401, 403, 404, 409)})
    def delete(self, request: Request, subtask_id: int) -> Response:
        """Deletes a subtask. The lecture's owner and admins may, others get FORBIDDEN (403); while a live class stands
        on it, it is IN_USE (409)."""
        services.delete_subtask(actor=self.actor, subtask_id=subtask_id)
        return Response(status=204)


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
    *both("api/lectures/<id:lecture_id>/duplicate", LectureCopy),
    *both("api/lectures/<id:lecture_id>/order", LectureOrder),
    *both("api/tasks/<id:task_id>", TaskDetail),
    *both("api/tasks/<id:task_id>/subtasks", TaskSubtasks),
    *both("api/subtasks/<id:subtask_id>", SubtaskDetail),
]
