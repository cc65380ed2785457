"""Rows of chat as S4's answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from mobilegpt.chat import selectors
from mobilegpt.chat.links import url_for
from mobilegpt.chat.models import Member, MemberRole, Message, Outsider, Posting
from mobilegpt.chat.people import as_sent, author_of, invited
from mobilegpt.chat.selectors import RoomView
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import iso
from mobilegpt.events.event import Envelope, Event
from mobilegpt.realtime.dialect import Frame
from mobilegpt.rest.roomchat import shapes
from mobilegpt.wire.chat import ENCODERS, MASKED_ENCODERS, MemberData, MessageData, chat_user, message_data


def room(view: RoomView, reader: Actor, base: str) -> shapes.RoomData:
    row = view.room
    people: list[Member | Outsider] = [*view.people, *view.coming]
    return shapes.RoomData(
        id=row.pk,
        name=row.name,
        description=row.description,
        room_type=row.room_type,
        owner_id=row.owner_id,
        created_by=row.owner_id,
        creator=chat_user(author_of(row.owner, reader)) if row.owner is not None else None,
        post=row.post,
        is_open=row.is_open,
        session_id=row.session_id,
        teacher_only=row.posting != Posting.EVERYONE,
        read_only=row.posting == Posting.NOBODY,
        role=view.member.role,
        member_count=view.members,
        members=[added(one, reader) for one in people[: selectors.PEOPLE_SHOWN]],
        unread_count=selectors.unread(view.member),
        last_message=message(view.last_message, reader, base, is_read=view.is_read) if view.last_message else None,
        last_message_at=iso(view.last_message.created_at) if view.last_message else None,
        last_activity_at=iso(row.last_activity_at),
        created_at=iso(row.created_at),
        updated_at=iso(row.last_activity_at),
    )


def rooms(views: Iterable[RoomView], reader: Actor, base: str) -> list[shapes.RoomData]:
    return [room(view, reader, base) for view in views]


def message(row: Message, reader: Actor, base: str, *, is_read: bool) -> MessageData:
    """A stored message; a file of ours gets an address that holds for this reader."""
    return message_data(as_sent(row, url_for(row, base, reader.user_id), reader), is_read=is_read)


def sent(row: Message) -> shapes.MessageAnswer:
    """R57: as the room was told."""
    return shapes.MessageAnswer(message="Message sent successfully", data=message_data(as_sent(row, row.file_url)))


def added(row: Member | Outsider, reader: Actor) -> MemberData:
    """R59: a new member, or whoever seems to be one. Of a member ``room`` and ``user`` are loaded."""
    return MemberData(**(_invited_fields(row) if isinstance(row, Outsider) else _member_fields(row, reader)))


def members(there: Iterable[Member], invited_people: Iterable[Outsider], reader: Actor) -> list[shapes.PresentMember]:
    """Everybody in a room, the invited without names (contract 9.6); in order of their joining."""
    rows = [
        *(shapes.PresentMember(**_member_fields(row, reader), status=_presence(row)) for row in there),
        *(shapes.PresentMember(**_invited_fields(row), status="invited") for row in invited_people),
    ]
    return sorted(rows, key=lambda row: row.id)


def _presence(row: Member) -> str:
    return "online" if row.is_online else "offline"


def _invited_fields(row: Outsider) -> dict[str, Any]:
    since = iso(row.since)
    return {
        "id": row.member_id,
        "chat_room_id": row.room_id,
        "user_id": row.user_id,
        "role": MemberRole.MEMBER.value,
        "joined_at": since,
        "last_read_at": None,
        "unread_count": 0,
        "created_at": since,
        "user": chat_user(invited(row.user_id)),
    }


def invitation(row: Outsider) -> shapes.Invitation:
    """An invitation as its receiver sees it: whoever sends one shows their name."""
    room, inviter = row.room, row.inviter
    return shapes.Invitation(
        room_id=room.pk,
        name=room.name,
        inviter=shapes.Inviter.of(inviter) if inviter is not None else None,
        invited_at=iso(row.since),
    )


def _member_fields(row: Member, reader: Actor) -> dict[str, Any]:
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
        "user": chat_user(author_of(row.user, reader)),
    }


def events(missed: Iterable[Envelope]) -> list[dict[str, Any]]:
    """Frames as a socket of ``rt.v1`` would have shown them, one for every number: a gap would be seen."""
    return [_event(envelope, ENCODERS) for envelope in missed]


def events_masked(missed: Iterable[Envelope]) -> list[dict[str, Any]]:
    """As ``events``, without e-mails."""
    return [_event(envelope, MASKED_ENCODERS) for envelope in missed]


def _event(envelope: Envelope, encoders: Mapping[type[Event], Callable[[Any], Frame]]) -> dict[str, Any]:
    encoder = encoders.get(type(envelope.event))
    frame: dict[str, Any] = msgspec.to_builtins(encoder(envelope.event)) if encoder else {"type": "position"}
    place = {"stream": envelope.stream, "epoch": envelope.epoch, "seq": envelope.seq, "event_id": envelope.event_id}
    return {**frame, **place}
