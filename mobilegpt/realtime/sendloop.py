"""One message to many sockets. A small compiled loop where it was built (``sendloop.c``), ``write`` in turn elsewhere.

The loop writes to the descriptors of sockets that have nothing unsent; whatever a socket does not take at once goes
through its own ``write``, which buffers, counts and drops who reads too slowly. So both ways keep the order and the
limits, and tests run both. Imports no Django.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from mobilegpt.realtime.frames import Message

LIBRARY = Path(__file__).with_name("libsendloop.so")
_VERSION = 1
_WORTH_A_CALL = 8


class Writable(Protocol):
    """A socket. ``descriptor`` is -1 while it is closing, has something unsent, or must be written to by ``write`` for
    another reason; ``write_rest`` takes the end of a message of which the socket has the beginning."""

    @property
    def descriptor(self) -> int: ...
    def write(self, message: Message) -> None: ...
    def write_rest(self, rest: bytes) -> None: ...


WriteAll = Callable[[Sequence[Writable], Message], None]


def in_turn(sockets: Sequence[Writable], message: Message) -> None:
    for socket in sockets:
        socket.write(message)


class CompiledLoop:
    """``WriteAll`` by a library. Raises ``OSError`` when it cannot be loaded or is not the one that belongs here."""

    def __init__(self, library: Path = LIBRARY) -> None:
        loaded = ctypes.CDLL(str(library))
        if not hasattr(loaded, "sendloop_version") or loaded.sendloop_version() != _VERSION:
            raise OSError(f"{library} was built from another source")
        self._send = loaded.sendloop_send
        self._send.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]

    def __call__(self, sockets: Sequence[Writable], message: Message) -> None:
        if len(sockets) < _WORTH_A_CALL:
            in_turn(sockets, message)
            return
        wire = message.wire
        descriptors = array("i", [socket.descriptor for socket in sockets])
        sent = array("i", descriptors)
        places = descriptors.buffer_info()[0], sent.buffer_info()[0]
        whole = self._send(places[0], len(sockets), wire, len(wire), places[1])
        if whole == len(sockets):
            return
        for socket, taken in zip(sockets, sent, strict=True):
            if taken <= 0:
                socket.write(message)
            elif taken < len(wire):
                socket.write_rest(wire[taken:])


def chosen(library: Path = LIBRARY) -> WriteAll:
    """The compiled loop where it was built."""
    try:
        return CompiledLoop(library)
    except OSError:
        return in_turn
