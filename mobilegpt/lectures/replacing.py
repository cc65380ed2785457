"""All steps of a task at once, as an app's editor sends them (contract 12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from msgspec import UnsetType

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Invalid
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures.commands import GivenSubtask, ReplaceSubtasks
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.services import (
    ask_to_remove,
    get,
    lecture_changed,
    locked_to_edit,
    mark_deleted,
    new_subtask,
    reword,
)


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many steps left a task and how many are new; which it has now, in order."""

    lecture_id: int
    deleted: int
    created: int
    subtask_ids: list[int]


def replace_subtasks(*, actor: Actor, task_id: int, command: ReplaceSubtasks) -> Replaced:
    """All of it or nothing. A step that is named by its id stays the same step, with its picture and what people did.

    Raises ``Forbidden``, ``NotFound``, ``Invalid`` (an id that the task has not, or twice), ``Conflict`` IN_USE while a
    live class stands on a step that would leave.
    """
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(tasks=task_id), "Task")
        task: Task = get(Task.objects.filter(lecture=lecture), task_id, "Task")
        before = {step.pk: step for step in Subtask.objects.filter(task=task)}
        named = _named(command.subtasks, before)
        leaving = Subtask.objects.filter(pk__in=before.keys() - set(named))
        gone = list(leaving)
        if gone:
            ask_to_remove(lecture.pk, gone)
            mark_deleted(leaving)
        # The unique index is checked row by row: what stays steps aside first.
        Subtask.objects.filter(pk__in=named).update(order_index=-F("id"))
        after = []
        for place, given in zip(_places(command.subtasks), command.subtasks, strict=True):
            after.append(_written(task, before, place, given))
        lecture_changed(lecture.pk)
        return Replaced(
            lecture.pk, len(gone), len(after) - len(named), [step.pk for step in sorted(after, key=_place_of)]
        )


def _named(given: Sequence[GivenSubtask], before: dict[int, Subtask]) -> list[int]:
    ids = [step.id for step in given if step.id is not None]
    wrong = [one for one in ids if one not in before]
    if wrong or len(ids) != len(set(ids)):
        message = "Each id is one of this task's steps, and named once"
        raise Invalid(message=message, details={"field": "subtasks.id", "unknown": wrong})
    return ids


def _places(given: Sequence[GivenSubtask]) -> list[int]:
    """The apps' own, where they are all told and different; else the order of the list."""
    told = [step.order_index for step in given if not isinstance(step.order_index, UnsetType)]
    whole = len(told) == len(given) == len(set(told))
    return told if whole else list(range(1, len(given) + 1))


def _written(task: Task, before: dict[int, Subtask], place: int, given: GivenSubtask) -> Subtask:
    if given.id is None:
        step = new_subtask(task, place, given)
        step.save(force_insert=True)
        return step
    step = before[given.id]
    reword(step, given)
    step.order_index = place
    step.save()
    return step


def _place_of(step: Subtask) -> int:
    return step.order_index
