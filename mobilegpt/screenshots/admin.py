"""Staff pages of consents: to be looked at, never written by hand. Screens have none: nobody agreed to show them."""

from __future__ import annotations

from django.contrib import admin

from mobilegpt.core.staff_pages import MachineMade
from mobilegpt.screenshots.models import ScreenConsent


@admin.register(ScreenConsent)
class ScreenConsentAdmin(MachineMade):
    list_display = ("id", "session", "user", "agreed", "at")
    list_select_related = ("session", "user")
