"""What a phone showed last, and whether its owner agreed to show it (contract 12)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now


class Withheld(models.TextChoices):
    """Why nothing of a screen is kept."""

    PERSONAL_DATA = "PERSONAL_DATA", "What the phone told of it had to be masked"
    SENSITIVE_APP = "SENSITIVE_APP", "It is of an app that nobody looks into"


class ScreenConsent(models.Model):
    """What somebody has said of their screen in one class; where they have said nothing there is no row."""

    session = models.ForeignKey(LectureSession, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agreed = models.BooleanField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "user"], name="one_consent_per_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.session_id}: {self.agreed}"


class Screenshot(models.Model):
    """The newest screen of somebody in a class; it is gone when the class is over.

    ``content`` is a WebP, kept in the row: it is deleted in the transaction of whatever ends it, and no address but
    ours leads to it. It is empty where the screen is ``withheld``. ``captured_at`` is the phone's clock, or the
    server's where that is far off.
    """

    session = models.ForeignKey(LectureSession, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    content = models.BinaryField(default=b"")
    withheld = models.CharField(max_length=20, choices=Withheld.choices, blank=True, default="")
    captured_at = models.DateTimeField()
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "user"], name="one_screen_per_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.session_id}"
