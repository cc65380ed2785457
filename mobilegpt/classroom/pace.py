"""How long a step usually takes, as earlier classes of the lecture have shown (contract 11.2).

Of each person the newest time counts, from when their class came to the step, or they came to the class, until it was
done. Whoever was done before the class got there says nothing about it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from statistics import median, quantiles

from mobilegpt.classroom import queries
from mobilegpt.classroom.models import LectureSession
from mobilegpt.classroom.queries import StepTaken

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
    """Of a step, before this class; null while fewer than ``PEOPLE_NEEDED`` are known. One query."""
    key = (session if isinstance(session, int) else session.pk, subtask_id)
    return usual_times_of([key]).get(key)


def usual_times_of(standing: Collection[tuple[int, int]]) -> dict[tuple[int, int], Usual]:
    """As ``usual_times``, for many classes at once, each with a step; one query. Missing where too few are known."""
    found: dict[tuple[int, int], Usual] = {}
    taken = queries.steps_taken(sorted(set(standing)), TIMES_READ)
    for key, rows in groupby(taken, key=lambda row: (row.session_id, row.subtask_id)):
        usual = _usual(_seconds_by_person(rows).values())
        if usual is not None:
            found[key] = usual
    return found


def _seconds_by_person(rows: Iterable[StepTaken]) -> dict[int, float]:
    """The newest time of each; the rows come newest first."""
    seconds: dict[int, float] = {}
    for row in rows:
        if row.begun_at is not None and row.user_id not in seconds:
            took = (row.done_at - max(row.begun_at, row.joined_at)).total_seconds()
            if took >= 0:
                seconds[row.user_id] = took
    return seconds


def _usual(seconds: Collection[float]) -> Usual | None:
    if len(seconds) < PEOPLE_NEEDED:
        return None
    return Usual(len(seconds), median(seconds), quantiles(seconds, n=4, method="inclusive")[2])
