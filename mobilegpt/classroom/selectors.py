"""Reads of live sessions, their seats and what an instructor's screens show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from mobilegpt.classroom import policies, queries
from mobilegpt.classroom.codes import as_code, as_id, look_alikes
from mobilegpt.classroom.events import SessionRef
from mobilegpt.classroom.models import (
    LIVE,
    CodeLookup,
    LectureSession,
    ParticipantStatus,
    SessionParticipant,
    SessionStatus,
)
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.lectures.course import Course
from mobilegpt.lectures.step import Step
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress

Found = TypeVar("Found")

LOOKUP_COUNTS_FOR = timedelta(hours=1)


def find(ref: str) -> LectureSession | None:
    """The session with this id or code, in any state; with its lecture and instructor."""
    if (session_id := as_id(ref)) is not None:
        return queries.session_by_id(session_id)
    return _by_code(ref, queries.session_by_code)


def _by_code(ref: str, find_code: Callable[[str], Found | None]) -> Found | None:
    """What the code finds that somebody gave; else what the one does that looks like it, if it is one."""
    code = as_code(ref)
    if code is None:
        return None
    found = find_code(code)
    if found is None:
        alike = [one for like in look_alikes(code) if (one := find_code(like)) is not None]
        found = alike[0] if len(alike) == 1 else None
    return found


def found_by(actor: Actor | None, ref: str) -> Visit | None:
    """As ``find``, with what a student is in it, in the same query; whether they may know of it is not asked yet."""
    if actor is None or not actor.is_student:
        session = find(ref)
        return Visit(session) if session is not None else None
    found: Any
    if (session_id := as_id(ref)) is not None:
        found = queries.session_seen_by_id(actor.user_id, session_id)
    else:
        found = _by_code(ref, partial(queries.session_seen_by_code, actor.user_id))
    return None if found is None else _visit(found, found)


def found_by_each(ref: str, actors: Sequence[Actor | None]) -> list[Visit | None]:
    """As ``found_by``, for several who ask for the same session; two queries."""
    if len(actors) == 1:
        return [found_by(actors[0], ref)]
    session = find(ref)
    if session is None:
        return [None] * len(actors)
    students = (one.user_id for one in actors if one is not None and one.is_student)
    visits = {comer.pk: _visit(session, comer) for comer in queries.comers(session.pk, students)}
    return [visits.get(actor.user_id if actor is not None else None) or Visit(session) for actor in actors]


def _visit(session: LectureSession, row: Any) -> Visit:
    """Of a student, to a session; ``row`` has both their seat and whether they may come without its code."""
    seat = queries.own_seat_of(row)
    return Visit(session, seat, entitled=seat is None and row.entitled)


def seat_of(user_id: int, session_id: int) -> SessionParticipant | None:
    return queries.seat(user_id, session_id)


def seats_of_devices(session_id: int, hashes: Iterable[str]) -> dict[str, SessionParticipant]:
    """By their hashes, with their users."""
    return {seat.device_hash or "": seat for seat in queries.seats_of_devices(session_id, hashes)}


def room_of(session: LectureSession) -> SessionRef:
    """The session as its events name it; ``session.lecture`` is loaded."""
    return SessionRef(
        id=session.pk,
        code=session.code,
        lecture_id=session.lecture_id,
        instructor_id=session.lecture.instructor_id,
    )


def run_by(actor: Actor, ref: str) -> LectureSession:
    """The session for the one who runs it. Raises ``Forbidden`` for students, ``NotFound`` for other instructors."""
    policies.require_staff_role(actor)
    session = find(ref)
    if session is None:
        raise NotFound("Session")
    policies.require_runs(actor, session)
    return session


class SessionStep(NamedTuple):
    """The step that a session stands on, before it is locked."""

    session_id: int
    current_subtask_id: int | None


def session_step_of(actor: Actor, ref: str) -> SessionStep:
    """As ``run_by``, without reading the whole session. Raises the same."""
    policies.require_staff_role(actor)
    found: queries.StepRow | None
    if (session_id := as_id(ref)) is not None:
        found = queries.step_by_id(session_id)
    else:
        found = _by_code(ref, queries.step_by_code)
    if found is None or not policies.leads(actor, found[2]):
        raise NotFound("Session")
    return SessionStep(found[0], found[1])


@dataclass(frozen=True, slots=True)
class Visit:
    """A session and what a student is in it.

    ``entitled``: they may come without its code, since they had a seat in a class of this lecture or an instructor
    enrolled them (contract 6.4); not told of who has a seat here.
    """

    session: LectureSession
    seat: SessionParticipant | None = None
    entitled: bool = False


def belongs(actor: Actor, visit: Visit) -> bool:
    """Whether they run the session, have a seat in it, or may come to it without its code.

    An archived session is there for those who run it only, and one whose seat was removed has none. Raises
    ``Forbidden`` for a guest of other sessions.
    """
    if policies.runs(actor, visit.session):
        return True
    if not actor.is_student or visit.session.status == SessionStatus.ENDED:
        return False
    policies.require_own_session(actor, visit.seat)
    return visit.entitled if visit.seat is None else visit.seat.removed_at is None


def visit_of_member(actor: Actor, ref: str) -> Visit:
    """The session by id or code, for those who belong to it or have just found it by its code (contract 6.4).

    Raises ``NotFound`` for everybody else, ``Forbidden`` SEAT_REMOVED for whose seat was removed.
    """
    found = found_by(actor, ref)
    if found is not None:
        policies.require_not_removed(found.seat)
    if found is None or not (belongs(actor, found) or has_looked_up(actor, found.session)):
        raise NotFound("Session")
    return found


def has_looked_up(actor: Actor, session: LectureSession) -> bool:
    """Whether a student found the session by its code within the last hour; an archived one is nobody's to find."""
    if not actor.is_student or session.status == SessionStatus.ENDED:
        return False
    since = now() - LOOKUP_COUNTS_FOR
    return CodeLookup.objects.filter(session=session, user_id=actor.user_id, looked_up_at__gte=since).exists()


