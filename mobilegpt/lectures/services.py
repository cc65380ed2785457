"""Writes of lectures: editing, ordering, enrolling (contract 5).

Every edit locks the lecture's row first, so that edits of one lecture wait for each other, and ends by raising its
``version`` (see ``cache``). Deletions ask the domains above by an event whether they may happen, and leave the rows to
the classes that know them (contract 11.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db.models import F, Max, Q, QuerySet
from msgspec import UNSET, UnsetType

from mobilegpt.accounts.events import AccountErased
from mobilegpt.accounts.models import Role, User
from mobilegpt.audit import origin, trail
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, Invalid, NotFound
from mobilegpt.core.text import optional_line, paragraph
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.guidance.views import with_views
from mobilegpt.lectures import policies, queries, revisions
from mobilegpt.lectures.commands import (
    CreateLecture,
    CreateSubtask,
    CreateTask,
    Reorder,
    UpdateLecture,
    UpdateSubtask,
    UpdateTask,
)
from mobilegpt.lectures.events import (
    LectureChanged,
    LectureErased,
    LectureHandedOver,
    LectureRemoved,
    StudentUnenrolled,
    SubtasksRemoved,
)
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask, Task

# --- enrolling


def ensure_enrolled(user_ids: Sequence[int], lecture_id: int) -> int:
    """Enrol students who may not be yet, for joining: from now on they may come to every class (contract 6.4).

    Returns how many enrolments this made or opened.
    """
    with unit_of_work():
        return queries.enrol_for_classes(user_ids, lecture_id)


def enroll(*, actor: Actor, lecture_id: int) -> Enrollment:
    """R10: by oneself, which opens the lecture but not its classes (contract 6.4).

    Raises ``Forbidden`` for who is no student, ``NotFound``, ``Conflict`` ALREADY_ENROLLED.
    """
    if not actor.is_student:
        raise Forbidden(message="Only students enrol")
    with unit_of_work():
        lecture = Lecture.objects.filter(pk=lecture_id).first()
        if lecture is None:
            raise NotFound("Lecture")
        enrolled = Enrollment.objects.filter(user_id=actor.user_id, lecture=lecture).exists()
        policies.require_visible(actor, lecture, enrolled=enrolled)
        enrollment, created = Enrollment.objects.get_or_create(
            user_id=actor.user_id, lecture=lecture, defaults={"opens_classes": False}
        )
        if not created:
            raise Conflict(ErrorCode.ALREADY_ENROLLED, "You are enrolled in this lecture already")
        return enrollment


def unenroll(*, actor: Actor, lecture_id: int) -> None:
    """Leave a lecture (contract 12); what was learned in it stays, should one come back.

    Raises ``Forbidden`` for who is no student, or NOT_ENROLLED; ``NotFound``; ``Conflict`` IN_USE for who sits in a
    class of it that runs.
    """
    if not actor.is_student:
        raise Forbidden(message="Only students enrol")
    with unit_of_work():
        lecture = Lecture.objects.filter(pk=lecture_id).first()
        if lecture is None:
            raise NotFound("Lecture")
        enrollment = Enrollment.objects.select_for_update().filter(user_id=actor.user_id, lecture_id=lecture_id).first()
        if enrollment is None:
            policies.require_visible(actor, lecture, enrolled=False)
            raise Forbidden(ErrorCode.NOT_ENROLLED, "You are not enrolled in this lecture")
        emit(StudentUnenrolled(lecture_id=lecture_id, user_id=actor.user_id))
        enrollment.delete()
        trail.record("lecture.unenrolled", actor_id=actor.user_id, subject=f"lecture:{lecture_id}")


# --- the lecture itself


def create_lecture(*, actor: Actor, command: CreateLecture) -> Lecture:
    """R6; the caller owns it. Raises ``Forbidden`` for students, ``Invalid``."""
    policies.require_teacher_role(actor)
    with unit_of_work():
        return Lecture.objects.create(
            instructor_id=actor.user_id,
            title=policies.usable_title(command.title),
            description=_text(command.description, "description"),
            thumbnail_url=policies.usable_thumbnail(command.thumbnail_url),
            is_active=command.is_active,
        )


def update_lecture(*, actor: Actor, lecture_id: int, command: UpdateLecture) -> None:
    """R8. Raises ``Forbidden``, ``NotFound``, ``Invalid``."""
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(pk=lecture_id), "Lecture")
        if not isinstance(command.title, UnsetType):
            lecture.title = policies.usable_title(command.title)
        if not isinstance(command.description, UnsetType):
            lecture.description = _text(command.description, "description")
        if not isinstance(command.thumbnail_url, UnsetType):
            lecture.thumbnail_url = policies.usable_thumbnail(command.thumbnail_url)
        if not isinstance(command.is_active, UnsetType):
            lecture.is_active = command.is_active
        lecture.save(update_fields=["title", "description", "thumbnail_url", "is_active"])
        lecture_changed(lecture.pk)


def delete_lecture(*, actor: Actor, lecture_id: int) -> None:
    """R9. Raises ``Forbidden``, ``NotFound``, ``Conflict`` IN_USE while a class is held on it."""
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(pk=lecture_id), "Lecture")
        policies.require_owns(actor, lecture)
        remove_lecture(lecture.pk)


def remove_lecture(lecture_id: int) -> None:
    """It is nobody's to find any more; the classes that taught it stay (contract 11.5).

    Call it in the deletion's unit of work. Raises ``Conflict`` IN_USE.
    """
    subtasks = Subtask.objects.filter(task__lecture_id=lecture_id)
    ask_to_remove(lecture_id, subtasks)
    emit(LectureRemoved(lecture_id=lecture_id))
    mark_deleted(subtasks, Task.objects.filter(lecture_id=lecture_id), Lecture.objects.filter(pk=lecture_id))
    lecture_changed(lecture_id)


def remove_task(lecture_id: int, task_id: int) -> None:
    """As ``remove_lecture``, for one task with its steps."""
    subtasks = Subtask.objects.filter(task_id=task_id)
    ask_to_remove(lecture_id, subtasks)
    mark_deleted(subtasks, Task.objects.filter(pk=task_id))
    lecture_changed(lecture_id)


def remove_subtask(lecture_id: int, subtask_id: int) -> None:
    """As ``remove_lecture``, for one step."""
    subtasks = Subtask.objects.filter(pk=subtask_id)
    ask_to_remove(lecture_id, subtasks)
    mark_deleted(subtasks)
    lecture_changed(lecture_id)


def erase_lecture(lecture_id: int) -> None:
    """Delete a lecture for good, with its classes and all that is known of them. Call it in a unit of work.

    For staff, and when its instructor's account goes; whoever teaches only takes it away (``remove_lecture``).
    """
    emit(LectureErased(lecture_id=lecture_id))
    Lecture.everything.filter(pk=lecture_id).delete()
    emit(LectureChanged(lecture_id=lecture_id))


def erase_person(event: AccountErased) -> None:
    """Who had deleted their lectures takes along what was left of them, and tasks that stood in none; the others
    somebody has to take over first."""
    own = Lecture.everything.filter(instructor_id=event.user_id)
    gone = own.filter(Q(deleted_at__isnull=False) | Q(is_drawer=True))
    for lecture_id in gone.values_list("pk", flat=True):
        erase_lecture(lecture_id)


def ask_to_remove(lecture_id: int, subtasks: Iterable[Subtask]) -> None:
    emit(SubtasksRemoved(lecture_id=lecture_id, subtask_ids=[subtask.pk for subtask in subtasks]))


def mark_deleted(*rows: QuerySet[Any]) -> None:
    """The lower ones first: which they are is asked by those above."""
    moment = now()
    for each in rows:
        each.update(deleted_at=moment)


def lecture_changed(lecture_id: int, *, on_its_own: bool = False) -> None:
    """The content is another now: caches of the old one end, its history has the new one (contract 11.11).

    Call it in the change's unit of work. ``on_its_own``: an entry of the history apart from what the same person did
    a moment ago.
    """
    Lecture.everything.filter(pk=lecture_id).update(version=F("version") + 1, updated_at=now())
    revisions.record(lecture_id, origin.current().actor_id, on_its_own=on_its_own)
    emit(LectureChanged(lecture_id=lecture_id))


def handed_over(lecture_id: int, former: User) -> None:
    """``former`` owned the lecture until now; call it in the change's unit of work. Admins may watch on."""
    if former.role != Role.ADMIN:
        emit(LectureHandedOver(lecture_id=lecture_id, former_id=former.pk))


