"""Joining, inviting and removing (contract 9.1, 9.4, 9.5)."""

from __future__ import annotations

from mobilegpt.accounts.models import User
from mobilegpt.chat import policies, selectors
from mobilegpt.chat.events import MemberLeft, UserExited
from mobilegpt.chat.models import Member, MemberRole, Room
from mobilegpt.chat.services.entry import admit, lock, member_of
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, NotFound
from mobilegpt.realtime.outbox import emit, unit_of_work


def join_open_room(*, actor: Actor, room_id: int) -> Member:
    """The caller's membership; in an open room, a new one for whoever has none. Raises ``NotFound``."""
    if actor.is_guest:
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may use the chat of their own session only")
    known = selectors.membership(actor.user_id, room_id)
    if known is not None:
        return known
    with unit_of_work():
        return joined(lock(room_id), actor.user_id)


def joined(room: Room | None, user_id: int, member: Member | None = None) -> Member:
    """The membership in a locked room (``member`` if it is known already); a new one where the room is open.

    Raises ``NotFound``.
    """
    if member is None and room is not None:
        member = member_of(room, user_id)
    if member is not None and policies.sees(member):
        return member
    if room is None or not room.is_open or room.archived_at is not None:
        raise policies.no_room()
    return admit(room, User.objects.get(pk=user_id))


def add_member(*, actor: Actor, room_id: int, user_id: int) -> Member:
    """R59. Raises ``NotFound`` to outsiders and for an unknown account, ``Forbidden``, ``Conflict`` ALREADY_MEMBER."""
    with unit_of_work():
        room = _run_by(actor, room_id)
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            raise NotFound("User")
        if user.is_guest and user.guest_session_id != room.session_id:
            raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "A guest stays in the chat of its own session")
        if member_of(room, user_id) is not None:
            raise Conflict(ErrorCode.ALREADY_MEMBER, "User is already a member")
        return admit(room, user)


def remove_member(*, actor: Actor, room_id: int, user_id: int) -> None:
    """R60, and leaving by oneself. The removed one's sockets of the room close with 4403.

    Raises ``NotFound`` to outsiders and for who is no member, ``Forbidden``, ``Conflict`` LAST_OWNER.
    """
    with unit_of_work():
        room = _run_by(actor, room_id, unless_self=user_id)
        member = member_of(room, user_id)
        if member is None:
            raise NotFound("Member")
        if member.role == MemberRole.ADMIN and _admins(room) == 1:
            raise Conflict(ErrorCode.LAST_OWNER, "The last admin cannot leave the room")
        user, was_online = member.user, member.is_online
        member.delete()
        if was_online:
            emit(UserExited(room_id=room.pk, user_id=user.pk, username=user.nickname or user.name))
        emit(MemberLeft(room_id=room.pk, user_id=user.pk))


def _run_by(actor: Actor, room_id: int, unless_self: int | None = None) -> Room:
    room = lock(room_id)
    policies.require_own_room(actor, room)
    own = member_of(room, actor.user_id) if room is not None else None
    if room is None or (own is None and not actor.is_admin) or (own is not None and not policies.sees(own)):
        raise policies.no_room()
    if not policies.runs(actor, own) and unless_self != actor.user_id:
        raise Forbidden(message="Only the room's admins may do this")
    return room


def _admins(room: Room) -> int:
    return Member.objects.filter(room_id=room.pk, role=MemberRole.ADMIN).count()
