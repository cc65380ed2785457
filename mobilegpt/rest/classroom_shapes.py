"""Shapes of the live session's REST family (contract 6; S1 §3)."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.messages import welcome
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.classroom.selectors import Summary, Viewed
from mobilegpt.classroom.services.control import Transition
from mobilegpt.classroom.services.seats import Seating
from mobilegpt.core.clock import iso
from mobilegpt.core.fields import Id, Message
from mobilegpt.lectures.step import Step
from mobilegpt.rest.accounts import LoginBody
from mobilegpt.rest.paging import Pagination

# --- what clients send


class JoinRequest(Struct, frozen=True, kw_only=True):
    """R13. ``user_id``, if sent, is the caller's; ``session_code`` proves a join by id."""

    user_id: int | None = None
    session_code: str | None = None


class GuestRequest(Struct, frozen=True, kw_only=True):
    """A seat without an account. A ``device_id`` of at least 22 characters brings the seat back."""

    name: str
    device_id: str


class NextStepRequest(Struct, frozen=True, kw_only=True):
    """R16. ``subtask_id`` is another name of ``next_subtask_id``; without one the next step in lecture order."""

    next_subtask_id: Id | None = None
    subtask_id: Id | None = None
    message: Message | None = None

    def command(self) -> AdvanceStep:
        return AdvanceStep(subtask_id=self.next_subtask_id or self.subtask_id, message=self.message)


# --- parts


class SessionStep(Struct, frozen=True, kw_only=True):
    """A step as the class shows it; ``order`` is ``order_index`` (contract 5.2)."""

    id: int
    task_id: int
    title: str
    order: int
    order_index: int
    position: int
    target_action: str | None
    guide_text: str
    voice_guide_text: str


class SessionLecture(Struct, frozen=True, kw_only=True):
    id: int
    title: str
    description: str


class SessionInstructor(Struct, frozen=True, kw_only=True):
    id: int
    name: str


# --- sessions


class SessionBody(Struct, frozen=True, kw_only=True):
    """R11's answer, and a row of a lecture's sessions."""

    session_id: int
    id: int
    session_code: str
    title: str
    qr_code_url: str
    join_url: str
    status: str
    lecture: SessionLecture
    participant_count: int
    scheduled_at: str | None
    started_at: str | None
    ended_at: str | None
    created_at: str


class SessionList(Struct, frozen=True, kw_only=True):
    """A lecture's sessions, newest first; ``sessions`` and ``results`` are the same."""

    sessions: list[SessionBody]
    results: list[SessionBody]
    pagination: Pagination


class FoundSession(Struct, frozen=True, kw_only=True):
    """R12's answer. ``my_status`` is null without a seat."""

    session_id: int
    id: int
    session_code: str
    title: str
    status: str
    lecture: SessionLecture
    instructor: SessionInstructor
    participant_count: int
    scheduled_at: str | None
    started_at: str | None
    my_status: str | None


class CurrentState(Struct, frozen=True, kw_only=True):
    """R20's answer. ``my_status`` is null for those who run the session."""

    session_id: int
    id: int
    session_code: str
    title: str
    status: str
    lecture: SessionLecture
    instructor: SessionInstructor
    current_subtask: SessionStep | None
    total_subtasks: int
    started_at: str | None
    ended_at: str | None
    active_participants: int
    instructor_message: str | None
    my_status: str | None


class ActiveStep(Struct, frozen=True, kw_only=True):
    id: int
    title: str


class ActiveSession(Struct, frozen=True, kw_only=True):
    session_id: int
    id: int
    session_code: str
    title: str
    lecture: SessionLecture
    status: str
    current_subtask: ActiveStep | None
    my_status: str
    joined_at: str


class MyActive(Struct, frozen=True, kw_only=True):
    """R21's answer."""

    active_session: ActiveSession


class NoActive(Struct, frozen=True, kw_only=True):
    """R21's own 404 (contract 4.1)."""

    active_session: None = None
    message: str = "참가 중인 활성 세션이 없습니다"


# --- seats


class SeatBody(Struct, frozen=True, kw_only=True):
    """R13's answer."""

    participant_id: int
    session_id: int
    session_code: str
    user_id: int
    status: str
    session_status: str
    lecture: SessionLecture
    current_subtask: SessionStep | None
    joined_at: str
    message: str


class GuestSeatBody(LoginBody, frozen=True, kw_only=True):
    """The login body plus the join body (contract 3.9)."""

    participant_id: int
    session_id: int
    session_code: str
    user_id: int
    status: str
    session_status: str
    lecture: SessionLecture
    current_subtask: SessionStep | None
    joined_at: str
    message: str


class RosterRow(Struct, frozen=True, kw_only=True):
    """A participant as the instructor sees them. ``current_step_status`` is about the session's current step."""

    participant_id: int
    user_id: int
    name: str
    email: str | None
    is_guest: bool
    status: str
    is_present: bool
    current_step_status: str
    open_help_request_id: int | None
    joined_at: str
    last_seen_at: str


