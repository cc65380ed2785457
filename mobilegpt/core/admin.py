"""Staff pages of the core, and what the other domains' staff pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from mobilegpt.core.models import FailureCount, IdempotencyRecord, ModelCall

if TYPE_CHECKING:  # generic for the type checker only
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin, TabularInline = admin.ModelAdmin, admin.TabularInline


class MachineMade(ModelAdmin):
    """Rows that the server writes for itself: to be looked at, and deleted perhaps, but never written by hand."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