# --- tasks


def create_task(*, actor: Actor, lecture_id: int, command: CreateTask) -> Task:
    """R22. Raises ``Forbidden``, ``NotFound``, ``Invalid``, ``Conflict`` ORDER_TAKEN."""
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(pk=lecture_id), "Lecture")
        siblings = Task.objects.filter(lecture=lecture)
        task = Task.objects.create(
            lecture=lecture,
            title=policies.usable_title(command.title),
            description=_text(command.description, "description"),
            order_index=free_place(siblings, command.order_index),
        )
        lecture_changed(lecture.pk)
        return task


def update_task(*, actor: Actor, task_id: int, command: UpdateTask) -> None:
    """PUT /api/tasks/{id}. Raises ``Forbidden``, ``NotFound``, ``Invalid``, ``Conflict`` ORDER_TAKEN."""
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(tasks=task_id), "Task")
        task = get(Task.objects.filter(lecture=lecture), task_id, "Task")
        if not isinstance(command.title, UnsetType):
            task.title = policies.usable_title(command.title)
        if not isinstance(command.description, UnsetType):
            task.description = _text(command.description, "description")
        if not isinstance(command.order_index, UnsetType):
            siblings = Task.objects.filter(lecture=lecture).exclude(pk=task.pk)
            task.order_index = free_place(siblings, command.order_index)
        task.save()
        lecture_changed(lecture.pk)


