"""A learner's screen as REST and the sockets of a class tell of it (contract 12). Imports no Django."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.wire.choices import ScreenWithheldChoice


class ScreenshotBody(Struct, frozen=True, kw_only=True):
    """Somebody's newest screen. ``session`` and ``participant`` are ids; a device's id is told to the device alone.

    ``image_url`` is read with the token of a teacher of the class, and "" where there is no picture: it is
    ``withheld``, or was taken back.
    """

    id: int
    session: int
    participant: int
    participant_name: str
    image_url: str
    withheld: ScreenWithheldChoice
    captured_at: str
    created_at: str
    device_id: str | None = None


def image_url(session_id: int, participant_id: int, version: int) -> str:
    """``version`` makes it another address for another picture, so that no client shows an old one."""
    return f"/api/sessions/{session_id}/screenshots/{participant_id}/image/?v={version}"
