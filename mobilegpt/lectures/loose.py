"""Tasks that stand in no lecture yet, such as what an app made of a recording (contract 12).

A task has a lecture; these are in their instructor's *drawer*, which is no lecture to anybody: it is in no list, and no
class is held on it. Everything that edits a task edits them.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import messages, policies
from mobilegpt.lectures.cache import outline_of
from mobilegpt.lectures.commands import AttachTasks
from mobilegpt.lectures.duplicating import copy_task
from mobilegpt.lectures.models import Lecture, Task
from mobilegpt.lectures.outline import TaskOutline
from mobilegpt.lectures.services import free_place, lecture_changed, locked_to_edit


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
