"""The lines of the audit trail."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    """One thing that somebody did, was refused, or read about somebody else.

    People are numbers, never names or e-mails, so that erasing a person leaves nothing personal here; they are no
    foreign keys, so that a line outlives its people. Triggers refuse every change (``guard.py``): a migration that
    rebuilds this table on SQLite has to install them again.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor_id = models.BigIntegerField(null=True, blank=True, help_text="the account that acted; empty for nobody known")
    action = models.CharField(max_length=40, help_text="login.ok, account.role, read.participants, …")
    subject = models.CharField(max_length=120, blank=True, help_text="whom or what it is about: user:7, session:12")
    address = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes: ClassVar = [
            models.Index(fields=["action", "at"], name="audit_by_action"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
            models.Index(fields=["subject", "at"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.subject}"
