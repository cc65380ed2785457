"""Staff pages of speech: what was made, and what it took."""

from __future__ import annotations

from django.contrib import admin

from mobilegpt.core.staff_pages import MachineMade
from mobilegpt.voice.models import MadeSpeech, SpeechCall


@admin.register(MadeSpeech)
class MadeSpeechAdmin(MachineMade):
    list_display = ("id", "voice", "duration_seconds", "file", "created_at")
    list_filter = ("voice",)
    date_hierarchy = "created_at"


@admin.register(SpeechCall)
class SpeechCallAdmin(MachineMade):
    list_display = ("id", "created_at", "outcome", "milliseconds")
    list_filter = ("outcome",)
    date_hierarchy = "created_at"
