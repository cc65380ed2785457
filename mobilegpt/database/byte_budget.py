"""How much one person may have us read and keep: logs, recordings, calls for help (contract 8.1, reliability F32).

A process counts in memory and tells the table of counts (``throttle``) whenever another 256 KiB are full, so the usual
phone costs no query, and several processes together allow at most 256 KiB each beyond the limit.
"""

from __future__ import annotations

import threading
import time

from django.conf import settings

from mobilegpt.core.errors import RateLimited
from mobilegpt.database.throttle import Limit, refusal, take_of

UNIT = 256 * 1024
_TEN_MINUTES, _DAY = 600, 86_400
_PEOPLE = 10_000
_MESSAGE = "More was reported than one phone may send, wait a little"

_guard = threading.Lock()
_uncounted: dict[int, int] = {}
_refused_until: dict[int, float] = {}


def refuse_if_spent(user_id: int) -> None:
    """Before a body is looked at: raises ``RateLimited`` for who was refused and has not waited since."""
    wait = _refused_until.get(user_id, 0.0) - time.monotonic()
    if wait > 0:
        raise RateLimited(message=_MESSAGE, retry_after=int(wait) + 1)


def spend(user_id: int, size: int) -> None:
    """Count ``size`` bytes, outside of a transaction. Raises ``RateLimited`` when that is more than may be sent."""
    with _guard:
        if len(_uncounted) >= _PEOPLE:
            _uncounted.clear()
        units, _uncounted[user_id] = divmod(_uncounted.get(user_id, 0) + size, UNIT)
    if not units:
        return
    for limit in _limits(user_id):
        if take_of(limit, units) < units:
            refused = refusal(limit, _MESSAGE)
            with _guard:
                if len(_refused_until) >= _PEOPLE:
                    _refused_until.clear()
                _refused_until[user_id] = time.monotonic() + (refused.retry_after or 1)
            raise refused


def forget() -> None:
    """What this process counted and whom it refused; for tests."""
    _uncounted.clear()
    _refused_until.clear()


def _limits(user_id: int) -> list[Limit]:
    allowed = ((settings.REPORT_BYTES_PER_10_MINUTES, _TEN_MINUTES), (settings.REPORT_BYTES_PER_DAY, _DAY))
    return [Limit(f"bytes:{seconds}:{user_id}", -(-most // UNIT), seconds) for most, seconds in allowed if most]
