"""Progress per learner and subtask, and the milestones reached (contract 7.3, 7.6)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from mobilegpt.lectures.models import Subtask


class ProgressStatus(models.TextChoices):
    NOT_STARTED = "NOT_STARTED", "Not started"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    COMPLETED = "COMPLETED", "Completed"
    HELP_NEEDED = "HELP_NEEDED", "Needs help"


class SubtaskProgress(models.Model):
    """No row means NOT_STARTED. COMPLETED is final once the class has left the step (contract 11.9)."""

    # The unique constraint begins with the user, the index with the subtask: no others are needed.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="progress", db_index=False
    )
    subtask = models.ForeignKey(Subtask, on_delete=models.CASCADE, related_name="progress", db_index=False)
    status = models.CharField(max_length=12, choices=ProgressStatus.choices)
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "subtask progress"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "subtask"], name="one_progress_per_subtask"),
        ]
        indexes: ClassVar = [
            # All that a dashboard asks of a lecture: a million rows of others are not looked at.
            models.Index(
                fields=["subtask", "user", "status", "started_at", "completed_at", "updated_at"],
                name="progress_on_a_step",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.subtask_id} {self.status}"


class Achievement(models.Model):
    """A milestone, unlocked once per account."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="achievements", db_index=False
    )
    milestone = models.PositiveIntegerField(help_text="Completed subtasks: 10, 25, 50, 100 or 200.")
    unlocked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "milestone"], name="one_achievement_per_milestone"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.milestone}"
