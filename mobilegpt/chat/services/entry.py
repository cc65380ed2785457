"""The room's row lock, and the one way in: every service that changes a room takes the room first, then its members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from mobilegpt.accounts.models import User, all_but
from mobilegpt.chat import policies
from mobilegpt.chat.events import MemberCame, MemberJoined, UserEntered
from mobilegpt.chat.models import Member, MemberRole, Outsider, Room, Standing
from mobilegpt.chat.people import AUTHOR_FIELDS, author_of, invited
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.database.statements import PreparedGet, PreparedMany, one_of
from mobilegpt.events import topics
from mobilegpt.events.models import SocketLease
from mobilegpt.events.outbox import emit


def _memberships() -> QuerySet[Member]:
    """Locked; presence locks them too, without the room."""
    rows = Member.objects.select_related("user").defer(*all_but(*AUTHOR_FIELDS, of="user"))
    return rows.select_for_update(of=("self",), no_key=True).order_by("pk")


_room = PreparedGet(Room.objects.select_for_update, pk=int)
_room_of_class = PreparedGet(Room.objects.select_for_update, session_id=int)
_member = PreparedGet(lambda: Member.objects.select_related("user"), room_id=int, user_id=int)
_rooms = PreparedMany(lambda: Room.objects.select_for_update().order_by("pk"), "pk")
_members = PreparedMany(_memberships, "room_id", "user_id")
_outsider = PreparedGet(Outsider.objects.all, room_id=int, user_id=int)
_lease = PreparedGet(SocketLease.objects.all, topic=str, user_id=int)
_users = PreparedMany(lambda: User.objects.defer(*all_but(*AUTHOR_FIELDS)), "pk")
# A hall arrives within seconds. One statement locks the room, sees who is no member yet, and admits them.
_ADMIT_TO_CLASS = """
INSERT INTO chat_member
    (room_id, user_id, role, joined_at, read_number, sent_since_read, recent_sends, is_online)
SELECT room.id, person.id, %s, %s, room.message_count, 0, '[]',
    EXISTS (SELECT 1 FROM realtime_socketlease WHERE topic = 'room:' || room.id AND user_id = person.id)
FROM chat_room room JOIN accounts_user person ON {people}
WHERE room.session_id = %s AND NOT EXISTS (
    SELECT 1 FROM chat_outsider WHERE room_id = room.id AND user_id = person.id AND standing = 'REMOVED'
) {lock}
ON CONFLICT (room_id, user_id) DO NOTHING
RETURNING id, room_id, user_id, is_online
"""


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
    members = lock_members(place for place in places if place[0] in rooms)
    for member in members:
        member.room = rooms[member.room_id]
    return {(member.room_id, member.user_id): member for member in members}


def lock_members(places: Iterable[tuple[int, int]]) -> list[Member]:
    """The memberships of these rooms and users, locked in one order; with what ``author_of`` reads of their users."""
    return _members.get(places)


def outsider_in(room: Room, user_id: int) -> Outsider | None:
    """What a locked room knows of somebody who is no member of it."""
    return _outsider.get(room.pk, user_id)


def require_space(room: Room, more: int) -> None:
    """Raises ``Conflict`` QUOTA_EXCEEDED where so many more do not fit. Who has a seat in class always does."""
    there = Member.objects.filter(room_id=room.pk).count() + room.outsiders.filter(standing=Standing.INVITED).count()
    if room.session_id is None and there + more > settings.CHAT_ROOM_MEMBERS:
        raise Conflict(ErrorCode.QUOTA_EXCEEDED, f"A room has at most {settings.CHAT_ROOM_MEMBERS} members")


def enter(room: Room | None, user_id: int, *, joins: bool, member: Member | None = None) -> Member | None:
    """The membership in a locked room of somebody who comes by themselves (``member`` if it is known already).

    Whoever was invited accepts by it; with ``joins`` everybody else joins an open room; who was removed stays out.
    ``None`` for who may not enter. Raises ``Conflict`` QUOTA_EXCEEDED where the room is full.
    """
    if room is None:
        return None
    member = member or member_of(room, user_id)
    if member is not None:
        return member if policies.sees(member) else None
    outsider = outsider_in(room, user_id)
    if room.archived_at is not None or (outsider is not None and outsider.standing == Standing.REMOVED):
        return None
    if outsider is None and not (joins and room.is_open):
        return None
    user = User.objects.get(pk=user_id)
    if outsider is None:
        require_space(room, 1)
    elif user.is_guest:
        return None
    return admit(room, user, outsider=outsider)


def invite(room: Room, user_id: int, inviter_id: int) -> Outsider:
    """Invite somebody whom the inviter does not know to a locked room, and tell it of a member without a name.

    Whoever does not exist is invited in the same way, by the same statements (reliability X19).
    """
    outsider, _ = Outsider.objects.update_or_create(
        room=room,
        user_id=user_id,
        defaults={
            "standing": Standing.INVITED,
            "member_id": _next_member_id(),
            "inviter_id": inviter_id,
            "since": now(),
        },
    )
    assert outsider.member_id is not None
    emit(
        MemberJoined(
            room_id=room.pk,
            id=outsider.member_id,
            user=invited(user_id),
            role=MemberRole.MEMBER.value,
            joined_at=outsider.since,
        )
    )
    return outsider


def _next_member_id() -> int:
    """The id of a membership that is to be. It is taken from those of memberships, so none comes twice in a room."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence('chat_member', 'id'))")
        else:  # a room has had a member, so the row is there
            cursor.execute("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'chat_member' RETURNING seq")
        return int(cursor.fetchone()[0])


