"""The statements of live sessions that are built once, or written by hand: a hall that arrives asks them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from mobilegpt.accounts.models import User, all_but
from mobilegpt.classroom.models import (
    LIVE,
    GuestPhone,
    LectureSession,
    ParticipantStatus,
    SessionParticipant,
    StepControl,
)
from mobilegpt.database.statements import (
    PreparedAmong,
    PreparedGet,
    PreparedInsert,
    PreparedQuery,
    PreparedUpdate,
    Statement,
)
from mobilegpt.lectures.queries import enrolments_for_classes

StepRow: TypeAlias = tuple[int, int | None, int]
"""A session's key, its current step, and the instructor who runs it."""

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


def step_by_id(session_id: int) -> StepRow | None:
    return _step_by_id.first(session_id)


def step_by_code(code: str) -> StepRow | None:
    return _step_by_code.first(code)


def live_room(user_id: int, lecture_id: int) -> tuple[int, str] | None:
    """Id and code of the newest live session of this lecture in which the learner sits."""
    return _live_room.first(user_id, lecture_id)


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


# --- how they are built


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


def _steps(**lookup: int | str) -> QuerySet[LectureSession, StepRow]:
    rows = LectureSession.objects.filter(**lookup).order_by()
    return rows.values_list("pk", "current_subtask_id", "lecture__instructor_id")


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


def _live_rooms(user_id: int, lecture_id: int) -> QuerySet[SessionParticipant, tuple[int, str]]:
    seats = SessionParticipant.objects.filter(
        user_id=user_id,
        session__lecture_id=lecture_id,
        session__status__in=[status.value for status in LIVE],
        removed_at__isnull=True,
    )
    return seats.order_by("-id").values_list("session_id", "session__code")[:1]


def _active(session_id: int) -> QuerySet[SessionParticipant, Any]:
    seats = SessionParticipant.objects.filter(session_id=session_id, status=ParticipantStatus.ACTIVE.value)
    return seats.values("user_id")


_session_by_id = PreparedGet(_sessions, pk=int)
_session_by_code = PreparedGet(_sessions, code=str)
_locked_session = PreparedGet(_to_be_locked, pk=int)
_step_by_id = PreparedQuery(lambda pk: _steps(pk=pk), int)
_step_by_code = PreparedQuery(lambda code: _steps(code=code), str)
_seen_by_id = PreparedQuery(lambda user_id, session_id: _as_seen_by(user_id, pk=session_id), int, int)
_seen_by_code = PreparedQuery(lambda user_id, code: _as_seen_by(user_id, code=code), int, str)
_live_room = PreparedQuery(_live_rooms, int, int)
_seat = PreparedGet(SessionParticipant.objects.all, user_id=int, session_id=int)
_seats_of_devices = PreparedAmong(_of_devices, str)
_seats_of_phones = PreparedAmong(_of_phones, str)
_further_phones = PreparedAmong(_further, str)
_comers = PreparedAmong(_users, int)
_places = PreparedAmong(_taken_places, int)
_active_people = PreparedQuery(_active, int)
_new_seats = PreparedInsert(SessionParticipant)
_moved_sessions = PreparedUpdate(LectureSession, "current_subtask", "instructor_message")
_controls = PreparedInsert(StepControl)
