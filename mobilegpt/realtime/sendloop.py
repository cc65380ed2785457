"""The same frames to many sockets: a small compiled loop where it was built (``sendloop.c``), else ``write`` in turn.

The loop writes to the descriptors of sockets that have nothing unsent; whatever a socket does not take at once goes
through its own ``write``, which buffers, counts and drops who reads too slowly. So both ways keep the order and the
limits, and tests run both. Imports no Django.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

from mobilegpt.realtime.frames import WireFrames
from mobilegpt.realtime.subscriber import Writable

LIBRARY = Path(__file__).with_name("libsendloop.so")
_VERSION = 1
_WORTH_A_CALL = 8


WriteAll = Callable[[Sequence[Writable], WireFrames], None]


def in_turn(sockets: Sequence[Writable], frames: WireFrames) -> None:
    for socket in sockets:
        socket.write(frames)


class CompiledLoop:
    """``WriteAll`` by a library. Raises ``OSError`` when it cannot be loaded or is not the one that belongs here."""

    def __init__(self, library: Path = LIBRARY) -> None:
        loaded = ctypes.CDLL(str(library))
        if not hasattr(loaded, "sendloop_version") or loaded.sendloop_version() != _VERSION:
            raise OSError(f"{library} was built from another source")
        self._send = loaded.sendloop_send
        self._send.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]

    def __call__(self, sockets: Sequence[Writable], frames: WireFrames) -> None:
        if len(sockets) < _WORTH_A_CALL:
            in_turn(sockets, frames)
            return
        wire = frames.wire
        descriptors = array("i", [socket.descriptor for socket in sockets])
        sent = array("i", descriptors)
        places = descriptors.buffer_info()[0], sent.buffer_info()[0]
        whole = self._send(places[0], len(sockets), wire, len(wire), places[1])
        if whole == len(sockets):
            return
        for socket, taken in zip(sockets, sent, strict=True):
            if taken <= 0:
                socket.write(frames)
            elif taken < len(wire):
                socket.write_rest(wire[taken:])


def chosen(library: Path = LIBRARY) -> WriteAll:
    """The compiled loop where it was built."""
    try:
        return CompiledLoop(library)
    except OSError:
        return in_turn
