"""A recording and its events (contract 8.5)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.core.event_times import SENT_LENGTH
from mobilegpt.lectures.models import Task

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 2000
EVENT_TYPE_LENGTH = 50


class RecordingStatus(models.TextChoices):
    RECORDING = "RECORDING", "Being recorded"
    COMPLETED = "COMPLETED", "Stopped"
    PROCESSING = "PROCESSING", "A model is wording its draft"
    FAILED = "FAILED", "Left behind without an event"


class Recording(models.Model):
    """What somebody did on their phone. ``session`` links it to a class whose teacher may see it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recordings", db_index=False
    )
    session = models.ForeignKey(
        LectureSession, on_delete=models.SET_NULL, null=True, blank=True, related_name="recordings"
    )
    title = models.CharField(max_length=TITLE_LENGTH)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=RecordingStatus.choices, default=RecordingStatus.RECORDING)
    event_count = models.IntegerField(default=0)
    started_at = models.DateTimeField(default=now)
    last_saved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    clocks = models.JSONField(
        null=True, blank=True, help_text="what its phone's clock showed, as recordings.timeline has it"
    )
    draft = models.JSONField(
        null=True, blank=True, help_text="steps of a lesson made of it, as recordings.draft has them"
    )

    task = models.ForeignKey(
        Task,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="what was made of it; may be deleted",
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="recordings_of_owner"),
            models.Index(fields=["status", "started_at"], name="recordings_left_behind"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"


class RecordedPicture(models.Model):
    """A file that a recording's screenshots need, so that it stays as long as the recording does."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="pictures")
    file = models.CharField(max_length=50)

    def __str__(self) -> str:
        return self.file


class RecordedEvent(models.Model):
    """One event. ``event_id`` makes a retried batch harmless: one row for each in a recording.

    ``timestamp`` is its place in the recording, the phone's own clock; where that one was wrong, ``sent_timestamp`` is
    what it showed (contract 8.1).
    """

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="events", db_index=False)
    event_id = models.UUIDField()
    event_type = models.CharField(max_length=EVENT_TYPE_LENGTH)
    timestamp = models.DateTimeField()
    sent_timestamp = models.CharField(max_length=SENT_LENGTH, null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recording", "event_id"], name="recorded_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["recording", "timestamp", "id"], name="recorded_in_order")]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.event_type}"
