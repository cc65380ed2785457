"""Rooms, their members, messages and files (contract 9).

Messages of a room are numbered without gaps. Counts, unread counts, receipts and pages are therefore arithmetic on a
few numbers, and cost the same in a room of ten messages and in one of a million.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Posting(models.TextChoices):
    EVERYONE = "EVERYONE", "Everyone writes"
    STAFF = "STAFF", "The room's admins write"
    NOBODY = "NOBODY", "Read only"


class MemberRole(models.TextChoices):
    ADMIN = "admin", "Admin"
    MEMBER = "member", "Member"


class RoomType(models.TextChoices):
    GROUP = "group", "Group"
    DIRECT = "direct", "Two people"


class MessageType(models.TextChoices):
    TEXT = "text", "Text"
    IMAGE = "image", "Image"
    FILE = "file", "File"
    SYSTEM = "system", "System"


class Standing(models.TextChoices):
    INVITED = "INVITED", "Invited"
    REMOVED = "REMOVED", "Removed"


class Room(models.Model):
    """A chat room. Anyone who is signed in may join an open one (contract 9.1)."""

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="", db_default="")
    room_type = models.CharField(
        max_length=8, choices=RoomType.choices, default=RoomType.GROUP, db_default=RoomType.GROUP.value
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    post = models.BigIntegerField(null=True, blank=True, help_text="a client's own reference")
    is_open = models.BooleanField(default=False)
    # A number, not a foreign key: chat lies below the classroom.
    session_id = models.BigIntegerField(null=True, blank=True, unique=True, help_text="the class whose room this is")
    posting = models.CharField(max_length=8, choices=Posting.choices, default=Posting.EVERYONE)
    message_count = models.BigIntegerField(default=0)
    # Changes with every message: an index of it, or of the last activity, would have the whole row indexed anew.
    last_message = models.ForeignKey(
        "Message",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    last_activity_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(is_open=True, archived_at__isnull=True), name="chat_open_rooms")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"


class Member(models.Model):
    """Somebody in a room, and how far they have read.

    ``read_number`` is the number of the newest message they have read; ``sent_since_read`` counts their own messages
    after it. ``recent_sends`` are the moments (seconds since 1970) of their latest messages, for the limits on them.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="members", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chat_memberships")
    role = models.CharField(max_length=8, choices=MemberRole.choices, default=MemberRole.MEMBER)
    joined_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True, blank=True)
    read_number = models.BigIntegerField(default=0)
    sent_since_read = models.IntegerField(default=0)
    recent_sends = models.JSONField(default=list, blank=True)
    is_online = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["room", "user"], name="one_membership_per_user")]
        indexes: ClassVar = [models.Index(fields=["room", "read_number"], name="chat_receipts")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"


class Outsider(models.Model):
    """Somebody who is no member and whom the room knows: invited and not there yet, or removed (contract 9.1, 9.6).

    ``user_id`` is a number, not a foreign key: an account that does not exist is invited as a stranger is, so that
    nobody learns which ids exist. ``member_id`` is the id of the membership that an invitation becomes.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="outsiders", db_index=False)
    user_id = models.BigIntegerField()
    standing = models.CharField(max_length=8, choices=Standing.choices)
    member_id = models.BigIntegerField(null=True)
    inviter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["room", "user_id"], name="one_standing_per_user")]
        indexes: ClassVar = [models.Index(fields=["user_id", "standing"], name="chat_standings_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.standing} {self.room_id}"


class ChatFile(models.Model):
    """An uploaded file of a room. Its bytes lie in the storage under ``stored_as``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="files")
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    size = models.BigIntegerField()
    stored_as = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["uploader", "created_at"], name="chat_upload_quota")]

    def __str__(self) -> str:
        return f"{self.name} ({self.room_id})"


class Message(models.Model):
    """A message. ``number`` counts from 1 in its room, without gaps; ids of a room rise with it."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages", db_index=False)
    number = models.BigIntegerField()
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True)
    kind = models.CharField(max_length=8, choices=MessageType.choices, default=MessageType.TEXT)
    file_url = models.TextField(null=True, blank=True, help_text="as it was sent; never fetched")
    file = models.ForeignKey(
        ChatFile, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False
    )
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["room", "number"], name="one_message_per_number")]
        indexes: ClassVar = [  # few messages have either
            models.Index(fields=["file"], condition=Q(file__isnull=False), name="chat_messages_of_file"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="chat_answers_to_message"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}#{self.number}"
