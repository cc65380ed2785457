"""The one way into a room, which is locked already (see ``queries``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings

from mobilegpt.accounts.models import User
from mobilegpt.chat import policies, queries
from mobilegpt.chat.events import MemberCame, MemberJoined, UserEntered
from mobilegpt.chat.models import Member, MemberRole, Outsider, Room, Standing
from mobilegpt.chat.people import author_of, invited
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.events import topics
from mobilegpt.events.leases import has_socket
from mobilegpt.events.outbox import emit


def member_of(room: Room, user_id: int) -> Member | None:
    """With its user; ``room`` is the locked row itself."""
    member = queries.member(room.pk, user_id)
    if member is not None:
        member.room = room
    return member


def members_of(rooms: Mapping[int, Room], places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Member]:
    """The memberships of these rooms and users, with their users, locked; ``room`` is the locked row itself."""
    members = queries.lock_members(place for place in places if place[0] in rooms)
    for member in members:
        member.room = rooms[member.room_id]
    return {(member.room_id, member.user_id): member for member in members}


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
    outsider = queries.outsider(room.pk, user_id)
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
            "member_id": queries.new_member_id(),
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
        # Somebody who was removed and comes back within the grace: presence has not missed them.
        is_online=has_socket(topics.room(room.pk), user.pk),
    )
    _announce_member(member)
    return member


def admit_to_class(session_id: int, user_ids: Sequence[int]) -> list[Member]:
    """As ``queries.lock_room_of_class`` and ``admit`` of each together; nobody for a class without a room.

    Who is a member stays one, and who was removed stays out.
    """
    role, moment = MemberRole.MEMBER, now()
    rows = {row.user_id: row for row in queries.admit_to_class(session_id, user_ids, role, moment)}
    if rows:
        Outsider.objects.filter(room__session_id=session_id, user_id__in=list(rows)).delete()  # who was invited, too
    users = queries.authors(rows)
    members = []
    for user_id in (one for one in user_ids if one in rows):
        pk, room_id, _, is_online = rows[user_id]
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
