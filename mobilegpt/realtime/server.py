"""Prepared frames under uvicorn: the hub writes ready-made bytes straight to the transport.

uvicorn frames every ``send()`` anew and awaits it; for a step that goes to two hundred phones that is most of the cost
(docs/adr/0001). This subclass offers two functions as an ASGI extension; under any other server the connection falls
back to ``send()``. It touches private details of uvicorn, which is pinned; tests/servers proves it on a real server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

EXTENSION = "mobilegpt.prepared_frames"

WriteFrame = Callable[[bytes], bool]


class PreparedFrameProtocol(WebSocketsSansIOProtocol):
    """Pass it as ``ws=``. A reader that leaves more than the limit unsent is cut off (close code 4428)."""

    max_unsent: int = settings.REALTIME["MAX_UNSENT_BYTES"]

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = {"write": self.write_prepared, "abort": self.abort}

    def write_prepared(self, frame: bytes) -> bool:
        """Write one or more whole frames without copying or awaiting; False when the socket is closing or was cut."""
        transport = self.transport
        if self.close_sent or self.disconnected or transport.is_closing():
            return False
        transport.write(frame)
        if transport.get_write_buffer_size() > self.max_unsent:
            self.abort()
            return False
        return True

    def abort(self) -> None:
        """Drop the socket now: a peer that does not read would keep a polite close waiting for ever."""
        if not self.disconnected:
            self.transport.abort()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.abort()
