"""How large a frame of a client may be (contract 10.5)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings

from mobilegpt.core.errors import ErrorCode, TooLarge
from mobilegpt.realtime.dialect import BadFrame, Command, Decoded, Dialect
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
