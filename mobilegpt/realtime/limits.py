"""What a client may send, how fast it must read, and how long it may wait (contract 3.9, 10.5). Imports no Django."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """One for all sockets of a process, as they are set. ``help_frame_bytes`` are for a frame with a picture in it."""

    frame_bytes: int
    help_frame_bytes: int
    frames_per_second: int
    bad_frames: int
    queued_commands: int = 64
    unsent_bytes: int
    join_within_seconds: float
    heartbeat_seconds: int
    resume_events: int
    resume_seconds: int
