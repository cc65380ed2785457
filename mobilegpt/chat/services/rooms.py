"""Opening and changing rooms."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from mobilegpt.accounts.models import User
from mobilegpt.chat import policies
from mobilegpt.chat.commands import ChangeRoom, OpenRoom, SendMessage
from mobilegpt.chat.models import Member, MemberRole, MessageType, Posting, Room
from mobilegpt.chat.services.entry import admit, lock, member_of
from mobilegpt.chat.services.messages import post
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, Invalid, NotFound
from mobilegpt.core.text import one_line
from mobilegpt.realtime.outbox import unit_of_work

_TEACHER_ONLY = "이제 선생님만 글을 쓸 수 있어요"
_EVERYONE = "이제 모두 글을 쓸 수 있어요"


def open_room(*, actor: Actor, command: OpenRoom) -> Member:
    """A new room with the caller as its owner and admin; returns that membership.

    Raises ``Invalid``, ``NotFound`` for a member who does not exist, ``Forbidden`` for guests.
    """
    if actor.is_guest:
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may not open rooms")
    name = one_line(command.name, "name", policies.NAME_LENGTH)
    with unit_of_work():
        owner = User.objects.get(pk=actor.user_id)
        room = Room.objects.create(
            name=name, owner=owner, post=command.post, is_open=command.is_open, last_activity_at=now()
        )
        member = admit(room, owner, MemberRole.ADMIN)
        for user in _invited(command.member_ids, owner):
            admit(room, user)
    return member


def change_room(*, actor: Actor, room_id: int, command: ChangeRoom) -> Member:
    """By the room's admins. Everybody reads in the room itself when the writing changes hands.

    Raises ``NotFound``, ``Forbidden``, ``Invalid``, ``Conflict`` when the class of the room is over.
    """
    with unit_of_work():
        room = lock(room_id)
        member = member_of(room, actor.user_id) if room is not None else None
        policies.require_own_room(actor, room)
        if room is None or member is None or not policies.sees(member):
            raise policies.no_room()
        if member.role != MemberRole.ADMIN:
            raise Forbidden(message="Only the room's admins may do this")
        if command.name is not UNSET:
            room.name = one_line(command.name, "name", policies.NAME_LENGTH)
            room.save(update_fields=["name"])
        if command.teacher_only is not UNSET:
            _hand_over(member, Posting.STAFF if command.teacher_only else Posting.EVERYONE)
    return member


def _hand_over(member: Member, posting: Posting) -> None:
    room = member.room
    if room.posting == posting:
        return
    if room.posting == Posting.NOBODY:
        raise Conflict(ErrorCode.SESSION_OVER, "The class is over; its chat can only be read")
    room.posting = posting
    room.save(update_fields=["posting"])
    words = _TEACHER_ONLY if posting == Posting.STAFF else _EVERYONE
    post(member, SendMessage(message=words, message_type=MessageType.SYSTEM.value))


def _invited(user_ids: Sequence[int], owner: User) -> list[User]:
    wanted = list(dict.fromkeys(user_id for user_id in user_ids if user_id != owner.pk))
    found = User.objects.filter(is_active=True, is_guest=False).in_bulk(wanted)
    if missing := [user_id for user_id in wanted if user_id not in found]:
        raise (
            NotFound("User")
            if len(wanted) == 1
            else Invalid(
                message="member_ids names somebody who does not exist",
                details={"field": "member_ids", "absent": missing},
            )
        )
    return [found[user_id] for user_id in wanted]
