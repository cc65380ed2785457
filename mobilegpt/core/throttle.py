"""Counting failures, atomically and over all processes (reliability X4, X14). Successes never count.

A limit is ``Limit(bucket, most, seconds)``: ``most`` failures in a window of ``seconds`` refuse the next try. Where
many may try at once, ``take`` counts the try before it is made and ``give_back`` takes it back when it was right:
fifty simultaneous guesses get no further than ten in a row. Call ``take`` outside of a transaction: a refusal must
not undo the count.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import F

from mobilegpt.core.clock import now
from mobilegpt.core.errors import RateLimited
from mobilegpt.core.models import FailureCount


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` failures of ``bucket`` in ``seconds``."""

    bucket: str
    most: int
    seconds: int

    @property
    def window(self) -> int:
        return int(time.time()) // self.seconds

    @property
    def retry_after(self) -> int:
        """Seconds until the window ends."""
        return self.seconds - int(time.time()) % self.seconds


def refuse_if_exceeded(*limits: Limit) -> None:
    """Raises ``RateLimited`` when any of the limits is used up."""
    counts = {
        (row.bucket, row.window): row.count
        for row in FailureCount.objects.filter(bucket__in=[limit.bucket for limit in limits])
    }
    for limit in limits:
        if counts.get((limit.bucket, limit.window), 0) >= limit.most:
            raise RateLimited(message="Too many wrong tries, wait a little", retry_after=limit.retry_after)


def count_failure(*limits: Limit) -> None:
    """Add one failure to each; forgets windows that are over."""
    for limit in limits:
        _add(limit)


def take(*limits: Limit) -> None:
    """Count a try before it is made. Raises ``RateLimited``, counting nothing, when any of the limits is used up."""
    taken: list[Limit] = []
    for limit in limits:
        taken.append(limit)
        if _add(limit) > limit.most:
            give_back(*taken)
            raise RateLimited(message="Too many wrong tries, wait a little", retry_after=limit.retry_after)


def give_back(*limits: Limit) -> None:
    """The try was right: it counts for nothing."""
    for limit in limits:
        FailureCount.objects.filter(bucket=limit.bucket, window=limit.window, count__gt=0).update(count=F("count") - 1)


def _add(limit: Limit) -> int:
    """One more in this window; returns how many, forgetting older windows of the bucket when a new one starts."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO core_failurecount (bucket, "window", count, counted_at) VALUES (%s, %s, 1, %s) '
            'ON CONFLICT (bucket, "window") DO UPDATE SET count = core_failurecount.count + 1 RETURNING count',
            [limit.bucket, limit.window, now()],
        )
        count = int(cursor.fetchone()[0])
    if count == 1:
        FailureCount.objects.filter(bucket=limit.bucket, window__lt=limit.window).delete()
    return count


def forget_old() -> int:
    """Delete counts whose window, of whatever length, is over for a day. Returns how many."""
    horizon = now() - timedelta(days=1)
    deleted, _ = FailureCount.objects.filter(counted_at__lt=horizon).delete()
    return deleted
