"""Prepared frames under uvicorn: the hub writes ready-made bytes straight to the transport.

uvicorn frames every ``send()`` anew and awaits it; for a step that goes to two hundred phones that is most of the cost
(docs/adr/0001). This subclass offers itself as an ASGI extension; under any other server the connection falls back to
``send()``. It touches private details of uvicorn, which is pinned; tests/server proves it on a real server.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
from websockets.http11 import Request as HandshakeRequest
from websockets.protocol import Protocol as Parser
from websockets.protocol import State

from mobilegpt.core.errors import ErrorCode
from mobilegpt.realtime.access_log import socket_refused
from mobilegpt.realtime.handshake import Request
from mobilegpt.realtime.prepared_frames import EXTENSION, Outlet
from mobilegpt.server.door import door

_SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "

_UNSENT_BEFORE_WAITING = 65_536
_LINGER_SECONDS = 1.0


class Inbox:
    """What the peer said, for one reader. ``asyncio.Queue`` does more, and keeps 3 KB for it."""

    __slots__ = ("_items", "_reader")

    def __init__(self) -> None:
        self._items: list[Any] = []
        self._reader: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        return not self._items

    def put_nowait(self, item: Any) -> None:
        self._items.append(item)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> Any:
        while not self._items:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._items.pop(0)


class PreparedFrameProtocol(WebSocketsSansIOProtocol):
    """Pass it as ``ws=``. A reader that leaves more than the limit unsent is cut off (close code 4428)."""

    max_unsent: int = settings.REALTIME["MAX_UNSENT_BYTES"]
    accept: str | None = None
    descriptor: int = -1  # where there is an outlet
    outlet: Outlet | None = None
    most_inbound: int = settings.REALTIME["MAX_FRAME_BYTES"]
    entry: str | None = None  # what ``door`` counts the connection under
    _early: bytes = b""
    _heard_at: float = 0.0  # of the loop's clock
    _gave_up_silent: bool = False

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.queue: Any = Inbox()

    def take_over(self, http: HttpToolsProtocol, accept: str) -> None:
        """Begin with a request that was read already and has nothing wrong in it; ``accept`` goes into the answer."""
        self.connections.add(self)
        self._heard_at = self.loop.time()
        self.transport, self.server, self.client = http.transport, http.server, http.client
        self.scheme = "wss" if http.scheme == "https" else "ws"
        self.accept = accept
        self.handshake_initiated = True
        frames = Parser.parse(self.conn)  # what comes from now on are frames
        next(frames)
        self.conn.parser = frames
        self.scope = self._scope_of(http)
        self._offer_extension()
        self.queue.put_nowait({"type": "websocket.connect"})
        task = self.loop.create_task(self.run_asgi())
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    def _scope_of(self, http: HttpToolsProtocol) -> Any:
        raw_path, _, query = http.url.partition(b"?")
        offers = [value.decode("latin-1") for name, value in http.headers if name == b"sec-websocket-protocol"]
        return {
            "type": "websocket",
            "asgi": {"version": self.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "server": self.server,
            "client": self.client,
            "root_path": self.root_path,
            "headers": http.headers,
            "state": self.app_state.copy(),
            "scheme": self.scheme,
            "path": self.root_path + unquote(raw_path.decode()),
            "raw_path": self.root_path.encode() + raw_path,
            "query_string": query,
            "subprotocols": [offer.strip() for value in offers for offer in value.split(",")],
            "extensions": {"websocket.http.response": {}},
        }

    def handle_connect(self, event: HandshakeRequest) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self._offer_extension()

    def _offer_extension(self) -> None:
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[EXTENSION] = self

    async def send(self, message: Any) -> None:
        if message["type"] != "websocket.accept":
            await super().send(message)
            if self.close_sent:
                self._shut_outlet()
                self.handshake_complete = True  # also when it was refused with an answer; uvicorn calls that an error
            return
        if self.close_sent:  # the server stops
            raise ClientDisconnected
        if self.accept is None:
            await super().send(message)
            del self.request, self.response
        else:
            self._switch(self.accept, message)
            self.accept = None
        # An idle socket need not keep what nobody reads any more.
        self.scope["headers"] = []
        self._read_early()

    def _switch(self, accept: str, message: Any) -> None:
        """Answer a request that was taken over: from here on there are frames."""
        if self.disconnected:
            raise ClientDisconnected
        if self.transport.is_closing():
            return
        lines = [_SWITCHING, accept.encode()]
        for name, value in (*self.default_headers, *message.get("headers", ())):
            lines += [b"\r\n", name, b": ", value]
        if message.get("subprotocol"):
            lines += [b"\r\nSec-WebSocket-Protocol: ", message["subprotocol"].encode("latin-1")]
        lines.append(b"\r\n\r\n")
        self.handshake_complete = True
        self.conn.state = State.OPEN
        self.transport.write(b"".join(lines))
        self.start_keepalive()

    # --- what the peer says

    def data_received(self, data: bytes) -> None:
        self._heard_at = self.loop.time()
        if self.handshake_initiated and not self.handshake_complete:
            self.keep_early(data)
            return
        super().data_received(data)
        # The parser's limit is the largest of all; what is not a whole message yet must not fill the memory either.
        if len(self.conn.reader.buffer) + (self.conn.current_size or 0) > self.most_inbound and not self.close_sent:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "message too big")
            self.handle_parser_exception()

    def keep_early(self, data: bytes) -> None:
        """Frames of a client that does not wait for the answer to its handshake: read once there is one."""
        self._early += data
        self.transport.pause_reading()

    def _read_early(self) -> None:
        if self._early and not self.transport.is_closing():
            early, self._early = self._early, b""
            self.transport.resume_reading()
            self.data_received(early)

    # --- the extension

    def take_frames_up_to(self, size: int) -> None:
        self.most_inbound = size

    def write_prepared(self, frame: bytes) -> bool:
        if self._saying_goodbye():
            return False
        transport = self.transport
        transport.write(frame)
        unsent = transport.get_write_buffer_size()
        if unsent > self.max_unsent:
            self.abort()
            return False
        if self.descriptor >= 0 and unsent > _UNSENT_BEFORE_WAITING:
            self.writable.clear()
        return True

    async def until_read(self) -> None:
        await self.writable.wait()

    def silent_for(self) -> float:
        return self.loop.time() - self._heard_at if self._gave_up_silent and self._heard_at else 0.0

    def abort(self) -> None:
        self._gave_up_silent = True
        if not self.disconnected:
            self.transport.abort()

    def attach(self, outlet: Outlet) -> None:
        if self.scheme != "ws" or self._saying_goodbye():
            return
        # Now the transport says at once, and not from 64 KB on, that something is unsent, and when all of it is gone.
        self.transport.set_write_buffer_limits(high=0)
        self.descriptor = self.transport.get_extra_info("socket").fileno()
        self.outlet = outlet
        self._open_outlet()

    def detach(self) -> None:
        self.outlet = None

    def _saying_goodbye(self) -> bool:
        return self.close_sent or self.disconnected or self.transport.is_closing()

    def _open_outlet(self) -> None:
        if self.outlet is not None and not self._saying_goodbye() and not self.transport.get_write_buffer_size():
            self.outlet.descriptor = self.descriptor

    def _shut_outlet(self) -> None:
        if self.outlet is not None:
            self.outlet.descriptor = -1

    # --- when it opens and shuts

    def pause_writing(self) -> None:
        self._shut_outlet()
        if self.descriptor < 0:
            super().pause_writing()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._open_outlet()

    def handle_close(self, event: Any) -> None:
        self._shut_outlet()
        super().handle_close(event)

    def handle_parser_exception(self) -> None:
        self._shut_outlet()
        told = self.conn.close_sent
        if told is None or told.code != CloseCode.MESSAGE_TOO_BIG:
            super().handle_parser_exception()
            return
        # Closed over what the peer is still sending, the connection would be reset, and the peer never see why.
        self.close_sent = True
        self.close_timer = self.loop.call_later(_LINGER_SECONDS, self.transport.close)
        self.queue.put_nowait({"type": "websocket.disconnect", "code": told.code, "reason": told.reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def shutdown(self) -> None:
        self._shut_outlet()
        if self.handshake_initiated and not self.handshake_complete and self.initial_response is None:
            self._refuse_to_start()
        super().shutdown()

    def _refuse_to_start(self) -> None:
        """The server stops while this socket opens: no fault of it, and there is another one soon."""
        response = self.conn.reject(503, "The server is stopping")
        response.headers["Retry-After"] = "1"
        self.conn.send_response(response)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.handshake_complete = self.close_sent = True
        socket_refused(Request(self.scope).source, ErrorCode.UNAVAILABLE, status=503, reason="stopping")

    def keepalive_timeout(self) -> None:
        self._shut_outlet()
        self._gave_up_silent = True
        super().keepalive_timeout()
        self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._shut_outlet()  # its number is another socket's soon
        self.detach()
        door.leave(self.entry)
        self.entry = None
        super().connection_lost(exc)
