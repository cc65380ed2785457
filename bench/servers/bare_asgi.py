"""Runs as a program: the least that a WebSocket can be under uvicorn. It is accepted, and kept.

python -m bench.servers.bare_asgi PORT
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


if __name__ == "__main__":
    uvicorn.run(
        application,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=15,
        ws_ping_timeout=15,
        log_level="warning",
    )
