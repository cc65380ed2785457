"""The least WebSocket client that thousands of phones can share one core with.

A library's connection costs more per frame than the server does, and would be what the run measures. This one knows
what our server sends: whole, unmasked text frames, pings and a close. Anything else ends the connection as an error.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import cast
from urllib.parse import urlsplit

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA
_MAX_HEAD = 16_384

OnFrame = Callable[[bytes, int], None]
"""``(payload, arrived)``: ``arrived`` in nanoseconds of ``time.monotonic_ns``."""


class HandshakeRefused(Exception):
    """The server answered the upgrade with another status than 101."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Wire(asyncio.Protocol):
    """One connection. ``on_open`` when the upgrade is done, before the first ``on_frame``; then ``on_end(code)``."""

    def __init__(
        self,
        request: bytes,
        key: bytes,
        on_open: Callable[[Wire], None],
        on_frame: OnFrame,
        on_end: Callable[[int | None], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = self._loop.create_future()
        self._request = request
        self._key = key
        self._on_open = on_open
        self._on_frame = on_frame
        self._on_end = on_end
        self._buffer = bytearray()
        self._code: int | None = None
        self._transport: asyncio.Transport | None = None
        self._arrivals: list[tuple[bytes, int]] = []

    # --- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one without saying so
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Note the time and nothing else: the phones that come after in the same round must not wait for this one."""
        if not self._arrivals:
            self._loop.call_soon(self._read)
        self._arrivals.append((data, time.monotonic_ns()))

    def connection_lost(self, error: Exception | None) -> None:
        self._read()
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionResetError("closed during the handshake"))
        elif not self.opened.cancelled() and self.opened.exception() is None:
            self._on_end(self._code)

    # --- ours

    def send(self, payload: bytes) -> None:
        """Send a text frame. The mask is zero: masks protect proxies from pages, and neither is here."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_frame(_TEXT, payload))

    def close(self, code: int = 1000) -> None:
        """Say goodbye; the end comes when the server has answered."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_frame(_CLOSE, struct.pack("!H", code)))

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _read(self) -> None:
        arrivals, self._arrivals = self._arrivals, []
        try:
            for data, arrived in arrivals:
                self._buffer += data
                if self.opened.done() or self._read_head():
                    self._read_frames(arrived)
        except (ValueError, HandshakeRefused) as error:
            if not self.opened.done():
                self.opened.set_exception(error)
            self.abort()

    def _read_head(self) -> bool:
        """Read the answer to the upgrade; whether it is complete. Raises ``HandshakeRefused`` or ``ValueError``."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > _MAX_HEAD:
                raise ValueError("the answer to the upgrade has no end")
            return False
        head = bytes(self._buffer[:end]).split(b"\r\n")
        del self._buffer[: end + 4]
        status = int(head[0].split(b" ", 2)[1])
        if status != 101:
            raise HandshakeRefused(status)
        expected = base64.b64encode(hashlib.sha1(self._key + _GUID, usedforsecurity=False).digest())
        if not any(line.lower().startswith(b"sec-websocket-accept:") and line.endswith(expected) for line in head):
            raise ValueError("the server did not understand the upgrade")
        self.opened.set_result(None)
        self._on_open(self)
        return True

    def _read_frames(self, arrived: int) -> None:
        """Take whole frames from the buffer. Raises ``ValueError`` for what our server never sends."""
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 2:
            length, start = buffer[at + 1], at + 2
            if length == 126:
                length, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif length == 127:
                length, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            elif length > 127:
                raise ValueError("a server never masks")
            if len(buffer) < start + length:
                break
            payload = bytes(buffer[start : start + length])
            self._take(buffer[at], payload, arrived)
            at = start + length
        del buffer[:at]

    def _take(self, first: int, payload: bytes, arrived: int) -> None:
        if first == 0x80 | _TEXT:
            self._on_frame(payload, arrived)
        elif first == 0x80 | _PING:
            if self._transport is not None:
                self._transport.write(_frame(_PONG, payload))
        elif first == 0x80 | _CLOSE:
            self._code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else None
            if self._transport is not None:
                self._transport.write(_frame(_CLOSE, payload[:2]))
                self._transport.close()
        elif first != 0x80 | _PONG:
            raise ValueError(f"unexpected frame {first:#x}")


async def open_wire(
    url: str,
    subprotocols: list[str],
    *,
    on_open: Callable[[Wire], None],
    on_frame: OnFrame,
    on_end: Callable[[int | None], None],
    timeout: float = 30,
) -> Wire:
    """Connect and upgrade; the callbacks are ``Wire``'s.

    Raises ``HandshakeRefused``, ``OSError``, ``TimeoutError``, ``ValueError``.
    """
    parts = urlsplit(url)
    key = base64.b64encode(os.urandom(16))
    host, port = parts.hostname or "", parts.port or 80
    request = (
        f"GET {parts.path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key.decode()}\r\n"
        f"Sec-WebSocket-Protocol: {', '.join(subprotocols)}\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(timeout):
        _, wire = await loop.create_connection(lambda: Wire(request, key, on_open, on_frame, on_end), host, port)
        try:
            await wire.opened
        except BaseException:
            with suppress(Exception):
                wire.abort()
            raise
    return wire


def _frame(opcode: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        return struct.pack("!BBI", 0x80 | opcode, 0x80 | length, 0) + payload
    return struct.pack("!BBHI", 0x80 | opcode, 0x80 | 126, length, 0) + payload
