"""The statements of live sessions that are built once, or written by hand: a hall that arrives asks them together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from django.db import connection
from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from mobilegpt.accounts.models import User, all_but
from mobilegpt.classroom.models import (
    LIVE,
    GuestPhone,
    LectureSession,
    ParticipantStatus,
    PresenceInterval,
    SessionParticipant,
    StepAction,
    StepControl,
)
from mobilegpt.classroom.own_class import OwnClass, running, seats, where_done
from mobilegpt.core.clock import moment_in
from mobilegpt.database.statements import (
    PreparedAmong,
    PreparedGet,
    PreparedInsert,
    PreparedQuery,
    PreparedUpdate,
    Statement,
    one_of,
    parts,
)
from mobilegpt.lectures.queries import colleague_roles, enrolments_for_classes

StepRow: TypeAlias = tuple[int, int | None, int, str | None]
"""A session's key, its current step, the lecture's owner, and the caller's role there as a colleague."""
Came: TypeAlias = tuple[int, int, datetime]
"""A session's key, somebody who took their seat there or took it up again, and when."""

# --- sessions


def session_by_id(session_id: int) -> LectureSession | None:
    """With its lecture, and the instructor's name."""
    return _session_by_id.get(session_id)


def session_by_code(code: str) -> LectureSession | None:
    """As ``session_by_id``."""
    return _session_by_code.get(code)


def locked_session(session_id: int) -> LectureSession | None:
    """With its lecture; the session's row is locked until the commit."""
    return _locked_session.get(session_id)


def session_seen_by_id(user_id: int, session_id: int) -> Any:
    """As ``session_by_id``; with ``own_seat`` of a student, and whether they are ``entitled`` to come without the code.

    ``own_seat`` is missing where there is none, as in every row here that may have one (``own_seat_of``).
    """
    return _seen_by_id.first(user_id, session_id)


def session_seen_by_code(user_id: int, code: str) -> Any:
    """As ``session_seen_by_id``."""
    return _seen_by_code.first(user_id, code)


def step_by_id(user_id: int, session_id: int) -> StepRow | None:
    return _step_by_id.first(user_id, session_id)


def step_by_code(user_id: int, code: str) -> StepRow | None:
    return _step_by_code.first(user_id, code)


def live_room(own: OwnClass) -> tuple[int, str, str] | None:
    """Their class, which is not over: id, code, and what it calls them, or ""."""
    return _live_room.first(*own)


def taught_version(user_id: Any, lecture_id: Any) -> QuerySet[LectureSession, Any]:
    """What the newest live class of a lecture teaches in which somebody sits, null while it waits; each may be a
    reference to an outer query's."""
    seated = LectureSession.objects.filter(
        participants__user_id=user_id,
        participants__removed_at__isnull=True,
        lecture_id=lecture_id,
        status__in=[status.value for status in LIVE],
    )
    return seated.order_by("-participants__id").values("lecture_version")[:1]


def hold_where_done(own: OwnClass) -> int | None:
    """Their class if it runs and stands on the step, and they have done the step in it; locked until the commit."""
    found = _where_done.first(*own)
    return found[0] if found is not None else None


def step_change(
    session: LectureSession, subtask_id: int, controls: Sequence[StepControl]
) -> tuple[Statement, Statement, Statement]:
    """What a step changes, none of which reads what another writes: session, its ACTIVE seats, the log of steps."""
    moving_active = (
        "UPDATE classroom_sessionparticipant SET current_subtask_id = %s WHERE session_id = %s AND status = %s",
        [subtask_id, session.pk, ParticipantStatus.ACTIVE.value],
    )
    return _moved_sessions.statement([session]), moving_active, _controls.statement(controls)


def add_controls(controls: Sequence[StepControl]) -> None:
    _controls.insert(controls)


# --- seats


def seat(user_id: int, session_id: int) -> SessionParticipant | None:
    return _seat.get(user_id, session_id)


def seats_of_devices(session_id: int, hashes: Iterable[str]) -> list[SessionParticipant]:
    """With their users."""
    return _seats_of_devices.get(session_id, hashes)


def seats_of_phones(instructor_id: int, hashes: Iterable[str]) -> list[SessionParticipant]:
    """In all classes of this instructor, with their users."""
    return _seats_of_phones.get(instructor_id, hashes)


def further_phones(instructor_id: int, hashes: Iterable[str]) -> list[GuestPhone]:
    """Which of these phones find a guest of this instructor's classes besides; with their users."""
    return _further_phones.get(instructor_id, hashes)


