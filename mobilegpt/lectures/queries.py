"""Statements over lectures that are built once, written by hand, or made a part of another domain's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Any

from django.db import connection
from django.db.models import Manager, Q, QuerySet, TextField
from django.db.models.functions import Cast

from mobilegpt.accounts.queries import accounts_among
from mobilegpt.core.clock import now
from mobilegpt.database.statements import PreparedMany, PreparedQuery, Statement
from mobilegpt.files import lesson_files
from mobilegpt.lectures.models import (
    Colleague,
    ColleagueInvitation,
    ColleagueRole,
    Enrollment,
    Lecture,
    LectureRevision,
    Subtask,
)

# --- enrolments


def enrolments_of(user_id: Any, lecture_id: Any) -> QuerySet[Enrollment]:
    """One or none; each may be a reference to an outer query's."""
    return Enrollment.objects.filter(user_id=user_id, lecture_id=lecture_id)


def enrolments_for_classes(user_id: Any, lecture_id: Any) -> QuerySet[Enrollment]:
    """As ``enrolments_of``, if it opens the lecture's classes too: by a seat, or by an instructor (contract 6.4)."""
    return enrolments_of(user_id, lecture_id).filter(opens_classes=True)


def enrol_for_classes(user_ids: Sequence[int], lecture_id: int) -> int:
    """Enrol those of these who exist, and open the classes to who is enrolled; how many enrolments this changed.

    One statement: a hall of people joins within seconds.
    """
    moment = connection.ops.adapt_datetimefield_value(now())
    people, parameters = accounts_among(user_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lectures_enrollment (user_id, lecture_id, enrolled_at, opens_classes) "  # noqa: S608
            f"SELECT person.user_id, %s, %s, TRUE FROM ({people}) AS person WHERE true "
            "ON CONFLICT (user_id, lecture_id) DO UPDATE SET opens_classes = TRUE "
            "WHERE NOT lectures_enrollment.opens_classes",
            [lecture_id, moment, *parameters],
        )
        return int(cursor.rowcount)


def students_of(lecture_id: int) -> Statement:
    """To be a part of another domain's statement: its one column, ``user_id``, has the lecture's students."""
    return "SELECT user_id FROM lectures_enrollment WHERE lecture_id = %s", [lecture_id]


# --- files


def files_named() -> set[str]:
    """Every picture and clip that a lecture needs: of its steps, also those that classes alone still know, of its
    revisions, and its own (contract 11.11). Reads all of them, a few at a time."""
    columns = (
        (Subtask.everything, "image"),
        (Subtask.everything, "audio"),
        (LectureRevision.objects, "content"),
        (Lecture.everything, "thumbnail_url"),
    )
    return {name for rows, column in columns for text in _texts(rows, column) for name in lesson_files.names_in(text)}


def _texts(rows: Manager[Any], column: str) -> Iterator[str]:
    texts = rows.filter(**{f"{column}__isnull": False}).annotate(text=Cast(column, TextField()))
    yield from texts.values_list("text", flat=True).iterator(chunk_size=100)


# --- colleagues


def colleagues_in(lecture_id: Any, session_id: Any = None) -> QuerySet[Colleague]:
    """Those of all of a lecture, and with ``session_id`` those of that class too; each may be an outer query's."""
    where = Q(session_id__isnull=True)
    if session_id is not None:
        where |= Q(session_id=session_id)
    return Colleague.objects.filter(where, lecture_id=lecture_id)


def colleague_roles(user_id: Any, lecture_id: Any, session_id: Any = None) -> QuerySet[Colleague, tuple[str]]:
    """What somebody is among ``colleagues_in``, the higher of two roles: one row or none."""
    rows = colleagues_in(lecture_id, session_id).filter(user_id=user_id)
    return rows.order_by("role").values_list("role")[:1]  # co_instructor comes before supporter, by the alphabet, too


def teaching_in(lecture_id: int, session_id: int) -> set[int]:
    """Who teaches beside the owner: in all of a lecture, or in this class of it."""
    rows = colleagues_in(lecture_id, session_id).filter(role=ColleagueRole.CO_INSTRUCTOR)
    return set(rows.values_list("user_id", flat=True))


def move_colleagues_of_class(session_id: int, lecture_id: int) -> None:
    """The class is held on this lecture now: who was asked for it alone goes along."""
    Colleague.objects.filter(session_id=session_id).update(lecture_id=lecture_id)
    ColleagueInvitation.objects.filter(session_id=session_id).update(lecture_id=lecture_id)


def role_in(user_id: int, lecture_id: int, session_id: int | None = None) -> ColleagueRole | None:
    """What somebody is in a lecture, or in one class of it: the higher of their roles (contract 11.8)."""
    if session_id is None:
        return _role(_role_in_lecture.first(user_id, lecture_id))
    return _role(_role_in_class.first(user_id, lecture_id, session_id))


def role_anywhere(user_id: int, lecture_id: int) -> ColleagueRole | None:
    """As ``role_in``, of the lecture or of any class of it."""
    return _role(_role_anywhere.first(user_id, lecture_id))


def is_colleague(user_id: int) -> bool:
    """Whether somebody has a role in any lecture of others."""
    return _any_role.first(user_id) is not None


def _role(row: tuple[str] | None) -> ColleagueRole | None:
    return ColleagueRole(row[0]) if row is not None else None


def _roles(**where: int) -> QuerySet[Colleague, tuple[str]]:
    return Colleague.objects.filter(**where).order_by("role").values_list("role")[:1]


_role_in_lecture = PreparedQuery(lambda user_id, lecture_id: colleague_roles(user_id, lecture_id), int, int)
_role_in_class = PreparedQuery(colleague_roles, int, int, int)
_role_anywhere = PreparedQuery(lambda user_id, lecture_id: _roles(user_id=user_id, lecture_id=lecture_id), int, int)
_any_role = PreparedQuery(lambda user_id: _roles(user_id=user_id), int)

# --- steps


def _steps() -> QuerySet[Subtask, tuple[int, int]]:
    """Deleted ones too: a class that teaches them goes on."""
    return Subtask.everything.order_by().values_list("pk", "task__lecture_id")


_few_steps = PreparedMany(_steps, "pk")


def lectures_of_steps(subtask_ids: Set[int]) -> dict[int, int]:
    """The lecture of each of these steps; what does not exist is not in it. One query."""
    if len(subtask_ids) <= PreparedMany.AT_ONCE:
        return dict(_few_steps.get((step,) for step in subtask_ids))
    return dict(_steps().filter(pk__in=subtask_ids))
