"""What can be asked of a live session; the same struct enters from REST and from a socket (contract 6.2).

``message`` is the instructor's own text and becomes the session's ``instructor_message`` (contract 6.3).
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import UNSET, Meta, UnsetType

from mobilegpt.core.event_times import Time
from mobilegpt.core.fields import Id, MessageText
from mobilegpt.events.command import Command


class OpenSession(Command, frozen=True, kw_only=True):
    """R11. Without a title the session is named after its lecture. ``scheduled_at`` without a zone is Korean time."""

    title: Annotated[str, Meta(extra_json_schema={"maxLength": 200})] | None = None
    scheduled_at: Time | None = None


class ChangeSettings(Command, frozen=True, kw_only=True):
    """What a class is set to (contract 11.4). What is not sent stays.

    ``scheduled_at`` may be null, and ``gate_percent``: how many in a hundred should be done before the class moves on.
    ``completion``: what becomes of a step that a phone's taps show to be done (contract 11.15). ``screens``: whether
    learners who agree may show their phone's screen (contract 12).
    """

    title: Annotated[str, Meta(extra_json_schema={"maxLength": 200})] | UnsetType = UNSET
    scheduled_at: Time | UnsetType | None = UNSET
    locked: bool | UnsetType = UNSET
    auto_help: bool | UnsetType = UNSET
    distinct_names: bool | UnsetType = UNSET
    gate_percent: Annotated[int, Meta(ge=0, le=100)] | UnsetType | None = UNSET
    completion: Literal["by_hand", "suggested", "by_itself"] | UnsetType = UNSET
    screens: bool | UnsetType = UNSET


class ChangeSeat(Command, frozen=True, kw_only=True):
    """A seat gets another name, or is given back to who was removed (contract 11.4)."""

    name: Annotated[str, Meta(extra_json_schema={"maxLength": 50})] | UnsetType = UNSET
    removed: Literal[False] | UnsetType = UNSET


class MergeSeat(Command, frozen=True, kw_only=True):
    """The seat's guest is the one of another seat: everything of theirs goes there."""

    into: Id


class JoinSession(Command, frozen=True, kw_only=True):
    """R13 and W1 ``join``; idempotent by itself. ``name`` and ``device_id`` are a guest's (contract 3.9)."""

    keyed: ClassVar[bool] = False

    user_id: int | None = None
    session_code: str | None = None
    name: str | None = None
    device_id: str | None = None


class StartSession(Command, frozen=True, kw_only=True):
    """R15. Without an id the lecture's first step."""

    first_subtask_id: Id | None = None
    message: MessageText | None = None


class AdvanceStep(Command, frozen=True, kw_only=True):
    """R16 and W1 ``next_step``. Without an id the next step in lecture order."""

    subtask_id: Id | None = None
    message: MessageText | None = None


class CompleteStep(Command, frozen=True, kw_only=True):
    """W1 ``step_complete`` (contract 12). ``device_id`` says whose it is where the socket has not joined."""

    subtask_id: Id
    device_id: str | None = None


class PauseSession(Command, frozen=True, kw_only=True):
    """R17 and W1 ``pause_session``."""

    message: MessageText | None = None


class ResumeSession(Command, frozen=True, kw_only=True):
    """R18 and W1 ``resume_session``."""

    message: MessageText | None = None


class BeginBreak(Command, frozen=True, kw_only=True):
    """A pause with an end, ``minutes`` from now (contract 11.13)."""

    minutes: Annotated[int, Meta(ge=1, le=60)]
    message: MessageText | None = None


class EndSession(Command, frozen=True, kw_only=True):
    """R19 and W1 ``end_session``."""

    message: MessageText | None = None


class Announce(Command, frozen=True, kw_only=True):
    """A word to everybody, in any state but ENDED."""

    message: MessageText


class SwitchLecture(Command, frozen=True, kw_only=True):
    """Contract 12. The lecture on which a class that waits is to be held."""

    lecture_id: Id


class ReportPage(Command, frozen=True, kw_only=True):
    """W1 ``page_state``, of pages (contract 11.1): whether theirs is to be seen, and which step stands on it."""

    visible: bool
    subtask_id: Id | None = None


class LeaveSession(Command, frozen=True, kw_only=True):
    """W1 ``leave``: a goodbye. The seat stays, and whoever comes again is there again."""
