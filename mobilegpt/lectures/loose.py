"""Tasks that stand in no lecture yet, such as what an app made of a recording (contract 12).

A task has a lecture; these are in their instructor's *drawer*, which is no lecture to anybody: it is in no list, and no
class is held on it. Everything that edits a task edits them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import msgspec
from django.db import IntegrityError, transaction

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.lectures import messages, policies
from mobilegpt.lectures.cache import outline_of
from mobilegpt.lectures.commands import AttachTasks
from mobilegpt.lectures.duplicating import copy_task
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.outline import TaskOutline
from mobilegpt.lectures.services import free_place, lecture_changed, locked_to_edit
from mobilegpt.lectures.step import StepImage


class WrittenStep(Protocol):
    """A step that stands nowhere yet: the fields of ``SubtaskOutline`` that say what it is."""

    @property
    def title(self) -> str: ...

    @property
    def description(self) -> str: ...

    @property
    def target_action(self) -> str | None: ...

    @property
    def target_element_hint(self) -> str | None: ...

    @property
    def guide_text(self) -> str: ...

    @property
    def voice_guide_text(self) -> str: ...

    @property
    def image(self) -> StepImage | None: ...

    @property
    def expectation(self) -> Expectation | None: ...


_WRITTEN = tuple(name for name in vars(WrittenStep) if not name.startswith("_"))


def drawer_of(actor: Actor) -> Lecture:
    """Made when it is first asked for; call it in a unit of work. Raises ``Forbidden`` for students."""
    policies.require_teacher_role(actor)
    drawers = Lecture.objects.filter(instructor_id=actor.user_id, is_drawer=True)
    found = drawers.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Lecture.objects.create(
                instructor_id=actor.user_id, title=messages.drawer(), is_drawer=True, is_active=False
            )
    except IntegrityError:  # at the same moment
        return drawers.get()


def loose_tasks(actor: Actor) -> list[TaskOutline]:
    """The caller's, oldest first. Raises ``Forbidden`` for students."""
    policies.require_teacher_role(actor)
    drawer = Lecture.objects.filter(instructor_id=actor.user_id, is_drawer=True).first()
    return outline_of(drawer.pk, drawer.version).tasks if drawer is not None else []


def make_loose_task(*, actor: Actor, title: str, description: str, steps: Iterable[WrittenStep]) -> Task:
    """A task of these steps, in this order, that stands in no lecture. Raises ``Forbidden`` for students, ``Invalid``
    for a title without anything to see."""
    with unit_of_work():
        drawer = Lecture.objects.select_for_update().get(pk=drawer_of(actor).pk)
        task = Task.objects.create(
            lecture=drawer,
            title=policies.usable_title(title),
            description=description,
            order_index=free_place(Task.objects.filter(lecture=drawer), None),
        )
        Subtask.objects.bulk_create(
            Subtask(task=task, order_index=place, **_columns(step)) for place, step in enumerate(steps, start=1)
        )
        lecture_changed(drawer.pk)
        return task


def _columns(step: WrittenStep) -> dict[str, Any]:
    return {name: msgspec.to_builtins(getattr(step, name)) for name in _WRITTEN}


def attach_tasks(*, actor: Actor, lecture_id: int, command: AttachTasks) -> list[int]:
    """Copies of tasks, with all of their steps, at the end of a lecture, in this order; returns their ids.

    The caller teaches the lecture, and what each task is in. Raises ``Forbidden``, ``NotFound``.
    """
    policies.require_teacher_role(actor)
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(pk=lecture_id), "Lecture")
        found = Task.objects.select_related("lecture").in_bulk(command.task_ids)
        made = []
        for task_id in command.task_ids:
            task = found.get(task_id)
            if task is None or task.lecture.deleted_at is not None:
                raise NotFound("Task")
            policies.require_teaches(actor, task.lecture)
            made.append(copy_task(task, lecture, free_place(Task.objects.filter(lecture=lecture), None)).pk)
        lecture_changed(lecture.pk)
        return made


def tasks_of(lecture_id: int, task_ids: list[int]) -> list[TaskOutline]:
    """Tasks of a lecture as they are now, in this order, for who has just written them. Raises ``NotFound``."""
    version = Lecture.objects.values_list("version", flat=True).filter(pk=lecture_id).first()
    outline = outline_of(lecture_id, version) if version is not None else None
    found = [outline.task(task_id) if outline is not None else None for task_id in task_ids]
    if None in found:
        raise NotFound("Task")
    return [task for task in found if task is not None]
