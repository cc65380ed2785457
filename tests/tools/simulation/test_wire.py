"""The phones' light socket against a real WebSocket server: frames of every length, cut anywhere, pings, the close."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from mobilegpt.tools.simulation.wire import HandshakeRefused, Wire, open_wire

Script = Callable[[ServerConnection], Awaitable[None]]


class Heard:
    """What came over one wire."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.frames: list[bytes] = []
        self.arrived: list[int] = []
        self.over: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

    def on_open(self, wire: Wire) -> None:
        self.log.append("open")

    def on_frame(self, payload: bytes, arrived: int) -> None:
        self.log.append("frame")
        self.frames.append(payload)
        self.arrived.append(arrived)


@asynccontextmanager
async def connected(script: Script) -> AsyncIterator[tuple[Wire, Heard]]:
    heard = Heard()
    async with serve(script, "127.0.0.1", 0, subprotocols=[Subprotocol("rt.v1")], compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        wire = await open_wire(
            f"ws://127.0.0.1:{port}/ws/x/",
            ["rt.v1"],
            on_open=heard.on_open,
            on_frame=heard.on_frame,
            on_end=heard.over.set_result,
        )
        yield wire, heard
        wire.abort()


async def test_frames_of_every_length_arrive_whole() -> None:
    texts = ["", "a", "b" * 125, "c" * 126, "가" * 30_000, "d" * 65_535, "e" * 70_000, "끝"]

    async def script(connection: ServerConnection) -> None:
        for text in texts:
            await connection.send(text)
        await connection.close(4410)

    before = time.monotonic_ns()
    async with connected(script) as (_, heard):
        assert await asyncio.wait_for(heard.over, 5) == 4410
        assert [frame.decode() for frame in heard.frames] == texts
        assert heard.log[0] == "open"
        assert before < heard.arrived[0] <= heard.arrived[-1] < time.monotonic_ns()


def test_frames_cut_at_any_byte_are_put_together() -> None:
    async def read(cut: int) -> list[bytes]:
        heard = Heard()
        wire = Wire(b"", b"", heard.on_open, heard.on_frame, lambda code: None)
        wire.opened.set_result(None)
        stream = b"\x81\x03abc" + b"\x81\x7e\x00\xc8" + b"x" * 200 + b"\x81\x00"
        for part in (stream[:cut], stream[cut:]):
            wire.data_received(part)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return heard.frames

    for cut in range(210):
        assert asyncio.run(read(cut)) == [b"abc", b"x" * 200, b""]


async def test_answers_pings_and_sends_frames_that_a_server_understands() -> None:
    received: list[str | bytes] = []

    async def script(connection: ServerConnection) -> None:
        await asyncio.wait_for(await connection.ping(), 5)
        received.append("pong")
        try:
            async for message in connection:
                received.append(message)
        except ConnectionClosed:
            pass

    async with connected(script) as (wire, heard):
        for text in ("짧아요", "x" * 126, "y" * 60_000):
            wire.send(text.encode())
        wire.close(1000)
        assert await asyncio.wait_for(heard.over, 5) == 1000
    assert received == ["pong", "짧아요", "x" * 126, "y" * 60_000]


async def test_a_connection_that_breaks_ends_without_a_code() -> None:
    async def script(connection: ServerConnection) -> None:
        await connection.send("one")
        connection.transport.abort()

    async with connected(script) as (_, heard):
        assert await asyncio.wait_for(heard.over, 5) is None


async def test_a_refused_upgrade_says_its_status() -> None:
    def refuse(connection: ServerConnection, request: Request) -> Response:
        return connection.respond(HTTPStatus.FORBIDDEN, "no")

    async def script(connection: ServerConnection) -> None:
        raise AssertionError("never accepted")

    heard = Heard()
    async with serve(script, "127.0.0.1", 0, process_request=refuse) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        with pytest.raises(HandshakeRefused, match="403"):
            await open_wire(
                f"ws://127.0.0.1:{port}/",
                ["rt.v1"],
                on_open=heard.on_open,
                on_frame=heard.on_frame,
                on_end=heard.over.set_result,
            )
    assert heard.log == []


async def test_what_our_server_never_sends_ends_the_connection() -> None:
    async def script(connection: ServerConnection) -> None:
        await connection.send(b"binary")
        await connection.wait_closed()

    async with connected(script) as (_, heard):
        assert await asyncio.wait_for(heard.over, 5) is None
        assert heard.frames == []
