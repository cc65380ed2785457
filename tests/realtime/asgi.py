"""A WebSocket client that talks ASGI to a connection: no server, no network, the real runtime."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Self

from mobilegpt.core.ids import fresh_id
from mobilegpt.realtime.access_log import Source
from mobilegpt.realtime.connection import Connection
from mobilegpt.realtime.prepared_frames import EXTENSION, Outlet
from mobilegpt.realtime.route import Opening, SocketRoute
from mobilegpt.realtime.runtime import Runtime

_PATIENCE = 15.0


class AsgiSocket:
    """``async with AsgiSocket(...) as socket``: frames in and out as objects; ``code`` is the close code.

    ``prepared`` gives the connection the frame extension, as our server does; clear ``reads`` to stop reading.
    ``asked_ago``: so many seconds ago its login was looked at.
    """

    def __init__(
        self,
        runtime: Runtime,
        route: SocketRoute,
        opening: Opening,
        *,
        rt: bool = False,
        prepared: bool = False,
        asked_ago: float = 0.0,
    ) -> None:
        self.code: int | None = None
        self.aborted = False
        self.reads = asyncio.Event()
        self.reads.set()
        self._inbound: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._outbound: asyncio.Queue[str | None] = asyncio.Queue()
        extensions = {EXTENSION: self} if prepared else {}
        self._asked_at = asyncio.get_running_loop().time() - asked_ago
        source = Source(f"/ws/{route.name}/", "203.0.113.7", fresh_id())
        self.connection = Connection(runtime, route, opening, source, extensions, self._receive, self._send, rt=rt)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.connection.run(None, self._asked_at))
        assert await asyncio.wait_for(self._outbound.get(), _PATIENCE) == "accepted"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.disconnect()

    async def disconnect(self) -> None:
        assert self._task is not None
        self._inbound.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self._task, _PATIENCE)

    def send(self, frame: dict[str, Any] | str) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self._inbound.put_nowait({"type": "websocket.receive", "text": text})

    def send_bytes(self, data: bytes) -> None:
        self._inbound.put_nowait({"type": "websocket.receive", "bytes": data})

    async def frame(self) -> dict[str, Any]:
        """The next frame. Fails after a while without one, or when the socket closes instead."""
        text = await asyncio.wait_for(self._outbound.get(), _PATIENCE)
        assert text is not None, f"closed with {self.code}"
        decoded: dict[str, Any] = json.loads(text)
        return decoded

    async def frames(self, count: int) -> list[dict[str, Any]]:
        return [await self.frame() for _ in range(count)]

    async def closed(self) -> int:
        """Wait for the close and return its code; frames before it are dropped."""
        while await asyncio.wait_for(self._outbound.get(), _PATIENCE) is not None:
            pass
        assert self.code is not None
        return self.code

    async def silent(self, seconds: float = 0.15) -> bool:
        """Whether nothing comes for a while."""
        await asyncio.sleep(seconds)
        return self._outbound.empty()

    async def _receive(self) -> dict[str, Any]:
        return await self._inbound.get()

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "websocket.accept":
            self._outbound.put_nowait("accepted")
        elif message["type"] == "websocket.close":
            self.code = message["code"]
            self._outbound.put_nowait(None)
            self._inbound.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
        else:
            self._outbound.put_nowait(message["text"])

    def write_prepared(self, wire: bytes) -> bool:
        while wire:
            length, start = wire[1], 2
            if length == 126:
                length, start = int.from_bytes(wire[2:4], "big"), 4
            elif length == 127:
                length, start = int.from_bytes(wire[2:10], "big"), 10
            self._outbound.put_nowait(wire[start : start + length].decode())
            wire = wire[start + length :]
        return True

    async def until_read(self) -> None:
        await self.reads.wait()

    def silent_for(self) -> float:
        return 0.0

    def abort(self) -> None:
        self.aborted = True

    def attach(self, outlet: Outlet) -> None:
        """Nothing goes past it."""

    def detach(self) -> None:
        """Nothing was attached."""
