"""A chat room in the database, and people who talk in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mobilegpt.accounts.models import User
from mobilegpt.chat import services
from mobilegpt.chat.commands import OpenRoom, SendMessage
from mobilegpt.chat.models import Member, Message, Room
from mobilegpt.core.clock import now
from mobilegpt.events.outbox import unit_of_work
from tests import cast


def private(owner: User, *members: User, name: str = "복지관") -> Room:
    """A room for those who are invited, as S4 makes it; everybody has opened it."""
    command = OpenRoom(name=name, member_ids=[member.pk for member in members])
    room = services.open_room(actor=cast.actor(owner), command=command).room
    for member in members:
        services.enter_room(actor=cast.actor(member), room_id=room.pk)
    return room


def acquaint(teacher: User, *people: User) -> None:
    """They share a lecture of the teacher's: whoever of them adds another makes a member (contract 9.6)."""
    cast.enroll(cast.lecture(teacher), *people)


def open_to_all(owner: User, name: str = "누구나") -> Room:
    """A room as S3 makes it."""
    return services.open_room(actor=cast.actor(owner), command=OpenRoom(name=name, is_open=True)).room


def say(user: User, room: Room, text: str | None = "안녕하세요!", *, joins: bool = False, **fields: Any) -> Message:
    command = SendMessage(message=text, **fields)
    with unit_of_work():
        (sent,) = services.send_messages([services.Sending(cast.actor(user), room.pk, command, joins)])
        if isinstance(sent, services.Sent):
            return sent.message
        assert sent is not None, "a single message is always tried"
        raise sent


def read(user: User, room: Room) -> None:
    services.mark_read(actor=cast.actor(user), room_id=room.pk)


def remove(user: User, room: Room, by: User | None = None) -> None:
    services.remove_member(actor=cast.actor(by or user), room_id=room.pk, user_id=user.pk)


def member(user: User, room: Room) -> Member:
    return Member.objects.select_related("room", "user").get(room=room, user=user)


def fill(room: Room, sender: User, count: int) -> list[Message]:
    """So many messages more, at once and without telling anybody."""
    room.refresh_from_db()
    begin = now() - timedelta(seconds=count)
    rows = Message.objects.bulk_create(
        Message(
            room=room,
            number=room.message_count + number,
            sender=sender,
            text=f"글 {room.message_count + number}",
            created_at=begin + timedelta(seconds=number),
        )
        for number in range(1, count + 1)
    )
    room.message_count += count
    room.last_message, room.last_activity_at = rows[-1], rows[-1].created_at
    room.save(update_fields=["message_count", "last_message", "last_activity_at"])
    return rows
