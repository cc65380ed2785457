"""What somebody should know of, and whether they have seen it (contract 8.7)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mobilegpt.accounts.models import User


class NotificationType(models.TextChoices):
    HELP_REQUEST = "HELP_REQUEST"
    STUDENT_COMPLETED = "STUDENT_COMPLETED"
    STUDENT_STUCK = "STUDENT_STUCK"
    SYSTEM_ALERT = "SYSTEM_ALERT"


class Notification(models.Model):
    """One line for one person. It goes with the person whom it is about: their name is in it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications", db_index=False)
    type = models.CharField(max_length=20, choices=NotificationType.choices)
    title = models.CharField(max_length=100)
    message = models.CharField(max_length=500)
    english = models.JSONField(null=True, blank=True, help_text="title and message in English; null: Korean only")
    related_user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    data = models.JSONField(default=dict, help_text="ids of what it is about")
    created_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notifications_of_user"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="unread_notifications"),
        ]

    def __str__(self) -> str:
        return f"{self.type} for {self.user_id}"

    @property
    def is_read(self) -> bool:
        return self.read_at is not None
