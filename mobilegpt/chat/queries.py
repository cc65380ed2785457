"""Statements over rooms, members and messages that are built once, or written by hand.

Whoever changes a room locks the room first, then its members, each in the order of their ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from mobilegpt.accounts.models import User, all_but
from mobilegpt.accounts.queries import accounts_among
from mobilegpt.chat.models import Member, MemberRole, Message, Outsider, Room
from mobilegpt.chat.people import AUTHOR_FIELDS
from mobilegpt.database.sequences import next_ids
from mobilegpt.database.statements import PreparedGet, PreparedInsert, PreparedMany, PreparedQuery, PreparedUpdate
from mobilegpt.events.leases import having_socket

SEEN = Q(room__archived_at__isnull=True) | Q(role=MemberRole.ADMIN.value)
"""Of memberships; as ``policies.sees``."""

# --- rooms

_room = PreparedGet(Room.objects.select_for_update, pk=int)
_room_of_class = PreparedGet(Room.objects.select_for_update, session_id=int)
_rooms = PreparedMany(lambda: Room.objects.select_for_update().order_by("pk"), "pk")
_rooms_said = PreparedUpdate(Room, "message_count", "last_message", "last_activity_at")


def lock_room(room_id: int) -> Room | None:
    """The room, locked until the commit: its messages are numbered and its members change one at a time."""
    return _room.get(room_id)


def lock_room_of_class(session_id: int) -> Room | None:
    """As ``lock_room``, for the room of a class."""
    return _room_of_class.get(session_id)


def lock_rooms(room_ids: Iterable[int]) -> dict[int, Room]:
    """As ``lock_room``, for several rooms, by their ids; one query for 64 of them."""
    return {room.pk: room for room in _rooms.get((room_id,) for room_id in room_ids)}


def update_newest_messages(rooms: Iterable[Room]) -> None:
    """Store how many messages each locked room has, which is the last, and when it was."""
    _rooms_said.update(rooms)


# --- members


def _memberships() -> QuerySet[Member]:
    """Locked; presence locks them too, without the room."""
    rows = Member.objects.select_related("user").defer(*all_but(*AUTHOR_FIELDS, of="user"))
    return rows.select_for_update(of=("self",), no_key=True).order_by("pk")


def _talkers() -> QuerySet[Member]:
    return Member.objects.exclude(recent_sends=[]).only("user_id", "recent_sends").order_by("pk")


def _class_rooms(user_id: int, session_id: int) -> QuerySet[Member, tuple[int]]:
    return Member.objects.filter(SEEN, user_id=user_id, room__session_id=session_id).values_list("room_id")


_member = PreparedGet(lambda: Member.objects.select_related("user"), room_id=int, user_id=int)
_member_and_room = PreparedGet(lambda: Member.objects.select_related("room", "user"), room_id=int, user_id=int)
_members = PreparedMany(_memberships, "room_id", "user_id")
_class_room = PreparedQuery(_class_rooms, int, int)
_sends = PreparedMany(_talkers, "user_id")
_members_said = PreparedUpdate(Member, "recent_sends", "sent_since_read")
_presence = PreparedUpdate(Member, "is_online")


def member(room_id: int, user_id: int) -> Member | None:
    """With its user."""
    return _member.get(room_id, user_id)


def member_and_room(room_id: int, user_id: int) -> Member | None:
    """With its room and its user."""
    return _member_and_room.get(room_id, user_id)


def lock_members(places: Iterable[tuple[int, int]]) -> list[Member]:
    """The memberships of these rooms and users, locked in one order; with what ``author_of`` reads of their users."""
    return _members.get(places)


def room_of_class(user_id: int, session_id: int) -> int | None:
    """The id of a class's room, for who is in it and sees it."""
    found = _class_room.first(user_id, session_id)
    return found[0] if found is not None else None


def recent_sends(user_ids: Iterable[int]) -> list[tuple[int, list[float]]]:
    """These users, once for each room in which they said something, and the moments of their latest messages there."""
    return [(found.user_id, found.recent_sends) for found in _sends.get((user_id,) for user_id in user_ids)]


def update_sends(members: Iterable[Member]) -> None:
    """Store when these members have said something, and how much since they last read."""
    _members_said.update(members)


def update_presence(members: Iterable[Member]) -> None:
    """Store whether these members are online."""
    _presence.update(members)


def new_member_id() -> int:
    """The id of a membership that is to be. It is taken from those of memberships, so none comes twice in a room."""
    return next_ids("chat_member", 1)[0]


# A hall arrives within seconds. One statement locks the room, sees who is no member yet, and admits them.
_ADMIT_TO_CLASS = """
INSERT INTO chat_member
    (room_id, user_id, role, joined_at, read_number, sent_since_read, recent_sends, is_online)
SELECT room.id, person.user_id, %s, %s, room.message_count, 0, '[]', {is_online}
FROM chat_room room CROSS JOIN ({people}) AS person
WHERE room.session_id = %s AND NOT EXISTS (
    SELECT 1 FROM chat_outsider
    WHERE room_id = room.id AND chat_outsider.user_id = person.user_id AND standing = 'REMOVED'
) {lock}
ON CONFLICT (room_id, user_id) DO NOTHING
RETURNING id, room_id, user_id, is_online
"""
_users = PreparedMany(lambda: User.objects.defer(*all_but(*AUTHOR_FIELDS)), "pk")


class Admitted(NamedTuple):
    """A new membership. ``is_online`` is a number on SQLite."""

    id: int
    room_id: int
    user_id: int
    is_online: bool | int


def admit_to_class(session_id: int, user_ids: Sequence[int], role: MemberRole, moment: datetime) -> list[Admitted]:
    """Lock the room of a class, if it has one, and make members of these users, in one trip.

    Who is a member stays one, and who was removed stays out. Who exists and who has a socket is said by the parts of
    the statement that belong to accounts and events.
    """
    lock = connection.ops.for_update_sql(of=("room",)) if connection.features.has_select_for_update_of else ""
    people, parameters = accounts_among(user_ids)
    is_online = having_socket("'room:' || room.id", "person.user_id")  # as topics.room
    with connection.cursor() as cursor:
        values = [role.value, connection.ops.adapt_datetimefield_value(moment), *parameters, session_id]
        cursor.execute(_ADMIT_TO_CLASS.format(is_online=is_online, people=people, lock=lock), values)
        return [Admitted(*row) for row in cursor.fetchall()]


def authors(user_ids: Iterable[int]) -> dict[int, User]:
    """These accounts, with what ``author_of`` reads of them."""
    return {user.pk: user for user in _users.get((user_id,) for user_id in user_ids)}


# --- outsiders

_outsider = PreparedGet(Outsider.objects.all, room_id=int, user_id=int)


def outsider(room_id: int, user_id: int) -> Outsider | None:
    """What a room knows of somebody who is no member of it."""
    return _outsider.get(room_id, user_id)


# --- messages

_messages = PreparedInsert(Message)


def insert_messages(messages: Sequence[Message]) -> None:
    """Store new messages in their order; each gets its id."""
    _messages.insert(messages)
