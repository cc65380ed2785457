"""S4's messages, members and frames: its socket shows them, and REST to those without one (contract 9.4, 10.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from mobilegpt.chat.events import (
    Author,
    MemberCame,
    MemberJoined,
    MemberLeft,
    MemberWent,
    MessageSent,
    MessagesRead,
)
from mobilegpt.chat.lines import shown_text
from mobilegpt.chat.masking import masked_email
from mobilegpt.core.clock import iso
from mobilegpt.events.event import Event
from mobilegpt.realtime.dialect import Frame
from mobilegpt.wire.choices import MemberRoleChoice, MessageTypeChoice, PresenceChoice

F = TypeVar("F", bound=Frame)


class ChatUser(Struct, frozen=True, kw_only=True):
    """``email`` is null for a guest."""

    id: int
    email: str | None
    name: str


class MessageData(Struct, frozen=True, kw_only=True):
    """A message, in frames and in REST. ``user_id`` and ``user`` are null when the account is gone."""

    id: int
    chat_room_id: int
    user_id: int | None
    message: str
    message_type: MessageTypeChoice
    file_url: str | None
    is_read: bool
    created_at: str
    updated_at: str
    user: ChatUser | None


class MemberData(Struct, frozen=True, kw_only=True):
    """A member, in frames and in REST."""

    id: int
    chat_room_id: int
    user_id: int
    role: MemberRoleChoice
    joined_at: str
    last_read_at: str | None
    unread_count: int
    created_at: str
    user: ChatUser


class ReadData(Struct, frozen=True, kw_only=True):
    user_id: int
    last_read_at: str


class GoneData(Struct, frozen=True, kw_only=True):
    user_id: int


class StatusData(Struct, frozen=True, kw_only=True):
    user_id: int
    status: PresenceChoice


class MessageFrame(Frame, frozen=True, kw_only=True, tag="message"):
    """A new message; the sender is told too."""

    room_id: int
    user_id: int | None
    data: MessageData


class ReadFrame(Frame, frozen=True, kw_only=True, tag="read"):
    """A member has read everything that came before."""

    room_id: int
    user_id: int
    data: ReadData


class MemberJoinFrame(Frame, frozen=True, kw_only=True, tag="member_join"):
    """A new member."""

    room_id: int
    user_id: int
    data: MemberData


class MemberLeaveFrame(Frame, frozen=True, kw_only=True, tag="member_leave"):
    """A member less; the removed one hears it too, then their socket closes with 4403."""

    room_id: int
    user_id: int
    data: GoneData


class MemberOnlineFrame(Frame, frozen=True, kw_only=True, tag="member_online"):
    """A member's first socket opened; once per user, also told to themselves."""

    room_id: int
    user_id: int
    data: StatusData


class MemberOfflineFrame(Frame, frozen=True, kw_only=True, tag="member_offline"):
    """A member's last socket has been gone for longer than the grace."""

    room_id: int
    user_id: int
    data: StatusData


def chat_user(author: Author) -> ChatUser:
    """Somebody as S4 names them."""
    return ChatUser(id=author.id, email=author.email, name=author.name)


def message_data(event: MessageSent, *, is_read: bool = False) -> MessageData:
    """A message; at the moment of its sending nobody else has read it."""
    sent_at = iso(event.created_at)
    return MessageData(
        id=event.id,
        chat_room_id=event.room_id,
        user_id=event.author.id or None,
        message=shown_text(event.kind, event.text),
        message_type=event.kind,
        file_url=event.file_url,
        is_read=is_read,
        created_at=sent_at,
        updated_at=sent_at,
        user=chat_user(event.author) if event.author.id else None,
    )


def joined_member(event: MemberJoined) -> MemberData:
    """A member at the moment of joining: nothing is unread."""
    joined_at = iso(event.joined_at)
    return MemberData(
        id=event.id,
        chat_room_id=event.room_id,
        user_id=event.user.id,
        role=event.role,
        joined_at=joined_at,
        last_read_at=None,
        unread_count=0,
        created_at=joined_at,
        user=chat_user(event.user),
    )


def message_frame(event: MessageSent, *, is_read: bool = False) -> MessageFrame:
    return MessageFrame(
        room_id=event.room_id, user_id=event.author.id or None, data=message_data(event, is_read=is_read)
    )


def _read(event: MessagesRead) -> ReadFrame:
    data = ReadData(user_id=event.user_id, last_read_at=iso(event.last_read_at))
    return ReadFrame(room_id=event.room_id, user_id=event.user_id, data=data)


def _joined(event: MemberJoined) -> MemberJoinFrame:
    return MemberJoinFrame(room_id=event.room_id, user_id=event.user.id, data=joined_member(event))


def _left(event: MemberLeft) -> MemberLeaveFrame:
    return MemberLeaveFrame(room_id=event.room_id, user_id=event.user_id, data=GoneData(user_id=event.user_id))


def _came(event: MemberCame) -> MemberOnlineFrame:
    data = StatusData(user_id=event.user_id, status="online")
    return MemberOnlineFrame(room_id=event.room_id, user_id=event.user_id, data=data)


def _went(event: MemberWent) -> MemberOfflineFrame:
    data = StatusData(user_id=event.user_id, status="offline")
    return MemberOfflineFrame(room_id=event.room_id, user_id=event.user_id, data=data)


ENCODERS: dict[type[Event], Callable[[Any], Frame]] = {
    MessageSent: message_frame,
    MessagesRead: _read,
    MemberJoined: _joined,
    MemberLeft: _left,
    MemberCame: _came,
    MemberWent: _went,
}


def masking(encoder: Callable[[Any], F]) -> Callable[[Any], F]:
    """The same frame with the e-mail of whom it is about masked, also of events that were stored with it."""

    def encode(event: Any) -> F:
        return encoder(replace(event, **{part: _masked(getattr(event, part)) for part in _people_in(event)}))

    return encode


def _masked(author: Author) -> Author:
    return replace(author, email=masked_email(author.email))


def _people_in(event: Event) -> list[str]:
    return [field for field in event.__struct_fields__ if isinstance(getattr(event, field), Author)]


MASKED_ENCODERS: dict[type[Event], Callable[[Any], Frame]] = {
    event_type: masking(encoder) for event_type, encoder in ENCODERS.items()
}
"""For those who are shown nobody's e-mail."""
