"""Staff pages of the outbox: what was published, and who is connected."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from mobilegpt.core.staff_pages import MachineMade
from mobilegpt.events.models import SocketLease, Stream, StreamEntry


class KeptWhole(MachineMade):
    """Deleting a row would tear a hole into a stream, so nobody can."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Stream)
class StreamAdmin(KeptWhole):
    list_display = ("name", "epoch", "seq")
    search_fields = ("name",)


@admin.register(StreamEntry)
class StreamEntryAdmin(KeptWhole):
    list_display = ("id", "event_type", "stream", "seq", "topics", "created_at")
    list_filter = ("event_type",)
    search_fields = ("stream", "topics", "event_id")
    date_hierarchy = "created_at"
    exclude = ("payload",)
    readonly_fields = ("event",)

    @admin.display(description="payload")
    def event(self, entry: StreamEntry) -> str:
        """The stored JSON as text."""
        return format_html("<pre>{}</pre>", bytes(entry.payload).decode(errors="replace"))


@admin.register(SocketLease)
class SocketLeaseAdmin(MachineMade):
    list_display = ("topic", "user_id", "process", "expires_at")
    search_fields = ("topic", "user_id")
