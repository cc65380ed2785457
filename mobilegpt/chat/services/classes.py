"""The room of a live class: a seat is a membership, the instructor runs it, it stays readable in review.

A seat whose owner is away for a while keeps its membership, as it keeps its place in class: away is offline.
Called from the reactions to what happens in class, inside their transactions.
"""

from __future__ import annotations

from collections.abc import Sequence

from mobilegpt.accounts.models import User
from mobilegpt.chat import queries
from mobilegpt.chat.events import MemberLeft, RoomArchived, UserExited
from mobilegpt.chat.models import MemberRole, Posting, Room
from mobilegpt.chat.services.entry import admit, admit_to_class, member_of
from mobilegpt.core.clock import now
from mobilegpt.events.outbox import emit, unit_of_work


def ensure_class_room(session_id: int, name: str, owner_id: int) -> Room:
    """The room of this class, locked; made when there is none yet."""
    with unit_of_work():
        room = queries.lock_room_of_class(session_id)
        if room is None:
            owner = User.objects.get(pk=owner_id)
            room = Room.objects.create(name=name, owner=owner, session_id=session_id, last_activity_at=now())
            admit(room, owner, MemberRole.ADMIN)
        return room


def seat_in_class_room(session_id: int, user_ids: Sequence[int]) -> bool:
    """Whoever has a seat in class is a member; ``False`` where the class has no room, or all are members already."""
    with unit_of_work():
        return bool(admit_to_class(session_id, user_ids))


def run_class_room(session_id: int, user_ids: Sequence[int]) -> None:
    """Whoever teaches beside the owner is an admin of the class's room; nothing happens where there is none."""
    with unit_of_work():
        room = queries.lock_room_of_class(session_id)
        if room is None:
            return
        for user in User.objects.filter(pk__in=list(user_ids)).order_by("pk"):
            member = member_of(room, user.pk)
            if member is None:
                admit(room, user, MemberRole.ADMIN, outsider=queries.outsider(room.pk, user.pk))
            elif member.role != MemberRole.ADMIN:
                member.role = MemberRole.ADMIN
                member.save(update_fields=["role"])


def leave_class_room(session_id: int, user_id: int, role: MemberRole) -> None:
    """Somebody in this role has lost their seat, or teaches the class no more; their sockets of the room close."""
    with unit_of_work():
        room = queries.lock_room_of_class(session_id)
        member = member_of(room, user_id) if room is not None else None
        if member is None or member.role != role:
            return
        if member.is_online:
            emit(UserExited(room_id=member.room_id, user_id=user_id, username=member.user.nickname or member.user.name))
        member.delete()
        emit(MemberLeft(room_id=member.room_id, user_id=user_id))


def close_class_room(session_id: int) -> None:
    """The class is over: the room can be read, by those who were there."""
    with unit_of_work():
        Room.objects.filter(session_id=session_id).update(posting=Posting.NOBODY)


def archive_class_room(session_id: int) -> None:
    """The review is over, or the class was deleted: only the instructor still sees the room."""
    with unit_of_work():
        room = queries.lock_room_of_class(session_id)
        if room is not None and room.archived_at is None:
            room.posting, room.archived_at = Posting.NOBODY, now()
            room.save(update_fields=["posting", "archived_at"])
            emit(RoomArchived(room_id=room.pk, at=room.archived_at))
