"""Lectures, tasks and steps made anew of another one's content (contract 11.11)."""

from __future__ import annotations

from typing import Any

import msgspec

from mobilegpt.core.actor import Actor
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import messages, policies, selectors
from mobilegpt.lectures.commands import DuplicateLecture
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.outline import Outline
from mobilegpt.lectures.services import get, lecture_changed, locked_to_edit, make_room
from mobilegpt.lectures.step import SubtaskOutline

# What says which step it is and where it stands: a copy has these of its own.
_OF_THE_ORIGINAL = ("id", "task_id", "position")
_COPIED = tuple(name for name in SubtaskOutline.__struct_fields__ if name not in _OF_THE_ORIGINAL)


def duplicate_lecture(*, actor: Actor, lecture_id: int, command: DuplicateLecture) -> Lecture:
    """A copy of a lecture that the caller may see, with all tasks and steps; its owner is the caller.

    Raises ``Forbidden`` for students, ``NotFound`` for what the caller may not see, ``Invalid``.
    """
    policies.require_teacher_role(actor)
    with unit_of_work():
        original = selectors.lecture_for(actor, lecture_id)
        title = _title(original.lecture.title, command.title)
        return copy_lecture(actor=actor, original=original.lecture, outline=original.outline, title=title)


def copy_lecture(*, actor: Actor, original: Lecture, outline: Outline, title: str) -> Lecture:
    """The caller's own lecture with this content; call it in a unit of work.

    It begins inactive: nobody finds it in the lists before its new owner says so.
    """
    copy = Lecture.objects.create(
        instructor_id=actor.user_id,
        title=title,
        description=original.description,
        thumbnail_url=original.thumbnail_url,
        is_active=False,
    )
    _fill(copy, outline)
    lecture_changed(copy.pk)
    return copy


def duplicate_task(*, actor: Actor, task_id: int) -> Task:
    """A task once more with all of its steps, right behind itself. Raises ``Forbidden``, ``NotFound``."""
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(tasks=task_id), "Task")
        task = get(Task.objects.filter(lecture=lecture), task_id, "Task")
        place = make_room(Task.objects.filter(lecture=lecture), after=task.order_index)
        copy = copy_task(task, lecture, place)
        lecture_changed(lecture.pk)
        return copy


def duplicate_subtask(*, actor: Actor, subtask_id: int) -> Subtask:
    """A step once more, right behind itself, with its picture and its clip. Raises ``Forbidden``, ``NotFound``."""
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(tasks__subtasks=subtask_id), "Subtask")
        subtask = get(Subtask.objects.filter(task__lecture=lecture), subtask_id, "Subtask")
        place = make_room(Subtask.objects.filter(task=subtask.task_id), after=subtask.order_index)
        copy = copy_subtask(subtask, subtask.task, place)
        lecture_changed(lecture.pk)
        return copy


def copy_task(task: Task, lecture: Lecture, place: int) -> Task:
    """With all of its steps, in a lecture that is locked."""
    copy = Task.objects.create(lecture=lecture, title=task.title, description=task.description, order_index=place)
    steps = Subtask.objects.filter(task=task).order_by("order_index", "id")
    Subtask.objects.bulk_create(Subtask(task=copy, **content_of(step)) for step in steps)
    return copy


def copy_subtask(subtask: Subtask, task: Task, place: int) -> Subtask:
    """In a task of a lecture that is locked."""
    return Subtask.objects.create(task=task, **{**content_of(subtask), "order_index": place})


def content_of(step: Subtask | SubtaskOutline) -> dict[str, Any]:
    """A step's columns but those that say which it is."""
    return {name: msgspec.to_builtins(getattr(step, name)) for name in _COPIED}


def _title(original: str, wanted: str | None) -> str:
    if wanted is not None:
        return policies.usable_title(wanted)
    room = policies.MAX_TITLE - len(messages.copy_of(""))
    return messages.copy_of(original[:room].rstrip())


def _fill(copy: Lecture, outline: Outline) -> None:
    """Two statements, however long the lecture is."""
    tasks = Task.objects.bulk_create(
        Task(lecture=copy, title=task.title, description=task.description, order_index=task.order_index)
        for task in outline.tasks
    )
    Subtask.objects.bulk_create(
        Subtask(task=task, **content_of(step))
        for task, original in zip(tasks, outline.tasks, strict=True)
        for step in original.subtasks
    )
