"""Who is in a room right now: once per user, not per socket or tab (contract 9.3, 9.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set

from mobilegpt.chat import queries
from mobilegpt.chat.events import MemberWent, UserExited
from mobilegpt.chat.models import Member
from mobilegpt.chat.services.entry import announce_arrival
from mobilegpt.events.outbox import emit, unit_of_work


def mark_online(there: Mapping[int, Set[int]]) -> None:
    """These members, by room, have a socket now; those who were there already change nothing."""
    with unit_of_work():
        for member in _turned([(room, user) for room, users in there.items() for user in users], online=True):
            announce_arrival(member)


def mark_offline(gone: Mapping[int, Collection[int]]) -> None:
    """The last sockets of these members, by room, have gone, and the grace is over."""
    with unit_of_work():
        for member in _turned([(room, user) for room, users in gone.items() for user in users], online=False):
            user = member.user
            emit(MemberWent(room_id=member.room_id, user_id=user.pk))
            emit(UserExited(room_id=member.room_id, user_id=user.pk, username=user.nickname or user.name))


def _turned(places: Iterable[tuple[int, int]], *, online: bool) -> list[Member]:
    """The members whose presence this changed, each once whoever else says the same; two queries for 64 of them."""
    turned = [member for member in queries.lock_members(places) if member.is_online != online]
    for member in turned:
        member.is_online = online
    queries.update_presence(turned)
    return turned
