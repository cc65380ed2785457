"""W6 ``/ws/dashboard/lecture/{id}/``: what happens in one lecture, strictly ``{type, data}`` (contract 7.1)."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.classroom.events import ParticipantJoined, ParticipantLeft
from mobilegpt.core.clock import iso
from mobilegpt.helpdesk.events import HelpRequested
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.realtime.dialect import Dialect, Frame
from mobilegpt.sockets.dialects.elsewhere import IN_CHAT, IN_CLASS, NEVER_SHOWN
from mobilegpt.wire.choices import ProgressStatusChoice, RequestTypeChoice
from mobilegpt.wire.people import Named
from mobilegpt.wire.step import Titled


class ProgressActivity(Struct, frozen=True, kw_only=True):
    user_id: int
    user_name: str
    subtask_id: int
    subtask_title: str
    old_status: ProgressStatusChoice
    new_status: ProgressStatusChoice
    timestamp: str


class ProgressActivityFrame(Frame, frozen=True, kw_only=True, tag="progress_update"):
    data: ProgressActivity


class ActivityUser(Named, frozen=True, kw_only=True):
    pass


class ActivitySubtask(Titled, frozen=True, kw_only=True):
    pass


class HelpActivity(Struct, frozen=True, kw_only=True):
    """``stuck_duration_seconds`` is null when the phone did not say."""

    help_request_id: int
    user: ActivityUser
    subtask: ActivitySubtask
    request_type: RequestTypeChoice
    stuck_duration_seconds: int | None
    timestamp: str


class HelpActivityFrame(Frame, frozen=True, kw_only=True, tag="help_request"):
    data: HelpActivity


class StudentActivity(Struct, frozen=True, kw_only=True):
    """``activity`` is STARTED_LEARNING or STOPPED_LEARNING."""

    user_id: int
    user_name: str
    activity: str
    timestamp: str


class StudentActivityFrame(Frame, frozen=True, kw_only=True, tag="student_activity"):
    data: StudentActivity


def _progress(event: ProgressChanged) -> ProgressActivityFrame:
    return ProgressActivityFrame(
        data=ProgressActivity(
            user_id=event.user.id,
            user_name=event.user.name,
            subtask_id=event.subtask_id,
            subtask_title=event.subtask_title,
            old_status=event.old_status,
            new_status=event.new_status,
            timestamp=iso(event.at),
        )
    )


def _help(event: HelpRequested) -> HelpActivityFrame:
    case = event.case
    return HelpActivityFrame(
        data=HelpActivity(
            help_request_id=case.id,
            user=ActivityUser.of(case.user),
            subtask=ActivitySubtask(id=case.subtask_id, title=case.subtask_title),
            request_type=event.request_type,
            stuck_duration_seconds=event.stuck_seconds,
            timestamp=iso(event.at),
        )
    )


def _joined(event: ParticipantJoined) -> StudentActivityFrame:
    return _activity(event, "STARTED_LEARNING")


def _left(event: ParticipantLeft) -> StudentActivityFrame:
    return _activity(event, "STOPPED_LEARNING")


def _activity(event: ParticipantJoined | ParticipantLeft, activity: str) -> StudentActivityFrame:
    return StudentActivityFrame(
        data=StudentActivity(
            user_id=event.user.id, user_name=event.user.name, activity=activity, timestamp=iso(event.at)
        )
    )


DIALECT = Dialect(
    "lecture_activity",
    encoders={
        ProgressChanged: _progress,
        HelpRequested: _help,
        ParticipantJoined: _joined,
        ParticipantLeft: _left,
    },
    ignored={
        *(IN_CLASS - {ProgressChanged, HelpRequested, ParticipantJoined, ParticipantLeft}),
        *IN_CHAT,
        *NEVER_SHOWN,
    },
)
