"""The HTTP side of a connection: how long a head may take, how many there are, and handshakes without a second reading.

uvicorn's HTTP protocol writes a request that asks for a WebSocket out again, for another parser to read it, and answers
through that: half of what it costs to open a bare socket. Here a handshake with nothing wrong in it is handed over as
it was read. Any other goes uvicorn's way, so that the refusals are the library's.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Iterable
from typing import Any

import httptools
import msgspec
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.utils import accept_key

from mobilegpt.core.errors import ErrorCode
from mobilegpt.server.door import door
from mobilegpt.server.uvicorn_websocket import PreparedFrameProtocol
from mobilegpt.wire.refusal import envelope

log = structlog.get_logger("mobilegpt.access")

Headers = Iterable[tuple[bytes, bytes]]


def _answer(status: bytes, code: ErrorCode, message: str, *more: bytes) -> bytes:
    body = msgspec.json.encode(envelope(code, message))
    head = (b"HTTP/1.1 " + status, b"content-type: application/json", b"content-length: %d" % len(body), *more)
    return b"\r\n".join((*head, b"connection: close", b"", body))


_TOO_MANY = _answer(
    b"429 Too Many Requests",
    ErrorCode.RATE_LIMITED,
    "Too many connections from this address",
    b"retry-after: 5",
)
_TOO_SLOW = _answer(
    b"408 Request Timeout",
    ErrorCode.INVALID_REQUEST,
    "The request took too long to arrive",
)
_ONCE_AT_MOST = frozenset({b"upgrade", b"origin", b"sec-websocket-key", b"sec-websocket-version"})


class HandingOverProtocol(HttpToolsProtocol):
    """Pass it as ``http=``, with ``PreparedFrameProtocol`` as ``ws=``."""

    entry: str | None = None  # what ``door`` counts the connection under
    _begun = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.entry = door.enter(self.client[0] if self.client else "")
        if self.entry is None:
            transport.write(_TOO_MANY)
            transport.close()
        else:
            door.expect(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        door.expect_no_more(self)
        door.leave(self.entry)
        self.entry = None

    def give_up_waiting(self) -> None:
        if not self.transport.is_closing():
            if self._begun:
                self.transport.write(_TOO_SLOW)
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """As uvicorn's, which forgets what comes right behind a handshake."""
        self._unset_keepalive_if_required()
        self._begun = True
        if self.cycle is not None and self.cycle.response_complete:
            door.expect(self)  # another request on the same connection
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            log.info(
                "request_refused",
                code=ErrorCode.INVALID_REQUEST,
                status=400,
                address=self.client[0] if self.client else None,
            )
            self.send_400_response("Invalid HTTP request received.")
        except httptools.HttpParserUpgrade as upgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
                behind = data[upgrade.args[0] :]
                protocol: Any = self.transport.get_protocol()
                if isinstance(protocol, PreparedFrameProtocol):
                    protocol.entry, self.entry = self.entry, None
                    if behind and not self.transport.is_closing():
                        protocol.keep_early(behind)
            else:
                self._unsupported_upgrade_warning()

    def on_headers_complete(self) -> None:
        door.expect_no_more(self)
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        accept = None
        if self.scope["method"] == "GET" and self.scope["http_version"] == "1.1" and self.url.isascii():
            accept = accept_of(self.headers)
        if accept is None:
            super().handle_websocket_upgrade()
            return
        self.connections.discard(self)
        protocol = PreparedFrameProtocol(self.config, self.server_state, self.app_state)
        protocol.take_over(self, accept)
        self.transport.set_protocol(protocol)


def accept_of(headers: Headers) -> str | None:
    """``Sec-WebSocket-Accept`` for a handshake that asks for an upgrade; ``None`` when something is wrong in it.

    RFC 6455, section 4.2.1; names in lower case. Whether ``Connection`` and ``Upgrade`` ask for it is known already.
    """
    once: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _ONCE_AT_MOST:
            if name in once:
                return None
            once[name] = value
    key = once.get(b"sec-websocket-key", b"")
    if once.get(b"sec-websocket-version") != b"13" or not _is_nonce(key):
        return None
    return accept_key(key.decode())


def _is_nonce(key: bytes) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        return False
