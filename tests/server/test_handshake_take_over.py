"""Handshakes that are handed over are answered as uvicorn's own way answers them, good and bad ones."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mobilegpt.server import uvicorn_handshake, uvicorn_websocket
from mobilegpt.server.uvicorn_handshake import HandingOverProtocol, accept_of
from tests.server.raw import CLOSE, TEXT, close, frame
from tests.server.serving import KEY, knock, serving

GOOD = {
    "plain": knock(),
    "no query": knock("/ws"),
    "question mark": knock("/ws?a=b?c"),
    "browser": knock(connection="keep-alive, Upgrade", Origin="http://localhost", Cookie="a=b; c=d"),
    "subprotocols": knock(**{"Sec-WebSocket-Protocol": "rt.v1, bearer.abc"}),
    "subprotocols in two lines": knock(**{"Sec-WebSocket-Protocol": "rt.v1\nbearer.abc"}),
    "capital letters": knock(upgrade="WebSocket"),
    "extensions": knock(**{"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}),
}
BAD = {
    "no key": knock(sec_websocket_key=None),
    "short key": knock(sec_websocket_key="dGhlIHNhbXBsZQ=="),
    "no base64": knock(sec_websocket_key="not base 64 at all"),
    "two keys": knock(sec_websocket_key=f"{KEY}\n{KEY}"),
    "no version": knock(sec_websocket_version=None),
    "another version": knock(sec_websocket_version="8"),
    "two versions": knock(sec_websocket_version="13\n13"),
    "two origins": knock(Origin="http://a\nhttp://b"),
    "posted": knock(method="POST"),
}


async def mirror(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Chooses the first subprotocol, says what it was asked, repeats one message, closes."""
    assert scope["type"] == "websocket"
    assert (await receive())["type"] == "websocket.connect"
    chosen = next(iter(scope["subprotocols"]), None)
    await send({"type": "websocket.accept", "subprotocol": chosen, "headers": [(b"x-mirror", b"yes")]})
    kept = ("type", "asgi", "http_version", "scheme", "root_path", "path", "subprotocols")
    told = {name: scope[name] for name in kept}
    told |= {name: scope[name].decode() for name in ("raw_path", "query_string")}
    await send({"type": "websocket.send", "text": json.dumps([told, sorted(scope["extensions"])])})
    said = await receive()
    await send({"type": "websocket.send", "text": said["text"]})
    await send({"type": "websocket.close", "code": 4000})


async def shy(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Refuses with an answer of HTTP for /said, without one elsewhere."""
    await receive()
    if scope["path"] == "/said":
        await send({"type": "websocket.http.response.start", "status": 403, "headers": [(b"x-why", b"shy")]})
        await send({"type": "websocket.http.response.body", "body": b"no"})
    else:
        await send({"type": "websocket.close"})


async def conversation(port: int, request: bytes) -> tuple[list[bytes], bytes]:
    """The lines of the answer in any order, without its date, and all that follows it until a close of ours."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(frame(TEXT, b"hello"))
        rest = b""
        while b"hello" not in rest and (piece := await reader.read(65_536)):
            rest += piece
        writer.write(close(1000))
        rest += await reader.read()
    writer.close()
    return sorted(line for line in head.split(b"\r\n") if not line.lower().startswith(b"date:")), rest


async def answers(app: Any, request: bytes) -> list[tuple[list[bytes], bytes]]:
    found = []
    for http in (HttpToolsProtocol, HandingOverProtocol):
        async with serving(app, http) as port:
            found.append(await conversation(port, request))
    return found


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed over."""
    seen: list[str] = []
    take_over = uvicorn_websocket.PreparedFrameProtocol.take_over

    def noted(self: uvicorn_websocket.PreparedFrameProtocol, http: HttpToolsProtocol, accept: str) -> None:
        seen.append(accept)
        take_over(self, http, accept)

    monkeypatch.setattr(uvicorn_websocket.PreparedFrameProtocol, "take_over", noted)
    return seen


@pytest.mark.parametrize("name", GOOD)
async def test_a_good_one(name: str, handed_over: list[str]) -> None:
    theirs, ours = await answers(mirror, GOOD[name])
    assert ours == theirs
    assert b"HTTP/1.1 101 Switching Protocols" in ours[0]
    assert b"hello" in ours[1]
    assert bytes([0x80 | CLOSE]) in ours[1]
    assert handed_over == ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]  # the example of RFC 6455, section 1.3


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_one(name: str, handed_over: list[str]) -> None:
    theirs, ours = await answers(mirror, BAD[name])
    assert ours == theirs
    assert not any(line.startswith(b"HTTP/1.1 101") for line in ours[0])
    assert handed_over == []


async def test_an_old_one_goes_the_other_way(handed_over: list[str]) -> None:
    theirs, ours = await answers(mirror, knock().replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert ours == theirs
    assert handed_over == []


@pytest.mark.parametrize("path", ["/said", "/silent"])
async def test_one_that_the_application_refuses(path: str, handed_over: list[str]) -> None:
    theirs, ours = await answers(shy, knock(path))
    assert ours == theirs
    assert len(handed_over) == 1


async def test_who_leaves_before_the_answer(handed_over: list[str]) -> None:
    ended: list[str] = []

    async def slow(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        ended.append((await receive())["type"])
        try:
            await send({"type": "websocket.accept"})
        except OSError as error:
            ended.append(type(error).__name__)

    async with serving(slow, HandingOverProtocol) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(knock())
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()
        async with asyncio.timeout(10):
            while len(ended) < 2:
                await asyncio.sleep(0.01)
    assert ended == ["websocket.disconnect", "ClientDisconnected"]
    assert len(handed_over) == 1


def test_the_example_of_the_standard() -> None:
    headers = [(b"sec-websocket-key", KEY.encode()), (b"sec-websocket-version", b"13"), (b"upgrade", b"websocket")]
    assert accept_of(headers) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert accept_of([*headers, (b"upgrade", b"h2c")]) is None
    assert uvicorn_handshake.accept_of([]) is None
