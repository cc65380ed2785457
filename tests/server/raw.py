"""A WebSocket client that can break every rule of RFC 6455: frames by hand, over a plain socket."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import time
from types import TracebackType
from typing import Any, NamedTuple, Self

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Frame(NamedTuple):
    opcode: int
    payload: bytes

    @property
    def code(self) -> int | None:
        """Of a close."""
        return struct.unpack("!H", self.payload[:2])[0] if len(self.payload) >= 2 else None


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    mask_bit, size = 0x80 if masked else 0, len(payload)
    if size < 126:
        head = bytes((first, mask_bit | size))
    elif size < 65_536:
        head = struct.pack("!BBH", first, mask_bit | 126, size)
    else:
        head = struct.pack("!BBQ", first, mask_bit | 127, size)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    repeated = mask * (size // 4 + 1)
    return head + mask + bytes(one ^ other for one, other in zip(payload, repeated, strict=False))


def close(code: int | None = None, reason: bytes = b"") -> bytes:
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def heartbeat(mark: str, size: int = 0) -> bytes:
    """The JSON of a heartbeat, blown up with blanks to ``size`` bytes."""
    text = json.dumps({"type": "heartbeat", "timestamp": mark}, ensure_ascii=False).encode()
    return text + b" " * (size - len(text))


class RawSocket:
    """``with RawSocket(port, path, token) as raw``: connected and welcomed, as a client of ``rt.v1``."""

    def __init__(self, port: int, path: str, token: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.send(
            f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Protocol: rt.v1, bearer.{token}\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self._unread:
            self._read()
        head, _, self._unread = self._unread.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def send_by_octets(self, data: bytes) -> None:
        for at in range(len(data)):
            self.send(data[at : at + 1])

    def next(self) -> Frame | None:
        """The next frame; ``None`` when the connection is over."""
        while (found := self._parsed()) is None:
            if not self._read():
                return None
        return found

    def until(self, opcode: int, seconds: float = 5) -> Frame:
        """The next frame of a kind. Fails when the connection ends, or is closed, before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.next()
            assert found is not None, "the connection is over"
            if found.opcode == opcode:
                return found
            if found.opcode == PING:
                self.send(frame(PONG, found.payload))
            assert found.opcode != CLOSE, f"closed with {found.code}"
        raise AssertionError("it did not come")

    def acknowledged(self, mark: str) -> dict[str, Any]:
        """The answer to a heartbeat."""
        while True:
            told: dict[str, Any] = json.loads(self.until(TEXT).payload)
            if told["type"] == "heartbeat_ack" and told["timestamp"] == mark:
                return told

    def ended(self) -> Frame | None:
        """The close that the server sent, if it sent one, once the connection is over."""
        closing = None
        while (found := self.next()) is not None:
            if found.opcode == CLOSE:
                closing = closing or found
        return closing

    def _read(self) -> bool:
        try:
            data = self._socket.recv(65_536)
        except ConnectionResetError:
            return False
        self._unread += data
        return bool(data)

    def _parsed(self) -> Frame | None:
        if len(self._unread) < 2:
            return None
        size, at = self._unread[1] & 0x7F, 2
        assert not self._unread[1] & 0x80, "a server masks nothing"
        if size == 126:
            if len(self._unread) < 4:
                return None
            size, at = struct.unpack("!H", self._unread[2:4])[0], 4
        elif size == 127:
            if len(self._unread) < 10:
                return None
            size, at = struct.unpack("!Q", self._unread[2:10])[0], 10
        if len(self._unread) < at + size:
            return None
        opcode, payload = self._unread[0] & 0x0F, self._unread[at : at + size]
        self._unread = self._unread[at + size :]
        return Frame(opcode, payload)
