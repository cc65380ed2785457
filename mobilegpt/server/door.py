"""Who is connected: how many from one address, and who has not finished what they began to ask (contract 4.2).

An attacker's cheapest weapon is a connection that asks for nothing. Nothing here has a timer of its own: deadlines come
in the order in which they were set, so one look a second at the oldest of them is enough. For the event loop only.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Protocol

import structlog
from django.conf import settings

from mobilegpt.core.network import counted_address, is_trusted

log = structlog.get_logger("mobilegpt.access")

_LOOK_SECONDS = 1.0
_NAMED = 10  # addresses in one line


class Guest(Protocol):
    """A connection that owes the rest of a request's head."""

    @property
    def entry(self) -> str | None: ...

    def give_up_waiting(self) -> None:
        """End it: the head took too long."""


class Door:
    """The connections of this process, on all its ports."""

    def __init__(self) -> None:
        self._inside: dict[str, int] = {}
        self._deadlines: dict[Guest, float] = {}
        self._turned_away: Counter[str] = Counter()
        self._look: asyncio.TimerHandle | None = None

    def enter(self, peer: str) -> str | None:
        """The name that the connection is counted under, to be given to ``leave``; ``None`` when there are enough.

        A trusted proxy is not counted (the name is empty): it stands for all its clients.
        """
        if not peer or not (most := settings.CONNECTIONS_PER_ADDRESS) or is_trusted(peer, settings.TRUSTED_PROXIES):
            return ""
        entry = counted_address(peer)
        inside = self._inside.get(entry, 0)
        if inside >= most:
            self._turned_away[entry] += 1
            self._look_soon()
            return None
        self._inside[entry] = inside + 1
        return entry

    def leave(self, entry: str | None) -> None:
        if entry:
            left = self._inside[entry] - 1
            if left:
                self._inside[entry] = left
            else:
                del self._inside[entry]

    def expect(self, guest: Guest) -> None:
        """The head of a request is due, from now on. Said again before it came, it changes nothing."""
        if guest not in self._deadlines:
            self._deadlines[guest] = asyncio.get_running_loop().time() + settings.HTTP_HEAD_SECONDS
            self._look_soon()

    def expect_no_more(self, guest: Guest) -> None:
        """The head is here, or the guest has left."""
        self._deadlines.pop(guest, None)

    def _look_soon(self) -> None:
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._look_round)

    def _look_round(self) -> None:
        self._look = None
        moment = asyncio.get_running_loop().time()
        late: list[Guest] = []
        for guest, deadline in self._deadlines.items():
            if deadline > moment:
                break
            late.append(guest)
        for guest in late:
            del self._deadlines[guest]
            guest.give_up_waiting()
        _tell("connections_timed_out", Counter(guest.entry or "" for guest in late))
        _tell("connections_refused", self._turned_away)
        self._turned_away.clear()
        if self._deadlines:
            self._look_soon()


def _tell(event: str, counts: Counter[str]) -> None:
    """One line for all of a second: a flood of connections must not become a flood of lines."""
    if counts:
        log.warning(event, code="RATE_LIMITED", count=counts.total(), addresses=dict(counts.most_common(_NAMED)))


door = Door()
