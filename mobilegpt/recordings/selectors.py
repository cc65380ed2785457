"""Reads of recordings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.lectures.cache import outline_of
from mobilegpt.lectures.models import ColleagueRole, Lecture, Subtask, Task
from mobilegpt.lectures.queries import colleagues_in
from mobilegpt.lectures.step import SubtaskOutline
from mobilegpt.recordings import policies
from mobilegpt.recordings.models import RecordedEvent, Recording


def _recordings() -> QuerySet[Recording]:
    """With ``first_at`` and ``last_at``, the times of the first and the last event; null without any."""
    moments = RecordedEvent.objects.filter(recording_id=OuterRef("pk")).values("timestamp")
    return Recording.objects.select_related("owner", "session__lecture__instructor", "task").annotate(
        first_at=Subquery(moments.order_by("timestamp")[:1]), last_at=Subquery(moments.order_by("-timestamp")[:1])
    )


def duration_of(recording: Recording) -> int:
    """Whole seconds from the first event to the last; of one without events, from its start to its end or now.

    ``recording`` was read here.
    """
    first, last = getattr(recording, "first_at", None), getattr(recording, "last_at", None)
    if first is None or last is None:
        first, last = recording.started_at, recording.ended_at or now()
    return max(0, int((last - first).total_seconds()))


def find(recording_id: int) -> Recording | None:
    return _recordings().filter(pk=recording_id).first()


def locked(recording_id: int) -> Recording | None:
    """For a change, inside of a unit of work."""
    return Recording.objects.select_for_update().filter(pk=recording_id).first()


def visible(actor: Actor) -> QuerySet[Recording]:
    """R42: one's own, those of one's own classes, and all for an admin; the newest first."""
    if actor.is_admin:
        return _recordings().order_by("-pk")
    mine = Q(owner_id=actor.user_id)
    if actor.is_instructor:
        mine |= Q(session__lecture__instructor_id=actor.user_id) | Q(Exists(_co_taught(actor.user_id)))
    return _recordings().filter(mine).order_by("-pk")


def _co_taught(user_id: int) -> QuerySet[Any, Any]:
    colleagues = colleagues_in(OuterRef("session__lecture_id"), OuterRef("session_id"))
    return colleagues.filter(user_id=user_id, role=ColleagueRole.CO_INSTRUCTOR)


def seen_by(actor: Actor, recording_id: int) -> Recording:
    """Raises ``NotFound``."""
    return policies.require_sees(actor, find(recording_id))


def require_own(actor: Actor, recording_id: int) -> Recording:
    """Raises ``NotFound``."""
    return policies.require_own(actor, find(recording_id))


def events_of(recording: Recording) -> QuerySet[RecordedEvent]:
    """In order of time, as they came where it is the same (contract 8.5)."""
    return RecordedEvent.objects.filter(recording_id=recording.pk).order_by("timestamp", "id")


def numbered(recording: Recording, first: int, count: int) -> list[RecordedEvent]:
    """``count`` events in order of time, from the one at ``first`` (from 0)."""
    return list(events_of(recording)[first : first + count])


def task_of(recording: Recording) -> Task | None:
    """What was made of it, while that is there."""
    task = recording.task
    return task if task is not None and task.deleted_at is None else None


def steps_made(recording: Recording) -> list[SubtaskOutline]:
    """The steps of its task as they are now; none where there is no task, or it was deleted."""
    task = task_of(recording)
    if task is None:
        return []
    lecture = Lecture.everything.get(pk=task.lecture_id)
    found = outline_of(lecture.pk, lecture.version).task(task.pk)
    return found.subtasks if found is not None else []


def step_counts(recordings: Iterable[Recording]) -> dict[int, int]:
    """How many steps the tasks of these have, by task; of those that are there."""
    ids = {task.pk for one in recordings if (task := task_of(one)) is not None}
    counted = Subtask.objects.filter(task_id__in=ids).order_by().values("task_id").annotate(count=Count("pk"))
    return {row["task_id"]: row["count"] for row in counted}


def acts_of(recording: Recording) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    """``(event_type, timestamp, data)`` in order, without holding them all at once."""
    return events_of(recording).values_list("event_type", "timestamp", "data").iterator(chunk_size=2000)
