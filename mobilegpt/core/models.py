"""Rows that make a retry safe and a guess expensive."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class IdempotencyRecord(models.Model):
    """The first answer to a keyed write (contract 10.3), stored in the transaction of the write itself."""

    caller = models.CharField(max_length=80, help_text="user:7, or a hash for an anonymous caller")
    scope = models.CharField(max_length=200, help_text="the operation, or the socket's path")
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField(default=0)
    response = models.BinaryField(default=b"")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["caller", "scope", "key"], name="one_answer_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.scope} {self.key}"


class FailureCount(models.Model):
    """Failed attempts in one window, counted atomically over all processes (reliability X4, X14)."""

    bucket = models.CharField(max_length=120, help_text="what is counted, e.g. login:ip:198.51.100.7")
    window = models.BigIntegerField(help_text="number of the window since 1970")
    count = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bucket", "window"], name="one_count_per_window"),
        ]

    def __str__(self) -> str:
        return f"{self.bucket} {self.count}"
