"""Staff pages of chat, to look at: what is done in a room is done by its members."""

from __future__ import annotations

from django.contrib import admin

from mobilegpt.chat.models import ChatFile, Member, Message, Outsider, Room
from mobilegpt.core.staff_pages import MachineMade


class Kept(MachineMade):
    """Numbers of messages have no gaps, so no row of a room goes on its own."""

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Room)
class RoomAdmin(Kept):
    list_display = ("id", "name", "owner", "is_open", "posting", "message_count", "last_activity_at", "archived_at")
    list_filter = ("is_open", "posting")
    search_fields = ("name", "owner__email", "owner__name")
    list_select_related = ("owner",)
    date_hierarchy = "created_at"


@admin.register(Member)
class MemberAdmin(Kept):
    list_display = ("id", "room", "user", "role", "joined_at", "last_read_at", "is_online")
    list_filter = ("role", "is_online")
    search_fields = ("room__name", "user__email", "user__name")
    list_select_related = ("room", "user")


@admin.register(Outsider)
class OutsiderAdmin(Kept):
    list_display = ("id", "room", "user_id", "standing", "inviter", "since")
    list_filter = ("standing",)
    search_fields = ("room__name", "inviter__email", "inviter__name")
    list_select_related = ("room", "inviter")


@admin.register(Message)
class MessageAdmin(Kept):
    list_display = ("id", "room", "number", "sender", "kind", "created_at")
    list_filter = ("kind",)
    search_fields = ("room__name", "sender__email", "sender__name")
    list_select_related = ("room", "sender")
    date_hierarchy = "created_at"


@admin.register(ChatFile)
class ChatFileAdmin(Kept):
    list_display = ("id", "name", "room", "uploader", "mime", "size", "created_at")
    list_filter = ("mime",)
    search_fields = ("name", "room__name", "uploader__email")
    list_select_related = ("room", "uploader")
    date_hierarchy = "created_at"
