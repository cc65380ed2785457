"""Counting failures, atomically and over all processes (reliability X4, X14). Successes never count.

A limit is ``Limit(bucket, most, seconds)``: more than ``most`` failures in a window of ``seconds`` refuse the next try.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection

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
    with connection.cursor() as cursor:
        for limit in limits:
            cursor.execute(
                "INSERT INTO core_failurecount (bucket, window, count) VALUES (%s, %s, 1) "
                "ON CONFLICT (bucket, window) DO UPDATE SET count = core_failurecount.count + 1",
                [limit.bucket, limit.window],
            )
    for limit in limits:
        FailureCount.objects.filter(bucket=limit.bucket, window__lt=limit.window).delete()
