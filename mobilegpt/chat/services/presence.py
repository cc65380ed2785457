"""Who is in a room right now: once per user, not per socket or tab (contract 9.3, 9.5)."""

from __future__ import annotations

from mobilegpt.chat.events import MemberWent, UserExited
from mobilegpt.chat.models import Member
from mobilegpt.chat.services.entry import announce_arrival
from mobilegpt.realtime.outbox import emit, unit_of_work


def mark_online(room_id: int, user_ids: set[int]) -> None:
    """These members have a socket now; those who were there already change nothing."""
    with unit_of_work():
        for member in _turned(room_id, user_ids, online=True):
            announce_arrival(member)


def mark_offline(room_id: int, user_id: int) -> None:
    """A member's last socket has gone, and the grace is over."""
    with unit_of_work():
        for member in _turned(room_id, {user_id}, online=False):
            user = member.user
            emit(MemberWent(room_id=room_id, user_id=user_id))
            emit(UserExited(room_id=room_id, user_id=user_id, username=user.nickname or user.name))


def _turned(room_id: int, user_ids: set[int], *, online: bool) -> list[Member]:
    """The members whose presence this changed, each once whoever else says the same; two queries."""
    rows = Member.objects.filter(room_id=room_id, user_id__in=user_ids, is_online=not online)
    members = list(rows.select_related("user").select_for_update(of=("self",), no_key=True).order_by("pk"))
    if members:
        Member.objects.filter(pk__in=[member.pk for member in members]).update(is_online=online)
    return members
