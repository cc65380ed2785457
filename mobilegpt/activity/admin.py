"""Staff pages of the activity logs: to be looked at, never written by hand."""

from __future__ import annotations

from django.contrib import admin

from mobilegpt.activity.models import ActivityLog, StepMatch
from mobilegpt.core.staff_pages import MachineMade


@admin.register(ActivityLog)
class ActivityLogAdmin(MachineMade):
    list_display = ("id", "user", "event_type", "subtask", "timestamp", "received_at")
    list_filter = ("received_at",)
    search_fields = ("user__name", "user__email", "=event_type")
    list_select_related = ("user", "subtask")
    date_hierarchy = "received_at"


@admin.register(StepMatch)
class StepMatchAdmin(MachineMade):
    list_display = ("id", "session", "user", "subtask", "since", "completed", "silenced_steps")
    list_filter = ("completed",)
    list_select_related = ("session", "user", "subtask")
