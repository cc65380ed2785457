"""Saying something, and reading what was said (contract 9.2, 9.4)."""

from __future__ import annotations

import time

from mobilegpt.chat import links, policies
from mobilegpt.chat.commands import SendMessage
from mobilegpt.chat.events import MessagesRead
from mobilegpt.chat.models import ChatFile, Member, Message, Room
from mobilegpt.chat.people import as_sent
from mobilegpt.chat.services.entry import lock, member_of
from mobilegpt.chat.services.members import joined
from mobilegpt.core.actor import Actor
from mobilegpt.core.addresses import web_address
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode, Forbidden, Invalid, NotFound, RateLimited
from mobilegpt.core.text import paragraph
from mobilegpt.realtime.outbox import emit, unit_of_work


def send_message(*, actor: Actor, room_id: int, command: SendMessage, joins: bool = False) -> Message:
    """Store a message and tell the room. With ``joins`` an open room is joined by it, as S3's doors do.

    Raises ``Invalid``; ``Forbidden`` NOT_A_MEMBER (``NotFound`` with ``joins``) or ROOM_READ_ONLY; ``NotFound`` for an
    unknown room; ``RateLimited`` beyond 10 messages of a member within 10 seconds.
    """
    with unit_of_work():
        return post(_writer(actor, lock(room_id), joins=joins), command)


def post(member: Member, command: SendMessage) -> Message:
    """As ``send_message``, in a unit of work that has locked ``member.room``."""
    policies.require_may_write(member)
    room = member.room
    text = paragraph(command.message or "", "message", policies.MESSAGE_LENGTH)
    kind = policies.known_type(command.message_type)
    url = web_address(command.file_url, "file_url", policies.URL_LENGTH)
    if not text and url is None:
        raise Invalid(message="message is empty", details={"field": "message"})
    _count(member)
    message = Message.objects.create(
        room=room,
        number=room.message_count + 1,
        sender=member.user,
        text=text,
        kind=kind,
        file_url=url,
        file=_own_file(url, room),
        parent=_parent(command.parent_chat, room),
        created_at=now(),
    )
    room.message_count, room.last_message, room.last_activity_at = message.number, message, message.created_at
    room.save(update_fields=["message_count", "last_message", "last_activity_at"])
    emit(as_sent(message, url))
    return message


def mark_read(*, actor: Actor, room_id: int) -> Member:
    """R58: the caller has read everything. Raises ``NotFound`` for an unknown room, and for who is no member."""
    with unit_of_work():
        room = lock(room_id)
        policies.require_own_room(actor, room)
        if room is None:
            raise policies.no_room()
        member = member_of(room, actor.user_id)
        if member is None or not policies.sees(member):
            raise NotFound("Membership")
        member.last_read_at = now()
        member.read_number, member.sent_since_read = room.message_count, 0
        member.save(update_fields=["last_read_at", "read_number", "sent_since_read"])
        emit(MessagesRead(room_id=room.pk, user_id=actor.user_id, last_read_at=member.last_read_at))
        return member


def _writer(actor: Actor, room: Room | None, *, joins: bool) -> Member:
    if joins:
        if actor.is_guest:
            raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may use the chat of their own session only")
        return joined(room, actor.user_id)
    policies.require_own_room(actor, room)
    if room is None:
        raise policies.no_room()
    member = member_of(room, actor.user_id)
    if member is None or not policies.sees(member):
        raise policies.not_a_member()
    return member


def _count(member: Member) -> None:
    """One more message of this member; the moments of the latest ones tell whether it is one too many."""
    moment = time.time()
    recent = [sent for sent in member.recent_sends if sent > moment - policies.SENDS_WITHIN_SECONDS]
    if len(recent) >= policies.SENDS_AT_MOST:
        wait = int(recent[0] + policies.SENDS_WITHIN_SECONDS - moment) + 1
        raise RateLimited(
            message=f"At most {policies.SENDS_AT_MOST} messages in {policies.SENDS_WITHIN_SECONDS} seconds",
            retry_after=wait,
        )
    member.recent_sends = [*recent, moment]
    member.sent_since_read += 1
    member.save(update_fields=["recent_sends", "sent_since_read"])


def _own_file(url: str | None, room: Room) -> ChatFile | None:
    """The upload behind an address of ours. Another room's is not taken: its members alone may read it."""
    file_id = links.file_in(url) if url is not None else None
    file = ChatFile.objects.filter(pk=file_id).first() if file_id is not None else None
    if file is not None and file.room_id != room.pk:
        raise Invalid(message="file_url is a file of another room", details={"field": "file_url"})
    return file


def _parent(message_id: int | None, room: Room) -> Message | None:
    if message_id is None:
        return None
    parent = Message.objects.filter(pk=message_id, room_id=room.pk).first()
    if parent is None:
        raise Invalid(message="parent_chat is no message of this room", details={"field": "parent_chat"})
    return parent
