"""Jobs, and when the periodic work ran."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class JobState(models.TextChoices):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    DEAD = "DEAD"


class Job(models.Model):
    """One piece of work. ``due_at`` is when a worker may take it: next try, or the end of the lease of who has it."""

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=120, null=True, help_text="at most one unfinished job of a name has it")
    payload = models.JSONField()
    state = models.CharField(max_length=7, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.IntegerField(default=0, help_text="how often it was taken; also tells a late worker it lost it")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(help_text="of the last failed attempt")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "key"], condition=Q(finished_at__isnull=True), name="one_unfinished_job_per_key"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(finished_at__isnull=True), name="unfinished_jobs"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="finished_jobs"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk} {self.state}"


class PeriodicRun(models.Model):
    """When a periodic work last began and ended, in whatever process."""

    name = models.CharField(max_length=60, primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
