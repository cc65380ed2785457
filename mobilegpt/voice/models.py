"""Speech that was made, so that it is made once, and the calls that it took."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class MadeSpeech(models.Model):
    """Words in one voice, spoken. Steps of any lecture that say the same share it."""

    words_hash = models.CharField(max_length=64)
    voice = models.CharField(max_length=300, help_text="who spoke: the maker, its model and its voice")
    file = models.CharField(max_length=60, db_index=True, help_text="the name in files/lesson_files.py")
    duration_seconds = models.FloatField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["words_hash", "voice"], name="spoken_once_per_voice"),
        ]

    def __str__(self) -> str:
        return f"{self.voice} {self.file}"


class SpeechCall(models.Model):
    """One call of the speech server: what its budget counts, and what it came to."""

    outcome = models.CharField(max_length=40, blank=True, help_text="empty while it runs, or when its process died")
    milliseconds = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.outcome}"
