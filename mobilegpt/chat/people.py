"""Accounts and messages as members of a room see them (contract 9.6; reliability, the field rule)."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings

from mobilegpt.accounts.models import User
from mobilegpt.chat.events import GONE, Author, MessageSent
from mobilegpt.chat.masking import HIDDEN_EMAIL, masked_email
from mobilegpt.chat.models import Message
from mobilegpt.core.actor import Actor

# All that is read of an account for ``author_of``.
AUTHOR_FIELDS = ("name", "nickname", "email", "is_guest", "profile_picture")


def author_of(user: User | None, reader: Actor | None = None) -> Author:
    """The author of a message, or a member, for a reader or for everybody; a deleted account has no name any more."""
    if user is None:
        return GONE
    picture = user.profile_picture
    return Author(
        id=user.pk,
        name=user.name,
        nickname=user.nickname or user.name,
        email=shown_email(user, reader),
        picture_url=f"{settings.MEDIA_URL}{quote(picture.name)}" if picture else None,
    )


def invited(user_id: int) -> Author:
    """Somebody who was invited and has not opened the room: nobody there learns who it is, or whether they exist."""
    name = f"회원 {user_id}"
    return Author(id=user_id, name=name, nickname=name, email=HIDDEN_EMAIL, picture_url=None)


def shown_email(user: User, reader: Actor | None = None) -> str | None:
    """A guest has none and sees none; with ``CHAT_SHOW_EMAIL=off`` others' are masked, one's own is not."""
    email = user.shown_email
    if email is None or (reader is not None and reader.user_id == user.pk):
        return email
    return email if shows_email(reader) else masked_email(email)


def shows_email(reader: Actor | None) -> bool:
    """Whether e-mails of others are shown to this reader, or to everybody (contract 9.6)."""
    return settings.CHAT_SHOW_EMAIL and not (reader is not None and reader.is_guest)


def as_sent(message: Message, file_url: str | None, reader: Actor | None = None) -> MessageSent:
    """A stored message as the event that told of it, for a reader or for everybody; ``message.sender`` is loaded."""
    return MessageSent(
        room_id=message.room_id,
        id=message.pk,
        author=author_of(message.sender, reader),
        text=message.text,
        kind=message.kind,
        file_url=file_url,
        parent_id=message.parent_id,
        created_at=message.created_at,
    )
