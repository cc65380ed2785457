"""Tasks and steps as the instructor app lists and edits them (contract 12)."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.lectures import loose, replacing, selectors, services
from mobilegpt.lectures.commands import AttachTasks, CreateSubtask, CreateTask, ReplaceSubtasks, UpdateSubtask
from mobilegpt.rest.apps import answers, shapes
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import app_error_responses
from mobilegpt.rest.lectures.answers import task_body
from mobilegpt.rest.lectures.shapes import TaskBody
from mobilegpt.rest.lectures.views import LectureTasks
from mobilegpt.wire.apps import app_step


class TasksOfLecture(LectureTasks):
    """R22 has this path; it is listed for the apps."""

    guests = True  # within their own lecture (contract 3.9); the selector sees to it

    @operation(
        "12",
        "The tasks of a lecture with their steps",
        responses={200: shapes.AppTasks, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """The tasks of a lecture in order, each with its steps and what these expect. Who may see the lecture may; an
        inactive one is NOT_FOUND (404), and a guest sees that of their class alone (GUEST_NOT_ALLOWED, 403)."""
        return Response(answers.tasks_of(selectors.lecture_for(self.actor, lecture_id).outline.tasks))


class AppCreateTask(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Add a task, for the instructor app",
        request=CreateTask,
        responses={201: TaskBody, **app_error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Adds a task as ``POST /api/lectures/{lecture_id}/tasks`` does. The owner and admins may, others get FORBIDDEN
        (403); a place that a sibling has is ORDER_TAKEN (409)."""
        task = services.create_task(actor=self.actor, lecture_id=lecture_id, command=self.body(CreateTask))
        return Response(task_body(selectors.task_for(self.actor, task.pk)), status=201)


class AvailableTasks(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Tasks of the caller's that stand in no lecture",
        responses={200: shapes.AppTasks, **app_error_responses(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Tasks of the calling instructor that stand in no lecture, such as those made of a recording, with their
        steps. Students get FORBIDDEN (403)."""
        return Response(answers.tasks_of(loose.loose_tasks(self.actor), in_lecture=False))


class AttachTasksToLecture(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Put copies of tasks into a lecture",
        request=AttachTasks,
        responses={201: shapes.AppTasks, **app_error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request, lecture_id: int) -> Response:
        """Copies tasks with all of their steps to the end of a lecture, all or none, and answers with the copies. Who
        teaches the lecture, and what the tasks are in, may; others get FORBIDDEN (403)."""
        command = self.body(AttachTasks)
        made = loose.attach_tasks(actor=self.actor, lecture_id=lecture_id, command=command)
        return Response(answers.tasks_of(loose.tasks_of(lecture_id, made)), status=201)


class CreateStep(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Add a subtask, for the instructor app",
        request=CreateSubtask,
        responses={201: shapes.EditedStep, **app_error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, task_id: int) -> Response:
        """Adds a subtask as ``POST /api/tasks/{task_id}/subtasks`` does; what is said of the element that is touched
        becomes what the step expects. The lecture's owner and admins may, others get FORBIDDEN (403); a place that a
        sibling has is ORDER_TAKEN (409)."""
        subtask = services.create_subtask(actor=self.actor, task_id=task_id, command=self.body(CreateSubtask))
        return Response(answers.edited_step(selectors.subtask_of(subtask.task.lecture_id, subtask.pk)), status=201)


class EditStep(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Change a subtask, for the instructor app; what is absent stays",
        request=UpdateSubtask,
        responses={200: shapes.EditedStep, **app_error_responses(400, 401, 403, 404, 409)},
    )
    def put(self, request: Request, subtask_id: int) -> Response:
        """Changes a subtask as ``PUT /api/subtasks/{subtask_id}`` does, and what it expects. The lecture's owner and
        admins may, others get FORBIDDEN (403); a task of another lecture is WRONG_LECTURE (400), a place that a sibling
        has ORDER_TAKEN (409)."""
        lecture_id = services.update_subtask(actor=self.actor, subtask_id=subtask_id, command=self.body(UpdateSubtask))
        return Response(answers.edited_step(selectors.subtask_of(lecture_id, subtask_id)))

    @operation(
        "12",
        "Delete a subtask, for the instructor app",
        responses={204: None, **app_error_responses(401, 403, 404, 409)},
    )
    def delete(self, request: Request, subtask_id: int) -> Response:
        """Deletes a subtask as ``DELETE /api/subtasks/{subtask_id}`` does. The lecture's owner and admins may, others
        get FORBIDDEN (403); while a live class stands on it, it is IN_USE (409)."""
        services.delete_subtask(actor=self.actor, subtask_id=subtask_id)
        return Response(status=204)


class ReplaceSteps(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Replace all subtasks of a task",
        request=ReplaceSubtasks,
        responses={200: shapes.ReplacedSteps, **app_error_responses(400, 401, 403, 404, 409)},
    )
    def put(self, request: Request, task_id: int) -> Response:
        """Makes these the subtasks of a task, all at once or not at all: one with an ``id`` of the task stays that
        subtask with its picture and what was done in it, one without is new, and the others leave. The lecture's owner
        and admins may, others get FORBIDDEN (403); an ``id`` that the task has not is INVALID_REQUEST (400), and it is
        IN_USE (409) while a live class stands on one that would leave."""
        done = replacing.replace_subtasks(actor=self.actor, task_id=task_id, command=self.body(ReplaceSubtasks))
        steps = selectors.subtasks_of(done.lecture_id, done.subtask_ids)
        return Response(
            shapes.ReplacedSteps(
                status="success",
                deleted_count=done.deleted,
                created_count=done.created,
                subtasks=[app_step(step) for step in steps],
            )
        )


urlpatterns: list[URLPattern] = [
    *both("api/lectures/<id:lecture_id>/tasks", TasksOfLecture),
    *both("api/lectures/<id:lecture_id>/tasks/create", AppCreateTask),
    *both("api/lectures/<id:lecture_id>/tasks/attach", AttachTasksToLecture),
    *both("api/tasks/available", AvailableTasks),
    *both("api/tasks/subtasks/<id:subtask_id>", EditStep),
    *both("api/tasks/<id:task_id>/subtasks/create", CreateStep),
    *both("api/tasks/<id:task_id>/subtasks/bulk", ReplaceSteps),
]
