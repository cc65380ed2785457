"""The outbox: every event, stored in the transaction that caused it; sequenced per stream (contract 10.1)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from mobilegpt.core.ids import fresh_id


def new_epoch() -> str:
    return fresh_id()[:12]


class Stream(models.Model):
    """The counter of one stream. Its row lock orders the stream's writers, so ``seq`` has no gaps."""

    name = models.CharField(max_length=80, primary_key=True)
    epoch = models.CharField(max_length=12, default=new_epoch)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}@{self.seq}"


class StreamEntry(models.Model):
    """One event, once per stream that it belongs to; one without a stream has ``stream`` and ``seq`` null."""

    stream = models.CharField(max_length=80, null=True)
    epoch = models.CharField(max_length=12, null=True)
    seq = models.BigIntegerField(null=True)
    topics = models.CharField(max_length=400, help_text="unsequenced topics, blank-separated")
    event_id = models.CharField(max_length=32)
    event_type = models.CharField(max_length=60)
    payload = models.BinaryField()
    origin = models.CharField(max_length=32, help_text="the process that published it")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name_plural = "stream entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "seq"], name="one_event_per_seq"),
        ]

    def __str__(self) -> str:
        return f"{self.stream}@{self.seq} {self.event_type}"


class SocketLease(models.Model):
    """This process holds at least one socket of this user on this topic. Expired leases are ghosts."""

    topic = models.CharField(max_length=80)
    user_id = models.BigIntegerField()
    process = models.CharField(max_length=32)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "user_id", "process"], name="one_lease_per_process"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.user_id} {self.process}"
