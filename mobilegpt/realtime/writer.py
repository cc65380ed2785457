"""The way out of one socket: frames to its transport, or to ``send()`` where the server offers no prepared frames.

Nobody waits for it: what a peer does not read piles up to a limit. Imports no Django.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.frames import WireFrames
from mobilegpt.realtime.prepared_frames import Outlet, PreparedFrames

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_CLOSE_PATIENCE_SECONDS = 5.0
_PIECE_BYTES = 32_768


class Writer:
    """Writes until it is ``closed``, in the order of the calls; after that it ignores what it gets."""

    __slots__ = (
        "_goodbye",
        "_most_unsent",
        "_outgoing",
        "_outlet",
        "_prepared",
        "_send",
        "_sending",
        "_unsent",
        "closed",
    )

    def __init__(self, send: Send, prepared: PreparedFrames | None, most_unsent: int) -> None:
        self.closed = False
        self._send = send
        self._prepared = prepared
        self._most_unsent = most_unsent
        self._outlet: Outlet | None = None
        # A list, because an empty deque takes ten times the memory, and most sockets are idle.
        self._outgoing: list[WireFrames] = []
        self._unsent = 0
        self._sending: asyncio.Task[None] | None = None
        self._goodbye: asyncio.Task[None] | None = None

    @property
    def silent_for(self) -> float:
        """As ``PreparedFrames.silent_for``; a server without them cannot tell."""
        return self._prepared.silent_for() if self._prepared is not None else 0.0

    async def accept(self, subprotocol: str | None, outlet: Outlet) -> None:
        """End the handshake. From now on frames may go past the transport, see ``PreparedFrames.attach``."""
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})
        if self._prepared is not None and not self.closed:
            self._outlet = outlet
            self._prepared.attach(outlet)

    def take_frames_up_to(self, size: int) -> None:
        """From now on the peer may send so much at once, where the server can tell it so late."""
        if self._prepared is not None:
            self._prepared.take_frames_up_to(size)

    def write(self, frames: WireFrames) -> bool:
        """Hand frames over without waiting. False: more is unsent than may be, and the socket is to be dropped (4428).

        A server with prepared frames drops it itself.
        """
        if self.closed:
            return True
        if self._prepared is not None:
            if not self._prepared.write_prepared(frames.wire):
                self.shut()
            return True
        self._outgoing.append(frames)
        self._unsent += len(frames.wire)
        if self._unsent > self._most_unsent:
            return False
        if self._sending is None:
            self._sending = asyncio.get_running_loop().create_task(self._send_all())
        return True

    def write_rest(self, rest: bytes) -> None:
        """The end of frames whose beginning went past the transport."""
        if self._prepared is not None and not self.closed and not self._prepared.write_prepared(rest):
            self.shut()

    async def write_in_pieces(self, frames: WireFrames) -> bool:
        """Frames of any length, no faster than they are read: they do not count as unsent (contract 10.5)."""
        first, *rest = frames.pieces(_PIECE_BYTES)
        if not self.write(first):
            return False
        for piece in rest:
            if self._prepared is not None:
                await self._prepared.until_read()
            elif self._sending is not None:
                await asyncio.wait({self._sending})
            if not self.write(piece):
                return False
        return True

    async def _send_all(self) -> None:
        """For servers without the extension: send what is queued, one frame at a time."""
        try:
            while self._outgoing:
                frames = self._outgoing.pop(0)
                for text in frames.texts:
                    await self._send({"type": "websocket.send", "text": text})
                self._unsent -= len(frames.wire)
        except Exception:
            self.shut()  # the peer is gone; the receive loop hears of it
        finally:
            self._sending = None

    # --- its end

    def shut(self) -> None:
        """Write no more."""
        self.closed = True
        if self._prepared is not None:
            self._prepared.detach()
        if self._outlet is not None:
            self._outlet.descriptor = -1
            self._outlet = None

    def close(self, code: CloseCode, reason: str) -> None:
        """Say goodbye. What was written before goes out first, unless it is what nobody reads."""
        self.shut()
        self._goodbye = asyncio.get_running_loop().create_task(self._say_goodbye(code, reason))

    async def _say_goodbye(self, code: CloseCode, reason: str) -> None:
        with suppress(Exception):
            async with asyncio.timeout(_CLOSE_PATIENCE_SECONDS):
                if self._sending is not None and code is not CloseCode.TOO_SLOW:
                    await asyncio.wait({self._sending})
                await self._send({"type": "websocket.close", "code": int(code), "reason": reason})
                return
        if self._prepared is not None:
            self._prepared.abort()

    def stop(self) -> None:
        """The peer is gone: nothing is sent any more, goodbyes included."""
        self.shut()
        for task in (self._sending, self._goodbye):
            if task is not None:
                task.cancel()
