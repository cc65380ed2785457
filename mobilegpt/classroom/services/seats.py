"""Taking a seat, and taking it up again (contract 6.4)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from mobilegpt.accounts.people import person_of_actor
from mobilegpt.accounts.person import Person
from mobilegpt.classroom import policies, selectors
from mobilegpt.classroom.events import ParticipantJoined
from mobilegpt.classroom.models import LectureSession, ParticipantStatus, SessionParticipant, SessionStatus
from mobilegpt.classroom.selectors import Visit
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, NotFound
from mobilegpt.core.prepared import PreparedGet, PreparedInsert
from mobilegpt.lectures.services import ensure_enrolled
from mobilegpt.lectures.step import Step
from mobilegpt.lectures.steps import Course
from mobilegpt.progress.services import begin_step_of
from mobilegpt.realtime.outbox import emit, unit_of_work


@dataclass(frozen=True, slots=True)
class Seating:
    """A seat as its owner is told of it. ``created``: it is a new one."""

    session: LectureSession
    seat: SessionParticipant
    step: Step | None
    created: bool


def take_seat(*, actor: Actor, session: LectureSession, visit: Visit | None = None) -> Seating:
    """Seat a student who has shown that they may come (see ``lobby``); the same seat when they come again.

    What ``visit`` found is not asked for again.

    ``joined`` is published at the first time, and again only after ``left``. Raises ``Conflict`` SESSION_FULL or
    SESSION_OVER, ``NotFound`` when the session is archived.
    """
    policies.require_student(actor)
    policies.require_own_session(actor, session.pk)
    seat = visit.seat if visit is not None else selectors.seat_of(actor.user_id, session.pk)
    if seat is not None and seat.is_present and session.status != SessionStatus.ENDED:
        return seating(session, seat, created=False)
    with unit_of_work():
        session = lock(session.pk)
        seat, taken = selectors.place_in(session, actor.user_id)
        if seat is not None:
            come_back(session, seat, person_of_actor(actor), taken)
            return seating(session, seat, created=False)
        require_room(session, taken)
        if visit is None or not visit.enrolled:
            ensure_enrolled(actor.user_id, session.lecture_id)
        seat = new_seat(session, person_of_actor(actor), taken + 1)
        return seating(session, seat, created=True)


def seating(session: LectureSession, seat: SessionParticipant, *, created: bool) -> Seating:
    current = session.current_subtask_id
    step = Course.of(session.lecture).get(current) if current is not None else None
    return Seating(session=session, seat=seat, step=step, created=created)


def _locked_sessions() -> QuerySet[LectureSession]:
    return LectureSession.objects.select_for_update(of=("self",)).select_related("lecture")


_locked_session = PreparedGet(_locked_sessions, pk=int)
_seats = PreparedInsert(SessionParticipant)


def lock(session_id: int) -> LectureSession:
    """The session's row, locked until the commit: seats are counted and states are changed one at a time.

    With its lecture.
    Raises ``NotFound``.
    """
    session = _locked_session.get(session_id)
    if session is None:
        raise NotFound("Session")
    return session


def require_room(session: LectureSession, taken: int) -> None:
    """Whether a new seat may be taken; existing ones come back all the same."""
    if session.status == SessionStatus.ENDED:
        raise NotFound("Session")
    if session.status == SessionStatus.REVIEW_MODE:
        raise Conflict(ErrorCode.SESSION_OVER, "The class is over; only those who were there come back")
    if taken >= settings.SESSION_MAX_SEATS:
        raise Conflict(ErrorCode.SESSION_FULL, "All seats of this session are taken")


def new_seat(session: LectureSession, user: Person, total: int, device_hash: str | None = None) -> SessionParticipant:
    """The ``total``-th seat of a locked session, for who is enrolled. A late one is ACTIVE at the current step."""
    seat = SessionParticipant(
        session=session,
        user_id=user.id,
        status=_status_in(session),
        current_subtask_id=session.current_subtask_id,
        device_hash=device_hash,
    )
    _seats.insert([seat])
    _begin_current_step(session, seat)
    emit(_joined(session, seat, user, total))
    return seat


def come_back(session: LectureSession, seat: SessionParticipant, user: Person, total: int) -> None:
    """One of ``total`` seats, whose owner had gone, is taken again; nothing happens when they are there."""
    status = seat.status if seat.status == ParticipantStatus.COMPLETED else _status_in(session)
    moment = now()
    returned = SessionParticipant.objects.filter(pk=seat.pk, is_present=False).update(
        is_present=True, status=status, current_subtask_id=session.current_subtask_id, last_seen_at=moment
    )
    if not returned:
        return
    seat.is_present, seat.status, seat.last_seen_at = True, status, moment
    seat.current_subtask_id = session.current_subtask_id
    _begin_current_step(session, seat)
    emit(_joined(session, seat, user, total, again=True))


def _status_in(session: LectureSession) -> ParticipantStatus:
    waiting = session.status == SessionStatus.WAITING
    return ParticipantStatus.WAITING if waiting else ParticipantStatus.ACTIVE


def _begin_current_step(session: LectureSession, seat: SessionParticipant) -> None:
    if session.status in (SessionStatus.IN_PROGRESS, SessionStatus.PAUSED) and session.current_subtask_id:
        begin_step_of(seat.user_id, session.current_subtask_id)


def _joined(
    session: LectureSession, seat: SessionParticipant, user: Person, total: int, *, again: bool = False
) -> ParticipantJoined:
    return ParticipantJoined(
        room=selectors.room_of(session),
        user=user,
        status=seat.status,
        joined_at=seat.joined_at,
        at=now(),
        total_participants=total,
        again=again,
    )
