"""Staff read the trail; nobody writes in it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from mobilegpt.audit.models import AuditEntry
from mobilegpt.core.staff_pages import MachineMade


@admin.register(AuditEntry)
class AuditEntryAdmin(MachineMade):
    list_display = ("at", "actor_id", "action", "subject", "address", "details", "request_id")
    list_filter = ("action",)
    search_fields = ("=actor_id", "=subject", "=address", "=request_id")
    search_help_text = "the number of an account, user:7, an address, or the id of a request"
    date_hierarchy = "at"
    ordering = ("-id",)
    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
