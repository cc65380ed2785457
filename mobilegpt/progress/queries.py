"""Statements over progress that are built once, or written by hand: one person's step, a class's step, a whole lecture.

Those over a whole lecture are one reading of its rows, whatever else is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from mobilegpt.core.clock import now
from mobilegpt.database.statements import PreparedGet, PreparedInsert, PreparedQuery, PreparedUpdate, Statement, one_of
from mobilegpt.lectures.models import Subtask
from mobilegpt.lectures.queries import enrolments_of, students_of
from mobilegpt.progress.following import taught_version
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress

# --- one person


class LectureOfStep(NamedTuple):
    """What a step's lecture is, and whether somebody is enrolled in it.

    ``taught_version``: what their class of it teaches while it runs; null without one, or while it waits.
    """

    lecture_id: int
    version: int
    instructor_id: int
    is_active: bool
    is_enrolled: bool
    taught_version: int | None


def _places(user_id: int, subtask_id: int) -> QuerySet[Subtask, tuple[int, int, int, bool, bool, int | None]]:
    """Of deleted steps too: a class may teach them still."""
    lecture = "task__lecture"
    return (
        Subtask.everything.filter(pk=subtask_id)
        .annotate(
            enrolled=Exists(enrolments_of(user_id, OuterRef("task__lecture_id"))),
            taught=Subquery(taught_version(user_id, OuterRef("task__lecture_id"))),
        )
        .order_by()
        .values_list(
            f"{lecture}_id",
            f"{lecture}__version",
            f"{lecture}__instructor_id",
            f"{lecture}__is_active",
            "enrolled",
            "taught",
        )
    )


def _completed_by(user_id: int) -> QuerySet[SubtaskProgress, tuple[int]]:
    rows = SubtaskProgress.objects.filter(user_id=user_id, status=ProgressStatus.COMPLETED.value)
    return rows.order_by().values_list("subtask_id")


def _statuses(user_id: int, subtask_id: int) -> QuerySet[SubtaskProgress, tuple[str]]:
    rows = SubtaskProgress.objects.filter(user_id=user_id, subtask_id=subtask_id)
    return rows.order_by().values_list("status")


_place = PreparedQuery(_places, int, int)
_status = PreparedQuery(_statuses, int, int)
_completed = PreparedQuery(_completed_by, int)
_locked = PreparedGet(SubtaskProgress.objects.select_for_update, user_id=int, subtask_id=int)
_inserts = PreparedInsert(SubtaskProgress)
_updates = PreparedUpdate(SubtaskProgress, "status", "started_at", "completed_at", "updated_at")


def lecture_of_step(user_id: int, subtask_id: int) -> LectureOfStep | None:
    """``None`` for a step that does not exist. This is what every tap of every phone asks first."""
    found = _place.first(user_id, subtask_id)
    return LectureOfStep(*found) if found is not None else None


def completed_subtasks(user_id: int) -> list[int]:
    """In all lectures."""
    return [subtask_id for (subtask_id,) in _completed.all(user_id)]


def status_on_step(user_id: int, subtask_id: int) -> str | None:
    """``None`` for who has not begun it. Not locked."""
    found = _status.first(user_id, subtask_id)
    return found[0] if found is not None else None


def lock_row(user_id: int, subtask_id: int) -> SubtaskProgress | None:
    """How somebody stands on a step, locked until the commit."""
    return _locked.get(user_id, subtask_id)


def insert_row(row: SubtaskProgress) -> bool:
    """Store a first row; ``False`` and nothing where somebody else has just stored one of the same person and step."""
    return _inserts.insert_new(row, "user_id", "subtask_id")


def update_row(row: SubtaskProgress) -> None:
    """Store the status of a locked row, and its moments."""
    _updates.update([row])


# --- a class


def beginning_of_step(subtask_id: int, people: str, parameters: Sequence[Any]) -> Statement:
    """NOT_STARTED becomes IN_PROGRESS for everybody whose ``user_id`` ``people`` selects (contract 6.11).

    One statement for any number of people, composed of what the domains that know them say of them.
    """
    moment = connection.ops.adapt_datetimefield_value(now())
    return (
        "INSERT INTO progress_subtaskprogress (user_id, subtask_id, status, started_at, updated_at) "  # noqa: S608
        f"SELECT chosen.user_id, %s, 'IN_PROGRESS', %s, %s FROM ({people}) AS chosen WHERE true "
        "ON CONFLICT (user_id, subtask_id) DO UPDATE "
        "SET status = EXCLUDED.status, started_at = EXCLUDED.started_at, updated_at = EXCLUDED.updated_at "
        "WHERE progress_subtaskprogress.status = 'NOT_STARTED'",
        [subtask_id, moment, moment, *parameters],
    )


# --- a whole lecture

# Steps in one sum of weights: powers of two up to here add up exactly in every database.
_BAND = 48


class StepMasks(NamedTuple):
    """Some of one person's steps by their place in the list that was asked for: bit 0 is the first.

    ``changed`` is the last change as the database writes it, for ``core.clock.moment_in``.
    """

    user_id: int
    completed: int
    in_progress: int
    help_needed: int
    changed: str


def masks_of_steps(steps: Sequence[int], users: Collection[int] | None = None) -> Iterator[StepMasks]:
    """How everybody stands on these steps, or these users; who began nothing is not in it.

    A person comes once for every 48 steps. ``None`` asks for everybody, which is the cheaper plan for a whole lecture.
    """
    places = ", ".join(["(%s, %s, %s)"] * len(steps))
    parameters: list[int] = []
    for place, step in enumerate(steps):
        parameters += (step, place // _BAND, 1 << place % _BAND)
    chosen = ""
    if users is not None:
        people, values = one_of("one.user_id", users)
        chosen = f" WHERE {people}"
        parameters += values
    sums = ", ".join(
        f"SUM(CASE WHEN one.status = '{status}' THEN step.weight ELSE 0 END)"
        for status in ("COMPLETED", "IN_PROGRESS", "HELP_NEEDED")
    )
    with connection.cursor() as cursor:
        cursor.execute(  # only marks for parameters are put in
            f"WITH step (subtask_id, band, weight) AS (VALUES {places})"  # noqa: S608
            f" SELECT one.user_id, step.band, {sums}, CAST(MAX(one.updated_at) AS text)"
            " FROM step JOIN progress_subtaskprogress one ON one.subtask_id = step.subtask_id"
            f"{chosen} GROUP BY one.user_id, step.band",
            parameters,
        )
        found = cursor.fetchall()
    for user_id, band, completed, in_progress, help_needed, changed in found:
        shift = band * _BAND
        yield StepMasks(user_id, int(completed) << shift, int(in_progress) << shift, int(help_needed) << shift, changed)


def students_by_completed(lecture_id: int, steps: Sequence[int]) -> dict[int, int]:
    """How many students of the lecture have completed how many of its steps; the sum is the number of students.

    One trip, with the lectures' own statement of who its students are as a part of it.
    """
    students, parameters = students_of(lecture_id)
    among, values = one_of("done.subtask_id", steps)
    with connection.cursor() as cursor:
        cursor.execute(  # only marks for parameters are put in
            "SELECT completed, COUNT(*) FROM ("  # noqa: S608
            f"SELECT student.user_id, COUNT(done.user_id) AS completed FROM ({students}) AS student"
            " LEFT JOIN progress_subtaskprogress done ON done.user_id = student.user_id"
            f" AND done.status = 'COMPLETED' AND {among}"
            " GROUP BY student.user_id) AS counted GROUP BY completed",
            [*parameters, *values],
        )
        return dict(cursor.fetchall())
