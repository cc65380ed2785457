"""Rows of the live session as the shapes of its REST family."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from mobilegpt.classroom.lesson import course_of_class, kept_lesson
from mobilegpt.classroom.messages import welcome
from mobilegpt.classroom.models import LectureSession, ParticipantStatus, SessionParticipant
from mobilegpt.classroom.selectors import SeenLesson, Viewed
from mobilegpt.classroom.services.control import Transition
from mobilegpt.classroom.services.lesson import Refreshed
from mobilegpt.classroom.services.seats import Seating
from mobilegpt.classroom.summary import Summary
from mobilegpt.core.clock import iso
from mobilegpt.helpdesk.selectors import StepHelp
from mobilegpt.rest.accounts.shapes import LoginBody
from mobilegpt.rest.classroom.shapes import (
    ActiveSession,
    ActiveStep,
    AnnouncedBody,
    BreakState,
    ClassPreview,
    CurrentState,
    EndedBody,
    FoundSession,
    GuestSeatBody,
    LessonBody,
    MyActive,
    PausedBody,
    RefreshedBody,
    ResumedBody,
    RosterRow,
    RosterUser,
    SeatBody,
    SessionBody,
    SessionInstructor,
    SessionLecture,
    SettingsBody,
    StartedBody,
    StepBody,
    StepSummary,
    SummaryBody,
)
from mobilegpt.rest.lectures.answers import task_row
from mobilegpt.wire.step import session_step

_NO_HELP = StepHelp()


def _lecture(session: LectureSession) -> SessionLecture:
    """As the class is taught it (contract 11.5)."""
    taught = kept_lesson(session) or session.lecture
    return SessionLecture(id=taught.id, title=taught.title, description=taught.description)


def listed_session(session: Any, base: str) -> SessionBody:
    """A row of ``sessions_of_lecture``, which has read everybody's words at once."""
    lecture = _lecture_in_list(session)
    return session_body(session, base, session.seats, lecture)


def _lecture_in_list(session: Any) -> SessionLecture:
    if session.taught_title is None:
        return SessionLecture(
            id=session.lecture_id, title=session.lecture.title, description=session.lecture.description
        )
    return SessionLecture(id=session.lecture_id, title=session.taught_title, description=session.taught_description)


def session_body(
    session: LectureSession, base: str, participant_count: int, lecture: SessionLecture | None = None
) -> SessionBody:
    """``base`` is the public address of this server; the QR code holds ``join_url`` (contract 6.8)."""
    return SessionBody(
        session_id=session.pk,
        id=session.pk,
        session_code=session.code,
        title=session.title,
        qr_code_url=f"{base}/qr/{session.code}.png",
        join_url=f"{base}/join/{session.code}",
        status=session.status,
        lecture=lecture or _lecture(session),
        participant_count=participant_count,
        scheduled_at=iso(session.scheduled_at),
        started_at=iso(session.started_at),
        ended_at=iso(session.ended_at),
        created_at=iso(session.created_at),
    )


def settings_body(session: LectureSession) -> SettingsBody:
    return SettingsBody(
        session_id=session.pk,
        title=session.title,
        scheduled_at=iso(session.scheduled_at),
        locked=session.locked,
        auto_help=session.auto_help,
        distinct_names=session.distinct_names,
        completion=session.completion,
        screens=session.screens,
        gate_percent=session.gate_percent,
    )


def found_session(
    session: LectureSession, seat: SessionParticipant | None, participant_count: int, chat_room_id: int | None
) -> FoundSession:
    return FoundSession(
        session_id=session.pk,
        id=session.pk,
        session_code=session.code,
        title=session.title,
        status=session.status,
        lecture=_lecture(session),
        instructor=SessionInstructor.of(session.lecture.instructor),
        participant_count=participant_count,
        scheduled_at=iso(session.scheduled_at),
        started_at=iso(session.started_at),
        my_status=seat.status if seat else None,
        chat_room_id=chat_room_id,
    )


def current_state(viewed: Viewed, chat_room_id: int | None) -> CurrentState:
    session = viewed.session
    return CurrentState(
        session_id=session.pk,
        id=session.pk,
        session_code=viewed.code,
        title=session.title,
        status=session.status,
        lecture=_lecture(session),
        instructor=SessionInstructor.of(session.lecture.instructor),
        current_subtask=session_step(viewed.step) if viewed.step else None,
        total_subtasks=viewed.total_steps,
        started_at=iso(session.started_at),
        ended_at=iso(session.ended_at),
        active_participants=viewed.active_participants,
        instructor_message=session.instructor_message,
        my_status=viewed.seat.status if viewed.seat else None,
        chat_room_id=chat_room_id,
    )


