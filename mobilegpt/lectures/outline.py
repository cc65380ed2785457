"""The content of a lecture as it is read and cached: tasks with their subtasks, in order (contract 5.5)."""

from __future__ import annotations

import msgspec

from mobilegpt.guidance.expectation import Expectation
from mobilegpt.lectures.models import Subtask, Task
from mobilegpt.lectures.step import StepAudio, StepImage, SubtaskOutline

_MADE = {"position", "image", "audio", "expectation"}
_COLUMNS = tuple(name for name in SubtaskOutline.__struct_fields__ if name not in _MADE)


class TaskOutline(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    lecture_id: int
    title: str
    description: str
    order_index: int
    subtasks: list[SubtaskOutline]


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """All of a lecture below its own row, as of ``version`` of that row."""

    version: int
    tasks: list[TaskOutline]

    @property
    def total_subtasks(self) -> int:
        return sum(len(task.subtasks) for task in self.tasks)

    def task(self, task_id: int) -> TaskOutline | None:
        return next((task for task in self.tasks if task.id == task_id), None)

    def subtask(self, subtask_id: int) -> SubtaskOutline | None:
        found = (subtask for task in self.tasks for subtask in task.subtasks if subtask.id == subtask_id)
        return next(found, None)


def load(lecture_id: int, version: int) -> Outline:
    """Read the content of a lecture; two queries."""
    tasks = list(Task.objects.filter(lecture_id=lecture_id).order_by("order_index", "id"))
    by_task: dict[int, list[Subtask]] = {task.pk: [] for task in tasks}
    for subtask in Subtask.objects.filter(task__lecture_id=lecture_id).order_by("order_index", "id"):
        by_task.setdefault(subtask.task_id, []).append(subtask)
    outlines, position = [], 1
    for task in tasks:
        outlines.append(_task(task, by_task[task.pk], position))
        position += len(by_task[task.pk])
    return Outline(version=version, tasks=outlines)


def _task(task: Task, subtasks: list[Subtask], first_position: int) -> TaskOutline:
    return TaskOutline(
        id=task.pk,
        lecture_id=task.lecture_id,
        title=task.title,
        description=task.description,
        order_index=task.order_index,
        subtasks=[subtask_outline(subtask, place) for place, subtask in enumerate(subtasks, start=first_position)],
    )


def subtask_outline(subtask: Subtask, position: int) -> SubtaskOutline:
    """A row as a step, at its place in the whole lecture."""
    return SubtaskOutline(
        position=position,
        image=msgspec.convert(subtask.image, StepImage | None),
        audio=msgspec.convert(subtask.audio, StepAudio | None),
        expectation=msgspec.convert(subtask.expectation, Expectation | None),
        **{name: getattr(subtask, name) for name in _COLUMNS},
    )
