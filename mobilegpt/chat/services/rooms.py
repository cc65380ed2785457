"""Opening and changing rooms."""

from __future__ import annotations

from django.conf import settings
from msgspec import UNSET

from mobilegpt.accounts.models import User
from mobilegpt.chat import lines, policies, queries
from mobilegpt.chat.commands import ChangeRoom, OpenRoom
from mobilegpt.chat.models import Member, MemberRole, Posting, Room, RoomType
from mobilegpt.chat.services.entry import admit, member_of, require_space
from mobilegpt.chat.services.members import DAY, add_all
from mobilegpt.chat.services.messages import post_line
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, Invalid
from mobilegpt.core.text import one_line, paragraph
from mobilegpt.database import throttle
from mobilegpt.database.throttle import Limit
from mobilegpt.events.outbox import unit_of_work


def open_room(*, actor: Actor, command: OpenRoom) -> Member:
    """A new room with the caller as its owner and admin; returns that membership.

    Whom the caller does not know is invited (contract 9.6). Raises ``Invalid``, ``Forbidden`` for guests, ``Conflict``
    QUOTA_EXCEEDED, ``RateLimited`` beyond CHAT_ROOMS_PER_DAY or CHAT_INVITATIONS_PER_DAY.
    """
    if actor.is_guest:
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may not open rooms")
    name = one_line(command.name, "name", policies.NAME_LENGTH)
    description = paragraph(command.description, "description", policies.DESCRIPTION_LENGTH)
    room_type = _room_type(command.room_type)
    others = list(dict.fromkeys(user_id for user_id in command.member_ids if user_id != actor.user_id))
    with unit_of_work():
        limit = Limit(f"chat:rooms:{actor.user_id}", settings.CHAT_ROOMS_PER_DAY, DAY)
        throttle.spend(limit, 1, f"At most {limit.most} new rooms in a day")
        owner = User.objects.get(pk=actor.user_id)
        room = Room.objects.create(
            name=name,
            description=description,
            room_type=room_type,
            owner=owner,
            post=command.post,
            is_open=command.is_open,
            last_activity_at=now(),
        )
        member = admit(room, owner, MemberRole.ADMIN)
        if others:
            require_space(room, len(others))
            add_all(room, others, by=actor.user_id)
    return member


def change_room(*, actor: Actor, room_id: int, command: ChangeRoom) -> Member:
    """By the room's admins. Everybody reads in the room itself when the writing changes hands.

    Raises ``NotFound``, ``Forbidden``, ``Invalid``, ``Conflict`` when the class of the room is over.
    """
    with unit_of_work():
        room = queries.lock_room(room_id)
        member = member_of(room, actor.user_id) if room is not None else None
        policies.require_own_room(actor, member)
        if room is None or member is None or not policies.sees(member):
            raise policies.no_room()
        if member.role != MemberRole.ADMIN:
            raise Forbidden(message="Only the room's admins may do this")
        if command.name is not UNSET:
            room.name = one_line(command.name, "name", policies.NAME_LENGTH)
            room.save(update_fields=["name"])
        if command.description is not UNSET:
            room.description = paragraph(command.description, "description", policies.DESCRIPTION_LENGTH)
            room.save(update_fields=["description"])
        if command.teacher_only is not UNSET:
            _hand_over(member, Posting.STAFF if command.teacher_only else Posting.EVERYONE)
    return member


def _room_type(text: str) -> RoomType:
    try:
        return RoomType(text.strip().lower())
    except ValueError:
        message = f"room_type is one of {', '.join(RoomType.values)}"
        raise Invalid(message=message, details={"field": "room_type"}) from None


def _hand_over(member: Member, posting: Posting) -> None:
    room = member.room
    if room.posting == posting:
        return
    if room.posting == Posting.NOBODY:
        raise Conflict(ErrorCode.SESSION_OVER, "The class is over; its chat can only be read")
    room.posting = posting
    room.save(update_fields=["posting"])
    words = lines.TEACHER_ONLY if posting == Posting.STAFF else lines.EVERYONE
    post_line(member, words.ko)
