"""When to come back, and whether at all (contract 10.4)."""

from __future__ import annotations

import random
from collections.abc import Callable
from enum import Enum

SILENT = 4408
TOKEN = 4401
GAP = 4440
_FINAL = frozenset({4400, 4403, 4404, 4409, 4410})


class Meaning(Enum):
    """What a close code asks of the client."""

    RETRY = "come back after a while"
    REFRESH = "come back with another token; refused again it is final"
    FINAL = "do not come back"


def meaning_of(code: int | None) -> Meaning:
    """``None`` is a connection that never was, or ended without a word."""
    if code == TOKEN:
        return Meaning.REFRESH
    return Meaning.FINAL if code in _FINAL else Meaning.RETRY


class Backoff:
    """Full jitter: anything between nothing and a limit that doubles, up to ``most`` seconds."""

    def __init__(self, base: float = 0.5, most: float = 30.0, random: Callable[[], float] = random.random) -> None:
        self._base = base
        self._most = most
        self._random = random
        self._attempt = 0

    def delay(self) -> float:
        """Seconds to wait before the next attempt."""
        limit: float = min(self._most, self._base * 2.0 ** min(self._attempt, 16))
        self._attempt += 1
        return self._random() * limit

    def reset(self) -> None:
        """A connection has proved stable."""
        self._attempt = 0