class Roster(Struct, frozen=True, kw_only=True):
    """R14's answer: everybody, unless ``page`` or ``page_size`` is sent; ``results`` is ``participants``."""

    session_id: int
    participants: list[RosterRow]
    results: list[RosterRow]
    total_count: int
    pagination: Pagination


# --- running the class


class StartedBody(Struct, frozen=True, kw_only=True):
    """R15's answer."""

    session_id: int
    id: int
    status: str
    started_at: str
    current_subtask: SessionStep
    active_participants: int
    instructor_message: str | None
    message: str = "수업이 시작되었습니다"


class StepBody(Struct, frozen=True, kw_only=True):
    """R16's answer."""

    session_id: int
    id: int
    status: str
    previous_subtask: SessionStep | None
    current_subtask: SessionStep
    instructor_message: str | None
    timestamp: str


class PausedBody(Struct, frozen=True, kw_only=True):
    """R17's answer."""

    session_id: int
    id: int
    status: str
    instructor_message: str | None
    timestamp: str
    action: str = "PAUSE"
    message: str = "수업이 일시 정지되었습니다"


class ResumedBody(Struct, frozen=True, kw_only=True):
    """R18's answer."""

    session_id: int
    id: int
    status: str
    current_subtask: SessionStep | None
    instructor_message: str | None
    timestamp: str
    action: str = "RESUME"
    message: str = "수업이 재개되었습니다"


class EndedBody(Struct, frozen=True, kw_only=True):
    """R19's answer."""

    session_id: int
    id: int
    status: str
    ended_at: str
    duration_minutes: int
    completed_participants: int
    total_participants: int
    instructor_message: str | None
    message: str = "수업이 종료되었습니다"


class AnnouncedBody(Struct, frozen=True, kw_only=True):
    """The answer to a word to everybody."""

    session_id: int
    id: int
    status: str
    instructor_message: str
    timestamp: str


class StepSummary(Struct, frozen=True, kw_only=True):
    """How one step went: who completed it, and how often help was asked for."""

    subtask_id: int
    title: str
    position: int
    completed_participants: int
    help_requests: int


class SummaryBody(Struct, frozen=True, kw_only=True):
    """What the instructor sees at the end."""

    session_id: int
    id: int
    session_code: str
    title: str
    status: str
    lecture: SessionLecture
    started_at: str | None
    ended_at: str | None
    duration_minutes: int
    total_participants: int
    completed_participants: int
    total_help_requests: int
    steps: list[StepSummary]


# --- from rows to shapes


def session_step(step: Step | None) -> SessionStep | None:
    return _step(step) if step is not None else None


def _step(step: Step) -> SessionStep:
    return SessionStep(
        id=step.id,
        task_id=step.task_id,
        title=step.title,
        order=step.order_index,
        order_index=step.order_index,
        position=step.position,
        target_action=step.target_action,
        guide_text=step.guide_text,
        voice_guide_text=step.voice_guide_text,
    )


def _lecture(session: LectureSession) -> SessionLecture:
    lecture = session.lecture
    return SessionLecture(id=lecture.pk, title=lecture.title, description=lecture.description)


def _instructor(session: LectureSession) -> SessionInstructor:
    return SessionInstructor(id=session.lecture.instructor_id, name=session.lecture.instructor.name)


def session_body(session: LectureSession, base: str, participant_count: int) -> SessionBody:
    """``base`` is the public address of this server; the QR code holds ``join_url`` (contract 6.8)."""
    return SessionBody(
        session_id=session.pk,
        id=session.pk,
        session_code=session.code,
        title=session.title,
        qr_code_url=f"{base}/qr/{session.code}.png",
        join_url=f"{base}/join/{session.code}",
        status=session.status,
        lecture=_lecture(session),
        participant_count=participant_count,
        scheduled_at=iso(session.scheduled_at),
        started_at=iso(session.started_at),
        ended_at=iso(session.ended_at),
        created_at=iso(session.created_at),
    )


def found_session(session: LectureSession, seat: SessionParticipant | None, participant_count: int) -> FoundSession:
    return FoundSession(
        session_id=session.pk,
        id=session.pk,
        session_code=session.code,
        title=session.title,
        status=session.status,
        lecture=_lecture(session),
        instructor=_instructor(session),
        participant_count=participant_count,
        scheduled_at=iso(session.scheduled_at),
        started_at=iso(session.started_at),
        my_status=seat.status if seat else None,
    )


