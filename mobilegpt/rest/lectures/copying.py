"""Tasks and steps copied, and moved elsewhere (contract 11.11)."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.lectures import duplicating, moving, selectors
from mobilegpt.lectures.commands import MoveSubtask, MoveTask
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.rest.lectures import answers, shapes
from mobilegpt.wire.step import SubtaskBody, subtask_body


class TaskCopy(Endpoint):
    @operation(
        "11.11",
        "Copy a task with its steps",
        responses={201: shapes.TaskBody, **error_responses(401, 403, 404)},
    )
    def post(self, request: Request, task_id: int) -> Response:
        """Makes a task once more with all of its steps, right behind itself. Who teaches the lecture may, others get
        FORBIDDEN (403)."""
        copy = duplicating.duplicate_task(actor=self.actor, task_id=task_id)
        return Response(answers.task_body(selectors.task_for(self.actor, copy.pk)), status=201)


class SubtaskCopy(Endpoint):
    @operation(
        "11.11",
        "Copy a step",
        responses={201: SubtaskBody, **error_responses(401, 403, 404)},
    )
    def post(self, request: Request, subtask_id: int) -> Response:
        """Makes a step once more with its picture and its clip, right behind itself. Who teaches the lecture may,
        others get FORBIDDEN (403)."""
        copy = duplicating.duplicate_subtask(actor=self.actor, subtask_id=subtask_id)
        return Response(subtask_body(selectors.subtask_of(copy.task.lecture_id, copy.pk)), status=201)


class TaskMove(Endpoint):
    @operation(
        "11.11",
        "Move a task to the end of a lecture",
        request=MoveTask,
        responses={200: shapes.TaskBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, task_id: int) -> Response:
        """Moves a task with its steps to the end of a lecture. In another lecture they are new ones, and classes that
        know the old ones keep them. Who teaches both may, others get FORBIDDEN (403); while a live class stands on a
        step that would leave its lecture, it is IN_USE (409)."""
        moved = moving.move_task(actor=self.actor, task_id=task_id, command=self.body(MoveTask))
        return Response(answers.task_body(selectors.task_for(self.actor, moved.pk)))


class SubtaskMove(Endpoint):
    @operation(
        "11.11",
        "Move a step to another task, of whatever lecture",
        request=MoveSubtask,
        responses={200: SubtaskBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, subtask_id: int) -> Response:
        """Moves a step to the end of a task, or to a place there. In another lecture it is a new step, and classes that
        know the old one keep it. Who teaches both may, others get FORBIDDEN (403); while a live class stands on a step
        that would leave its lecture, it is IN_USE (409), a place that a sibling has ORDER_TAKEN (409)."""
        moved = moving.move_subtask(actor=self.actor, subtask_id=subtask_id, command=self.body(MoveSubtask))
        return Response(subtask_body(selectors.subtask_of(moved.task.lecture_id, moved.pk)))


urlpatterns: list[URLPattern] = [
    *both("api/tasks/<id:task_id>/duplicate", TaskCopy),
    *both("api/tasks/<id:task_id>/move", TaskMove),
    *both("api/subtasks/<id:subtask_id>/duplicate", SubtaskCopy),
    *both("api/subtasks/<id:subtask_id>/move", SubtaskMove),
]
