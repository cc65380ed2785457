"""Counting failures, atomically and over all processes (reliability X4, X14), and what there may be only so much of.

A limit is ``Limit(bucket, most, seconds)``: ``most`` failures in any ``seconds`` refuse the next try. They are counted
in slices of time, so the limit slides: no moment comes at which all tries are free again. Where many may try at once,
``take`` counts the try before it is made and ``give_back`` takes it back when it was right: fifty simultaneous guesses
get no further than ten in a row. Call ``take`` outside of a transaction: a refusal must not undo the count. Successes
never count there. What is itself rationed (seats, X21) is counted with it, in its transaction: ``take_of``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import F

from mobilegpt.core.clock import now
from mobilegpt.core.errors import RateLimited
from mobilegpt.database.models import FailureCount
from mobilegpt.database.statements import one_of

_SLICES = 60


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` failures of ``bucket`` in any ``seconds``, give or take a sixtieth."""

    bucket: str
    most: int
    seconds: int

    @property
    def slice_seconds(self) -> int:
        return -(-self.seconds // _SLICES)

    @property
    def current(self) -> int:
        """The number of the slice that we are in."""
        return int(time.time()) // self.slice_seconds

    @property
    def oldest(self) -> int:
        """The oldest slice that still counts: with the current one, begun only, they span ``seconds`` at least."""
        return self.current - _SLICES


@dataclass(frozen=True, slots=True)
class Slice:
    """What was counted in one slice of time."""

    bucket: str
    window: int
    count: int


def refuse_if_exceeded(*limits: Limit) -> list[int]:
    """How many failures each limit counts. Raises ``RateLimited`` when any of them is used up."""
    counts: list[int] = []
    among, buckets = one_of("bucket", [limit.bucket for limit in limits])
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT bucket, "window", count FROM core_failurecount WHERE {among}',  # noqa: S608
            buckets,
        )
        rows = [Slice(*row) for row in cursor.fetchall()]
    for limit in limits:
        counting = [row for row in rows if row.bucket == limit.bucket and row.window >= limit.oldest]
        counts.append(sum(row.count for row in counting))
        if counts[-1] >= limit.most:
            raise _refusal(limit, counting)
    return counts


def count_failure(*limits: Limit) -> None:
    """Add one failure to each."""
    for limit in limits:
        _add(limit)


def take(*limits: Limit) -> list[int]:
    """Count a try before it is made; returns how many each limit counts now.

    Raises ``RateLimited``, counting nothing, when any of the limits is used up.
    """
    counts: list[int] = []
    for number, limit in enumerate(limits, start=1):
        _add(limit)
        counting = _counting(limit)
        counts.append(sum(row.count for row in counting))
        if counts[-1] > limit.most:
            give_back(*limits[:number])
            raise _refusal(limit, counting)
    return counts


def take_of(limit: Limit, wanted: int) -> int:
    """How many of ``wanted`` there are still; counted as taken with the transaction that it is called in."""
    _add(limit, wanted)
    over = sum(row.count for row in _counting(limit)) - limit.most
    if over <= 0:
        return wanted
    refused = min(over, wanted)
    FailureCount.objects.filter(bucket=limit.bucket, window=limit.current).update(count=F("count") - refused)
    return wanted - refused


def spend(limit: Limit, amount: int, message: str) -> None:
    """Take all of ``amount``, in the transaction that uses it: what is rolled back was not spent.

    Raises ``RateLimited`` with this message when there is not so much; the caller's transaction must end with it.
    """
    if take_of(limit, amount) < amount:
        raise refusal(limit, message)


def refusal(limit: Limit, message: str) -> RateLimited:
    """What is said when ``limit`` is used up, with the time until there is some again."""
    return _refusal(limit, _counting(limit), message)


def give_back(*limits: Limit) -> None:
    """The try was right: it counts for nothing."""
    for limit in limits:
        latest = FailureCount.objects.filter(bucket=limit.bucket, count__gt=0).order_by("-window").values("pk")[:1]
        FailureCount.objects.filter(pk__in=latest).update(count=F("count") - 1)


def _counting(limit: Limit) -> list[FailureCount]:
    return list(FailureCount.objects.filter(bucket=limit.bucket, window__gte=limit.oldest))


def _add(limit: Limit, number: int = 1) -> None:
    """So many more in this slice; forgets the slices that no longer count when they are the first there."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO core_failurecount (bucket, "window", count, counted_at) VALUES (%s, %s, %s, %s) ON CONFLICT '
            '(bucket, "window") DO UPDATE SET count = core_failurecount.count + EXCLUDED.count RETURNING count',
            [limit.bucket, limit.current, number, now()],
        )
        count = int(cursor.fetchone()[0])
    if count == number:
        FailureCount.objects.filter(bucket=limit.bucket, window__lt=limit.oldest).delete()


def _refusal(
    limit: Limit, counting: Sequence[FailureCount | Slice], message: str = "Too many wrong tries, wait a little"
) -> RateLimited:
    """Tells when the first of what was counted stops to count."""
    first = min((row.window for row in counting if row.count), default=limit.current)
    wait = (first + _SLICES + 1) * limit.slice_seconds - int(time.time())
    return RateLimited(message=message, retry_after=max(1, wait))


def forget_old() -> int:
    """Delete counts whose window, of whatever length, is over for a day. Returns how many."""
    horizon = now() - timedelta(days=1)
    deleted, _ = FailureCount.objects.filter(counted_at__lt=horizon).delete()
    return deleted
