"""What can be asked about screens."""

from __future__ import annotations

from typing import Any

import msgspec

from mobilegpt.core.event_times import Time


class ShowScreen(msgspec.Struct, frozen=True, kw_only=True):
    """A phone's screen as a picture in base64, also as a ``data:`` address. ``screen_info`` is what the phone tells of
    it, as with an event; ``device_id`` is of a phone that has no token."""

    image_data: str
    captured_at: Time | None = None
    device_id: str | None = None
    screen_info: dict[str, Any] | None = None


class SayConsent(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the caller agrees to show their screen to the teachers of the class."""

    agreed: bool
    device_id: str | None = None
