"""Running a class: one row lock, one check of the state, one event per transition (contract 6.1, 6.2, 6.11).

Two transitions at once have one winner: the row is locked, and a step that moved while a command waited for the lock
refuses that command.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import QuerySet

from mobilegpt.classroom import policies, queries, selectors
from mobilegpt.classroom.commands import (
    AdvanceStep,
    Announce,
    BeginBreak,
    EndSession,
    PauseSession,
    ResumeSession,
    StartSession,
)
from mobilegpt.classroom.events import (
    Announcement,
    BreakChanged,
    SessionEnded,
    SessionPaused,
    SessionResumed,
    SessionStarted,
    StepChanged,
)
from mobilegpt.classroom.lesson import course_of_class, step_in
from mobilegpt.classroom.models import (
    LIVE,
    LectureSession,
    ParticipantStatus,
    SeatStep,
    SessionParticipant,
    SessionStatus,
    StepAction,
    StepControl,
)
from mobilegpt.classroom.services.controller import come_into_control
from mobilegpt.classroom.services.seats import lock
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, Invalid
from mobilegpt.core.fields import MESSAGE_LENGTH
from mobilegpt.core.text import is_blank, paragraph
from mobilegpt.events.outbox import emit, unit_of_work, write_with_events
from mobilegpt.lectures.course import Course
from mobilegpt.lectures.revisions import keep
from mobilegpt.lectures.step import Step
from mobilegpt.progress.queries import beginning_of_step
from mobilegpt.progress.services import begin_step

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Transition:
    """A session after a command: where it stands, since when, and the counts that the answer shows."""

    session: LectureSession
    at: datetime
    step: Step | None = None
    previous: Step | None = None
    active_participants: int = 0


def start_session(*, actor: Actor, session_ref: str, command: StartSession) -> Transition:
    """R15: WAITING becomes IN_PROGRESS on the first step, everybody in the waiting room becomes ACTIVE.

    Raises ``Conflict`` INVALID_TRANSITION, or NO_NEXT_STEP for a lecture without steps; ``NotFound``, ``Forbidden``,
    ``Invalid`` WRONG_LECTURE.
    """
    with controlled(actor, session_ref, command.message, SessionStatus.WAITING) as session:
        session.lecture_version = keep(session.lecture_id)
        course = course_of_class(session)
        step = _wanted(course, command.first_subtask_id) or _following(course, None)
        at = now()
        session.status, session.started_at, session.current_subtask_id = SessionStatus.IN_PROGRESS, at, step.id
        session.save(update_fields=["status", "started_at", "current_subtask", "instructor_message", "lecture_version"])
        _seats(session, ParticipantStatus.WAITING).update(status=ParticipantStatus.ACTIVE, current_subtask_id=step.id)
        begin_step(step.id, *queries.active_people(session.pk))
        _record(session, actor, (StepAction.START_STEP, step.id))
        room, message = selectors.room_of(session), session.instructor_message or None
        emit(SessionStarted(room=room, step=step, started_at=at, instructor_message=message))
        emit(
            StepChanged(room=room, step=step, previous_subtask_id=None, at=at, instructor_message=message, initial=True)
        )
        return Transition(session, at, step=step, active_participants=selectors.active_count(session.pk))


def advance_step(*, actor: Actor, session_ref: str, command: AdvanceStep) -> Transition:
    """R16: to the next step in lecture order, or to the one that is named.

    Raises ``Conflict`` NO_NEXT_STEP past the last one, INVALID_TRANSITION when the session is not IN_PROGRESS, stands
    on that step already or was moved meanwhile; ``NotFound``, ``Forbidden``, ``Invalid`` WRONG_LECTURE.
    """
    with controlled(actor, session_ref, command.message, SessionStatus.IN_PROGRESS) as session:
        course = course_of_class(session)
        previous = course.get(session.current_subtask_id)
        following = course.after(session.current_subtask_id)
        step = _wanted(course, command.subtask_id) or _following(course, session.current_subtask_id)
        if previous is not None and step.id == previous.id:
            raise Conflict(ErrorCode.INVALID_TRANSITION, "The session stands on this step already")
        at = now()
        session.current_subtask_id = step.id
        closing = StepAction.END_STEP if step == following else StepAction.SKIP
        leaving = [(closing, previous.id)] if previous else []
        controls = _records(session, actor, *leaving, (StepAction.START_STEP, step.id))
        write_with_events(
            *queries.step_change(session, step.id, controls),
            beginning_of_step(step.id, *queries.active_people(session.pk)),
        )
        emit(
            StepChanged(
                room=selectors.room_of(session),
                step=step,
                previous_subtask_id=previous.id if previous else None,
                at=at,
                instructor_message=session.instructor_message or None,
            )
        )
        return Transition(session, at, step=step, previous=previous)


def pause_session(*, actor: Actor, session_ref: str, command: PauseSession) -> Transition:
    """R17: IN_PROGRESS becomes PAUSED. Raises what ``start_session`` raises of the session."""
    with controlled(actor, session_ref, command.message, SessionStatus.IN_PROGRESS) as session:
        at = _set_status(session, SessionStatus.PAUSED)
        _record(session, actor, (StepAction.PAUSE, session.current_subtask_id))
        message = session.instructor_message or None
        emit(SessionPaused(room=selectors.room_of(session), at=at, instructor_message=message))
        return Transition(session, at)


def resume_session(*, actor: Actor, session_ref: str, command: ResumeSession) -> Transition:
    """R18: PAUSED becomes IN_PROGRESS. Raises what ``start_session`` raises of the session."""
    with controlled(actor, session_ref, command.message, SessionStatus.PAUSED) as session:
        at = _set_status(session, SessionStatus.IN_PROGRESS)
        _record(session, actor, (StepAction.RESUME, session.current_subtask_id))
        message = session.instructor_message or None
        emit(SessionResumed(room=selectors.room_of(session), at=at, instructor_message=message))
        return Transition(session, at, step=course_of_class(session).get(session.current_subtask_id))


def begin_break(*, actor: Actor, session_ref: str, command: BeginBreak) -> Transition:
    """A pause that says when the class goes on; of a class that is paused already, its break gets this end.

    Nothing starts by itself: ``resume_session`` ends it (contract 11.13). Raises what ``start_session`` raises of the
    session.
    """
    running = (SessionStatus.IN_PROGRESS, SessionStatus.PAUSED)
    with controlled(actor, session_ref, command.message, *running) as session:
        if session.status == SessionStatus.IN_PROGRESS:
            _record(session, actor, (StepAction.PAUSE, session.current_subtask_id))
        ends_at = now() + timedelta(minutes=command.minutes)
        at = _set_status(session, SessionStatus.PAUSED, break_ends_at=ends_at)
        room, message = selectors.room_of(session), session.instructor_message or None
        emit(SessionPaused(room=room, at=at, instructor_message=message))
        emit(BreakChanged(room=room, at=at, break_ends_at=ends_at))
        return Transition(session, at)


def end_break(*, actor: Actor, session_ref: str) -> Transition:
    """The pause has no end any more; the class stays paused, and its last words stay.

    Raises ``Conflict`` INVALID_TRANSITION when it is not paused; ``NotFound``, ``Forbidden``.
    """
    with controlled(actor, session_ref, None, SessionStatus.PAUSED) as session:
        at, told = now(), session.break_ends_at is not None
        session.break_ends_at = None
        session.save(update_fields=["break_ends_at"])
        if told:
            emit(BreakChanged(room=selectors.room_of(session), at=at, break_ends_at=None))
        return Transition(session, at)


def end_session(*, actor: Actor, session_ref: str, command: EndSession) -> Transition:
    """R19: the class is over, the session in REVIEW_MODE. Who did the last step in it is COMPLETED (contract 6.5)."""
    with controlled(actor, session_ref, command.message, *LIVE) as session:
        at = session.ended_at = now()
        session.status, session.break_ends_at = SessionStatus.REVIEW_MODE, None
        if session.lecture_version is None:  # it never began, or a server of before has started it
            session.lecture_version = keep(session.lecture_id)
        fields = ["status", "ended_at", "break_ends_at", "instructor_message", "lecture_version"]
        session.save(update_fields=fields)
        last = course_of_class(session).last
        if last is not None:
            finished = SeatStep.objects.filter(session_id=session.pk, subtask_id=last.id, done_at__isnull=False)
            _seats(session).filter(user_id__in=finished.values("user_id")).update(status=ParticipantStatus.COMPLETED)
        if session.current_subtask_id is not None:
            _record(session, actor, (StepAction.END_STEP, session.current_subtask_id))
        message = session.instructor_message or None
        emit(SessionEnded(room=selectors.room_of(session), ended_at=at, instructor_message=message))
        return Transition(session, at)


def announce(*, actor: Actor, session_ref: str, command: Announce) -> Transition:
    """A word to everybody; the state stays. Raises ``Conflict`` once the session is archived."""
    if is_blank(command.message):
        raise Invalid(message="message is empty", details={"field": "message"})
    allowed = (*LIVE, SessionStatus.REVIEW_MODE)
    with controlled(actor, session_ref, command.message, *allowed) as session:
        session.save(update_fields=["instructor_message"])
        at = now()
        emit(
            Announcement(
                room=selectors.room_of(session),
                status=session.status,
                ended_at=session.ended_at,
                at=at,
                instructor_message=session.instructor_message,
                instructor_name=actor.name,
            )
        )
        return Transition(session, at)


@contextmanager
def controlled(
    actor: Actor, session_ref: str, message: str | None, *allowed: SessionStatus
) -> Iterator[LectureSession]:
    """The session, locked, for the one who runs it and is in control of it from now on, in an allowed state.

    ``message`` is its new word to everybody. Raises ``Conflict`` CLASS_IN_OTHER_HANDS, INVALID_TRANSITION.
    """
    seen = selectors.session_step_of(actor, session_ref)
    with unit_of_work():
        session = lock(seen.session_id)
        policies.require_status(session, *allowed)
        if session.current_subtask_id != seen.current_subtask_id:
            raise Conflict(ErrorCode.INVALID_TRANSITION, "The session was moved at the same moment")
        come_into_control(session, seen, actor)
        session.instructor_message = paragraph(message, "message", MESSAGE_LENGTH)
        yield session
        if actor.is_admin:
            log.info("session_controlled_by_admin", session_id=session.pk, user=actor.user_id)


def _seats(session: LectureSession, status: ParticipantStatus | None = None) -> QuerySet[SessionParticipant]:
    seats = SessionParticipant.objects.filter(session_id=session.pk)
    return seats.filter(status=status) if status else seats


def _wanted(course: Course, subtask_id: int | None) -> Step | None:
    """The step that a command names. Raises what ``step_in`` raises."""
    return step_in(course, subtask_id) if subtask_id is not None else None


def _following(course: Course, subtask_id: int | None) -> Step:
    step = course.after(subtask_id)
    if step is None:
        raise Conflict(ErrorCode.NO_NEXT_STEP, "There is no next step")
    return step


def _set_status(session: LectureSession, status: SessionStatus, *, break_ends_at: datetime | None = None) -> datetime:
    session.status, session.break_ends_at = status, break_ends_at
    session.save(update_fields=["status", "break_ends_at", "instructor_message"])
    return now()


def _record(session: LectureSession, actor: Actor, *rows: tuple[StepAction, int | None]) -> None:
    queries.add_controls(_records(session, actor, *rows))


def _records(session: LectureSession, actor: Actor, *rows: tuple[StepAction, int | None]) -> list[StepControl]:
    message = session.instructor_message
    return [
        StepControl(session=session, actor_id=actor.user_id, action=action, subtask_id=subtask_id, message=message)
        for action, subtask_id in rows
    ]
