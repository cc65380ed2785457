"""Tasks and steps that go elsewhere: within their lecture, or to another one (contract 11.11).

What was done, asked and taught belongs to a lecture. So within one a step stays the same step; in another lecture it is
a new step of the same content, and the old one leaves as a deleted one does: the classes that know it keep it.
"""

from __future__ import annotations

from django.db.models import QuerySet

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import policies
from mobilegpt.lectures.commands import MoveSubtask, MoveTask
from mobilegpt.lectures.duplicating import copy_subtask, copy_task
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.services import free_place, get, lecture_changed, locked_to_edit, remove_subtask, remove_task


def move_task(*, actor: Actor, task_id: int, command: MoveTask) -> Task:
    """A task with its steps, to the end of a lecture; the caller teaches both.

    Raises ``Forbidden``, ``NotFound``, ``Conflict`` IN_USE while a live class stands on one of its steps.
    """
    with unit_of_work():
        source, target = _locked_pair(
            actor,
            Lecture.objects.filter(tasks=task_id),
            "Task",
            Lecture.objects.filter(pk=command.lecture_id),
            "Lecture",
        )
        task: Task = get(Task.objects.filter(lecture=source), task_id, "Task")
        others = Task.objects.filter(lecture=target).exclude(pk=task.pk)
        place = free_place(others, None)
        if source == target:
            task.order_index = place
            task.save(update_fields=["order_index"])
            moved = task
        else:
            moved = copy_task(task, target, place)
            remove_task(source.pk, task.pk)
        lecture_changed(target.pk)
        return moved


def move_subtask(*, actor: Actor, subtask_id: int, command: MoveSubtask) -> Subtask:
    """A step, to the end of a task, or to ``order_index`` there; the caller teaches both lectures.

    Raises ``Forbidden``, ``NotFound``, ``Conflict`` ORDER_TAKEN, and IN_USE where it would leave a lecture while a live
    class stands on it.
    """
    with unit_of_work():
        source, target = _locked_pair(
            actor,
            Lecture.objects.filter(tasks__subtasks=subtask_id),
            "Subtask",
            Lecture.objects.filter(tasks=command.task_id),
            "Task",
        )
        subtask: Subtask = get(Subtask.objects.filter(task__lecture=source), subtask_id, "Subtask")
        task: Task = get(Task.objects.filter(lecture=target), command.task_id, "Task")
        place = free_place(Subtask.objects.filter(task=task).exclude(pk=subtask.pk), command.order_index)
        if source == target:
            subtask.task, subtask.order_index = task, place
            subtask.save(update_fields=["task", "order_index"])
            moved = subtask
        else:
            moved = copy_subtask(subtask, task, place)
            remove_subtask(source.pk, subtask.pk)
        lecture_changed(target.pk)
        return moved


def _locked_pair(
    actor: Actor, source: QuerySet[Lecture], what: str, target: QuerySet[Lecture], other: str
) -> tuple[Lecture, Lecture]:
    """Both lectures, the one with the lower number first: two who move things to and fro never wait for each other."""
    policies.require_teacher_role(actor)
    numbers = (source.values_list("pk", flat=True).first(), target.values_list("pk", flat=True).first())
    for number, name in zip(numbers, (what, other), strict=True):
        if number is None:
            raise NotFound(name)
    found = {
        pk: locked_to_edit(actor, Lecture.objects.filter(pk=pk), "Lecture") for pk in sorted({n for n in numbers if n})
    }
    return found[numbers[0] or 0], found[numbers[1] or 0]
