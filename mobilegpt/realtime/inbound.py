"""How large a frame of a client may be, and how many may come (contract 10.5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings

from mobilegpt.core.errors import ErrorCode, RateLimited, TooLarge
from mobilegpt.events.command import Command
from mobilegpt.realtime.dialect import BadFrame, Decoded, Dialect
from mobilegpt.realtime.protocol import RT_DECODERS


def decoded(text: str | None, dialect: Dialect, *, rt: bool, large: Callable[[Command], int] | None) -> Decoded:
    """What a frame asks for. ``large`` tells how many bytes of a command may come on top of what all may have.

    Raises ``BadFrame``, and ``TooLarge`` for what closes the socket with 1009.
    """
    if text is None:
        raise BadFrame(ErrorCode.INVALID_JSON, "Frames are text")
    limits = settings.REALTIME
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size <= limits["MAX_FRAME_BYTES"]:
        return dialect.decode(text, RT_DECODERS if rt else {})
    if large is not None and size <= limits["MAX_HELP_FRAME_BYTES"]:
        with suppress(BadFrame):
            found = dialect.decode(text)
            if size - large(found.command) <= limits["MAX_FRAME_BYTES"]:
                return found
    raise TooLarge(message="message too big")


class Allowance:
    """How many frames a client may still send: ``FRAMES_PER_SECOND`` come back each second, twice as many at most."""

    __slots__ = ("_counted_at", "_left")

    def __init__(self) -> None:
        self._left = float(settings.REALTIME["FRAMES_PER_SECOND"] * 2)
        self._counted_at = 0.0

    def take(self) -> None:
        """One frame. Raises ``RateLimited`` when there is none left."""
        rate = settings.REALTIME["FRAMES_PER_SECOND"]
        moment = asyncio.get_running_loop().time()
        self._left = min(rate * 2.0, self._left + (moment - self._counted_at) * rate)
        self._counted_at = moment
        if self._left < 1:
            raise RateLimited(message="Too many frames", retry_after=1)
        self._left -= 1
