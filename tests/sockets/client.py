"""A WebSocket client that talks ASGI to the whole socket surface: handshake, route, runtime; no network.

``async with serving(): async with SocketClient("/ws/sessions/ABC234/", token=…) as phone: await phone.frame()``.
A handshake that is refused raises ``Refused`` with the HTTP status, one that is closed after it with the close code.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from mobilegpt.realtime.runtime import runtime
from mobilegpt.sockets.application import websocket_application

_PATIENCE = 5.0


class Refused(Exception):
    """The server did not let the socket open: ``status`` before accepting, ``code`` after it."""

    def __init__(self, status: int | None = None, code: int | None = None, body: Any = None) -> None:
        super().__init__(f"status {status}, code {code}: {body}")
        self.status = status
        self.code = code
        self.body = body


@asynccontextmanager
async def serving() -> AsyncIterator[None]:
    """The project's own runtime on this event loop; sockets that are left open end with it."""
    await runtime.start()
    try:
        yield
    finally:
        await runtime.stop()


class SocketClient:
    """One socket. ``credential`` goes into the Authorization header unless ``query`` or ``subprotocols`` carry it."""

    def __init__(
        self,
        path: str,
        *,
        token: str | None = None,
        query: dict[str, str] | None = None,
        subprotocols: Sequence[str] = (),
        headers: dict[str, str] | None = None,
        address: str = "198.51.100.7",
        can_answer_http: bool = True,
    ) -> None:
        sent = {"host": "testserver", **(headers or {})}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        self._scope: dict[str, Any] = {
            "type": "websocket",
            "path": path,
            "query_string": urlencode(query or {}).encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
            "subprotocols": list(subprotocols),
            "client": (address, 50_000),
            "extensions": {"websocket.http.response": {}} if can_answer_http else {},
        }
        self.code: int | None = None
        self.subprotocol: str | None = None
        self._inbound: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._outbound: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._inbound.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(websocket_application(self._scope, self._inbound.get, self._send))
        first = await self._next()
        if first["type"] != "websocket.accept":
            await asyncio.wait_for(self._task, _PATIENCE)
            raise self._refusal(first)
        self.subprotocol = first["subprotocol"]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.disconnect()

    async def disconnect(self) -> None:
        assert self._task is not None
        if not self._task.done():
            self._inbound.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self._task, _PATIENCE)

    def send(self, frame: dict[str, Any] | str) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self._inbound.put_nowait({"type": "websocket.receive", "text": text})

    async def frame(self) -> dict[str, Any]:
        """The next frame. Fails after a while without one; raises ``Refused`` when the socket closes instead."""
        message = await self._next()
        if message["type"] == "websocket.close":
            raise Refused(code=message["code"])
        decoded: dict[str, Any] = json.loads(message["text"])
        return decoded

    async def until(self, kind: str) -> dict[str, Any]:
        """The next frame of this type; what comes before it is dropped."""
        while (frame := await self.frame())["type"] != kind:
            pass
        return frame

    async def settled(self, seconds: float = 0.25) -> list[dict[str, Any]]:
        """Every frame that comes until it has been silent for a while."""
        frames = []
        while True:
            try:
                frames.append(await asyncio.wait_for(self.frame(), seconds))
            except TimeoutError:
                return frames

    def received(self) -> list[dict[str, Any]]:
        """What has come so far and was not read; a close among it is in ``code``."""
        frames = []
        while not self._outbound.empty():
            message = self._outbound.get_nowait()
            if message["type"] == "websocket.send":
                frames.append(json.loads(message["text"]))
        return frames

    async def closed(self) -> int:
        """Wait for the close and return its code; frames before it are dropped."""
        while self.code is None:
            await self._next()
        return self.code

    async def _next(self) -> MutableMapping[str, Any]:
        return await asyncio.wait_for(self._outbound.get(), _PATIENCE)

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "websocket.close":
            self.code = message["code"]
            self._inbound.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
        elif message["type"] == "websocket.http.response.body":  # as uvicorn: it is refused, and then over
            for _ in range(2):
                self._inbound.put_nowait({"type": "websocket.disconnect", "code": 1006})
        self._outbound.put_nowait(message)

    def _refusal(self, first: MutableMapping[str, Any]) -> Refused:
        if first["type"] == "websocket.close":
            return Refused(code=first["code"])
        body = self._outbound.get_nowait()["body"]
        return Refused(status=first["status"], body=json.loads(body))


async def refusal_of(client: SocketClient) -> Refused | None:
    """How the server refuses this socket; ``None`` when it opens and stays open."""
    try:
        async with client:
            await asyncio.sleep(0)
            if client._outbound.empty():
                return None
            await client.frame()
    except Refused as refused:
        return refused
    return None
