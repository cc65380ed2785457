"""What can be asked of recordings."""

from __future__ import annotations

from datetime import datetime
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
    """One event of a batch, checked. ``timestamp`` is the phone's own clock."""

    event_type: str
    timestamp: datetime
    data: dict[str, Any]
    event_id: UUID | None = None