def seats_of(session_id: int, user_ids: Iterable[int]) -> list[SessionParticipant]:
    """With their users."""
    return list(SessionParticipant.objects.filter(session_id=session_id, user_id__in=user_ids).select_related("user"))


def comers(session_id: int, user_ids: Iterable[int]) -> list[Any]:
    """Users, each with ``own_seat`` in the session, and whether ``entitled`` to come to it without its code."""
    return _comers.get(session_id, user_ids)


def places(session_id: int, user_ids: Iterable[int]) -> list[Any]:
    """The session's key, once for each seat that these users have in it (``own_seat``), else once.

    ``taken`` is how many seats are, by whomever.
    """
    return _places.get(session_id, user_ids)


def own_seat_of(row: LectureSession | User) -> SessionParticipant | None:
    return getattr(row, "own_seat", None)  # a relation that finds nothing sets nothing


def count_seats(session_id: int) -> int:
    return _count("session_id = %s AND removed_at IS NULL", [session_id])


def count_active_seats(session_id: int) -> int:
    return _count("session_id = %s AND status = %s", [session_id, ParticipantStatus.ACTIVE.value])


def active_people(session_id: int) -> Statement:
    """Selects the ``user_id`` of everybody who is ACTIVE in the session, to be a part of another statement."""
    return _active_people.statement(session_id)


def add_seats(seats: Sequence[SessionParticipant]) -> None:
    _new_seats.insert(seats)


# --- how long steps take


class StepTaken(NamedTuple):
    """Somebody has done a step in a class (``done_in``) that was opened before ``session_id``; newest classes first.

    ``begun_at`` is when that class last came to the step before they had done it, null where it never did.
    """

    session_id: int
    subtask_id: int
    user_id: int
    done_in: int
    joined_at: datetime
    begun_at: datetime | None
    done_at: datetime


def steps_taken(standing: Collection[tuple[int, int]], at_most: int) -> list[StepTaken]:
    """For each class and step of it: the newest ``at_most`` times that the step was done in earlier classes of the
    lecture."""
    if not standing:
        return []
    pairs = ", ".join(["(%s, %s)"] * len(standing))
    values: list[int | str] = [number for pair in standing for number in pair]
    with connection.cursor() as cursor:
        cursor.execute(_STEPS_TAKEN.format(standing=pairs), [*values, at_most, StepAction.START_STEP.value])
        rows = cursor.fetchall()
    return [StepTaken(*row[:4], *(_moment(each) for each in row[4:])) for row in rows]


def _moment(value: datetime | str | None) -> datetime | None:
    """SQLite gives the times of a statement written by hand as text, or without a zone."""
    return None if value is None else moment_in(str(value))


# The places are counted before anything is looked up for a row: a popular lecture has tens of thousands.
_STEPS_TAKEN = """
WITH standing (session_id, subtask_id) AS (VALUES {standing}),
taken AS (
  SELECT standing.session_id AS asked_id, step.session_id, step.subtask_id, step.user_id, step.done_at,
         ROW_NUMBER() OVER (
           PARTITION BY standing.session_id, step.subtask_id ORDER BY step.session_id DESC, step.id DESC
         ) AS place
  FROM standing
  JOIN classroom_lecturesession AS own ON own.id = standing.session_id
  JOIN classroom_lecturesession AS earlier ON earlier.lecture_id = own.lecture_id AND earlier.id < own.id
  JOIN classroom_seatstep AS step ON step.session_id = earlier.id AND step.subtask_id = standing.subtask_id
  WHERE step.done_at IS NOT NULL
),
newest AS (SELECT * FROM taken WHERE place <= %s)
SELECT newest.asked_id, newest.subtask_id, newest.user_id, newest.session_id, seat.joined_at,
       (SELECT MAX(control.created_at) FROM classroom_stepcontrol AS control
         WHERE control.session_id = newest.session_id AND control.subtask_id = newest.subtask_id
           AND control.action = %s AND control.created_at <= newest.done_at),
       newest.done_at
FROM newest
JOIN classroom_sessionparticipant AS seat
  ON seat.session_id = newest.session_id AND seat.user_id = newest.user_id
ORDER BY newest.asked_id, newest.subtask_id, newest.place
"""


# --- how each of them stands on a step


def step_of_class(session_id: int) -> tuple[int, datetime] | None:
    """The step that a session stands on, and since when."""
    return _step_of_class.first(session_id)


