"""What happens to notifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

import msgspec
from msgspec.structs import replace

from mobilegpt.core.gone import GONE_NAME, GONE_TEXT
from mobilegpt.events import topics
from mobilegpt.events.event import Event


class RelatedUser(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    name: str


class English(msgspec.Struct, frozen=True, kw_only=True):
    """What a notification says, in English (contract 2.9)."""

    title: str
    message: str


class NotificationCreated(Event, frozen=True, kw_only=True):
    """Somebody has a new notification. ``related_user`` is whom it is about, null when it is about nobody.

    ``english`` is null in events of releases that said everything in Korean.
    """

    notification_id: int
    user_id: int
    notification_type: str
    title: str
    message: str
    related_user: RelatedUser | None
    data: dict[str, Any]
    at: datetime
    english: English | None = None

    def topics(self) -> tuple[str, ...]:
        return (topics.notices(self.user_id),)

    def forgetting(self, user_id: int) -> Self:
        if self.related_user is None or self.related_user.id != user_id:
            return self
        gone = RelatedUser(id=user_id, name=GONE_NAME)
        return replace(self, message=GONE_TEXT, related_user=gone, english=None)
