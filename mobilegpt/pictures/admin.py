"""Staff pages of pictures: the links by which phones send them, and files that wait for their removal."""

from __future__ import annotations

from django.contrib import admin

from mobilegpt.core.staff_pages import MachineMade
from mobilegpt.pictures.models import UnneededFile, UploadLink


@admin.register(UploadLink)
class UploadLinkAdmin(MachineMade):
    list_display = ("id", "lecture", "made_by", "created_at", "expires_at", "revoked_at")
    exclude = ("token_hash", "phone_hash")
    list_select_related = ("lecture", "made_by")


@admin.register(UnneededFile)
class UnneededFileAdmin(MachineMade):
    list_display = ("file", "noticed_at")
    search_fields = ("file",)
