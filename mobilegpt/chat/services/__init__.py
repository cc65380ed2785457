"""Writes of chat: rooms, members, messages, files, presence, and the rooms of classes."""

from mobilegpt.chat.services.classes import (
    archive_class_room,
    close_class_room,
    ensure_class_room,
    leave_class_room,
    seat_in_class_room,
)
from mobilegpt.chat.services.erasing import erase_person
from mobilegpt.chat.services.files import delete_unsent_files, file_for, store_file
from mobilegpt.chat.services.members import add_member, decline, enter_room, join_open_room, remove_member
from mobilegpt.chat.services.messages import Sending, Sent, mark_read, send_messages
from mobilegpt.chat.services.presence import mark_offline, mark_online
from mobilegpt.chat.services.rooms import change_room, open_room

__all__ = [
    "Sending",
    "Sent",
    "add_member",
    "archive_class_room",
    "change_room",
    "close_class_room",
    "decline",
    "delete_unsent_files",
    "ensure_class_room",
    "enter_room",
    "erase_person",
    "file_for",
    "join_open_room",
    "leave_class_room",
    "mark_offline",
    "mark_online",
    "mark_read",
    "open_room",
    "remove_member",
    "seat_in_class_room",
    "send_messages",
    "store_file",
]
