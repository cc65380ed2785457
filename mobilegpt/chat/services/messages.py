"""Saying something, and reading what was said (contract 9.2, 9.4)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from mobilegpt.chat import links, policies, queries
from mobilegpt.chat.commands import SendMessage
from mobilegpt.chat.events import MessageSent, MessagesRead
from mobilegpt.chat.models import ChatFile, Member, Message, MessageType, Room
from mobilegpt.chat.people import as_sent
from mobilegpt.chat.services.entry import enter, members_of
from mobilegpt.core.actor import Actor
from mobilegpt.core.addresses import web_address
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError, ErrorCode, Forbidden, Invalid, NotFound, RateLimited
from mobilegpt.core.text import paragraph
from mobilegpt.events.outbox import emit, unit_of_work

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that somebody wants to send. With ``joins`` an open room is joined by it, as S3's doors do.

    Whoever was invited to the room accepts by it, at every door (contract 9.6).
    """

    actor: Actor
    room_id: int
    command: SendMessage
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A stored message, and the event that tells of it."""

    message: Message
    event: MessageSent


def send_messages(sendings: Sequence[Sending]) -> list[Sent | DomainError | None]:
    """Store messages and tell their rooms: of many members of many rooms, in one transaction.

    A refusal is its sender's alone: ``Invalid``; ``Forbidden`` NOT_A_MEMBER (``NotFound`` with ``joins``) or
    ROOM_READ_ONLY; ``NotFound`` for an unknown room; ``RateLimited`` beyond CHAT_MESSAGES_PER_10_SECONDS of a member,
    or CHAT_MESSAGES_PER_MINUTE of a person in all rooms.

    ``None`` stands for one that may have to join first: it was not tried, because it needs a transaction to itself.
    """
    with unit_of_work():
        rooms = queries.lock_rooms(one.room_id for one in sendings)
        members = members_of(rooms, [(one.room_id, one.actor.user_id) for one in sendings])
        lately = _said_lately({one.actor.user_id for one in sendings})
        composed: list[Message | DomainError | None] = []
        writers: list[Member] = []
        for one in sendings:
            member = members.get((one.room_id, one.actor.user_id))
            if member is None and len(sendings) > 1:
                composed.append(None)
                continue
            try:
                member = _writer(one, rooms.get(one.room_id), member)
                kind = policies.sendable_type(one.command.message_type)
                composed.append(_compose(member, one.command, kind, lately.setdefault(member.user_id, [])))
                writers.append(member)
            except DomainError as refusal:
                composed.append(refusal)
        sent = iter(_store(writers, [message for message in composed if isinstance(message, Message)]))
        return [next(sent) if isinstance(one, Message) else one for one in composed]


def post_line(member: Member, text: str) -> Message:
    """A line of the system about what a member did, whose room is locked; in its unit of work. Raises the refusal."""
    lately = _said_lately({member.user_id}).get(member.user_id, [])
    line = _compose(member, SendMessage(message=text), MessageType.SYSTEM, lately)
    return _store([member], [line])[0].message


def mark_read(*, actor: Actor, room_id: int) -> Member:
    """R58: the caller has read everything. Raises ``NotFound`` for an unknown room, and for who is no member."""
    with unit_of_work():
        room = queries.lock_room(room_id)
        member = enter(room, actor.user_id, joins=False)
        policies.require_own_room(actor, member)
        if room is None:
            raise policies.no_room()
        if member is None:
            raise NotFound("Membership")
        member.last_read_at = now()
        member.read_number, member.sent_since_read = room.message_count, 0
        member.save(update_fields=["last_read_at", "read_number", "sent_since_read"])
        emit(MessagesRead(room_id=room.pk, user_id=actor.user_id, last_read_at=member.last_read_at))
        return member


def _writer(sending: Sending, room: Room | None, member: Member | None = None) -> Member:
    """Who writes, in their locked room; ``member`` is the membership if it is known already."""
    actor = sending.actor
    if sending.joins and actor.is_guest:
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may use the chat of their own session only")
    entered = enter(room, actor.user_id, joins=sending.joins, member=member)
    policies.require_own_room(actor, entered)
    if entered is None:
        raise policies.no_room() if room is None or sending.joins else policies.not_a_member()
    return entered


def _compose(member: Member, command: SendMessage, kind: MessageType, lately: list[float]) -> Message:
    """The next message of the member's locked room, not stored yet; room and member count it already.

    ``lately`` are the moments of what they said in any room, this one added.
    """
    policies.require_may_write(member)
    room = member.room
    text = paragraph(command.message, "message", policies.MESSAGE_LENGTH)
    url = web_address(command.file_url, "file_url", policies.URL_LENGTH)
    if not text and url is None:
        raise Invalid(message="message is empty", details={"field": "message"})
    file, parent = _own_file(url, room), _parent(command.parent_chat, room)
    moment = _moment(member, lately)
    message = Message(
        room=room,
        number=room.message_count + 1,
        sender=member.user,
        text=text,
        kind=kind,
        file_url=url,
        file=file,
        parent=parent,
        created_at=now(),
    )
    member.recent_sends = [*_since(moment - MINUTE, member.recent_sends), moment]
    lately.append(moment)
    member.sent_since_read += 1
    room.message_count, room.last_activity_at = message.number, message.created_at
    return message


def _store(writers: Sequence[Member], messages: Sequence[Message]) -> list[Sent]:
    """Write what was composed, and tell the rooms."""
    if not messages:
        return []
    queries.insert_messages(messages)
    for member, message in zip(writers, messages, strict=True):
        member.room.last_message = message
    queries.update_newest_messages({member.room_id: member.room for member in writers}.values())
    queries.update_sends({member.pk: member for member in writers}.values())
    sent = [Sent(message, as_sent(message, message.file_url)) for message in messages]
    for one in sent:
        emit(one.event)
    return sent


def _said_lately(user_ids: set[int]) -> dict[int, list[float]]:
    """The moments of what these people said within the last minute, in any room."""
    since = time.time() - MINUTE
    lately: dict[int, list[float]] = {}
    for user_id, moments in queries.recent_sends(user_ids):
        lately.setdefault(user_id, []).extend(_since(since, moments))
    return lately


def _moment(member: Member, lately: list[float]) -> float:
    """Now, if the member may say something. Raises ``RateLimited``."""
    moment = round(time.time(), 2)
    _require_pace(member.recent_sends, policies.SENDS_WITHIN_SECONDS, settings.CHAT_MESSAGES_PER_10_SECONDS, moment)
    _require_pace(lately, MINUTE, settings.CHAT_MESSAGES_PER_MINUTE, moment)
    return moment


def _require_pace(moments: list[float], seconds: int, limit: int, moment: float) -> None:
    most, recent = max(1, limit), sorted(_since(moment - seconds, moments))
    if len(recent) >= most:
        wait = int(recent[-most] + seconds - moment) + 1
        raise RateLimited(message=f"At most {most} messages in {seconds} seconds", retry_after=wait)


def _since(begin: float, moments: list[float]) -> list[float]:
    return [moment for moment in moments if moment > begin]


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
