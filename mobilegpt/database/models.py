"""Rows that make a retry safe, a guess expensive, and a language model's bill small."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

ROWS_AT_ONCE = 5_000
"""Of one INSERT, where there may be any number: PostgreSQL takes 65,535 parameters in a statement."""


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
    """Failed attempts, or seats, in one window, counted atomically over all processes (reliability X4, X14, X21)."""

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


class ModelCall(models.Model):
    """One call of the language model: what budgets count, and what it came to."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=20, blank=True, help_text="empty while it runs, or when its process died")
    milliseconds = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at", "user"], name="core_modelcalls")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.outcome}"
