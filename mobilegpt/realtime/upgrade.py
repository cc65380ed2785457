"""WebSocket handshakes without a second reading.

uvicorn's HTTP protocol writes a request that asks for a WebSocket out again, for another parser to read it, and answers
through that: half of what it costs to open a bare socket. Here a handshake with nothing wrong in it is handed over as
it was read. Any other goes uvicorn's way, so that the refusals are the library's.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.utils import accept_key

from mobilegpt.realtime.server import PreparedFrameProtocol

Headers = Iterable[tuple[bytes, bytes]]

_ONCE_AT_MOST = frozenset({b"upgrade", b"origin", b"sec-websocket-key", b"sec-websocket-version"})


class HandingOverProtocol(HttpToolsProtocol):
    """Pass it as ``http=``, with ``PreparedFrameProtocol`` as ``ws=``."""

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
