"""The ASGI extension by which a connection writes ready-made bytes to its transport, where the server offers it.

Imports no Django.
"""

from __future__ import annotations

from typing import Protocol

EXTENSION = "mobilegpt.prepared_frames"


class Outlet(Protocol):
    """Writes past the transport, to ``descriptor``, while that is not -1."""

    descriptor: int


class PreparedFrames(Protocol):
    """The extension. All of it is for the event loop only."""

    def write_prepared(self, frame: bytes) -> bool:
        """Write one or more whole frames without awaiting; False when the socket is closing or was cut."""

    async def until_read(self) -> None:
        """Wait while too much of what was written is unsent."""

    def silent_for(self) -> float:
        """For how many seconds nothing had come from the peer when it was given up; 0 when it went by itself."""

    def abort(self) -> None:
        """Drop the socket now: a peer that does not read would keep a polite close waiting for ever."""

    def attach(self, outlet: Outlet) -> None:
        """From now on ``outlet.descriptor`` is -1 whenever a frame must not go past the transport: it has something
        unsent, says goodbye, is encrypted, or has ended."""

    def detach(self) -> None:
        """Let the outlet alone."""

    def take_frames_up_to(self, size: int) -> None:
        """From now on messages of the peer may have so many bytes, not more than ``Config.ws_max_size``."""
