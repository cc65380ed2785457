"""Staff pages of consents and of who shows a screen: to be looked at, never written by hand. The screens themselves are
not there: nobody agreed to show them to staff."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from mobilegpt.core.staff_pages import MachineMade
from mobilegpt.screenshots.models import ScreenConsent, Screenshot


@admin.register(ScreenConsent)
class ScreenConsentAdmin(MachineMade):
    list_display = ("id", "session", "user", "agreed", "at")
    list_select_related = ("session", "user")


@admin.register(Screenshot)
class ScreenshotAdmin(MachineMade):
    list_display = ("id", "session", "user", "withheld", "created_at")
    fields = ("session", "user", "withheld", "captured_at", "created_at")
    list_select_related = ("session", "user")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Screenshot]:
        rows: QuerySet[Screenshot] = super().get_queryset(request)
        return rows.defer("content")
