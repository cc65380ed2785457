"""Who knows whom (contract 9.6): who shares a room with somebody, and what the domains beside and above chat add to it.

Lectures and classes are no business of chat, so they say through ``know_through`` whom they bring together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from mobilegpt.chat.models import Member

Finder = Callable[[int, Collection[int]], set[int]]
"""Which of these users somebody knows; one query or two, whether they exist or not."""
_finders: list[Finder] = []


def know_through(*finders: Finder) -> None:
    """Register what else makes people known to each other; see ``config/reactions.py``."""
    _finders.extend(finders)


SeatFinder = Callable[[int, Collection[int]], set[int]]
"""Which of these users have a seat in a class."""
_seat_finders: list[SeatFinder] = []


def seat_through(finder: SeatFinder) -> None:
    """Register who knows the seats of classes; see ``config/reactions.py``."""
    _seat_finders.append(finder)


def seated_in(session_id: int | None, among: Collection[int]) -> set[int]:
    """Whom of ``among`` has a seat in this class; nobody where there is none."""
    if session_id is None or not among:
        return set()
    return set().union(*(find(session_id, among) for find in _seat_finders))


def known_to(user_id: int, among: Collection[int]) -> set[int]:
    """Whom of ``among`` this user knows. Asks everybody always: the time tells nothing of who exists."""
    return set().union(*(find(user_id, among) for find in (_roommates, *_finders)))


def _roommates(user_id: int, among: Collection[int]) -> set[int]:
    own = Member.objects.filter(user_id=user_id).values("room_id")
    return set(Member.objects.filter(user_id__in=among, room_id__in=own).values_list("user_id", flat=True))
