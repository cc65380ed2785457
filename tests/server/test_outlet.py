"""What writes past a transport knows when it must not: on a real server, on both kinds of event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
import uvloop

from mobilegpt.realtime.frames import WireFrames
from mobilegpt.realtime.prepared_frames import EXTENSION, PreparedFrames
from mobilegpt.server.uvicorn_handshake import HandingOverProtocol
from tests.server.raw import close
from tests.server.serving import knock, serving
from tests.until import until

STEP = WireFrames([b'{"type":"step_changed"}']).wire
LARGE = WireFrames([b"x" * 200_000]).wire


class Phone:
    """One socket from both sides: the server's outlet, and what the phone reads."""

    def __init__(self, frames: PreparedFrames, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.frames, self.reader, self.writer = frames, reader, writer
        self._reading: Any = writer.transport  # uvloop's is of no class of asyncio
        self.descriptor = -1

    def fill(self) -> int:
        """Write until much is unsent, to a phone that reads nothing; returns how many bytes that were."""
        self._reading.pause_reading()
        written, free = 0, True
        while free:
            free = self.descriptor >= 0
            assert self.frames.write_prepared(LARGE)
            written += len(LARGE)
        return written

    async def read(self, count: int) -> bytes:
        self._reading.resume_reading()
        return await self.reader.readexactly(count)


@dataclass
class Call:
    """What the application was given for one socket."""

    frames: PreparedFrames
    send: Any
    over: asyncio.Event


class Listening:
    """The application: accepts, and stays until the phone leaves."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        call = Call(scope["extensions"][EXTENSION], send, asyncio.Event())
        self.calls.append(call)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        call.over.set()


@asynccontextmanager
async def phone() -> AsyncIterator[tuple[Phone, Call]]:
    app = Listening()
    async with serving(app, HandingOverProtocol) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=65_536)
        writer.write(knock())
        await reader.readuntil(b"\r\n\r\n")
        await until(lambda: len(app.calls) == 1)
        (call,) = app.calls
        try:
            yield Phone(call.frames, reader, writer), call
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


Scene = Callable[[Phone, Call], Coroutine[Any, Any, None]]
Play = Callable[[Scene], None]


@pytest.fixture(params=["asyncio", "uvloop"])
def play(request: pytest.FixtureRequest) -> Play:
    """Runs a scene on one kind of loop."""

    async def with_a_phone(scene: Scene) -> None:
        async with asyncio.timeout(30), phone() as (one, call):
            await scene(one, call)

    def run(scene: Scene) -> None:
        factory = uvloop.new_event_loop if request.param == "uvloop" else asyncio.new_event_loop
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(with_a_phone(scene))

    return run


def test_what_is_written_past_the_transport_arrives_between_the_rest(play: Play) -> None:
    async def scene(phone: Phone, call: Call) -> None:
        phone.frames.attach(phone)
        for _ in range(3):
            assert phone.frames.write_prepared(STEP)
            assert os.write(phone.descriptor, STEP) == len(STEP)
        assert await phone.read(len(STEP) * 6) == STEP * 6

    play(scene)


def test_it_is_shut_while_something_is_unsent(play: Play) -> None:
    async def scene(phone: Phone, call: Call) -> None:
        phone.frames.attach(phone)
        written = phone.fill()
        assert phone.descriptor == -1
        assert phone.frames.write_prepared(STEP)
        assert (await phone.read(written + len(STEP))).endswith(LARGE[-100:] + STEP)
        await until(lambda: phone.descriptor >= 0)

    play(scene)


def test_it_stays_shut_when_something_was_unsent_before(play: Play) -> None:
    async def scene(phone: Phone, call: Call) -> None:
        other = Phone(phone.frames, phone.reader, phone.writer)
        phone.frames.attach(phone)
        written = phone.fill()
        phone.frames.attach(other)
        assert other.descriptor == -1
        await phone.read(written)
        await until(lambda: other.descriptor >= 0)
        assert phone.descriptor == -1

    play(scene)


def test_until_read_waits_for_what_is_unsent(play: Play) -> None:
    async def scene(phone: Phone, call: Call) -> None:
        phone.frames.attach(phone)
        await phone.frames.until_read()
        written = phone.fill()
        waiting = asyncio.create_task(phone.frames.until_read())
        done, _ = await asyncio.wait({waiting}, timeout=0.1)
        assert not done
        await phone.read(written)
        await waiting

    play(scene)


def test_who_reads_nothing_is_cut_off(play: Play) -> None:
    async def scene(phone: Phone, call: Call) -> None:
        phone.frames.attach(phone)
        while phone.frames.write_prepared(LARGE):
            pass
        assert phone.descriptor == -1
        await call.over.wait()

    play(scene)


@pytest.mark.parametrize("how", ["goodbye", "nonsense", "going"])
def test_it_is_shut_when_the_phone_ends_it(play: Play, how: str) -> None:
    async def scene(phone: Phone, call: Call) -> None:
        phone.frames.attach(phone)
        assert phone.descriptor >= 0
        if how == "going":
            phone.writer.close()
        else:
            phone.writer.write(close(1000) if how == "goodbye" else b"\xff\xff no frame")
        await call.over.wait()
        assert phone.descriptor == -1
        assert not phone.frames.write_prepared(STEP)

    play(scene)


def test_it_never_opens_for_a_socket_that_has_ended(play: Play) -> None:
    """Its number may be another socket's by then."""

    async def scene(phone: Phone, call: Call) -> None:
        phone.writer.close()
        await call.over.wait()
        await asyncio.sleep(0.05)
        phone.frames.attach(phone)
        assert phone.descriptor == -1

    play(scene)


def test_after_our_goodbye_nothing_opens_it_again(play: Play) -> None:
    async def scene(phone: Phone, call: Call) -> None:
        phone.frames.attach(phone)
        written = phone.fill()
        goodbye = asyncio.create_task(call.send({"type": "websocket.close", "code": 4410, "reason": ""}))
        await phone.read(written)
        assert await phone.read(4) == b"\x88\x02" + (4410).to_bytes(2, "big")
        await goodbye
        assert phone.descriptor == -1

    play(scene)


def test_what_was_detached_is_let_alone(play: Play) -> None:
    async def scene(phone: Phone, call: Call) -> None:
        phone.frames.attach(phone)
        written = phone.fill()
        phone.frames.detach()
        await phone.read(written)
        await phone.frames.until_read()
        assert phone.descriptor == -1

    play(scene)
