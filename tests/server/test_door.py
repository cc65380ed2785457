"""What stands at the door of a real server: slow heads, idle and many connections, early frames, large ones.

By raw sockets (contract 4.2, 10.5; reliability X13, X18). Times are settings, so that nobody waits for ten seconds.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.server.lesson import Lesson, until
from tests.server.process import Running, running, with_tables
from tests.server.raw import CLOSE, PING, PONG, TEXT, RawSocket, frame

pytestmark = pytest.mark.servers

SERVE = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", "{port}"]
BIN = Path(sys.executable).parent
DAPHNE = [str(BIN / "daphne"), "-b", "127.0.0.1", "-p", "{port}", "config.asgi:application"]
UVICORN = [str(BIN / "uvicorn"), "--port", "{port}", "config.asgi:application"]
HEAD, IDLE = 2, 3
HANDSHAKE = (
    "GET /ws/sessions/{code}/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
GET = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
# A phone's screen as a JPEG: 170 KB of base64.
SCREEN = base64.b64encode(b"\xff\xd8\xff\xe0" + os.urandom(128_000)).decode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("door")
    more = {"HTTP_HEAD_SECONDS": str(HEAD), "HTTP_IDLE_SECONDS": str(IDLE)}
    with running(SERVE, with_tables(folder / "data"), folder / "log", **more) as started:
        yield started
        assert "Traceback" not in started.output()
        assert "[error" not in started.output()


@pytest.fixture
def lesson(server: Running) -> Iterator[Lesson]:
    held = Lesson(server)
    yield held
    held.close()


def dial(server: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def rest_of(connection: socket.socket) -> bytes:
    """Everything until the server hangs up."""
    found = b""
    try:
        while piece := connection.recv(65_536):
            found += piece
    except ConnectionResetError:
        pass
    return found


def answer_on(connection: socket.socket) -> bytes:
    """One whole response on a connection that stays open: its head and its body may come in two packets."""
    found = b""
    while True:
        head, end, body = found.partition(b"\r\n\r\n")
        size = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if end and len(body) >= (int(size[1]) if size else 0):
            return found
        piece = connection.recv(65_536)
        assert piece, f"the connection ended after {found!r}"
        found += piece


# --- heads that never end


@pytest.mark.parametrize(
    ("beginning", "answer"),
    [
        (b"", b""),
        (b"G", b"HTTP/1.1 408"),
        (GET[:-2], b"HTTP/1.1 408"),
        (HANDSHAKE.encode()[:-2], b"HTTP/1.1 408"),
        (b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Le", b"HTTP/1.1 408"),
    ],
)
def test_a_head_that_does_not_come_ends_in_time(server: Running, beginning: bytes, answer: bytes) -> None:
    with dial(server) as connection:
        began = time.monotonic()
        connection.sendall(beginning)
        told = rest_of(connection)
        assert HEAD - 0.5 < time.monotonic() - began < HEAD + 2.5
        assert told[:12] == answer


def test_octet_by_octet_is_no_way_to_stay(server: Running) -> None:
    with dial(server) as connection:
        began = time.monotonic()
        connection.sendall(GET[:-4])
        connection.setblocking(False)
        while time.monotonic() - began < HEAD + 4:
            time.sleep(0.2)
            try:
                connection.send(b"\r\nX-A: b"[:1])
                if not connection.recv(1):
                    break
            except BlockingIOError:
                continue
            except OSError:
                break
        assert time.monotonic() - began < HEAD + 3


def test_the_second_request_of_a_connection_is_no_exception(server: Running) -> None:
    with dial(server) as connection:
        connection.sendall(GET)
        assert answer_on(connection).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        connection.sendall(GET[:20])
        assert rest_of(connection).startswith(b"HTTP/1.1 408")
        assert time.monotonic() - began < HEAD + 2.5


def test_three_hundred_at_once_are_gone_in_time_and_one_line(server: Running) -> None:
    before = server.output().count("connections_timed_out")
    with ExitStack() as stack:
        connections = [stack.enter_context(dial(server)) for _ in range(300)]
        began = time.monotonic()
        for connection in connections:
            connection.sendall(GET[:10])
        for connection in connections:
            assert rest_of(connection).startswith(b"HTTP/1.1 408")
        assert time.monotonic() - began < HEAD + 4
    time.sleep(1.2)
    assert server.output().count("connections_timed_out") - before <= 5


def test_an_idle_connection_ends_later_and_answers_until_then(server: Running) -> None:
    with dial(server) as connection:
        for _ in range(2):
            connection.sendall(GET)
            assert answer_on(connection).startswith(b"HTTP/1.1 200")
            time.sleep(IDLE - 1)
        began = time.monotonic()
        assert rest_of(connection) == b""
        assert time.monotonic() - began < 3


def test_a_body_that_takes_its_time_is_not_a_head(server: Running) -> None:
    body = b'{"email": "nobody@example.com", "password": "wrong-password"}'
    with dial(server) as connection:
        connection.sendall(
            b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        )
        time.sleep(HEAD + 1.5)
        connection.sendall(body)
        assert answer_on(connection).startswith(b"HTTP/1.1 401")


def test_an_open_socket_stays_though_nothing_is_asked(server: Running, lesson: Lesson) -> None:
    with RawSocket(server.port, f"/ws/sessions/{lesson.code}/", lesson.guest()) as raw:
        time.sleep(max(HEAD, IDLE) + 2)
        raw.send(frame(TEXT, b'{"type": "heartbeat", "timestamp": "here"}'))
        raw.acknowledged("here")


def test_what_is_no_http_is_one_line(server: Running) -> None:
    with dial(server) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert rest_of(connection).startswith(b"HTTP/1.1 400")
    assert "request_refused" in server.output()


# --- how many


def test_connections_of_one_address_are_capped(tmp_path: Path) -> None:
    with running(SERVE, with_tables(tmp_path / "data"), tmp_path / "log", CONNECTIONS_PER_ADDRESS="8") as server:
        lesson = Lesson(server)
        lesson.http.close()
        handshake = HANDSHAKE.format(code=lesson.code).encode()
        time.sleep(0.3)
        with ExitStack() as stack:
            inside = [stack.enter_context(dial(server)) for _ in range(8)]
            for connection in inside[:4]:  # sockets count as long as they are open
                connection.sendall(handshake)
                assert answer_on(connection).startswith(b"HTTP/1.1 101")
            for _ in range(3):
                with dial(server) as outside:
                    refused = rest_of(outside)
                    assert refused.startswith(b"HTTP/1.1 429")
                    assert b'"RATE_LIMITED"' in refused
                    assert b"retry-after:" in refused
            inside[0].close()
            inside[7].close()
            time.sleep(0.3)
            for _ in range(2):
                connection = stack.enter_context(dial(server))
                connection.sendall(GET)
                assert answer_on(connection).startswith(b"HTTP/1.1 200")
            with dial(server) as outside:
                assert rest_of(outside).startswith(b"HTTP/1.1 429")
        time.sleep(1.3)
        for _ in range(30):  # nothing is counted twice, or for ever
            assert httpx.get(f"{server.url}/api/health").status_code == 200
        lines = [line for line in server.output().splitlines() if "connections_refused" in line]
        assert 1 <= len(lines) <= 3
        assert "127.0.0.1" in lines[0]


def test_a_trusted_proxy_stands_for_many(tmp_path: Path) -> None:
    more = {"CONNECTIONS_PER_ADDRESS": "2", "TRUSTED_PROXIES": "127.0.0.0/8"}
    with running(SERVE, with_tables(tmp_path / "data"), tmp_path / "log", **more) as server, ExitStack() as stack:
        for _ in range(12):
            connection = stack.enter_context(dial(server))
            connection.sendall(GET)
            assert answer_on(connection).startswith(b"HTTP/1.1 200")


# --- what comes early


@pytest.mark.parametrize("early", ["in one piece", "before the answer"])
def test_a_join_that_leaves_before_the_socket_is_open_is_heard(server: Running, lesson: Lesson, early: str) -> None:
    """The native app says ``join`` at once; over a slow link it is there before the handshake is through."""
    join = frame(TEXT, json.dumps({"type": "join", "device_id": "9774d56d682e549c", "name": "손님"}).encode())
    handshake = HANDSHAKE.format(code=lesson.code).encode()
    with dial(server) as connection:
        if early == "in one piece":
            connection.sendall(handshake + frame(PING, b"p") + join)
        else:
            connection.sendall(handshake)
            connection.sendall(frame(PING, b"p"))
            connection.sendall(join)
        told = b""
        while b"join_confirmed" not in told:
            told += connection.recv(65_536)
    head, _, frames = told.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101")
    assert frames.startswith(bytes((0x80 | PONG, 1)) + b"p")


def test_a_client_that_leaves_during_its_handshake_leaves_nothing(server: Running, lesson: Lesson) -> None:
    handshake = HANDSHAKE.format(code=lesson.code).encode()
    for behind in (b"", frame(TEXT, b'{"type": "join"'), frame(CLOSE, b"\x03\xe8")):
        for _ in range(10):
            with dial(server) as connection:
                connection.sendall(handshake + behind)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    assert httpx.get(f"{server.url}/api/health").status_code == 200


# --- large frames


async def test_a_call_for_help_may_bring_its_picture(server: Running, lesson: Lesson) -> None:
    lesson.ask("POST", f"/api/sessions/{lesson.code}/start", 200, {})
    async with lesson.socket(lesson.guest()) as phone, lesson.socket(lesson.token) as teacher:
        call = {"type": "request_help", "message": "도와주세요", "screenshot": SCREEN, "device_id": "9774d56d682e549c"}
        await phone.send(json.dumps(call, ensure_ascii=False))
        assert (await until(teacher, "help_requested"))["message"] == "도와주세요"
        await phone.send(json.dumps({"type": "heartbeat", "timestamp": 1}))
        assert (await until(phone, "heartbeat_ack"))["timestamp"] == 1
    pending = lesson.ask("GET", "/api/dashboard/help-requests/pending", 200)["pending_requests"]
    assert SCREEN[:200] not in json.dumps(pending)


@pytest.mark.parametrize(
    "call",
    [
        {"type": "progress_update", "status": "COMPLETED", "screenshot": SCREEN},
        {"type": "heartbeat", "timestamp": SCREEN},
        {"type": "request_help", "context_data": {"noise": SCREEN}},
        {"type": "request_help", "screenshot": SCREEN * 2},
        {"type": "request_help", "message": SCREEN, "screenshot": SCREEN[:1000]},
    ],
    ids=["progress", "heartbeat", "context", "over 256 KiB", "message"],
)
async def test_nothing_else_may_be_as_large(server: Running, lesson: Lesson, call: dict[str, str]) -> None:
    async with lesson.socket(lesson.guest()) as phone:
        await phone.send(json.dumps(call))
        with pytest.raises(ConnectionClosed) as closed:
            await until(phone, "nothing")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize("fragments", [1, 8])
async def test_a_stranger_may_not_fill_the_memory(server: Running, lesson: Lesson, fragments: int) -> None:
    """A socket that has not joined, and every other kind of socket, keep to 64 KiB."""
    call = json.dumps({"type": "request_help", "screenshot": SCREEN})
    size = len(call) // fragments + 1
    paths = [f"/ws/sessions/{lesson.code}/", f"/ws/session/{lesson.code}/student/?token={lesson.guest()}"]
    for path in paths:
        async with connect(server.ws + path) as stranger:
            with pytest.raises(ConnectionClosed) as closed:
                await stranger.send([call[at : at + size] for at in range(0, len(call), size)])
                await until(stranger, "nothing")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009
    assert "TOO_LARGE" in server.output()


# --- refusals are lines, on every server


@pytest.mark.parametrize("command", [SERVE, UVICORN, DAPHNE], ids=["serve", "uvicorn", "daphne"])
async def test_refusals_are_lines_and_no_errors(tmp_path: Path, command: list[str]) -> None:
    data = with_tables(tmp_path / "data")
    with running(command, data, tmp_path / "log") as server:
        attempts = [
            "/ws/nothing/",
            "/ws/sessions/ZZZZ99/",
            "/ws/progress/1/",
            "/ws/progress/1/?token=very-secret-value",
        ]
        for path in attempts:
            with pytest.raises(InvalidStatus):
                async with connect(server.ws + path):
                    pass
        with pytest.raises(InvalidStatus):
            async with connect(f"{server.ws}/ws/progress/1/", additional_headers={"Cookie": "sessionid=x"}):
                pass
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as foreign:
            foreign.sendall(HANDSHAKE.format(code="ABC234").replace("localhost", "evil.example").encode())
            assert answer_on(foreign)[9:12] in (b"400", b"403")
        httpx.get(f"{server.url}/api/auth/me", headers={"Host": "evil.example"})
        httpx.get(server.url, headers={"Host": "evil.example"})
        async with connect(f"{server.ws}/ws/chat/99", subprotocols=["rt.v1"]) as in_band:  # type: ignore[list-item]
            with pytest.raises(ConnectionClosed):
                await until(in_band, "nothing")
        await asyncio.sleep(0.5)
        output = server.output()
    assert output.count("socket_refused") == len(attempts) + 3, output
    assert output.count("host=evil.example") == 2
    for word in ("Traceback", "[error", "ERROR", "without completing", "very-secret-value"):
        assert word not in output, output
