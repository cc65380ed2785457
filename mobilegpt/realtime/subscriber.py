"""What the rest of the real-time layer needs to know of a socket. Imports no Django, and nobody who drives sockets.

The hub, the runtime and what counts and sums up for it depend on these; ``Connection`` and ``LongPollWaiter`` are made
to fit.
"""

from __future__ import annotations

from typing import Any, Protocol

from mobilegpt.core.locale import Language
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.dialect import Dialect, Frame
from mobilegpt.realtime.frames import WireFrames
from mobilegpt.realtime.route import Opening, SocketRoute


class Writable(Protocol):
    """Takes frames without waiting. ``descriptor`` is -1 while it is closing, has something unsent, or must be written
    to by ``write`` for another reason; ``write_rest`` takes the end of frames of which the socket has the beginning."""

    @property
    def descriptor(self) -> int: ...
    def write(self, frames: WireFrames) -> None: ...
    def write_rest(self, rest: bytes) -> None: ...


class Subscriber(Writable, Protocol):
    """Follows topics: what the hub needs."""

    @property
    def dialect(self) -> Dialect: ...
    @property
    def rt(self) -> bool: ...
    @property
    def language(self) -> Language: ...
    @property
    def user_id(self) -> int | None: ...
    def close(self, code: CloseCode, reason: str = "") -> None: ...


class OpenSocket(Subscriber, Protocol):
    """A client's socket: what the runtime needs to close it with its login, to count it and to tell it sums."""

    @property
    def route(self) -> SocketRoute: ...
    @property
    def opening(self) -> Opening: ...
    @property
    def topics(self) -> tuple[str, ...]: ...
    def tell(self, *frames: Frame | dict[str, Any]) -> None: ...
