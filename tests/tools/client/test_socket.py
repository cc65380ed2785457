"""The socket against a scripted server: close codes, tokens, restarts. See test_real_server for a real one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from mobilegpt.tools.client import Ended, Phase, RtSocket
from mobilegpt.tools.client.reconnect import Backoff

HELLO = {"type": "hello", "connection_id": "c", "heartbeat_interval": 30, "streams": {}, "limits": {}}
Script = Callable[[ServerConnection, int], Awaitable[None]]


class Server:
    """Runs ``script(connection, number)`` for each connection, counted from 1."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.offers: list[list[str]] = []
        self.url = ""

    async def handle(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.offers.append(connection.request.headers["Sec-WebSocket-Protocol"].split(", "))
        await self.script(connection, len(self.offers))


@asynccontextmanager
async def server(script: Script, **options: Any) -> AsyncIterator[Server]:
    scripted = Server(script)
    protocols = [Subprotocol("rt.v1")]
    async with serve(scripted.handle, "127.0.0.1", 0, subprotocols=protocols, **options) as listening:
        scripted.url = f"ws://127.0.0.1:{next(iter(listening.sockets)).getsockname()[1]}/ws/sessions/ABC123/"
        yield scripted


async def say(connection: ServerConnection, *frames: dict[str, Any]) -> None:
    for frame in frames:
        await connection.send(json.dumps(frame))


async def token(fresh: bool) -> str:
    return "second" if fresh else "first"


def at_once() -> Backoff:
    return Backoff(base=0.01, random=lambda: 1.0)


async def test_offers_the_protocol_and_its_token_and_greets() -> None:
    greetings: list[str | bytes] = []

    async def script(connection: ServerConnection, number: int) -> None:
        await say(connection, HELLO)
        greetings.append(await connection.recv())
        await say(connection, {"type": "join_confirmed"})
        await connection.wait_closed()

    async with server(script) as there, RtSocket(there.url, token, greeting={"type": "join"}) as socket:
        assert (await socket.next())["type"] == "join_confirmed"
        assert there.offers == [["rt.v1", "bearer.first"]]
        assert json.loads(greetings[0]) == {"type": "join"}


async def test_a_refused_token_is_refreshed_once_and_then_it_is_over() -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await connection.close(4401)

    async with server(script) as there, RtSocket(there.url, token, backoff=at_once()) as socket:
        assert await socket.until_over() == 4401
        assert [offer[1] for offer in there.offers] == ["bearer.first", "bearer.second"]
        with pytest.raises(Ended):
            await socket.until_online()


async def test_a_login_that_is_over_is_final() -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await connection.close(4401)

    async def once(fresh: bool) -> str | None:
        return None if fresh else "first"

    async with server(script) as there, RtSocket(there.url, once, backoff=at_once()) as socket:
        assert await socket.until_over() == 4401
        assert len(there.offers) == 1


async def test_a_final_code_ends_it() -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await say(connection, HELLO)
        await connection.close(4410)

    async with server(script) as there, RtSocket(there.url, token, backoff=at_once()) as socket:
        assert await socket.until_over() == 4410
        await asyncio.sleep(0.05)
        assert len(there.offers) == 1
        assert socket.phase is Phase.FINAL


async def test_a_refused_handshake_has_the_meaning_of_its_status() -> None:
    def refuse(connection: ServerConnection, request: Request) -> Response:
        return connection.respond(HTTPStatus.NOT_FOUND, "no such session")

    async def script(connection: ServerConnection, number: int) -> None:
        raise AssertionError("never accepted")

    async with server(script, process_request=refuse) as there, RtSocket(there.url, token) as socket:
        assert await socket.until_over() == 4404


async def test_comes_back_after_a_restart_when_it_was_told_to() -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await say(connection, HELLO)
        if number == 1:
            await say(connection, {"type": "reconnect", "after_ms": 20})
            await connection.close(1012)
        await connection.wait_closed()

    never = Backoff(base=30, random=lambda: 1.0)
    async with server(script) as there, RtSocket(there.url, token, backoff=never) as socket:
        async with asyncio.timeout(3):
            while socket.connections < 2:
                await asyncio.sleep(0.01)


async def test_keeps_trying_while_nobody_answers() -> None:
    async def script(connection: ServerConnection, number: int) -> None:
        await say(connection, HELLO)
        await connection.wait_closed()

    async with server(script) as there:
        url = there.url
    async with RtSocket(url, token, backoff=at_once()) as socket:
        with pytest.raises(TimeoutError):
            await socket.until_online(0.2)
        assert socket.phase in (Phase.WAITING, Phase.CONNECTING)


async def test_missed_events_come_in_order_after_a_lost_connection() -> None:
    def step(seq: int) -> dict[str, Any]:
        return {"type": "step_changed", "stream": "session:5", "epoch": "e", "seq": seq}

    async def script(connection: ServerConnection, number: int) -> None:
        if number == 1:
            await say(connection, {**HELLO, "streams": {"session:5": {"epoch": "e", "seq": 0}}}, step(1))
            await connection.recv()  # its receipt
            connection.transport.abort()
            return
        await say(connection, {**HELLO, "streams": {"session:5": {"epoch": "e", "seq": 3}}})
        asked = json.loads(await connection.recv())
        assert asked == {"type": "resume", "streams": {"session:5": {"epoch": "e", "seq": 1}}}
        resumed = {"type": "resumed", "stream": "session:5", "recovered": True, "count": 2}
        await say(connection, step(2), step(3), resumed, step(4))
        await connection.wait_closed()

    async with server(script) as there, RtSocket(there.url, token, backoff=at_once()) as socket:
        assert [(await socket.next("step_changed"))["seq"] for _ in range(4)] == [1, 2, 3, 4]
        assert socket.code is None
