"""Staff pages of recordings: to be looked at, never written by hand."""

from __future__ import annotations

from django.contrib import admin

from mobilegpt.core.staff_pages import MachineMade
from mobilegpt.recordings.models import RecordedEvent, RecordedPicture, Recording


@admin.register(Recording)
class RecordingAdmin(MachineMade):
    list_display = ("id", "title", "owner", "session", "status", "event_count", "started_at", "ended_at")
    list_filter = ("status", "started_at")
    search_fields = ("title", "owner__name", "owner__email")
    list_select_related = ("owner", "session")


@admin.register(RecordedEvent)
class RecordedEventAdmin(MachineMade):
    list_display = ("id", "recording", "event_type", "timestamp")
    search_fields = ("=recording__id", "=event_type")
    list_select_related = ("recording",)
    show_full_result_count = False


@admin.register(RecordedPicture)
class RecordedPictureAdmin(MachineMade):
    list_display = ("id", "recording", "file")
    search_fields = ("=recording__id", "=file")
    list_select_related = ("recording",)
