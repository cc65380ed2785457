"""Accounts and messages as members of a room see them (reliability, the field rule)."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings

from mobilegpt.accounts.models import User
from mobilegpt.chat.events import Author, MessageSent
from mobilegpt.chat.models import Message

# All that is read of an account for ``author_of``.
AUTHOR_FIELDS = ("name", "nickname", "email", "is_guest", "profile_picture")
_GONE = Author(id=0, name="알 수 없음", nickname="알 수 없음", email=None, picture_url=None)


def author_of(user: User | None) -> Author:
    """The author of a message, or a member; an account that was deleted has no name any more."""
    if user is None:
        return _GONE
    picture = user.profile_picture
    return Author(
        id=user.pk,
        name=user.name,
        nickname=user.nickname or user.name,
        email=shown_email(user),
        picture_url=f"{settings.MEDIA_URL}{quote(picture.name)}" if picture else None,
    )


def shown_email(user: User) -> str | None:
    """A guest has none; with ``CHAT_SHOW_EMAIL=off`` only the first letter and the domain are left."""
    email = user.shown_email
    if email is None or settings.CHAT_SHOW_EMAIL:
        return email
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}"


def as_sent(message: Message, file_url: str | None) -> MessageSent:
    """A stored message as the event that told of it; ``message.sender`` is loaded."""
    return MessageSent(
        room_id=message.room_id,
        id=message.pk,
        author=author_of(message.sender),
        text=message.text,
        kind=message.kind,
        file_url=file_url,
        parent_id=message.parent_id,
        created_at=message.created_at,
    )
