"""What can be asked of recordings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from mobilegpt.core.fields import Id


class StartRecording(msgspec.Struct, frozen=True, kw_only=True):
    """R43. ``session_id`` links it to a class in which the caller sits, or which they run."""

    title: str
    description: str = ""
    session_id: Id | None = None


class SavedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a batch, checked. ``time`` is the phone's own clock in microseconds since 1970, ``sent`` the same as
    it was written; both are null when the phone did not say. ``screenshot`` is the screen as a picture, undecoded."""

    event_type: str
    time: int | None
    sent: str | None
    data: dict[str, Any]
    screenshot: bytes | None = None
    event_id: UUID | None = None
