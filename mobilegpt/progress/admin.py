"""Staff pages of progress: to be looked at; what learners did is not edited by hand."""

from __future__ import annotations

from django.contrib import admin

from mobilegpt.core.staff_pages import MachineMade
from mobilegpt.progress.models import Achievement, SubtaskProgress


@admin.register(SubtaskProgress)
class SubtaskProgressAdmin(MachineMade):
    list_display = ("id", "user", "subtask", "status", "started_at", "completed_at", "updated_at")
    list_filter = ("status",)
    search_fields = ("user__name", "user__email", "subtask__title", "subtask__task__lecture__title")
    list_select_related = ("user", "subtask")
    date_hierarchy = "updated_at"


@admin.register(Achievement)
class AchievementAdmin(MachineMade):
    list_display = ("id", "user", "milestone", "unlocked_at")
    list_filter = ("milestone",)
    search_fields = ("user__name", "user__email")
    list_select_related = ("user",)