def keep_received(session_id: int, subtask_id: int, user_ids: Iterable[int], at: datetime, since: datetime) -> set[int]:
    """The phones of these people have the step, which came at ``since``. Returns whose had not been known to."""
    among, people = one_of("user_id", sorted(user_ids))
    moment, began = (connection.ops.adapt_datetimefield_value(time) for time in (at, since))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO classroom_seatstep (session_id, subtask_id, user_id, received_at) "  # noqa: S608
            "SELECT session_id, %s, user_id, %s FROM classroom_sessionparticipant "
            f"WHERE session_id = %s AND removed_at IS NULL AND {among} ORDER BY user_id "
            "ON CONFLICT (session_id, subtask_id, user_id) DO UPDATE SET received_at = EXCLUDED.received_at "
            "WHERE classroom_seatstep.received_at IS NULL OR classroom_seatstep.received_at < %s RETURNING user_id",
            [subtask_id, moment, session_id, *people, began],
        )
        return {user_id for (user_id,) in cursor.fetchall()}


def keep_done(own: OwnClass, at: datetime) -> int | None:
    """Somebody has done a step in their class, if that runs. Returns the class.

    A step that was done before keeps its time.
    """
    chosen, values = _running_class.statement(*own)
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO classroom_seatstep (session_id, subtask_id, user_id, received_at, done_at) "  # noqa: S608
            f"SELECT own.id, %s, %s, %s, %s FROM ({chosen}) AS own WHERE true "
            "ON CONFLICT (session_id, subtask_id, user_id) DO UPDATE SET "
            "done_at = COALESCE(classroom_seatstep.done_at, EXCLUDED.done_at), "
            "received_at = COALESCE(classroom_seatstep.received_at, EXCLUDED.received_at) RETURNING session_id",
            [own.subtask_id, own.user_id, moment, moment, *values],
        )
        row = cursor.fetchone()
    return int(row[0]) if row is not None else None


# --- presence (contract 11.6)


def beginning_of_presence(came: Sequence[Came]) -> list[Statement]:
    """Open an interval for each of these in a class that is not over, unless they have an open one."""
    return [_beginning(part) for part in parts(came)]


def end_presence(ended: Sequence[PresenceInterval]) -> None:
    """Store when these intervals have ended."""
    _ended_presence.update(ended)


# --- how they are built


def _beginning(came: Sequence[Came]) -> Statement:
    """PostgreSQL knows the types of VALUES by the first row only."""
    first = "(%s::bigint, %s::bigint, %s::timestamptz)" if connection.vendor == "postgresql" else "(%s, %s, %s)"
    rows = ", ".join([first, *["(%s, %s, %s)"] * (len(came) - 1)])
    live = [status.value for status in LIVE]
    adapt = connection.ops.adapt_datetimefield_value
    return (
        "INSERT INTO classroom_presenceinterval (session_id, user_id, began_at) "  # noqa: S608
        f"SELECT came.column1, came.column2, came.column3 FROM (VALUES {rows}) AS came "
        "JOIN classroom_lecturesession held ON held.id = came.column1 "
        f"WHERE held.status IN ({', '.join(['%s'] * len(live))}) ON CONFLICT DO NOTHING",
        [value for session_id, user_id, at in came for value in (session_id, user_id, adapt(at))] + live,
    )


