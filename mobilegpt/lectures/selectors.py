"""Reads of lectures: the order of steps, who is enrolled, what a caller may see."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import ErrorCode, Forbidden, NotFound
from mobilegpt.lectures import policies
from mobilegpt.lectures.cache import outline_of
from mobilegpt.lectures.models import Colleague, ColleagueRole, Enrollment, Lecture, Subtask
from mobilegpt.lectures.outline import Outline, TaskOutline
from mobilegpt.lectures.queries import colleagues_in, enrolments_of
from mobilegpt.lectures.step import SubtaskOutline


def ordered_subtasks(lecture_id: int) -> list[Subtask]:
    """All subtasks in lecture order, with their tasks; one query."""
    return list(
        Subtask.objects.filter(task__lecture_id=lecture_id)
        .select_related("task")
        .order_by("task__order_index", "task_id", "order_index", "id")
    )


def next_subtask_after(lecture_id: int, subtask_id: int | None) -> Subtask | None:
    """The step after ``subtask_id`` across tasks, the first for ``None``; ``None`` past the last one (contract 7.7)."""
    subtasks = ordered_subtasks(lecture_id)
    if subtask_id is None:
        return subtasks[0] if subtasks else None
    following = (after for at, after in itertools.pairwise(subtasks) if at.pk == subtask_id)
    return next(following, None)


def position_of(lecture_id: int, subtask_id: int) -> int | None:
    """The place of a subtask in the whole lecture, from 1; ``None`` when it is another lecture's (contract 5.2)."""
    ids = [subtask.pk for subtask in ordered_subtasks(lecture_id)]
    return ids.index(subtask_id) + 1 if subtask_id in ids else None


def is_enrolled(user_id: int, lecture_id: int) -> bool:
    return enrolments_of(user_id, lecture_id).exists()


def companions(user_id: int, among: Collection[int]) -> set[int]:
    """Whom of ``among`` somebody teaches, is taught by, teaches or helps beside, or shares a lecture with.

    Students share what they were brought into, by a class or an instructor: enrolling oneself would make anybody known.
    """
    all_of_it = Colleague.objects.filter(session_id__isnull=True, role=ColleagueRole.CO_INSTRUCTOR)
    there = Enrollment.objects.filter(lecture__deleted_at__isnull=True)
    joined = there.filter(user_id=user_id).values("lecture_id")
    shared = there.filter(user_id=user_id, opens_classes=True).values("lecture_id")
    theirs = Q(lecture__in=shared, opens_classes=True) | Q(lecture__instructor_id=user_id)
    theirs |= Q(lecture__in=all_of_it.filter(user_id=user_id).values("lecture_id"))
    students = there.filter(theirs, user_id__in=among).values_list("user_id", flat=True)
    teachers = Lecture.objects.filter(pk__in=joined, instructor_id__in=among).values_list("instructor_id", flat=True)
    beside = all_of_it.filter(lecture__in=joined, user_id__in=among).values_list("user_id", flat=True)
    return {*students, *teachers, *beside, *_colleagues(user_id, among)}


def _colleagues(user_id: int, among: Collection[int]) -> set[int]:
    """Who of ``among`` teaches or helps in a lecture in which this user does."""
    own = Q(instructor_id=user_id) | Q(pk__in=Colleague.objects.filter(user_id=user_id).values("lecture_id"))
    lectures = Lecture.objects.filter(own)
    owners = lectures.filter(instructor_id__in=among).values_list("instructor_id", flat=True)
    others = Colleague.objects.filter(lecture__in=lectures.values("pk"), user_id__in=among)
    return {*owners, *others.values_list("user_id", flat=True)} - {user_id}


@dataclass(frozen=True, slots=True)
class LectureView:
    """A lecture as one caller sees it."""

    lecture: Lecture
    outline: Outline
    enrolled: bool
    enrolled_count: int
    session_count: int


