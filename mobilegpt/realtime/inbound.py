"""How large a frame of a client may be, and how many may come (contract 10.5). Imports no Django."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from mobilegpt.core.errors import ErrorCode, RateLimited, TooLarge
from mobilegpt.events.command import Command
from mobilegpt.realtime.dialect import BadFrame, Decoded, Dialect
from mobilegpt.realtime.limits import Limits
from mobilegpt.realtime.protocol import RT_DECODERS


def decoded(
    text: str | None, dialect: Dialect, limits: Limits, *, rt: bool, large: Callable[[Command], int] | None
) -> Decoded:
    """What a frame asks for. ``large`` tells how many bytes of a command may come on top of what all may have.

    Raises ``BadFrame``, and ``TooLarge`` for what closes the socket with 1009.
    """
    if text is None:
        raise BadFrame(ErrorCode.INVALID_JSON, "Frames are text")
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size <= limits.frame_bytes:
        return dialect.decode(text, RT_DECODERS if rt else {})
    if large is not None and size <= limits.help_frame_bytes:
        with suppress(BadFrame):
            found = dialect.decode(text)
            if size - large(found.command) <= limits.frame_bytes:
                return found
    raise TooLarge(message="message too big")


class Allowance:
    """How many frames a client may still send: so many come back each second, twice as many at most."""

    __slots__ = ("_counted_at", "_left")

    def __init__(self, per_second: int) -> None:
        self._left = float(per_second * 2)
        self._counted_at = 0.0

    def take(self, moment: float, per_second: int) -> None:
        """One frame at a moment in seconds, of a clock that only goes forward.

        Raises ``RateLimited`` when there is none left.
        """
        self._left = min(per_second * 2.0, self._left + (moment - self._counted_at) * per_second)
        self._counted_at = moment
        if self._left < 1:
            raise RateLimited(message="Too many frames", retry_after=1)
        self._left -= 1
