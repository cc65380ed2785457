"""What an instructor is told of who comes and goes, and a network in between that can go silent."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any, Self

from mobilegpt.tools.client import RtSocket
from tests.faults.processes import Server
from tests.server.lesson import Lesson


@asynccontextmanager
async def lesson_at(server: Server) -> AsyncIterator[Lesson]:
    lesson = await asyncio.to_thread(Lesson, server)
    try:
        yield lesson
    finally:
        lesson.close()


def claims_of(token: str) -> dict[str, Any]:
    """What an access token says, unverified."""
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def user_of(token: str) -> int:
    return int(claims_of(token)["sub"])


class Watch:
    """``async with Watch(server, lesson) as watch``: how often who has come and left, to the instructor."""

    def __init__(self, server: Server, lesson: Lesson) -> None:
        self.came: Counter[int] = Counter()
        self.left: Counter[int] = Counter()
        self._token = lesson.token
        self._socket = RtSocket(f"{server.ws}/ws/sessions/{lesson.code}/", self._show_token, on_event=self._take)

    async def __aenter__(self) -> Self:
        await self._socket.__aenter__()
        await self._socket.until_online()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.close()

    async def _show_token(self, fresh: bool) -> str:
        return self._token

    def _take(self, frame: dict[str, Any], replayed: bool) -> None:
        if frame["type"] == "participant_joined":
            self.came[frame["user_id"]] += 1
        elif frame["type"] == "participant_left":
            self.left[frame["user_id"]] += 1


class Network:
    """A way to a server that passes everything on until it ``stalls``: then nothing arrives, and nobody is told."""

    def __init__(self, server: Server) -> None:
        self._port = server.port
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None

    @property
    def ws(self) -> str:
        assert self._listener is not None
        return f"ws://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._listener is not None
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def stall(self) -> None:
        self._flowing.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(self._pass_on(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            try:
                while data := await source.read(65_536):
                    await self._flowing.wait()
                    sink.write(data)
                    await sink.drain()
                await self._flowing.wait()
            finally:
                sink.transport.abort()


async def until(true: Callable[[], bool], seconds: float) -> float:
    """The seconds that it took to become true; what does not in time is the caller's to find."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not true() and loop.time() < began + seconds:
        await asyncio.sleep(0.05)
    return loop.time() - began