def current_state(viewed: Viewed) -> CurrentState:
    session = viewed.session
    return CurrentState(
        session_id=session.pk,
        id=session.pk,
        session_code=session.code,
        title=session.title,
        status=session.status,
        lecture=_lecture(session),
        instructor=_instructor(session),
        current_subtask=session_step(viewed.step),
        total_subtasks=viewed.total_steps,
        started_at=iso(session.started_at),
        ended_at=iso(session.ended_at),
        active_participants=viewed.active_participants,
        instructor_message=session.instructor_message or None,
        my_status=viewed.seat.status if viewed.seat else None,
    )


def my_active(seat: SessionParticipant) -> MyActive:
    session, current = seat.session, seat.session.current_subtask
    return MyActive(
        active_session=ActiveSession(
            session_id=session.pk,
            id=session.pk,
            session_code=session.code,
            title=session.title,
            lecture=_lecture(session),
            status=session.status,
            current_subtask=ActiveStep(id=current.pk, title=current.title) if current else None,
            my_status=seat.status,
            joined_at=iso(seat.joined_at),
        )
    )


def seat_body(seating: Seating) -> SeatBody:
    seat, session = seating.seat, seating.session
    return SeatBody(
        participant_id=seat.pk,
        session_id=session.pk,
        session_code=session.code,
        user_id=seat.user_id,
        status=seat.status,
        session_status=session.status,
        lecture=_lecture(session),
        current_subtask=session_step(seating.step),
        joined_at=iso(seat.joined_at),
        message=welcome(session.status),
    )


def guest_seat_body(login: LoginBody, seating: Seating) -> GuestSeatBody:
    seat = seat_body(seating)
    return GuestSeatBody(**{part: getattr(shape, part) for shape in (login, seat) for part in shape.__struct_fields__})


def roster_row(seat: SessionParticipant, step_status: str, open_help_request_id: int | None) -> RosterRow:
    return RosterRow(
        participant_id=seat.pk,
        user_id=seat.user_id,
        name=seat.user.name,
        email=seat.user.shown_email,
        is_guest=seat.user.is_guest,
        status=seat.status,
        is_present=seat.is_present,
        current_step_status=step_status,
        open_help_request_id=open_help_request_id,
        joined_at=iso(seat.joined_at),
        last_seen_at=iso(seat.last_seen_at),
    )


def started_body(done: Transition) -> StartedBody:
    assert done.step is not None
    return StartedBody(
        session_id=done.session.pk,
        id=done.session.pk,
        status=done.session.status,
        started_at=iso(done.at),
        current_subtask=_step(done.step),
        active_participants=done.active_participants,
        instructor_message=done.session.instructor_message or None,
    )


def step_body(done: Transition) -> StepBody:
    assert done.step is not None
    return StepBody(
        session_id=done.session.pk,
        id=done.session.pk,
        status=done.session.status,
        previous_subtask=session_step(done.previous),
        current_subtask=_step(done.step),
        instructor_message=done.session.instructor_message or None,
        timestamp=iso(done.at),
    )


def paused_body(done: Transition) -> PausedBody:
    return PausedBody(
        session_id=done.session.pk,
        id=done.session.pk,
        status=done.session.status,
        instructor_message=done.session.instructor_message or None,
        timestamp=iso(done.at),
    )


def resumed_body(done: Transition) -> ResumedBody:
    return ResumedBody(
        session_id=done.session.pk,
        id=done.session.pk,
        status=done.session.status,
        current_subtask=session_step(done.step),
        instructor_message=done.session.instructor_message or None,
        timestamp=iso(done.at),
    )


def ended_body(summary: Summary, ended_at: datetime) -> EndedBody:
    session = summary.session
    return EndedBody(
        session_id=session.pk,
        id=session.pk,
        status=session.status,
        ended_at=iso(ended_at),
        duration_minutes=summary.duration_minutes,
        completed_participants=summary.completed_participants,
        total_participants=summary.total_participants,
        instructor_message=session.instructor_message or None,
    )


def announced_body(done: Transition) -> AnnouncedBody:
    return AnnouncedBody(
        session_id=done.session.pk,
        id=done.session.pk,
        status=done.session.status,
        instructor_message=done.session.instructor_message,
        timestamp=iso(done.at),
    )


def summary_body(summary: Summary, help_counts: dict[int, int]) -> SummaryBody:
    session = summary.session
    return SummaryBody(
        session_id=session.pk,
        id=session.pk,
        session_code=session.code,
        title=session.title,
        status=session.status,
        lecture=_lecture(session),
        started_at=iso(session.started_at),
        ended_at=iso(session.ended_at),
        duration_minutes=summary.duration_minutes,
        total_participants=summary.total_participants,
        completed_participants=summary.completed_participants,
        total_help_requests=sum(help_counts.values()),
        steps=[
            StepSummary(
                subtask_id=step.id,
                title=step.title,
                position=step.position,
                completed_participants=completed,
                help_requests=help_counts.get(step.id, 0),
            )
            for step, completed in summary.steps
        ],
    )