def delete_task(*, actor: Actor, task_id: int) -> None:
    """DELETE /api/tasks/{id}. Raises ``Forbidden``, ``NotFound``, ``Conflict`` IN_USE."""
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(tasks=task_id), "Task")
        task = get(Task.objects.filter(lecture=lecture), task_id, "Task")
        remove_task(lecture.pk, task.pk)


# --- subtasks


def create_subtask(*, actor: Actor, task_id: int, command: CreateSubtask) -> Subtask:
    """R24. Raises ``Forbidden``, ``NotFound``, ``Invalid``, ``Conflict`` ORDER_TAKEN."""
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(tasks=task_id), "Task")
        task = get(Task.objects.filter(lecture=lecture), task_id, "Task")
        subtask = new_subtask(task, free_place(Subtask.objects.filter(task=task), command.order_index), command)
        subtask.save(force_insert=True)
        lecture_changed(lecture.pk)
        return subtask


def new_subtask(task: Task, place: int, command: CreateSubtask | UpdateSubtask) -> Subtask:
    """A step of a locked lecture, not saved yet. Raises ``Invalid``."""
    if isinstance(command.title, UnsetType):
        raise Invalid(message="title is missing", details={"field": "title"})
    return _with_expectation(Subtask(task=task, order_index=place, **_subtask_fields(command)), command)


def reword(subtask: Subtask, command: CreateSubtask | UpdateSubtask) -> None:
    """Its words and what it expects, as far as they were sent; not saved yet. Raises ``Invalid``."""
    for field, value in _subtask_fields(command).items():
        setattr(subtask, field, value)
    _with_expectation(subtask, command)


def update_subtask(*, actor: Actor, subtask_id: int, command: UpdateSubtask) -> int:
    """R25; returns the lecture's id. Raises ``Forbidden``, ``NotFound``, ``Invalid`` (WRONG_LECTURE for a task of
    another one), ``Conflict`` ORDER_TAKEN."""
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(tasks__subtasks=subtask_id), "Subtask")
        subtask = get(Subtask.objects.filter(task__lecture=lecture), subtask_id, "Subtask")
        reword(subtask, command)
        _move(subtask, lecture, command)
        subtask.save()
        lecture_changed(lecture.pk)
        return lecture.pk


def delete_subtask(*, actor: Actor, subtask_id: int) -> None:
    """R26. Raises ``Forbidden``, ``NotFound``, ``Conflict`` IN_USE."""
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(tasks__subtasks=subtask_id), "Subtask")
        subtask = get(Subtask.objects.filter(task__lecture=lecture), subtask_id, "Subtask")
        remove_subtask(lecture.pk, subtask.pk)


def _subtask_fields(command: CreateSubtask | UpdateSubtask) -> dict[str, Any]:
    """The fields that were sent, checked."""
    checks: dict[str, Any] = {
        "title": policies.usable_title,
        "description": lambda text: _text(text, "description"),
        "target_action": policies.known_action,
        "target_element_hint": _hint,
        "guide_text": lambda text: _text(text, "guide_text"),
        "voice_guide_text": lambda text: _text(text, "voice_guide_text"),
    }
    sent = {field: getattr(command, field) for field in checks}
    if not isinstance(command.ui_hint, UnsetType) and sent["target_element_hint"] in (None, UNSET):
        sent["target_element_hint"] = command.ui_hint
    return {field: checks[field](value) for field, value in sent.items() if value is not UNSET}


def _with_expectation(subtask: Subtask, command: CreateSubtask | UpdateSubtask) -> Subtask:
    """What an app of contract 12 says of the element that is touched becomes what the step expects."""
    if command.views or subtask.expectation:
        before = msgspec.convert(subtask.expectation, Expectation | None)
        expected = with_views(before, command.views, subtask.target_action)
        subtask.expectation = None if expected is None else msgspec.to_builtins(expected)
    return subtask


