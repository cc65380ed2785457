"""Every server that the README names carries the whole application: pages, REST and sockets (contract 2.2)."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.server.lesson import Lesson, until
from tests.server.process import ROOT, Running, environment, free_port, migrate, running

pytestmark = pytest.mark.servers

SECRET = "very-secret-value"
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
SERVE = [*MANAGE, "serve", "--host", "127.0.0.1", "--port", "{port}"]
SERVERS = {
    "serve": SERVE,
    "runserver": [*MANAGE, "runserver", "127.0.0.1:{port}"],
    "daphne": [str(BIN / "daphne"), "-b", "127.0.0.1", "-p", "{port}", "config.asgi:application"],
    "uvicorn": [str(BIN / "uvicorn"), "--port", "{port}", "config.asgi:application"],
    "gunicorn": [
        str(BIN / "gunicorn"), "-w", "2", "-k", "uvicorn.workers.UvicornWorker", "-b", "127.0.0.1:{port}",
        "config.asgi:application",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrate(tmp_path_factory.mktemp("migrated"))


@pytest.fixture
def data(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(migrated, tmp_path / "data"))


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, data: Path, tmp_path: Path) -> Iterator[Running]:
    with running(SERVERS[request.param], data, tmp_path / "log") as started:
        yield started


@pytest.fixture
def own(data: Path, tmp_path: Path) -> Iterator[Running]:
    """Our own server."""
    with running(SERVE, data, tmp_path / "log") as started:
        yield started


async def hold_a_class(server: Running) -> None:
    """REST and sockets on one port: a seat by HTTP, a step by WebSocket, a state by HTTP."""
    lesson = Lesson(server)
    try:
        async with lesson.socket(lesson.guest()) as phone, lesson.socket(lesson.token) as teacher:
            lesson.ask("POST", f"/api/sessions/{lesson.code}/start", 200, {})
            first = await until(phone, "step_changed")
            assert first["subtask"]["id"] == lesson.steps[0]
            await teacher.send('{"type": "next_step"}')
            while (await until(phone, "step_changed"))["subtask"]["id"] != lesson.steps[1]:
                pass
            current = lesson.ask("GET", f"/api/sessions/{lesson.code}/current/", 200)
            assert current["current_subtask"]["id"] == lesson.steps[1]
            await teacher.send("no json")
            assert (await until(teacher, "error"))["code"] == "INVALID_JSON"
    finally:
        lesson.close()


async def leave_a_secret_in_addresses(server: Running) -> None:
    """Servers print addresses with their query strings, and clients of the documents send tokens there (P21)."""
    httpx.get(f"{server.url}/api/auth/me?token={SECRET}")
    with pytest.raises(InvalidStatus):
        async with connect(f"{server.ws}/ws/sessions/ABC234/?token={SECRET}"):
            pass


async def test_a_class_runs_on_every_server(server: Running) -> None:
    async with asyncio.timeout(25):
        await hold_a_class(server)
    for path in ("/", "/api/health/detailed/", "/qr/ABC234.png", "/static/admin/css/base.css", "/api/docs/"):
        assert httpx.get(server.url + path).status_code == 200, path
    refused = httpx.post(f"{server.url}/api/auth/login", content=b"x" * 2_000_000)
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "TOO_LARGE")
    assert httpx.get(f"{server.url}/api/nothing").json()["error"]["code"] == "NOT_FOUND"
    assert httpx.head(f"{server.url}/").content == b""
    await leave_a_secret_in_addresses(server)
    assert SECRET not in server.output()
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("compiled", ["yes", "no"])
async def test_a_step_reaches_more_phones_than_a_compiled_loop_is_worth(
    data: Path, tmp_path: Path, compiled: str
) -> None:
    with running(SERVE, data, tmp_path / "log", COMPILED_SEND=compiled) as server:
        lesson = Lesson(server)
        async with AsyncExitStack() as stack:
            phones = [await stack.enter_async_context(lesson.socket(lesson.guest())) for _ in range(12)]
            teacher = await stack.enter_async_context(lesson.socket(lesson.token))
            lesson.ask("POST", f"/api/sessions/{lesson.code}/start", 200, {})
            for step in lesson.steps:
                for phone in phones:
                    assert (await until(phone, "step_changed"))["subtask"]["id"] == step
                await teacher.send('{"type": "next_step"}')
        lesson.close()


async def test_a_socket_without_a_way_in_is_refused_before_it_opens(own: Running) -> None:
    lesson = Lesson(own)
    lesson.close()
    with pytest.raises(InvalidStatus) as refused:
        async with lesson.socket("forged.token.here"):
            pass
    assert refused.value.response.status_code == 401


def test_a_port_that_is_taken_is_one_line_and_exit_code_2(own: Running, data: Path) -> None:
    done = subprocess.run(
        [*MANAGE, "serve", "--host", "127.0.0.1", "--port", str(own.port)],
        cwd=ROOT,
        env=environment(data),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert str(own.port) in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
async def test_it_stops_within_five_seconds_with_open_sockets(own: Running, sig: signal.Signals) -> None:
    lesson = Lesson(own)
    guest = lesson.guest()
    lesson.close()
    with socket.create_connection(("127.0.0.1", own.port)) as idle:
        idle.sendall(b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
        async with lesson.socket(guest) as phone:
            code, seconds = await asyncio.to_thread(own.stop, sig)
            assert (code, seconds < 5) == (0, True), own.output()
            with pytest.raises(ConnectionClosed) as closed:
                await until(phone, "nothing")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
    assert "Traceback" not in own.output()


async def test_who_knows_rt_is_told_when_to_come_back(own: Running) -> None:
    """Contract 10.4: a moment of one's own, before the close; the documents' clients are told nothing new."""
    lesson = Lesson(own)
    guests = [lesson.guest() for _ in range(6)]
    lesson.close()
    phones = [await lesson.socket(guest, rt=True).__aenter__() for guest in guests[1:]]
    async with lesson.socket(guests[0]) as plain:
        for phone in phones:
            await until(phone, "hello")
        began = time.monotonic()
        own.process.send_signal(signal.SIGTERM)
        moments = [(await until(phone, "reconnect", 2))["after_ms"] for phone in phones]
        for phone in [plain, *phones]:
            with pytest.raises(ConnectionClosed) as closed:
                await until(phone, "reconnect", 2)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
        assert time.monotonic() - began < 2
    assert all(0 <= moment < 2000 for moment in moments)
    assert len(set(moments)) > 1


def test_one_process_listens_on_several_ports(data: Path, tmp_path: Path) -> None:
    second = free_port()
    with running([*SERVE, str(second)], data, tmp_path / "log") as server:
        answers = [httpx.get(f"http://127.0.0.1:{port}/api/health").status_code for port in (server.port, second)]
        assert answers == [200, 200]
        assert f"http://localhost:{second}" in server.output()


def test_the_first_answer_comes_soon(own: Running) -> None:
    """Six seconds on an idle machine; the processor's seconds do not depend on what else runs."""
    assert own.processor_seconds() < 5


def test_an_empty_database_gets_sample_data(tmp_path: Path) -> None:
    with running(SERVE, tmp_path / "data", tmp_path / "log") as server:
        body = {"email": "instructor@test.com", "password": "test1234"}
        assert httpx.post(f"{server.url}/api/auth/login", json=body).status_code == 200
        assert "instructor@test.com / test1234" in server.output()


def test_runserver_starts_anew_when_a_file_changes(data: Path, tmp_path: Path) -> None:
    with running(SERVERS["runserver"], data, tmp_path / "log") as server:
        before = server.output().count("localhost:")
        deadline = time.monotonic() + 60
        while server.output().count("localhost:") == before and time.monotonic() < deadline:
            if "reloading" not in server.output():  # touched while it starts, it would start once more
                (ROOT / "config" / "asgi.py").touch()
            time.sleep(1)
        assert server.output().count("localhost:") > before, server.output()
