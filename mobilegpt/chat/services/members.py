"""Joining, adding, inviting and removing (contract 9.1, 9.4, 9.5, 9.6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings

from mobilegpt.accounts.models import User
from mobilegpt.audit import trail
from mobilegpt.chat import policies, queries, selectors
from mobilegpt.chat.acquaintance import known_to, seated_in
from mobilegpt.chat.events import MemberLeft, UserExited
from mobilegpt.chat.models import Member, MemberRole, Outsider, Room, Standing
from mobilegpt.chat.services.entry import admit, enter, invite, member_of, require_space
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, NotFound
from mobilegpt.database import throttle
from mobilegpt.database.throttle import Limit
from mobilegpt.events.outbox import emit, unit_of_work

DAY = 86_400


def join_open_room(*, actor: Actor, room_id: int) -> Member:
    """The caller's membership; in an open room, or with an invitation, a new one. Raises ``NotFound``."""
    if actor.is_guest:
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may use the chat of their own session only")
    return _entered(actor, room_id, joins=True)


def enter_room(*, actor: Actor, room_id: int) -> Member:
    """The caller's membership; whoever was invited becomes a member by it (contract 9.6).

    Raises ``NotFound`` for everybody else; an absent room looks the same.
    """
    return _entered(actor, room_id, joins=False)


def _entered(actor: Actor, room_id: int, *, joins: bool) -> Member:
    known = selectors.membership(actor.user_id, room_id)
    if known is None and not actor.is_guest and selectors.may_enter(actor.user_id, room_id, joins=joins):
        with unit_of_work():
            known = enter(queries.lock_room(room_id), actor.user_id, joins=joins)
    policies.require_own_room(actor, known)
    if known is None:
        raise policies.no_room()
    return known


def add_member(*, actor: Actor, room_id: int, user_id: int) -> Member | Outsider:
    """R59. Whom the caller does not know is invited, and so is whoever does not exist (contract 9.6).

    Raises ``NotFound`` to outsiders, ``Forbidden``, ``Conflict`` ALREADY_MEMBER or QUOTA_EXCEEDED, ``RateLimited``
    beyond CHAT_INVITATIONS_PER_DAY.
    """
    with unit_of_work():
        room = _run_by(actor, room_id)
        outsider = queries.outsider(room.pk, user_id)
        if member_of(room, user_id) is not None or (outsider is not None and outsider.standing == Standing.INVITED):
            raise Conflict(ErrorCode.ALREADY_MEMBER, "User is already a member")
        require_space(room, 1)
        return add_all(room, [user_id], by=actor.user_id)[0]


def add_all(room: Room, user_ids: Sequence[int], *, by: int) -> list[Member | Outsider]:
    """Add people who are not in a locked room: those whom ``by`` knows; everybody else is invited.

    Raises ``Forbidden`` for a guest of theirs who belongs elsewhere, ``RateLimited`` beyond CHAT_INVITATIONS_PER_DAY.
    """
    friends = _friends(room, {by} | known_to(by, user_ids), user_ids)
    strangers = len(user_ids) - len(friends)
    if strangers:
        limit = Limit(f"chat:invitations:{by}", settings.CHAT_INVITATIONS_PER_DAY, DAY)
        throttle.spend(limit, strangers, f"At most {limit.most} invitations of people whom you do not know in a day")
    return [
        admit(room, friends[user_id], outsider=queries.outsider(room.pk, user_id))
        if user_id in friends
        else invite(room, user_id, by)
        for user_id in user_ids
    ]


def _friends(room: Room, known: set[int], user_ids: Collection[int]) -> dict[int, User]:
    """Those who are known and can sign in. All are read, so that the time does not tell who exists."""
    found = User.objects.filter(is_active=True).in_bulk(user_ids)
    friends = {user_id: user for user_id, user in found.items() if user_id in known}
    guests = {user.pk for user in friends.values() if user.is_guest}
    if guests - seated_in(room.session_id, guests):
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "A guest stays in the chat of its own classes")
    return friends


def decline(*, actor: Actor, room_id: int) -> None:
    """Take back an invitation to oneself. Raises ``NotFound`` where there is none."""
    with unit_of_work():
        room = queries.lock_room(room_id)
        outsider = queries.outsider(room.pk, actor.user_id) if room is not None else None
        if outsider is None or outsider.standing != Standing.INVITED:
            raise NotFound("Invitation")
        outsider.delete()
        emit(MemberLeft(room_id=room_id, user_id=actor.user_id))


def remove_member(*, actor: Actor, room_id: int, user_id: int) -> None:
    """R60, and leaving or declining by oneself. The removed one's sockets of the room close with 4403.

    Whom somebody else removed stays out, of an open room too, until they are added again (contract 9.1); who left may
    come back where they could join before. Raises ``NotFound`` to outsiders and for who is no member, ``Forbidden``,
    ``Conflict`` LAST_OWNER.
    """
    if user_id == actor.user_id and selectors.is_invited(user_id, room_id):
        decline(actor=actor, room_id=room_id)
        return
    with unit_of_work():
        room = _run_by(actor, room_id, unless_self=user_id)
        member, outsider = member_of(room, user_id), queries.outsider(room.pk, user_id)
        if member is None and (outsider is None or outsider.standing != Standing.INVITED):
            raise NotFound("Member")
        if member is not None:
            _let_go(member)
        if user_id != actor.user_id:
            fields = {"standing": Standing.REMOVED, "member_id": None, "inviter": None, "since": now()}
            Outsider.objects.update_or_create(room=room, user_id=user_id, defaults=fields)
        emit(MemberLeft(room_id=room.pk, user_id=user_id))
        trail.record("member.removed", actor_id=actor.user_id, subject=f"user:{user_id}", room=room.pk)


def _let_go(member: Member) -> None:
    if member.role == MemberRole.ADMIN and _admins(member.room) == 1:
        raise Conflict(ErrorCode.LAST_OWNER, "The last admin cannot leave the room")
    if member.room.session_id is not None and member.user_id == member.room.owner_id:
        raise Conflict(ErrorCode.LAST_OWNER, "A class keeps its owner")  # whom a co-instructor might send away
    user = member.user
    if member.is_online:
        emit(UserExited(room_id=member.room_id, user_id=user.pk, username=user.nickname or user.name))
    member.delete()


def _run_by(actor: Actor, room_id: int, unless_self: int | None = None) -> Room:
    room = queries.lock_room(room_id)
    own = member_of(room, actor.user_id) if room is not None else None
    policies.require_own_room(actor, own)
    if room is None or (own is None and not actor.is_admin) or (own is not None and not policies.sees(own)):
        raise policies.no_room()
    if not policies.runs(actor, own) and unless_self != actor.user_id:
        raise Forbidden(message="Only the room's admins may do this")
    return room


def _admins(room: Room) -> int:
    return Member.objects.filter(room_id=room.pk, role=MemberRole.ADMIN).count()
