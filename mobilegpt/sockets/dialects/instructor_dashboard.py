"""W9 ``/ws/dashboard/``: all of an instructor's lectures; S0's flat keys, where it happened, and a ``data`` copy.

``session_id`` and ``session_code`` are null for who learns outside of a class.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mobilegpt.classroom.events import (
    SessionEnded,
    SessionPaused,
    SessionProgress,
    SessionRef,
    SessionResumed,
    SessionStarted,
)
from mobilegpt.core.clock import iso
from mobilegpt.events.event import Event
from mobilegpt.helpdesk.events import (
    HelpAnswered,
    HelpCase,
    HelpClaimed,
    HelpClosed,
    HelpGrouped,
    HelpRequested,
    HelpSuggested,
    SuggestionDecided,
)
from mobilegpt.notifications.events import NotificationCreated
from mobilegpt.realtime.dialect import Dialect, Frame
from mobilegpt.sockets.dialects import class_room
from mobilegpt.sockets.dialects.elsewhere import IN_CHAT, IN_CLASS, NEVER_SHOWN
from mobilegpt.sockets.dialects.student_progress import percent
from mobilegpt.wire.choices import (
    DecisionChoice,
    ProgressStatusChoice,
    RequestTypeChoice,
    SessionStatusChoice,
    WithheldChoice,
)
from mobilegpt.wire.notification import NotificationShown, NotificationUser, said
from mobilegpt.wire.people import Named


class Somewhere(Frame, frozen=True, kw_only=True):
    """Where something happened."""

    lecture_id: int
    session_id: int | None
    session_code: str | None


class AnyProgressUpdate(Somewhere, frozen=True, kw_only=True, tag="progress_update"):
    user_id: int
    user_name: str
    subtask_id: int
    status: ProgressStatusChoice
    progress_rate: float


class AnyHelpRequest(Somewhere, frozen=True, kw_only=True, tag="help_request"):
    request_id: int
    user_id: int
    user_name: str
    subtask_id: int
    message: str
    request_type: RequestTypeChoice


class AnySessionStatus(Somewhere, frozen=True, kw_only=True, tag="session_status_changed"):
    """``message`` is system text (contract 6.3)."""

    status: SessionStatusChoice
    message: str


class AnyHelpAnswered(Somewhere, frozen=True, kw_only=True, tag="help_answered"):
    """An answer was delivered; the request stays open."""

    request_id: int
    user_id: int
    subtask_id: int


class AnyHelpClaimed(Somewhere, frozen=True, kw_only=True, tag="help_claimed"):
    """Somebody goes to help; ``claimed_by`` is null when they gave the request back."""

    request_id: int
    user_id: int
    subtask_id: int
    claimed_by: Named | None


class AnyHelpClosed(Somewhere, frozen=True, kw_only=True, tag="help_closed"):
    """The request has left the queue."""

    request_id: int
    user_id: int
    subtask_id: int


class AnyHelpSuggested(Somewhere, frozen=True, kw_only=True, tag="help_suggested"):
    """An answer was not given: whoever helps there may send it (contract 11.17)."""

    request_id: int
    user_id: int
    subtask_id: int
    withheld: WithheldChoice


class AnySuggestionDecided(Somewhere, frozen=True, kw_only=True, tag="help_suggestion_decided"):
    """Somebody has sent it, or sends none."""

    request_id: int
    user_id: int
    subtask_id: int
    decision: DecisionChoice
    decided_by: Named


class AnyHelpGrouped(Somewhere, frozen=True, kw_only=True, tag="help_grouped"):
    """So many wait on one step: one card (contract 11.18). Again as it grows."""

    subtask_id: int
    count: int


class NotificationFrame(Frame, frozen=True, kw_only=True, tag="notification"):
    """The caller has a new notification; the list (R39) keeps it."""

    notification: NotificationShown


def _progress(event: SessionProgress) -> AnyProgressUpdate:
    return AnyProgressUpdate(
        lecture_id=event.lecture_id,
        session_id=event.room.id if event.room else None,
        session_code=event.room.code if event.room else None,
        user_id=event.user.id,
        user_name=event.user.name,
        subtask_id=event.subtask_id,
        status=event.new_status,
        progress_rate=percent(event.rate),
    )


def _help(event: HelpRequested) -> AnyHelpRequest:
    case = event.case
    return AnyHelpRequest(
        lecture_id=case.lecture_id,
        session_id=case.session_id,
        session_code=case.session_code,
        request_id=case.id,
        user_id=case.user.id,
        user_name=case.user.name,
        subtask_id=case.subtask_id,
        message=event.message or "",
        request_type=event.request_type,
    )


def _status(event: SessionStarted | SessionPaused | SessionResumed | SessionEnded) -> AnySessionStatus:
    """In the words of W1."""
    shown: class_room.SessionStatusChanged = class_room.DIALECT.encoders[type(event)](event)
    where: SessionRef = event.room
    return AnySessionStatus(
        lecture_id=where.lecture_id,
        session_id=where.id,
        session_code=where.code,
        status=shown.status,
        message=shown.message,
    )


def _answered(event: HelpAnswered) -> AnyHelpAnswered | None:
    """Word that the teacher was asked is no answer."""
    return None if event.source == "DEFERRED" else AnyHelpAnswered(**_of(event.case))


def _claimed(event: HelpClaimed) -> AnyHelpClaimed:
    return AnyHelpClaimed(**_of(event.case), claimed_by=Named.of(event.claimed_by) if event.claimed_by else None)


def _closed(event: HelpClosed) -> AnyHelpClosed:
    return AnyHelpClosed(**_of(event.case))


def _suggested(event: HelpSuggested) -> AnyHelpSuggested:
    return AnyHelpSuggested(**_of(event.case), withheld=event.withheld)


def _decided(event: SuggestionDecided) -> AnySuggestionDecided:
    return AnySuggestionDecided(**_of(event.case), decision=event.decision, decided_by=Named.of(event.decided_by))


def _grouped(event: HelpGrouped) -> AnyHelpGrouped:
    case = event.case
    return AnyHelpGrouped(
        lecture_id=case.lecture_id,
        session_id=case.session_id,
        session_code=case.session_code,
        subtask_id=case.subtask_id,
        count=len(event.help_request_ids),
    )


def _of(case: HelpCase) -> dict[str, Any]:
    return {
        "lecture_id": case.lecture_id,
        "session_id": case.session_id,
        "session_code": case.session_code,
        "request_id": case.id,
        "user_id": case.user.id,
        "subtask_id": case.subtask_id,
    }


def _notification(event: NotificationCreated) -> NotificationFrame:
    about = event.related_user
    title, message = said(event.title, event.message or "", msgspec.to_builtins(event.english))
    return NotificationFrame(
        notification=NotificationShown(
            id=event.notification_id,
            type=event.notification_type,
            title=title,
            message=message,
            related_user=NotificationUser.of(about) if about else None,
            data=event.data,
            is_read=False,
            read_at=None,
            created_at=iso(event.at),
        )
    )


_SHOWN: set[type[Event]] = {
    HelpAnswered,
    HelpClaimed,
    HelpClosed,
    HelpGrouped,
    HelpRequested,
    HelpSuggested,
    NotificationCreated,
    SessionEnded,
    SessionPaused,
    SessionProgress,
    SessionResumed,
    SessionStarted,
    SuggestionDecided,
}

DIALECT = Dialect(
    "instructor_dashboard",
    encoders={
        SessionProgress: _progress,
        HelpRequested: _help,
        SessionStarted: _status,
        SessionPaused: _status,
        SessionResumed: _status,
        SessionEnded: _status,
    },
    rt_encoders={
        HelpAnswered: _answered,
        HelpClaimed: _claimed,
        HelpClosed: _closed,
        HelpGrouped: _grouped,
        HelpSuggested: _suggested,
        NotificationCreated: _notification,
        SuggestionDecided: _decided,
    },
    ignored={*(IN_CLASS - _SHOWN), *IN_CHAT, *NEVER_SHOWN},
    data_copy=True,
)