def admit(room: Room, user: User, role: MemberRole = MemberRole.MEMBER, *, outsider: Outsider | None = None) -> Member:
    """A new member of a locked room. What was said before is not unread for them.

    ``outsider`` is what the room knew of them, and forgets: an invitation becomes the membership of the same id.
    """
    if outsider is not None:
        outsider.delete()
    member = Member.objects.create(
        pk=outsider.member_id if outsider is not None and outsider.standing == Standing.INVITED else None,
        room=room,
        user=user,
        role=role,
        joined_at=now(),
        read_number=room.message_count,
        is_online=_is_there(room, user),
    )
    _announce_member(member)
    return member


def admit_to_class(session_id: int, user_ids: Sequence[int]) -> list[Member]:
    """As ``lock_of_class`` and ``admit`` of each together; nobody for a class without a room.

    Who is a member stays one, and who was removed stays out.
    """
    role, moment = MemberRole.MEMBER, now()
    lock = connection.ops.for_update_sql(of=("room",)) if connection.features.has_select_for_update_of else ""
    people, parameters = one_of("person.id", user_ids)
    with connection.cursor() as cursor:
        values = [role.value, connection.ops.adapt_datetimefield_value(moment), *parameters, session_id]
        cursor.execute(_ADMIT_TO_CLASS.format(people=people, lock=lock), values)
        rows = {user_id: (pk, room_id, is_online) for pk, room_id, user_id, is_online in cursor.fetchall()}
    if rows:
        Outsider.objects.filter(room__session_id=session_id, user_id__in=list(rows)).delete()  # who was invited, too
    users = {user.pk: user for user in _users.get((user_id,) for user_id in rows)}
    members = []
    for user_id in (one for one in user_ids if one in rows):
        pk, room_id, is_online = rows[user_id]
        members.append(
            Member(pk=pk, room_id=room_id, user=users[user_id], role=role, joined_at=moment, is_online=bool(is_online))
        )
        _announce_member(members[-1])
    return members


def _announce_member(member: Member) -> None:
    emit(
        MemberJoined(
            room_id=member.room_id,
            id=member.pk,
            user=author_of(member.user),
            role=member.role,
            joined_at=member.joined_at,
        )
    )
    if member.is_online:
        announce_arrival(member)


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