def _count(condition: str, values: list[int | str]) -> int:
    """Seats; an aggregate that Django builds costs five times as much as running it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM classroom_sessionparticipant WHERE {condition}", values)  # noqa: S608
        return int(cursor.fetchone()[0])


def _sessions() -> QuerySet[LectureSession]:
    return LectureSession.objects.select_related("lecture__instructor").defer(
        *all_but("name", of="lecture__instructor")
    )


def _to_be_locked() -> QuerySet[LectureSession]:
    return LectureSession.objects.select_for_update(of=("self",)).select_related("lecture")


def _with_own_seat(rows: QuerySet[LectureSession], **owner: Any) -> QuerySet[LectureSession]:
    seat = FilteredRelation("participants", condition=Q(**owner))
    return rows.annotate(own_seat=seat).select_related("own_seat")  # type: ignore[misc] # the stubs know the model's own


def _as_seen_by(user_id: int, **lookup: int | str) -> QuerySet[LectureSession]:
    entitled = Exists(enrolments_for_classes(user_id, OuterRef("lecture_id")))
    rows = _sessions().filter(**lookup).order_by()
    return _with_own_seat(rows.annotate(entitled=entitled), participants__user_id=user_id)


def _users(session_id: int, user_ids: list[int]) -> QuerySet[User]:
    lecture = LectureSession.objects.filter(pk=session_id).values("lecture_id")
    rows = User.objects.filter(pk__in=user_ids).order_by().only("pk")
    rows = rows.annotate(entitled=Exists(enrolments_for_classes(OuterRef("pk"), Subquery(lecture))))
    seat = FilteredRelation("seats", condition=Q(seats__session_id=session_id))
    return rows.annotate(own_seat=seat).select_related("own_seat")  # type: ignore[misc] # as above


def _steps(user_id: int, **lookup: int | str) -> QuerySet[LectureSession, StepRow]:
    role = Subquery(colleague_roles(user_id, OuterRef("lecture_id"), OuterRef("pk")))
    rows = LectureSession.objects.filter(**lookup).order_by().annotate(role=role)
    return rows.values_list("pk", "current_subtask_id", "lecture__instructor_id", "role")


def _taken_places(session_id: int, user_ids: list[int]) -> QuerySet[LectureSession]:
    """Nothing of the session itself but its key: what is joined and counted is what is asked for."""
    here = SessionParticipant.objects.filter(session_id=OuterRef("pk"), removed_at__isnull=True)
    seats = here.order_by().values("session_id")
    taken = Coalesce(Subquery(seats.annotate(number=Count("pk")).values("number")), 0)
    rows = LectureSession.objects.filter(pk=session_id).order_by().only("pk")
    return _with_own_seat(rows.annotate(taken=taken), participants__user_id__in=user_ids)


def _of_devices(session_id: int, hashes: list[str]) -> QuerySet[SessionParticipant]:
    return SessionParticipant.objects.filter(session_id=session_id, device_hash__in=hashes).select_related("user")


def _of_phones(instructor_id: int, hashes: list[str]) -> QuerySet[SessionParticipant]:
    seats = SessionParticipant.objects.filter(session__lecture__instructor_id=instructor_id, device_hash__in=hashes)
    return seats.select_related("user").order_by("-id")


def _further(instructor_id: int, hashes: list[str]) -> QuerySet[GuestPhone]:
    here = SessionParticipant.objects.filter(
        user_id=OuterRef("user_id"), session__lecture__instructor_id=instructor_id
    ).order_by()
    phones = GuestPhone.objects.filter(Exists(here), device_hash__in=hashes)
    return phones.select_related("user").order_by("-id")


def _live_rooms(*own: int) -> QuerySet[SessionParticipant, Any]:
    return seats(OwnClass(*own)).values_list("session_id", "session__code", "name")[:1]


def _running_classes(*own: int) -> QuerySet[LectureSession, Any]:
    return running(OwnClass(*own)).values("id")


def _classes_where_done(*own: int) -> QuerySet[LectureSession, Any]:
    return where_done(OwnClass(*own)).select_for_update(of=("self",)).values_list("pk")


def _steps_of_class(session_id: int) -> QuerySet[StepControl, Any]:
    standing = Q(subtask_id=F("session__current_subtask_id"), action=StepAction.START_STEP.value)
    rows = StepControl.objects.filter(standing, session_id=session_id).order_by("-id")
    return rows.values_list("subtask_id", "created_at")[:1]


def _active(session_id: int) -> QuerySet[SessionParticipant, Any]:
    seats = SessionParticipant.objects.filter(session_id=session_id, status=ParticipantStatus.ACTIVE.value)
    return seats.values("user_id")


_session_by_id = PreparedGet(_sessions, pk=int)
_session_by_code = PreparedGet(_sessions, code=str)
_locked_session = PreparedGet(_to_be_locked, pk=int)
_step_by_id = PreparedQuery(lambda user_id, pk: _steps(user_id, pk=pk), int, int)
_step_by_code = PreparedQuery(lambda user_id, code: _steps(user_id, code=code), int, str)
_seen_by_id = PreparedQuery(lambda user_id, session_id: _as_seen_by(user_id, pk=session_id), int, int)
_seen_by_code = PreparedQuery(lambda user_id, code: _as_seen_by(user_id, code=code), int, str)
_live_room = PreparedQuery(_live_rooms, int, int, int, int)
_running_class = PreparedQuery(_running_classes, int, int, int, int)
_where_done = PreparedQuery(_classes_where_done, int, int, int, int)
_seat = PreparedGet(SessionParticipant.objects.all, user_id=int, session_id=int)
_seats_of_devices = PreparedAmong(_of_devices, str)
_seats_of_phones = PreparedAmong(_of_phones, str)
_further_phones = PreparedAmong(_further, str)
_comers = PreparedAmong(_users, int)
_places = PreparedAmong(_taken_places, int)
_step_of_class = PreparedQuery(_steps_of_class, int)
_active_people = PreparedQuery(_active, int)
_new_seats = PreparedInsert(SessionParticipant)
_moved_sessions = PreparedUpdate(LectureSession, "current_subtask", "instructor_message")
_controls = PreparedInsert(StepControl)
_ended_presence = PreparedUpdate(PresenceInterval, "ended_at")
