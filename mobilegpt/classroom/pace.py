"""How long a step usually takes, as earlier classes of the lecture have shown (contract 11.2).

Of each person the newest time counts, from when their class came to the step, or they came to the class, until it was
done; a pause of the class is nobody's time. Whoever was done before the class got there says nothing about it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median, quantiles

from mobilegpt.classroom import queries
from mobilegpt.classroom.intervals import Interval
from mobilegpt.classroom.models import LectureSession, StepAction, StepControl
from mobilegpt.classroom.queries import StepTaken
from mobilegpt.core.clock import now

PEOPLE_NEEDED = 5
"""Fewer say too little about the next."""
TIMES_READ = 400
"""The newest so many times of a step; older ones belong to other phones and other words."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How many people are known, and within how many seconds a half and three quarters of them had done the step."""

    people: int
    median_seconds: float
    p75_seconds: float


def usual_times(session: LectureSession | int, subtask_id: int) -> Usual | None:
    """Of a step, before this class; null while fewer than ``PEOPLE_NEEDED`` are known. Two queries at most."""
    key = (session if isinstance(session, int) else session.pk, subtask_id)
    return usual_times_of([key]).get(key)


def usual_times_of(standing: Collection[tuple[int, int]]) -> dict[tuple[int, int], Usual]:
    """As ``usual_times``, for many classes at once, each with a step; two queries. Missing where too few are known."""
    found: dict[tuple[int, int], Usual] = {}
    taken = queries.steps_taken(sorted(set(standing)), TIMES_READ)
    pauses = pauses_of({row.done_in for row in taken}) if taken else {}
    for key, rows in groupby(taken, key=lambda row: (row.session_id, row.subtask_id)):
        usual = _usual(_seconds_by_person(rows, pauses).values())
        if usual is not None:
            found[key] = usual
    return found


def _seconds_by_person(rows: Iterable[StepTaken], pauses: Mapping[int, Sequence[Interval]]) -> dict[int, float]:
    """The newest time of each; the rows come newest first."""
    seconds: dict[int, float] = {}
    for row in rows:
        if row.begun_at is not None and row.user_id not in seconds:
            begun = max(row.begun_at, row.joined_at)
            if row.done_at >= begun:
                took = row.done_at - begun - paused_within(pauses.get(row.done_in, ()), begun, row.done_at)
                seconds[row.user_id] = took.total_seconds()
    return seconds


def pauses_of(session_ids: Collection[int]) -> dict[int, list[Interval]]:
    """When each of these classes was paused, in order; a pause that has no end yet lasts until now."""
    pauses: dict[int, list[Interval]] = defaultdict(list)
    rows = StepControl.objects.filter(
        session_id__in=session_ids, action__in=[StepAction.PAUSE.value, StepAction.RESUME.value]
    ).order_by("session_id", "id")
    for session_id, action, at in rows.values_list("session_id", "action", "created_at"):
        if action == StepAction.PAUSE:
            pauses[session_id].append(Interval(at, now()))
        elif pauses[session_id]:
            pauses[session_id][-1] = Interval(pauses[session_id][-1].began, at)
    return pauses


def paused_within(pauses: Iterable[Interval], begun: datetime, done: datetime) -> timedelta:
    """How much of the time in between was a pause."""
    return sum((max(min(one.ended, done) - max(one.began, begun), timedelta()) for one in pauses), timedelta())


def _usual(seconds: Collection[float]) -> Usual | None:
    if len(seconds) < PEOPLE_NEEDED:
        return None
    return Usual(len(seconds), median(seconds), quantiles(seconds, n=4, method="inclusive")[2])
