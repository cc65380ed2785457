"""What can be asked of chat; the same struct enters from both REST APIs and from a socket."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from mobilegpt.core.fields import Id
from mobilegpt.events.command import Command

Reference = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class OpenRoom(Command, frozen=True, kw_only=True):
    """A new room; the caller owns it. ``post`` is the client's own reference (contract 9.1).

    ``room_type`` is group or direct, in any case.
    """

    name: str
    description: str = ""
    room_type: str = "group"
    post: Reference | None = None
    is_open: bool = False
    member_ids: Annotated[list[Id], Meta(max_length=300)] = []


class ChangeRoom(Command, frozen=True, kw_only=True):
    """What is absent stays. ``teacher_only``: the room's admins write, everybody else reads."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    teacher_only: bool | UnsetType = UNSET


class SendMessage(Command, frozen=True, kw_only=True):
    """A message: text, or a file, or both. ``message_type`` is text, image or file."""

    message: str | None = None
    message_type: str = "text"
    file_url: str | None = None
    parent_chat: Id | None = None