def preview(session: LectureSession) -> ClassPreview:
    return ClassPreview(
        session_code=session.code,
        title=session.title,
        status=session.status,
        locked=session.locked,
        lecture_title=session.lecture.title,
        instructor_name=session.lecture.instructor.name,
    )


def my_active(seat: SessionParticipant) -> MyActive:
    session = seat.session
    current = course_of_class(session).get(session.current_subtask_id)
    return MyActive(
        active_session=ActiveSession(
            session_id=session.pk,
            id=session.pk,
            session_code=session.code,
            title=session.title,
            lecture=_lecture(session),
            status=session.status,
            current_subtask=ActiveStep.of(current) if current else None,
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
        current_subtask=session_step(seating.step) if seating.step else None,
        joined_at=iso(seat.joined_at),
        message=welcome(session.status),
    )


def guest_seat_body(login: LoginBody, seating: Seating) -> GuestSeatBody:
    seat = seat_body(seating)
    return GuestSeatBody(**{part: getattr(shape, part) for shape in (login, seat) for part in shape.__struct_fields__})


def roster_row(
    seat: SessionParticipant, step_status: str, open_help_request_id: int | None, *, with_email: bool
) -> RosterRow:
    """``with_email``: for who runs the class; supporters are told none (contract 11.8)."""
    person = seat.person
    return RosterRow(
        participant_id=seat.pk,
        id=seat.pk,
        user_id=seat.user_id,
        user=RosterUser.of(person if with_email else replace(person, email=None)),
        name=person.name,
        email=person.email if with_email else None,
        is_guest=seat.user.is_guest,
        status=seat.status,
        is_present=seat.is_present,
        is_active=seat.status != ParticipantStatus.DISCONNECTED,
        current_step_status=step_status,
        open_help_request_id=open_help_request_id,
        has_pending_help_request=open_help_request_id is not None,
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
        current_subtask=session_step(done.step),
        active_participants=done.active_participants,
        instructor_message=done.session.instructor_message,
    )


def step_body(done: Transition) -> StepBody:
    assert done.step is not None
    return StepBody(
        session_id=done.session.pk,
        id=done.session.pk,
        status=done.session.status,
        previous_subtask=session_step(done.previous) if done.previous else None,
        current_subtask=session_step(done.step),
        instructor_message=done.session.instructor_message,
        timestamp=iso(done.at),
    )


def paused_body(done: Transition) -> PausedBody:
    return PausedBody(
        session_id=done.session.pk,
        id=done.session.pk,
        status=done.session.status,
        instructor_message=done.session.instructor_message,
        timestamp=iso(done.at),
    )


def resumed_body(done: Transition) -> ResumedBody:
    return ResumedBody(
        session_id=done.session.pk,
        id=done.session.pk,
        status=done.session.status,
        current_subtask=session_step(done.step) if done.step else None,
        instructor_message=done.session.instructor_message,
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
        instructor_message=session.instructor_message,
    )


def announced_body(done: Transition) -> AnnouncedBody:
    return AnnouncedBody(
        session_id=done.session.pk,
        id=done.session.pk,
        status=done.session.status,
        instructor_message=done.session.instructor_message,
        timestamp=iso(done.at),
    )


def lesson_body(seen: SeenLesson) -> LessonBody:
    return LessonBody(
        session_id=seen.session.pk,
        id=seen.session.pk,
        lecture=_lecture(seen.session),
        tasks=[task_row(task, with_subtasks=True) for task in seen.lesson.tasks],
        total_subtasks=len(seen.lesson.course),
        changed=seen.changed,
    )


def refreshed_body(done: Refreshed) -> RefreshedBody:
    session = done.session
    step = done.after.course.get(session.current_subtask_id)
    assert step is not None
    return RefreshedBody(
        session_id=session.pk,
        id=session.pk,
        status=session.status,
        changed=done.changed,
        previous_total_subtasks=len(done.before.course),
        total_subtasks=len(done.after.course),
        current_subtask=session_step(step),
        timestamp=iso(done.at),
    )


def break_state(session: LectureSession, at: datetime) -> BreakState:
    return BreakState(
        session_id=session.pk, status=session.status, break_ends_at=iso(session.break_ends_at), server_time=iso(at)
    )


def summary_body(summary: Summary, help_counts: dict[int, StepHelp]) -> SummaryBody:
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
        total_help_requests=sum(each.asked for each in help_counts.values()),
        total_auto_help_requests=sum(each.noticed for each in help_counts.values()),
        steps=[
            StepSummary(
                subtask_id=step.id,
                title=step.title,
                position=step.position,
                completed_participants=completed,
                help_requests=help_counts.get(step.id, _NO_HELP).asked,
                auto_help_requests=help_counts.get(step.id, _NO_HELP).noticed,
            )
            for step, completed in summary.steps
        ],
    )
