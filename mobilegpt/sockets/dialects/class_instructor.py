"""W5 ``/ws/session/{id}/instructor/``: who is there and how they fare, strictly ``{type, data}`` (contract 7.1)."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from mobilegpt.classroom.events import (
    ControlChanged,
    ParticipantJoined,
    ParticipantLeft,
    SessionEnded,
    SessionPaused,
    SessionProgress,
    SessionResumed,
    SessionStarted,
    StepChanged,
)
from mobilegpt.core.clock import iso
from mobilegpt.events.event import Event
from mobilegpt.helpdesk.events import HelpRequested
from mobilegpt.realtime.dialect import Dialect, Encoder, Frame
from mobilegpt.screenshots.events import ScreenshotUpdated
from mobilegpt.sockets.dialects.elsewhere import IN_CHAT, IN_CLASS, NEVER_SHOWN
from mobilegpt.sockets.dialects.for_apps import screenshot_body
from mobilegpt.sockets.dialects.help_desk import CHANGES_OF_A_REQUEST
from mobilegpt.wire.choices import ProgressStatusChoice, SeatStatusChoice
from mobilegpt.wire.people import Named
from mobilegpt.wire.screenshots import ScreenshotBody
from mobilegpt.wire.step import Titled


class ParticipantData(Struct, frozen=True, kw_only=True):
    user_id: int
    name: str
    email: str | None
    status: SeatStatusChoice
    joined_at: str


class ParticipantListData(Struct, frozen=True, kw_only=True):
    session_id: int
    participants: list[ParticipantData]
    total_count: int


class ParticipantList(Frame, frozen=True, kw_only=True, tag="participant_list"):
    """On connect: everybody who has a seat."""

    data: ParticipantListData


class StudentJoinedData(Struct, frozen=True, kw_only=True):
    user_id: int
    name: str
    email: str | None
    joined_at: str
    total_participants: int


class StudentJoined(Frame, frozen=True, kw_only=True, tag="student_joined"):
    data: StudentJoinedData


class StudentProgressData(Struct, frozen=True, kw_only=True):
    user_id: int
    name: str
    subtask_id: int
    subtask_title: str
    status: ProgressStatusChoice
    completed_at: str | None


class StudentProgress(Frame, frozen=True, kw_only=True, tag="student_progress"):
    data: StudentProgressData


class StudentHelpRequestData(Struct, frozen=True, kw_only=True):
    help_request_id: int
    user: Named
    subtask: Titled
    stuck_duration_seconds: int | None
    timestamp: str


class StudentHelpRequest(Frame, frozen=True, kw_only=True, tag="student_help_request"):
    data: StudentHelpRequestData


class StudentDisconnectedData(Struct, frozen=True, kw_only=True):
    user_id: int
    name: str
    last_active_at: str
    active_participants: int


class StudentDisconnected(Frame, frozen=True, kw_only=True, tag="student_disconnected"):
    data: StudentDisconnectedData


class ClassChangedData(Struct, frozen=True, kw_only=True):
    session_id: int


class ClassChanged(Frame, frozen=True, kw_only=True, tag="class_changed"):
    """The class stands elsewhere, or has another state: time to ask where."""

    data: ClassChangedData


class ControlChangedData(Struct, frozen=True, kw_only=True):
    """``is_here``: whoever is in control has a socket of the class open."""

    controller: Named
    is_here: bool


class ControlChangedFrame(Frame, frozen=True, kw_only=True, tag="control_changed"):
    """Who of several instructors is in control."""

    data: ControlChangedData


class ScreenshotUpdatedFrame(Frame, frozen=True, kw_only=True, tag="screenshot_updated"):
    """Somebody's newest screen (contract 12)."""

    data: ScreenshotBody


def _joined(event: ParticipantJoined) -> StudentJoined:
    return StudentJoined(
        data=StudentJoinedData(
            user_id=event.user.id,
            name=event.user.name,
            email=event.user.email,
            joined_at=iso(event.joined_at),
            total_participants=event.total_participants,
        )
    )


def _joined_without_email(event: ParticipantJoined) -> StudentJoined:
    return _joined(replace(event, user=replace(event.user, email=None)))


def _left(event: ParticipantLeft) -> StudentDisconnected:
    return StudentDisconnected(
        data=StudentDisconnectedData(
            user_id=event.user.id,
            name=event.user.name,
            last_active_at=iso(event.last_active_at),
            active_participants=event.active_participants,
        )
    )


def _progress(event: SessionProgress) -> StudentProgress:
    return StudentProgress(
        data=StudentProgressData(
            user_id=event.user.id,
            name=event.user.name,
            subtask_id=event.subtask_id,
            subtask_title=event.subtask_title,
            status=event.new_status,
            completed_at=iso(event.completed_at),
        )
    )


def _class_changed(
    event: SessionStarted | StepChanged | SessionPaused | SessionResumed | SessionEnded,
) -> ClassChanged:
    return ClassChanged(data=ClassChangedData(session_id=event.room.id))


def _control_changed(event: ControlChanged) -> ControlChangedFrame:
    return ControlChangedFrame(data=ControlChangedData(controller=Named.of(event.controller), is_here=event.is_here))


def _help(event: HelpRequested) -> StudentHelpRequest:
    case = event.case
    return StudentHelpRequest(
        data=StudentHelpRequestData(
            help_request_id=case.id,
            user=Named.of(case.user),
            subtask=Titled(id=case.subtask_id, title=case.subtask_title),
            stuck_duration_seconds=event.stuck_seconds,
            timestamp=iso(event.at),
        )
    )


def _screenshot(event: ScreenshotUpdated) -> ScreenshotUpdatedFrame:
    return ScreenshotUpdatedFrame(data=screenshot_body(event))


_SHOWN: dict[type[Event], Encoder] = {
    ParticipantJoined: _joined,
    ParticipantLeft: _left,
    SessionProgress: _progress,
    HelpRequested: _help,
    ScreenshotUpdated: _screenshot,
}
_RT: dict[type[Event], Encoder] = {
    **CHANGES_OF_A_REQUEST,
    SessionStarted: _class_changed,
    StepChanged: _class_changed,
    SessionPaused: _class_changed,
    SessionResumed: _class_changed,
    SessionEnded: _class_changed,
    ControlChanged: _control_changed,
}
_IGNORED: set[type[Event]] = {*(IN_CLASS - {*_SHOWN, *_RT}), *IN_CHAT, *NEVER_SHOWN}
DIALECT = Dialect("class_instructor", encoders=_SHOWN, rt_encoders=_RT, ignored=_IGNORED)
# Supporters are told nobody's e-mail (contract 11.8).
SUPPORTER = Dialect(
    "class_supporter",
    encoders={**_SHOWN, ParticipantJoined: _joined_without_email},
    rt_encoders=_RT,
    ignored=_IGNORED,
)
