"""Staff pages of what the server keeps for itself: first answers, counts of tries, calls of the model."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from mobilegpt.core.staff_pages import MachineMade
from mobilegpt.database.models import FailureCount, IdempotencyRecord, ModelCall


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(MachineMade):
    list_display = ("scope", "caller", "key", "status_code", "created_at")
    list_filter = ("status_code",)
    search_fields = ("caller", "scope", "key")
    date_hierarchy = "created_at"
    exclude = ("response",)  # somebody's data, as bytes


@admin.register(FailureCount)
class FailureCountAdmin(MachineMade):
    """Deleting a row lets its account or address try again."""

    list_display = ("bucket", "count", "window")
    search_fields = ("bucket",)
    ordering: ClassVar = ("-window", "-count")


@admin.register(ModelCall)
class ModelCallAdmin(MachineMade):
    list_display = ("created_at", "user", "outcome", "milliseconds")
    list_filter = ("outcome",)
    list_select_related = ("user",)
    date_hierarchy = "created_at"