@dataclass(frozen=True, slots=True)
class Viewed:
    """A session as one of its people sees it. ``seat`` is null for those who run it, or have not joined.

    ``code`` is null for who has not joined: it is the key to the room (contract 6.4).
    """

    session: LectureSession
    step: Step | None
    total_steps: int
    active_participants: int
    seat: SessionParticipant | None
    code: str | None


def viewed_by(actor: Actor, ref: str) -> Viewed:
    """R20: participants, who may become one, and those who run it. Raises what ``visit_of_member`` raises."""
    found = visit_of_member(actor, ref)
    shows_code = found.seat is not None or policies.runs(actor, found.session)
    return view(found.session, found.seat, shows_code=shows_code)


def view(session: LectureSession, seat: SessionParticipant | None, *, shows_code: bool) -> Viewed:
    """Two queries."""
    course = Course.of(session.lecture)
    return Viewed(
        session=session,
        step=course.get(session.current_subtask_id),
        total_steps=len(course),
        active_participants=active_count(session.pk),
        seat=seat,
        code=session.code if shows_code else None,
    )


def active_count(session_id: int) -> int:
    return queries.count_active_seats(session_id)


def names_in(session_id: int) -> list[str]:
    """What everybody who has a seat is called."""
    seats = SessionParticipant.objects.filter(session_id=session_id, removed_at__isnull=True)
    return [name or own for name, own in seats.values_list("name", "user__name")]


def places_in(session: LectureSession, user_ids: Iterable[int]) -> tuple[dict[int, SessionParticipant], int]:
    """The seats that these users have, by user, and how many seats are taken."""
    found = queries.places(session.pk, user_ids)
    seats = {seat.user_id: seat for row in found if (seat := queries.own_seat_of(row)) is not None}
    for seat in seats.values():
        seat.session = session
    return seats, found[0].taken


def participant_count(session_id: int) -> int:
    """Seats taken."""
    return queries.count_seats(session_id)


def active_seat(actor: Actor) -> SessionParticipant | None:
    """R21: the newest seat in a session that is WAITING, IN_PROGRESS or PAUSED (contract 6.6)."""
    policies.require_student(actor)
    return (
        SessionParticipant.objects.filter(user_id=actor.user_id, session__status__in=LIVE, removed_at__isnull=True)
        .select_related("session__lecture__instructor", "session__current_subtask")
        .order_by("-is_present", "-id")
        .first()
    )


