"""Staff pages of notifications."""

from __future__ import annotations

from django.contrib import admin

from mobilegpt.core.staff_pages import MachineMade
from mobilegpt.notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(MachineMade):
    list_display = ("id", "user", "type", "title", "message", "created_at", "read_at")
    list_filter = ("type", ("read_at", admin.EmptyFieldListFilter))
    search_fields = ("user__name", "user__email", "message")
    list_select_related = ("user",)
    date_hierarchy = "created_at"