def visible_lectures(
    actor: Actor,
    *,
    instructor_id: int | None = None,
    is_active: bool | None = None,
    teaching: bool | None = None,
    enrolled: bool = False,
) -> QuerySet[Lecture]:
    """What R5 lists: active lectures, those one teaches, those one is enrolled in; annotated as ``annotated`` says.

    ``teaching``: those alone that the caller owns or teaches as a co-instructor, or all others. ``enrolled``: those
    alone in which they are a student.
    """
    rows = annotated(Lecture.objects.filter(is_drawer=False), actor)
    taught = colleagues_in(OuterRef("pk")).filter(user_id=actor.user_id, role=ColleagueRole.CO_INSTRUCTOR)
    own = Q(instructor_id=actor.user_id) | Q(Exists(taught)) if actor.is_instructor else Q(instructor_id=actor.user_id)
    if not actor.is_admin:
        rows = rows.filter(Q(is_active=True) | own | Q(is_enrolled=True))
    if teaching is not None:
        rows = rows.filter(own) if teaching else rows.exclude(own)
    if enrolled:
        rows = rows.filter(Q(is_enrolled=True))
    if instructor_id is not None:
        rows = rows.filter(instructor_id=instructor_id)
    if is_active is not None:
        rows = rows.filter(is_active=is_active)
    return rows.order_by("-id")


def annotated(rows: QuerySet[Lecture], actor: Actor) -> QuerySet[Lecture]:
    """With ``instructor``, ``is_enrolled`` (the caller), ``enrolled_count``, ``total_subtasks``, ``session_count``.

    One query.
    """
    # Classes lie above the lectures, so only the database's name of them is known here.
    held = Lecture.objects.filter(pk=OuterRef("pk")).order_by().annotate(number=Count("sessions")).values("number")
    own = Enrollment.objects.filter(lecture=OuterRef("pk"), user_id=actor.user_id)
    return rows.select_related("instructor").annotate(
        is_enrolled=Exists(own),
        enrolled_count=_count(Enrollment.objects.filter(lecture=OuterRef("pk")), "lecture"),
        total_subtasks=_count(Subtask.objects.filter(task__lecture=OuterRef("pk")), "task__lecture"),
        session_count=Subquery(held, output_field=IntegerField()),
    )


def lecture_for(actor: Actor, lecture_id: int) -> LectureView:
    """R7; one query when the content is cached.

    Raises ``NotFound`` and ``Forbidden`` (``policies.require_visible``).
    """
    lecture = _found(actor, Lecture.objects.filter(pk=lecture_id), "Lecture")
    policies.require_visible(actor, lecture, enrolled=lecture.is_enrolled)
    return _view(lecture)


def task_for(actor: Actor, task_id: int) -> TaskOutline:
    """R23, for the lecture's own people. Raises ``NotFound`` and ``Forbidden`` (``policies.require_member``)."""
    lecture = _found(actor, Lecture.objects.filter(tasks=task_id), "Task")
    policies.require_member(actor, lecture, enrolled=lecture.is_enrolled)
    task = outline_of(lecture.pk, lecture.version).task(task_id)
    if task is None:
        raise NotFound("Task")
    return task


def subtask_of(lecture_id: int, subtask_id: int) -> SubtaskOutline:
    """A subtask with its place in the whole lecture, for who has just written it. Raises ``NotFound``."""
    [subtask] = subtasks_of(lecture_id, [subtask_id])
    return subtask


def subtasks_of(lecture_id: int, subtask_ids: Sequence[int]) -> list[SubtaskOutline]:
    """As ``subtask_of``, of several, in this order."""
    version = Lecture.objects.filter(pk=lecture_id).values_list("version", flat=True).first()
    outline = outline_of(lecture_id, version) if version is not None else None
    found = [outline.subtask(subtask_id) if outline is not None else None for subtask_id in subtask_ids]
    if None in found:
        raise NotFound("Subtask")
    return [subtask for subtask in found if subtask is not None]


def _found(actor: Actor, rows: QuerySet[Lecture], what: str) -> Any:
    lecture = annotated(rows, actor).first()
    if lecture is None:
        if actor.is_guest:
            raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may see the lecture of their session only")
        raise NotFound(what)
    return lecture


def _view(lecture: Any) -> LectureView:
    outline = outline_of(lecture.pk, lecture.version)
    return LectureView(lecture, outline, lecture.is_enrolled, lecture.enrolled_count, lecture.session_count)


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    """Rows of a correlated subquery, counted; 0 instead of null."""
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