def _move(subtask: Subtask, lecture: Lecture, command: UpdateSubtask) -> None:
    """Give it another place, in another task of the lecture perhaps."""
    moved = not isinstance(command.task_id, UnsetType) and command.task_id != subtask.task_id
    if moved and not isinstance(command.task_id, UnsetType):
        task = Task.objects.filter(pk=command.task_id, lecture=lecture).first()
        if task is None:
            raise Invalid(ErrorCode.WRONG_LECTURE, "task_id is of another lecture", details={"field": "task_id"})
        subtask.task = task
    if moved or not isinstance(command.order_index, UnsetType):
        wanted = None if isinstance(command.order_index, UnsetType) else command.order_index
        siblings = Subtask.objects.filter(task=subtask.task).exclude(pk=subtask.pk)
        subtask.order_index = free_place(siblings, wanted)


# --- the order of everything


def reorder(*, actor: Actor, lecture_id: int, command: Reorder) -> None:
    """PUT /api/lectures/{id}/order: all of it or nothing. Subtasks may change their task.

    Raises ``Forbidden``, ``NotFound``, and ``Invalid`` when the list is not exactly the lecture's tasks and subtasks.
    """
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(pk=lecture_id), "Lecture")
        tasks = Task.objects.filter(lecture=lecture)
        subtasks = Subtask.objects.filter(task__lecture=lecture)
        named = [subtask_id for task in command.tasks for subtask_id in task.subtasks]
        _require_all("tasks", [task.id for task in command.tasks], tasks)
        _require_all("subtasks", named, subtasks)
        # The unique indexes are checked row by row: everything steps aside first, to places that nothing else has.
        tasks.update(order_index=-F("id"))
        Subtask.objects.filter(pk__in=named).update(order_index=-F("id"))
        Task.objects.bulk_update(
            [Task(pk=task.id, order_index=place) for place, task in enumerate(command.tasks, start=1)],
            ["order_index"],
        )
        Subtask.objects.bulk_update(
            [
                Subtask(pk=subtask_id, task_id=task.id, order_index=place)
                for task in command.tasks
                for place, subtask_id in enumerate(task.subtasks, start=1)
            ],
            ["task", "order_index"],
        )
        lecture_changed(lecture.pk)


def _require_all(field: str, named: list[int], rows: QuerySet[Any]) -> None:
    there = set(rows.values_list("pk", flat=True))
    if len(named) != len(set(named)) or set(named) != there:
        details = {
            "field": field,
            "missing": sorted(there - set(named)),
            "unknown": sorted(set(named) - there),
        }
        raise Invalid(message=f"Name each of the lecture's {field} once", details=details)


# --- what they share


def locked_to_edit(actor: Actor, rows: QuerySet[Lecture], what: str) -> Lecture:
    """The lecture among ``rows``, locked until the commit, for who may edit it. ``what`` the caller asked for.
    What it says now is in its history.

    Raises ``Forbidden``, ``NotFound``. Call it in the edit's unit of work.
    """
    policies.require_teacher_role(actor)
    lecture = rows.select_for_update(of=("self",)).first()
    if lecture is None:
        raise NotFound(what)
    policies.require_teaches(actor, lecture)
    revisions.record_before(lecture)
    return lecture


def get(rows: QuerySet[Any], row_id: int, what: str) -> Any:
    """A row below the locked lecture; it may have gone while we waited for the lock."""
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound(what)
    return row


def free_place(siblings: QuerySet[Any], wanted: int | None) -> int:
    """``wanted`` if it is free, else ``Conflict`` ORDER_TAKEN; after the last one for ``None`` (contract 5.2)."""
    if wanted is None:
        last = siblings.aggregate(last=Max("order_index"))["last"]
        return 1 if last is None else int(last) + 1
    if siblings.filter(order_index=wanted).exists():
        raise Conflict(ErrorCode.ORDER_TAKEN, f"order_index {wanted} is taken", details={"field": "order_index"})
    return wanted


def make_room(siblings: QuerySet[Any], *, after: int) -> int:
    """The place right behind one; what follows it moves on by one."""
    # Unique indexes are checked row by row: what moves is put aside first.
    siblings.filter(order_index__gt=after).update(order_index=-F("order_index") - 1)
    siblings.filter(order_index__lt=0).update(order_index=-F("order_index"))
    return after + 1


def _text(text: str | None, field: str) -> str:
    return paragraph(text, field, policies.MAX_TEXT)


def _hint(text: str | None) -> str | None:
    return optional_line(text, "target_element_hint", policies.MAX_URL) or None
