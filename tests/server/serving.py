"""A real server on a port of its own, in this process, and the handshake to knock at it with."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mobilegpt.server import uvicorn_websocket

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = {
    "Host": "localhost",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}


def knock(target: str = "/ws/a%20b/?x=1&y=%EA%B0%80", method: str = "GET", **changed: str | None) -> bytes:
    """A handshake; ``sec_websocket_key=None`` leaves a header out, a value with a line end repeats it."""
    names = {name.lower().replace("-", "_"): name for name in UPGRADE}
    headers: dict[str, str | None] = {**UPGRADE, **{names.get(name, name): value for name, value in changed.items()}}
    lines = [f"{method} {target} HTTP/1.1"]
    for name, value in headers.items():
        lines += [f"{name}: {one}" for one in value.split("\n")] if value is not None else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


@asynccontextmanager
async def serving(app: Any, http: type[HttpToolsProtocol]) -> AsyncIterator[int]:
    """Yields its port."""
    config = uvicorn.Config(
        app, http=http, ws=uvicorn_websocket.PreparedFrameProtocol, ws_per_message_deflate=False, lifespan="off",
        server_header=False, date_header=False, log_config=None,
    )  # fmt: skip
    running = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        task = asyncio.create_task(running.serve([listening]))
        while not running.started:
            await asyncio.sleep(0.01)
        try:
            yield listening.getsockname()[1]
        finally:
            running.should_exit = True
            await task
