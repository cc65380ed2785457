"""Waiting for the next event of a stream without a socket: what a long poll does (contract 10.2)."""

from __future__ import annotations

import asyncio

from mobilegpt.core.locale import Language
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.dialect import Dialect
from mobilegpt.realtime.frames import WireFrames

_SILENT = Dialect("long poll", encoders={})


class LongPollWaiter:
    """Follows a stream as a socket does, and is shown nothing of it; ``happened`` is set by whatever comes."""

    dialect = _SILENT
    rt = False
    language = Language.KOREAN
    user_id = None
    descriptor = -1

    def __init__(self) -> None:
        self.happened = asyncio.Event()

    def write(self, frames: WireFrames) -> None:
        """Its dialect has no frames."""

    def write_rest(self, rest: bytes) -> None:
        """No more than ``write``."""

    def close(self, code: CloseCode, reason: str = "") -> None:
        self.happened.set()
