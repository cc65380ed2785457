"""A lecture as it was before (contract 11.11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import revisions
from mobilegpt.lectures.commands import RestoreVersion
from mobilegpt.lectures.duplicating import content_of
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.outline import TaskOutline
from mobilegpt.lectures.services import ask_to_remove, lecture_changed, locked_to_edit, mark_deleted

# Of many rows at once these would become JSON's null, not the database's.
_JSON = ("image", "audio", "expectation")


def restore(*, actor: Actor, lecture_id: int, version: int, command: RestoreVersion) -> None:
    """The lecture says what it said at a version of its history; that is a new version, so it can be taken back.

    Tasks and steps of then are the same ones again, those that were deleted meanwhile too, so that what was learned of
    them counts; only what is gone for good is made anew. Raises ``Forbidden``, ``NotFound``, ``Conflict``
    LECTURE_CHANGED when somebody changed it since the caller looked, IN_USE when a live class stands on a step that
    was not there.
    """
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(pk=lecture_id), "Lecture")
        if command.seen_version is not None and command.seen_version != lecture.version:
            message = "Somebody changed the lecture meanwhile; look at it again"
            raise Conflict(ErrorCode.LECTURE_CHANGED, message, details={"version": lecture.version})
        content = revisions.content_at(lecture.pk, version)
        _take_away(lecture, content.tasks)
        _lay_steps(lecture, content.tasks, _lay_tasks(lecture, content.tasks))
        lecture.title, lecture.description = content.title, content.description
        lecture.save(update_fields=["title", "description"])
        lecture_changed(lecture.pk, on_its_own=True)


def _take_away(lecture: Lecture, wanted: Sequence[TaskOutline]) -> None:
    """What is there and was not then."""
    steps = Subtask.objects.filter(task__lecture=lecture)
    extra = steps.exclude(pk__in=[step.id for task in wanted for step in task.subtasks])
    ask_to_remove(lecture.pk, extra)
    mark_deleted(extra, Task.objects.filter(lecture=lecture).exclude(pk__in=[task.id for task in wanted]))
    # Unique indexes are checked row by row: what stays is put aside first.
    Task.objects.filter(lecture=lecture).update(order_index=-F("id"))
    steps.update(order_index=-F("id"))


def _lay_tasks(lecture: Lecture, wanted: Sequence[TaskOutline]) -> dict[int, Task]:
    """The tasks of then, by the numbers that they had."""
    rows = {row.pk: row for row in Task.everything.filter(lecture=lecture, pk__in=[task.id for task in wanted])}
    laid = {}
    for task in wanted:
        words: dict[str, Any] = {
            "title": task.title, "description": task.description, "order_index": task.order_index, "deleted_at": None,
        }  # fmt: skip
        row = rows.get(task.id)
        if row is None:
            row = Task.objects.create(lecture=lecture, **words)
        _set(row, words)
        laid[task.id] = row
    Task.everything.bulk_update(rows.values(), ["title", "description", "order_index", "deleted_at"])
    return laid


def _lay_steps(lecture: Lecture, wanted: Sequence[TaskOutline], tasks: dict[int, Task]) -> None:
    steps = {step.id: (step, tasks[task.id]) for task in wanted for step in task.subtasks}
    rows = {row.pk: row for row in Subtask.everything.filter(task__lecture=lecture, pk__in=steps)}
    columns: set[str] = set()
    for number, (step, task) in steps.items():
        content = {**content_of(step), "task": task, "deleted_at": None}
        row = rows.get(number)
        if row is None:
            Subtask.objects.create(**content)
            continue
        others = [name for name in _JSON if getattr(row, name) != content[name]]
        _set(row, content)
        if others:
            row.save(update_fields=others)
        columns = content.keys() - set(_JSON)
    if columns:
        Subtask.everything.bulk_update(rows.values(), sorted(columns))


def _set(row: Task | Subtask, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
