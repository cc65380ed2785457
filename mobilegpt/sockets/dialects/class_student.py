"""W4 ``/ws/session/{id}/student/``: the class for a student's phone, strictly ``{type, data}`` (contract 7.1, 7.2)."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.classroom.events import (
    Announcement,
    SessionEnded,
    SessionPaused,
    SessionResumed,
    SessionStarted,
    StepChanged,
    StepReworded,
)
from mobilegpt.core.clock import iso
from mobilegpt.events.event import Event
from mobilegpt.realtime.dialect import Dialect, Encoder, Frame
from mobilegpt.sockets.dialects.elsewhere import IN_CHAT, IN_CLASS, NEVER_SHOWN
from mobilegpt.wire.choices import SeatStatusChoice, SessionStatusChoice
from mobilegpt.wire.step import ClassStep, class_step


class SessionStateData(Struct, frozen=True, kw_only=True):
    session_id: int
    status: SessionStatusChoice
    current_subtask: ClassStep | None
    instructor_message: str
    started_at: str | None
    my_status: SeatStatusChoice


class SessionState(Frame, frozen=True, kw_only=True, tag="session_state"):
    """On connect."""

    data: SessionStateData


class SessionStartedData(Struct, frozen=True, kw_only=True):
    session_id: int
    started_at: str
    current_subtask: ClassStep
    instructor_message: str


class SessionStartedFrame(Frame, frozen=True, kw_only=True, tag="session_started"):
    data: SessionStartedData


class StepChangedData(Struct, frozen=True, kw_only=True):
    previous_subtask_id: int | None
    current_subtask: ClassStep
    instructor_message: str
    timestamp: str


class StepChangedFrame(Frame, frozen=True, kw_only=True, tag="step_changed"):
    data: StepChangedData


class HaltData(Struct, frozen=True, kw_only=True):
    session_id: int
    instructor_message: str
    timestamp: str


class SessionPausedFrame(Frame, frozen=True, kw_only=True, tag="session_paused"):
    data: HaltData


class SessionResumedFrame(Frame, frozen=True, kw_only=True, tag="session_resumed"):
    data: HaltData


class SessionEndedData(Struct, frozen=True, kw_only=True):
    session_id: int
    ended_at: str
    instructor_message: str
    review_mode_enabled: bool


class SessionEndedFrame(Frame, frozen=True, kw_only=True, tag="session_ended"):
    data: SessionEndedData


def _started(event: SessionStarted) -> SessionStartedFrame:
    return SessionStartedFrame(
        data=SessionStartedData(
            session_id=event.room.id,
            started_at=iso(event.started_at),
            current_subtask=class_step(event.step),
            instructor_message=event.instructor_message or "",
        )
    )


def _step(event: StepChanged) -> StepChangedFrame | None:
    if event.initial:  # session_started has told it
        return None
    return StepChangedFrame(
        data=StepChangedData(
            previous_subtask_id=event.previous_subtask_id,
            current_subtask=class_step(event.step),
            instructor_message=event.instructor_message or "",
            timestamp=iso(event.at),
        )
    )


def _reworded(event: StepReworded) -> StepChangedFrame:
    """S1 has no other frame that says so."""
    return StepChangedFrame(
        data=StepChangedData(
            previous_subtask_id=event.step.id,
            current_subtask=class_step(event.step),
            instructor_message=event.instructor_message or "",
            timestamp=iso(event.at),
        )
    )


def _halt(event: SessionPaused | SessionResumed | Announcement) -> HaltData:
    return HaltData(
        session_id=event.room.id, instructor_message=event.instructor_message or "", timestamp=iso(event.at)
    )


def _paused(event: SessionPaused) -> SessionPausedFrame:
    return SessionPausedFrame(data=_halt(event))


def _resumed(event: SessionResumed) -> SessionResumedFrame:
    return SessionResumedFrame(data=_halt(event))


def _ended(event: SessionEnded) -> SessionEndedFrame:
    return SessionEndedFrame(
        data=SessionEndedData(
            session_id=event.room.id,
            ended_at=iso(event.ended_at),
            instructor_message=event.instructor_message or "",
            review_mode_enabled=True,
        )
    )


def _announced(event: Announcement) -> SessionPausedFrame | SessionResumedFrame | SessionEndedFrame | None:
    """S1 has no message of its own for it: the frame of the state that the session is in, with the new words.

    Before the start there is no such frame; the words come with ``session_state``.
    """
    if event.status == "PAUSED":
        return SessionPausedFrame(data=_halt(event))
    if event.status == "IN_PROGRESS":
        return SessionResumedFrame(data=_halt(event))
    if event.ended_at is None:
        return None
    return SessionEndedFrame(
        data=SessionEndedData(
            session_id=event.room.id,
            ended_at=iso(event.ended_at),
            instructor_message=event.instructor_message or "",
            review_mode_enabled=True,
        )
    )


_SHOWN: dict[type[Event], Encoder] = {
    SessionStarted: _started,
    StepChanged: _step,
    StepReworded: _reworded,
    SessionPaused: _paused,
    SessionResumed: _resumed,
    SessionEnded: _ended,
    Announcement: _announced,
}
DIALECT = Dialect(
    "class_student",
    encoders=_SHOWN,
    ignored={
        *(IN_CLASS - _SHOWN.keys()),
        *IN_CHAT,
        *NEVER_SHOWN,
    },
)