def live_subtasks(user_id: int) -> dict[int, int]:
    """The current step of the learner's live session, per lecture; the newest session wins."""
    seats = SessionParticipant.objects.filter(
        user_id=user_id, session__status__in=LIVE, session__current_subtask__isnull=False, removed_at__isnull=True
    ).order_by("id")
    return dict(seats.values_list("session__lecture_id", "session__current_subtask_id"))


def lectures_of_seats(user_id: int) -> set[int]:
    """The lectures in whose classes somebody has, or had, a seat."""
    return set(SessionParticipant.objects.filter(user_id=user_id).values_list("session__lecture_id", flat=True))


def sessions_of_lecture(lecture_id: int) -> QuerySet[LectureSession]:
    """Newest first, each with ``seats``, its number of participants."""
    return (
        LectureSession.objects.filter(lecture_id=lecture_id)
        .select_related("lecture__instructor")
        .annotate(seats=Count("participants", filter=Q(participants__removed_at__isnull=True)))
        .order_by("-id")
    )


def seated_in(session_id: int, among: Collection[int]) -> set[int]:
    """Whom of ``among`` has a seat in the class."""
    seats = SessionParticipant.objects.filter(session_id=session_id, user_id__in=among, removed_at__isnull=True)
    return set(seats.values_list("user_id", flat=True))


def classmates(user_id: int, among: Collection[int]) -> set[int]:
    """Whom of ``among`` somebody has sat in a class with, guests too, or has held one for, or the other way round."""
    taken = SessionParticipant.objects.filter(user_id=user_id).values("session_id")
    theirs = Q(session__in=taken) | Q(session__lecture__instructor_id=user_id)
    seated = SessionParticipant.objects.filter(theirs, user_id__in=among).values_list("user_id", flat=True)
    teachers = LectureSession.objects.filter(pk__in=taken, lecture__instructor_id__in=among)
    return {*seated, *teachers.values_list("lecture__instructor_id", flat=True)}


def roster(session: LectureSession) -> QuerySet[SessionParticipant]:
    """Everyone who has a seat, in order of arrival; with ``step_status``, their status on the current step."""
    own = SubtaskProgress.objects.filter(user_id=OuterRef("user_id"), subtask_id=session.current_subtask_id or 0)
    return (
        SessionParticipant.objects.filter(session_id=session.pk, removed_at__isnull=True)
        .select_related("user")
        .annotate(step_status=Coalesce(Subquery(own.values("status")[:1]), Value(ProgressStatus.NOT_STARTED.value)))
        .order_by("id")
    )


def all_seats(session: LectureSession) -> QuerySet[SessionParticipant]:
    """Also those that were removed, in order of arrival; with their users."""
    return SessionParticipant.objects.filter(session_id=session.pk).select_related("user").order_by("id")


@dataclass(frozen=True, slots=True)
class Summary:
    """What the instructor sees at the end: per step in lecture order, how many of the people completed it."""

    session: LectureSession
    steps: list[tuple[Step, int]]
    total_participants: int
    completed_participants: int
    duration_minutes: int


def summary(session: LectureSession) -> Summary:
    """Counts over everyone who took a seat; three queries."""
    members = SessionParticipant.objects.filter(session_id=session.pk)
    people = members.aggregate(total=Count("id"), completed=Count("id", filter=Q(status=ParticipantStatus.COMPLETED)))
    done = SubtaskProgress.objects.filter(
        user_id__in=members.values("user_id"),
        subtask__task__lecture_id=session.lecture_id,
        status=ProgressStatus.COMPLETED,
    )
    counts = dict(done.values_list("subtask_id").annotate(Count("id")).order_by())
    return Summary(
        session=session,
        steps=[(step, counts.get(step.id, 0)) for step in Course.of(session.lecture).steps],
        total_participants=people["total"],
        completed_participants=people["completed"],
        duration_minutes=minutes_of(session),
    )


def minutes_of(session: LectureSession) -> int:
    """Whole minutes from start to end; 0 for a class that never started (contract 6.5)."""
    if session.started_at is None or session.ended_at is None:
        return 0
    return int((session.ended_at - session.started_at).total_seconds() // 60)


def live_room(user_id: int, lecture_id: int) -> tuple[int, str] | None:
    """Id and code of the live session of this lecture in which the learner sits; the newest one."""
    return queries.live_room(user_id, lecture_id)
