"""A notification, as R39 lists it and W9 tells of it. Imports no Django."""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import Struct

from mobilegpt.core.locale import Words
from mobilegpt.wire.people import Named


class NotificationUser(Named, frozen=True, kw_only=True):
    pass


class NotificationRow(Struct, frozen=True, kw_only=True):
    """A row of R39. ``related_user`` is whom it is about; ``data`` holds ids of what it is about."""

    id: int
    type: str
    title: str
    message: str
    related_user: NotificationUser | None
    data: dict[str, Any]
    is_read: bool
    read_at: str | None
    created_at: str


class NotificationShown(NotificationRow, frozen=True, kw_only=True):
    """As R39 lists it."""


class Said(NamedTuple):
    title: str
    message: str


def said(title: str, message: str, english: dict[str, str] | None) -> Said:
    """To whoever reads it now; ``english`` has both texts, or is null for what older releases said in Korean only."""
    if english is None:
        return Said(title, message)
    return Said(Words(title, english["title"]).said(), Words(message, english["message"]).said())
