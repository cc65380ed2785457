"""W2 ``/ws/dashboard/lectures/{id}/``: one lecture's students as they learn, in S0's flat keys; rates in percent."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.classroom.events import ParticipantJoined, ParticipantLeft
from mobilegpt.dashboard.commands import RequestStatistics, RequestStudentList
from mobilegpt.events.event import Event
from mobilegpt.helpdesk.events import HelpAnswered, HelpClosed, HelpRequested
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.realtime.dialect import Decoder, Dialect, Frame
from mobilegpt.sockets.dialects.elsewhere import IN_CHAT, IN_CLASS, NEVER_SHOWN
from mobilegpt.sockets.dialects.student_progress import percent
from mobilegpt.wire.choices import ProgressStatusChoice, RequestTypeChoice


class DashboardLecture(Struct, frozen=True, kw_only=True):
    id: int
    title: str
    description: str


class DashboardStudent(Struct, frozen=True, kw_only=True):
    """``pending_help`` counts open requests that they made themselves; a guest has no e-mail."""

    user_id: int
    user_name: str
    email: str | None
    progress_rate: float
    completed_subtasks: int
    total_subtasks: int
    pending_help: int
    enrolled_at: str


class InitialData(Struct, frozen=True, kw_only=True):
    lecture: DashboardLecture
    students: list[DashboardStudent]
    total_students: int
    total_subtasks: int
    pending_help_requests: int


class InitialDataFrame(Frame, frozen=True, kw_only=True, tag="initial_data"):
    """On connect."""

    data: InitialData


class StudentList(Frame, frozen=True, kw_only=True, tag="student_list"):
    """The answer to ``request_student_list``."""

    students: list[DashboardStudent]


class DifficultSubtask(Struct, frozen=True, kw_only=True):
    """S0's own keys (contract 7.5)."""

    subtask__id: int
    subtask__title: str
    help_count: int


class StatisticsData(Struct, frozen=True, kw_only=True):
    difficult_subtasks: list[DifficultSubtask]
    average_completion_rate: float
    total_enrollments: int
    total_subtasks: int


class StatisticsUpdate(Frame, frozen=True, kw_only=True, tag="statistics_update"):
    """After progress, at most once a second; and the answer to ``request_statistics``."""

    statistics: StatisticsData


class ProgressUpdate(Frame, frozen=True, kw_only=True, tag="progress_update"):
    user_id: int
    user_name: str
    subtask_id: int
    status: ProgressStatusChoice
    progress_rate: float


class HelpRequestFrame(Frame, frozen=True, kw_only=True, tag="help_request"):
    request_id: int
    user_id: int
    user_name: str
    subtask_id: int
    message: str
    request_type: RequestTypeChoice


class ParticipantStatusFrame(Frame, frozen=True, kw_only=True, tag="participant_status"):
    """``status`` is ``joined`` or ``left``."""

    user_id: int
    user_name: str
    status: str
    session_code: str


class DashboardHelpAnswered(Frame, frozen=True, kw_only=True, tag="help_answered"):
    """An answer was delivered; the request stays open."""

    request_id: int
    user_id: int
    subtask_id: int


class DashboardHelpClosed(Frame, frozen=True, kw_only=True, tag="help_closed"):
    """The student's ``pending_help`` is one less, where they had asked themselves."""

    request_id: int
    user_id: int
    subtask_id: int
    request_type: RequestTypeChoice


def _progress(event: ProgressChanged) -> ProgressUpdate:
    return ProgressUpdate(
        user_id=event.user.id,
        user_name=event.user.name,
        subtask_id=event.subtask_id,
        status=event.new_status,
        progress_rate=percent(event.rate),
    )


def _help(event: HelpRequested) -> HelpRequestFrame:
    return HelpRequestFrame(
        request_id=event.case.id,
        user_id=event.case.user.id,
        user_name=event.case.user.name,
        subtask_id=event.case.subtask_id,
        message=event.message or "",
        request_type=event.request_type,
    )


def _joined(event: ParticipantJoined) -> ParticipantStatusFrame:
    return _participant(event, "joined")


def _left(event: ParticipantLeft) -> ParticipantStatusFrame:
    return _participant(event, "left")


def _participant(event: ParticipantJoined | ParticipantLeft, status: str) -> ParticipantStatusFrame:
    return ParticipantStatusFrame(
        user_id=event.user.id, user_name=event.user.name, status=status, session_code=event.room.code
    )


def _answered(event: HelpAnswered) -> DashboardHelpAnswered | None:
    """Word that the teacher was asked is no answer."""
    case = event.case
    if event.source == "DEFERRED":
        return None
    return DashboardHelpAnswered(request_id=case.id, user_id=case.user.id, subtask_id=case.subtask_id)


def _closed(event: HelpClosed) -> DashboardHelpClosed:
    case = event.case
    return DashboardHelpClosed(
        request_id=case.id, user_id=case.user.id, subtask_id=case.subtask_id, request_type=event.request_type
    )


_SHOWN: set[type[Event]] = {
    ProgressChanged,
    HelpRequested,
    HelpAnswered,
    HelpClosed,
    ParticipantJoined,
    ParticipantLeft,
}

DIALECT = Dialect(
    "lecture_dashboard",
    encoders={
        ProgressChanged: _progress,
        HelpRequested: _help,
        ParticipantJoined: _joined,
        ParticipantLeft: _left,
    },
    rt_encoders={HelpAnswered: _answered, HelpClosed: _closed},
    ignored={*(IN_CLASS - _SHOWN), *IN_CHAT, *NEVER_SHOWN},
    decoders={
        "request_statistics": Decoder(RequestStatistics),
        "request_student_list": Decoder(RequestStudentList),
    },
)
