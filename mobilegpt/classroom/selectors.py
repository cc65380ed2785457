"""Reads of live sessions, their seats and what an instructor's screens show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from mobilegpt.classroom import policies
from mobilegpt.classroom.codes import as_code, as_id
from mobilegpt.classroom.events import Room
from mobilegpt.classroom.models import LectureSession, ParticipantStatus, SessionParticipant, SessionStatus
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.core.prepared import PreparedGet
from mobilegpt.lectures.selectors import is_enrolled
from mobilegpt.lectures.step import Step
from mobilegpt.lectures.steps import Course
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress


def _sessions() -> QuerySet[LectureSession]:
    return LectureSession.objects.select_related("lecture__instructor")


_session_by_id = PreparedGet(_sessions, pk=int)
_session_by_code = PreparedGet(_sessions, code=str)
_seat = PreparedGet(SessionParticipant.objects.all, user_id=int, session_id=int)
_seat_of_device = PreparedGet(SessionParticipant.objects.all, session_id=int, device_hash=str)


def find(ref: str) -> LectureSession | None:
    """The session with this id or code, in any state; with its lecture and instructor."""
    if (session_id := as_id(ref)) is not None:
        return _session_by_id.get(session_id)
    code = as_code(ref)
    return _session_by_code.get(code) if code else None


def seat_of(user_id: int, session_id: int) -> SessionParticipant | None:
    return _seat.get(user_id, session_id)


def seat_of_device(session_id: int, hashed: str) -> SessionParticipant | None:
    return _seat_of_device.get(session_id, hashed)


def room_of(session: LectureSession) -> Room:
    """The session as its events name it; ``session.lecture`` is loaded."""
    return Room(
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


@dataclass(frozen=True, slots=True)
class Visit:
    """A session that the caller may know of. ``enrolled`` is only asked for without a seat."""

    session: LectureSession
    seat: SessionParticipant | None = None
    enrolled: bool = False


def membership(actor: Actor, session: LectureSession) -> Visit | None:
    """The visit of someone who belongs to the session: who runs it, has a seat, or is enrolled in its lecture.

    An archived session is there for those who run it only. Raises ``Forbidden`` for a guest of another session.
    """
    if policies.runs(actor, session):
        return Visit(session)
    if not actor.is_student or session.status == SessionStatus.ENDED:
        return None
    policies.require_own_session(actor, session.pk)
    seat = seat_of(actor.user_id, session.pk)
    if seat is not None:
        return Visit(session, seat)
    return Visit(session, enrolled=True) if is_enrolled(actor.user_id, session.lecture_id) else None


def visit_of_member(actor: Actor, ref: str) -> Visit:
    """The session by id or code, for those who belong to it. Raises ``NotFound`` for everybody else."""
    session = find(ref)
    found = membership(actor, session) if session is not None else None
    if found is None:
        raise NotFound("Session")
    return found


@dataclass(frozen=True, slots=True)
class Viewed:
    """A session as one of its people sees it. ``seat`` is null for those who run it, or have not joined."""

    session: LectureSession
    step: Step | None
    total_steps: int
    active_participants: int
    seat: SessionParticipant | None


def viewed_by(actor: Actor, ref: str) -> Viewed:
    """R20: participants, enrolled students and those who run it. Raises what ``visit_of_member`` raises."""
    found = visit_of_member(actor, ref)
    return view(found.session, found.seat)


def view(session: LectureSession, seat: SessionParticipant | None) -> Viewed:
    """Two queries."""
    course = Course.of(session.lecture)
    return Viewed(
        session=session,
        step=course.get(session.current_subtask_id),
        total_steps=len(course),
        active_participants=active_count(session.pk),
        seat=seat,
    )


def active_count(session_id: int) -> int:
    return SessionParticipant.objects.filter(session_id=session_id, status=ParticipantStatus.ACTIVE).count()


def participant_count(session_id: int) -> int:
    """Seats taken; asked for every seat that is taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM classroom_sessionparticipant WHERE session_id = %s", [session_id])
        return int(cursor.fetchone()[0])


def active_seat(actor: Actor) -> SessionParticipant | None:
    """R21: the newest seat in a session that is WAITING, IN_PROGRESS or PAUSED (contract 6.6)."""
    policies.require_student(actor)
    return (
        SessionParticipant.objects.filter(user_id=actor.user_id, session__status__in=policies.LIVE)
        .select_related("session__lecture__instructor", "session__current_subtask")
        .order_by("-is_present", "-id")
        .first()
    )


def live_subtasks(user_id: int) -> dict[int, int]:
    """The current step of the learner's live session, per lecture; the newest session wins."""
    seats = SessionParticipant.objects.filter(
        user_id=user_id, session__status__in=policies.LIVE, session__current_subtask__isnull=False
    ).order_by("id")
    return dict(seats.values_list("session__lecture_id", "session__current_subtask_id"))


def sessions_of_lecture(lecture_id: int) -> QuerySet[LectureSession]:
    """Newest first, each with ``seats``, its number of participants."""
    return (
        LectureSession.objects.filter(lecture_id=lecture_id)
        .select_related("lecture__instructor")
        .annotate(seats=Count("participants"))
        .order_by("-id")
    )


def roster(session: LectureSession) -> QuerySet[SessionParticipant]:
    """Everyone who took a seat, in order of arrival; with ``step_status``, their status on the current step."""
    own = SubtaskProgress.objects.filter(user_id=OuterRef("user_id"), subtask_id=session.current_subtask_id or 0)
    return (
        SessionParticipant.objects.filter(session_id=session.pk)
        .select_related("user")
        .annotate(step_status=Coalesce(Subquery(own.values("status")[:1]), Value(ProgressStatus.NOT_STARTED.value)))
        .order_by("id")
    )


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
    seats = SessionParticipant.objects.filter(
        user_id=user_id, session__lecture_id=lecture_id, session__status__in=policies.LIVE
    )
    return seats.order_by("-id").values_list("session_id", "session__code").first()
