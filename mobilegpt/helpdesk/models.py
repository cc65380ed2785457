"""Help requests and responses (contract 8.3)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from mobilegpt.classroom.models import LectureSession
from mobilegpt.lectures.models import Lecture, Subtask


class RequestType(models.TextChoices):
    MANUAL = "MANUAL", "Asked"
    AUTO = "AUTO", "Noticed"


class RequestStatus(models.TextChoices):
    ANALYZING = "ANALYZING", "Waiting for an answer"
    RESOLVED = "RESOLVED", "Answered"
    FAILED = "FAILED", "No answer"


class Priority(models.TextChoices):
    LOW = "LOW", "Low"
    NORMAL = "NORMAL", "Normal"
    HIGH = "HIGH", "High"


class HelpType(models.TextChoices):
    TEXT = "TEXT", "Text"
    VOICE = "VOICE", "Voice"
    OVERLAY = "OVERLAY", "Overlay"
    VIDEO = "VIDEO", "Video"


class HelpRequest(models.Model):
    """One learner is stuck on one subtask. Open until ``closed_at`` is set; one open per learner and subtask."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="help_requests")
    subtask = models.ForeignKey(Subtask, on_delete=models.CASCADE, related_name="help_requests")
    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="help_requests")
    session = models.ForeignKey(
        LectureSession, on_delete=models.SET_NULL, null=True, blank=True, related_name="help_requests"
    )
    request_type = models.CharField(max_length=8, choices=RequestType.choices, default=RequestType.MANUAL)
    priority = models.CharField(max_length=8, choices=Priority.choices, default=Priority.NORMAL)
    status = models.CharField(max_length=12, choices=RequestStatus.choices, default=RequestStatus.ANALYZING)
    context_data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "subtask"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_request_per_subtask",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["lecture", "closed_at"])]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"


class HelpResponse(models.Model):
    """An answer that was delivered. ``author`` is null when nobody wrote it by hand."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="responses")
    help_type = models.CharField(max_length=8, choices=HelpType.choices, default=HelpType.TEXT)
    help_content = models.TextField()
    voice_guide_text = models.TextField(blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    feedback_text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.help_content[:40]
