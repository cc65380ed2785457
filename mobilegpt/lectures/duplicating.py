"""A lecture made anew of another one's content (contract 11.11)."""

from __future__ import annotations

import msgspec

from mobilegpt.core.actor import Actor
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import messages, policies, selectors
from mobilegpt.lectures.commands import DuplicateLecture
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.outline import Outline
from mobilegpt.lectures.services import lecture_changed
from mobilegpt.lectures.step import SubtaskOutline

# What says which step it is and where it stands: a copy has these of its own.
_OF_THE_ORIGINAL = ("id", "task_id", "position")
_COPIED = tuple(name for name in SubtaskOutline.__struct_fields__ if name not in _OF_THE_ORIGINAL)


def duplicate_lecture(*, actor: Actor, lecture_id: int, command: DuplicateLecture) -> Lecture:
    """A copy of a lecture that the caller may see, with all tasks and steps; its owner is the caller.

    It begins inactive: nobody finds it in the lists before its new owner says so. Raises ``Forbidden`` for students,
    ``NotFound`` for what the caller may not see, ``Invalid``.
    """
    policies.require_teacher_role(actor)
    with unit_of_work():
        original = selectors.lecture_for(actor, lecture_id)
        copy = Lecture.objects.create(
            instructor_id=actor.user_id,
            title=_title(original.lecture.title, command.title),
            description=original.lecture.description,
            thumbnail_url=original.lecture.thumbnail_url,
            is_active=False,
        )
        _fill(copy, original.outline)
        lecture_changed(copy.pk)
        return copy


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
        Subtask(task=task, **{name: msgspec.to_builtins(getattr(step, name)) for name in _COPIED})
        for task, original in zip(tasks, outline.tasks, strict=True)
        for step in original.subtasks
    )
