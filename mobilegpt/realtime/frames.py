"""Encoded frames: made once per dialect, written to many sockets. Imports no Django."""

from __future__ import annotations

import struct
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder()


class WireFrames:
    """One or more text frames, ready for the wire.

    ``wire`` are the RFC 6455 bytes (unmasked, final, text), ``texts`` the payloads for servers that frame themselves.
    """

    __slots__ = ("_texts", "payloads", "wire")

    def __init__(self, payloads: list[bytes]) -> None:
        self.payloads = payloads
        self.wire = b"".join([_header(len(payload)) + payload for payload in payloads])
        self._texts: list[str] | None = None

    @property
    def texts(self) -> list[str]:
        if self._texts is None:
            self._texts = [payload.decode() for payload in self.payloads]
        return self._texts

    def pieces(self, size: int) -> list[WireFrames]:
        """The same frames in several writes, each of at most so many bytes, or of one frame."""
        found: list[list[bytes]] = [[]]
        room = size
        for payload in self.payloads:
            if found[-1] and len(payload) > room:
                found.append([])
                room = size
            found[-1].append(payload)
            room -= len(payload)
        return [self] if len(found) == 1 else [WireFrames(payloads) for payloads in found]


def wire_frames(*frames: dict[str, Any]) -> WireFrames:
    return WireFrames([_encoder.encode(frame) for frame in frames])


def joined(batches: list[WireFrames]) -> WireFrames:
    """All of them as one write."""
    if len(batches) == 1:
        return batches[0]
    return WireFrames([payload for batch in batches for payload in batch.payloads])


def _header(length: int) -> bytes:
    if length < 126:
        return bytes((0x81, length))
    if length < 65_536:
        return struct.pack("!BBH", 0x81, 126, length)
    return struct.pack("!BBQ", 0x81, 127, length)
