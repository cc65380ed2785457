"""What a client of ``rt.v1`` is told first (contract 10.2)."""

from __future__ import annotations

from django.conf import settings

from mobilegpt.events.event import Position
from mobilegpt.realtime.protocol import Hello, Window


def hello(connection_id: str, at: dict[str, Position]) -> Hello:
    """Where its streams stand (``at``), what it may send, and how far back it may resume."""
    limits = settings.REALTIME
    return Hello(
        connection_id=connection_id,
        heartbeat_interval=limits["HEARTBEAT_SECONDS"],
        streams=at,
        limits={
            "frame_bytes": limits["MAX_FRAME_BYTES"],
            "frames_per_second": limits["FRAMES_PER_SECOND"],
            "unsent_bytes": limits["MAX_UNSENT_BYTES"],
        },
        resume=Window(events=limits["RESUME_EVENTS"], seconds=limits["RESUME_SECONDS"]),
    )
