"""The room's row lock, and the one way in: every service that changes a room takes the room first, then its members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mobilegpt.accounts.models import User
from mobilegpt.chat.events import MemberCame, MemberJoined, UserEntered
from mobilegpt.chat.models import Member, MemberRole, Room
from mobilegpt.chat.people import author_of
from mobilegpt.core.clock import now
from mobilegpt.core.prepared import PreparedGet, PreparedMany
from mobilegpt.realtime import topics
from mobilegpt.realtime.models import SocketLease
from mobilegpt.realtime.outbox import emit

_room = PreparedGet(Room.objects.select_for_update, pk=int)
_room_of_class = PreparedGet(Room.objects.select_for_update, session_id=int)
_member = PreparedGet(lambda: Member.objects.select_related("user"), room_id=int, user_id=int)
_rooms = PreparedMany(lambda: Room.objects.select_for_update().order_by("pk"), "pk")
# Locked in the order in which presence locks them, which does not take the room first.
_members = PreparedMany(
    lambda: Member.objects.select_related("user").select_for_update(of=("self",), no_key=True).order_by("pk"),
    "room_id",
    "user_id",
)
_lease = PreparedGet(SocketLease.objects.all, topic=str, user_id=int)


def lock(room_id: int) -> Room | None:
    """The room, locked until the commit: its messages are numbered and its members change one at a time."""
    return _room.get(room_id)


def lock_of_class(session_id: int) -> Room | None:
    """As ``lock``, for the room of a class."""
    return _room_of_class.get(session_id)


def member_of(room: Room, user_id: int) -> Member | None:
    """With its user; ``room`` is the locked row itself."""
    member = _member.get(room.pk, user_id)
    if member is not None:
        member.room = room
    return member


def lock_all(room_ids: Iterable[int]) -> dict[int, Room]:
    """As ``lock``, for several rooms, in the order of their ids."""
    return {room.pk: room for room in _rooms.get((room_id,) for room_id in room_ids)}


def members_of(rooms: Mapping[int, Room], places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Member]:
    """The memberships of these rooms and users, with their users, locked; ``room`` is the locked row itself."""
    members = _members.get(place for place in places if place[0] in rooms)
    for member in members:
        member.room = rooms[member.room_id]
    return {(member.room_id, member.user_id): member for member in members}


def admit(room: Room, user: User, role: MemberRole = MemberRole.MEMBER) -> Member:
    """A new member of a locked room. What was said before is not unread for them."""
    member = Member.objects.create(
        room=room,
        user=user,
        role=role,
        joined_at=now(),
        read_number=room.message_count,
        is_online=_is_there(room, user),
    )
    emit(
        MemberJoined(room_id=room.pk, id=member.pk, user=author_of(user), role=member.role, joined_at=member.joined_at)
    )
    if member.is_online:
        announce_arrival(member)
    return member


def announce_arrival(member: Member) -> None:
    """To both APIs, which differ in who is told."""
    user = member.user
    emit(MemberCame(room_id=member.room_id, user_id=user.pk))
    emit(UserEntered(room_id=member.room_id, user_id=user.pk, username=user.nickname or user.name))


def _is_there(room: Room, user: User) -> bool:
    """Somebody who was removed and comes back within the grace: presence has not missed them.

    A lease that has run out counts too: the sweep that takes it away tells of the leaving.
    """
    return _lease.get(topics.room(room.pk), user.pk) is not None
