"""What two people have said and read who are one."""

from __future__ import annotations

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.accounts.models import User
from mobilegpt.chat import queries
from mobilegpt.chat.events import MemberJoined, MemberLeft
from mobilegpt.chat.models import ChatFile, Member, Message, Outsider, Room
from mobilegpt.chat.people import author_of
from mobilegpt.database.merging import move_rows
from mobilegpt.events.outbox import emit


def move_person(event: AccountsMerged) -> None:
    """Their rooms hear that one has left; messages keep their numbers. Of two memberships stays what has been read by
    either, of two standings the one that is there."""
    here, there = event.from_id, event.into_id
    rooms = set(Member.objects.filter(user_id__in=[here, there]).values_list("room_id", flat=True))
    queries.lock_rooms(rooms)
    before = set(Member.objects.filter(user_id=there).values_list("room_id", flat=True))
    left = set(Member.objects.filter(user_id=here).values_list("room_id", flat=True))
    for theirs, kept in move_rows(Member, here, there, "room_id"):
        newest = max(theirs, kept, key=lambda member: member.read_number)
        Member.objects.filter(pk=kept.pk).update(
            joined_at=min(theirs.joined_at, kept.joined_at),
            read_number=newest.read_number,
            last_read_at=newest.last_read_at,
            sent_since_read=newest.sent_since_read,
        )
        theirs.delete()
    move_rows(Message, here, there, column="sender_id")
    move_rows(ChatFile, here, there, column="uploader_id")
    move_rows(Room, here, there, column="owner_id")
    move_rows(Outsider, here, there, column="inviter_id")
    for standing, _ in move_rows(Outsider, here, there, "room_id"):
        standing.delete()
    Outsider.objects.filter(user_id=there, room_id__in=before | left).delete()
    for room_id in sorted(left):
        emit(MemberLeft(room_id=room_id, user_id=here))
    _announce(there, left - before)


def _announce(user_id: int, room_ids: set[int]) -> None:
    user = User.objects.get(pk=user_id)
    for member in Member.objects.filter(user_id=user_id, room_id__in=room_ids).order_by("room_id"):
        emit(
            MemberJoined(
                room_id=member.room_id,
                id=member.pk,
                user=author_of(user),
                role=member.role,
                joined_at=member.joined_at,
            )
        )
