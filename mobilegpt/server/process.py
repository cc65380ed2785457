"""The server process: uvicorn with our WebSocket protocol, on sockets that were bound beforehand."""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn
from django.conf import settings

from mobilegpt.realtime.runtime import runtime
from mobilegpt.server.uvicorn_handshake import HandingOverProtocol
from mobilegpt.server.uvicorn_websocket import PreparedFrameProtocol

# Open sockets get this long to close; together with what follows, a stop takes less than five seconds.
_GRACE_SECONDS = 3
_LAST_RESORT_SECONDS = 4.5
# A peer that vanished without a word (reliability P13): unacknowledged data is given up after this.
_TCP_USER_TIMEOUT_MS = 30_000


class PortTaken(Exception):
    """Another process listens there."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises ``PortTaken``, or ``OSError`` for a host that is not ours."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _TCP_USER_TIMEOUT_MS)
    try:
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken from None
        raise
    listener.set_inheritable(True)
    return listener


class Server(uvicorn.Server):
    """Calls ``announce`` once it answers, and always stops: whatever hangs is left behind after 4.5 s."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        collect_garbage_calmly()
        if self.started:
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn closes every socket with 1012 as soon as nobody can come in any more.
        runtime.announce_restart()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        last_resort = threading.Timer(_LAST_RESORT_SECONDS, os._exit, (1,))
        last_resort.daemon = True
        last_resort.start()


def configuration() -> uvicorn.Config:
    """How uvicorn is run here. Proxies' headers are read by the application, from trusted proxies only."""
    return uvicorn.Config(
        "config.asgi:application",
        loop="uvloop",
        http=HandingOverProtocol,
        ws=PreparedFrameProtocol,
        # Of the parser; each socket has its own limit below it.
        ws_max_size=max(settings.REALTIME["MAX_FRAME_BYTES"], settings.REALTIME["MAX_HELP_FRAME_BYTES"]),
        ws_per_message_deflate=False,
        ws_ping_interval=settings.REALTIME["PING_SECONDS"],
        ws_ping_timeout=settings.REALTIME["PING_SECONDS"],
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=settings.HTTP_IDLE_SECONDS,
        backlog=2048,
        lifespan="on",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        log_config=None,
    )


def collect_garbage_calmly() -> None:
    """Fewer collections of Python's cyclic garbage, and none that walk over what was loaded at the start.

    A full one walks over all that ten thousand sockets hold, for half a second. By Python's own thresholds whatever is
    at work during a few milliseconds counts as long-lived, and a busy chat causes a full one every other second.
    """
    gc.set_threshold(50_000, 20, 10)
    gc.collect()
    gc.freeze()


def allow_many_sockets() -> None:
    """As many open files as the system lets this process have; a shell's default is often 1,024."""
    try:
        import resource
    except ImportError:  # not on this system, which has no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # some systems say "unlimited" and mean less
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def run(sockets: list[socket.socket], announce: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM, then return. In a thread other than the main one, serve until the process ends."""
    allow_many_sockets()
    stopped_before = {}
    if threading.current_thread() is threading.main_thread():
        # uvicorn raises the signal again once it has stopped; by then there is nothing left to do.
        stopped_before = {sig: signal.signal(sig, _ignore) for sig in (signal.SIGINT, signal.SIGTERM)}
    try:
        Server(configuration(), announce).run(sockets)
    finally:
        for sig, handler in stopped_before.items():
            signal.signal(sig, handler)


def _ignore(sig: int, frame: FrameType | None) -> None:
    """The stop has happened already."""
