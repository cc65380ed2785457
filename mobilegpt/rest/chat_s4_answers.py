"""Rows of chat as S4's answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from mobilegpt.chat import selectors
from mobilegpt.chat.links import url_for
from mobilegpt.chat.models import Member, Message, Posting
from mobilegpt.chat.people import as_sent, author_of
from mobilegpt.chat.selectors import RoomView
from mobilegpt.core.clock import iso
from mobilegpt.realtime.event import Envelope
from mobilegpt.rest import chat_s4_shapes as shapes
from mobilegpt.shapes.chat import ENCODERS, MemberData, MessageData, chat_user, message_data


def room(view: RoomView, reader_id: int, base: str) -> shapes.RoomData:
    row = view.room
    return shapes.RoomData(
        id=row.pk,
        name=row.name,
        owner_id=row.owner_id,
        post=row.post,
        is_open=row.is_open,
        session_id=row.session_id,
        teacher_only=row.posting != Posting.EVERYONE,
        read_only=row.posting == Posting.NOBODY,
        role=view.member.role,
        member_count=view.members,
        unread_count=selectors.unread(view.member),
        last_message=message(view.last_message, reader_id, base, is_read=view.is_read) if view.last_message else None,
        last_activity_at=iso(row.last_activity_at),
        created_at=iso(row.created_at),
    )


def rooms(views: Iterable[RoomView], reader_id: int, base: str) -> list[shapes.RoomData]:
    return [room(view, reader_id, base) for view in views]


def message(row: Message, reader_id: int, base: str, *, is_read: bool) -> MessageData:
    """A stored message; a file of ours gets an address that holds for this reader."""
    return message_data(as_sent(row, url_for(row, base, reader_id)), is_read=is_read)


def sent(row: Message) -> shapes.MessageAnswer:
    """R57: as the room was told."""
    return shapes.MessageAnswer(message="Message sent successfully", data=message_data(as_sent(row, row.file_url)))


def member(row: Member) -> MemberData:
    """``row.room`` and ``row.user`` are loaded."""
    return MemberData(**_member_fields(row))


def present_member(row: Member) -> shapes.PresentMember:
    return shapes.PresentMember(**_member_fields(row), status="online" if row.is_online else "offline")


def _member_fields(row: Member) -> dict[str, Any]:
    joined_at = iso(row.joined_at)
    return {
        "id": row.pk,
        "chat_room_id": row.room_id,
        "user_id": row.user_id,
        "role": row.role,
        "joined_at": joined_at,
        "last_read_at": iso(row.last_read_at),
        "unread_count": selectors.unread(row),
        "created_at": joined_at,
        "user": chat_user(author_of(row.user)),
    }


def events(missed: Iterable[Envelope]) -> list[dict[str, Any]]:
    """Frames as a socket of ``rt.v1`` would have shown them, one for every number: a gap would be seen."""
    return [_event(envelope) for envelope in missed]


def _event(envelope: Envelope) -> dict[str, Any]:
    encoder = ENCODERS.get(type(envelope.event))
    frame: dict[str, Any] = msgspec.to_builtins(encoder(envelope.event)) if encoder else {"type": "position"}
    place = {"stream": envelope.stream, "epoch": envelope.epoch, "seq": envelope.seq, "event_id": envelope.event_id}
    return {**frame, **place}
