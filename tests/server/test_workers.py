"""``serve --workers``: several processes behind one port; whoever dies is replaced, and all of them end together."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.server.lesson import Lesson, until
from tests.server.process import Running, running, with_tables

pytestmark = pytest.mark.servers

SERVE = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", "{port}", "--workers", "3"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with running(SERVE, with_tables(tmp_path / "data"), tmp_path / "log") as started:
        _until(lambda: len(workers_of(started)) == 3 and "localhost:" in started.output(), 60)
        yield started
        for pid in workers_of(started):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def workers_of(server: Running) -> list[int]:
    """The living children of the parent."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = status.read_text().rpartition(")")[2].split()
            if int(fields[1]) == server.process.pid and fields[0] != "Z":
                found.append(int(status.parent.name))
    return found


def _until(true: object, seconds: float) -> None:
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


async def test_a_class_is_held_over_all_of_them(server: Running) -> None:
    """Without Redis: the phones of the other processes are told by the table, within a second."""
    lesson = Lesson(server)
    try:
        phones = [await lesson.socket(lesson.guest(), rt=True).__aenter__() for _ in range(9)]
        await asyncio.sleep(1)
        lesson.ask("POST", f"/api/sessions/{lesson.code}/start", 200, {})
        told = await asyncio.gather(*(until(phone, "step_changed", 10) for phone in phones))
        assert {frame["subtask"]["id"] for frame in told} == {lesson.steps[0]}
        assert len({frame["seq"] for frame in told}) == 1
        for phone in phones:
            await phone.close()
    finally:
        lesson.close()


async def test_all_of_them_say_the_same_of_its_people(server: Running) -> None:
    """Every process reads the roster by itself; what one phone says at one of them is told by all."""
    lesson = Lesson(server)
    try:
        screens = [await lesson.socket(lesson.token, rt=True).__aenter__() for _ in range(6)]
        phones = [await lesson.socket(lesson.guest(), rt=True).__aenter__() for _ in range(6)]
        await asyncio.sleep(1)
        lesson.ask("POST", f"/api/sessions/{lesson.code}/start", 200, {})
        for phone in phones[1:]:
            step = await until(phone, "step_changed", 10)
            await phone.send(json.dumps({"type": "received", "stream": step["stream"], "seq": step["seq"]}))
        await phones[1].send(json.dumps({"type": "page_state", "visible": False, "subtask_id": lesson.steps[0]}))
        wanted = {"reading": 4, "trying": 1, "not_received": 1, "total": 6}
        async with asyncio.timeout(10):
            for screen in screens:
                while {**(counts := (await until(screen, "roster", 10))["data"]["counts"]), **wanted} != counts:
                    pass
        for socket in (*screens, *phones):
            await socket.close()
    finally:
        lesson.close()


async def test_twenty_writers_find_the_database_open(server: Running) -> None:
    """F25: SQLite has one writer at a time; nobody is told that it is locked."""
    lesson = Lesson(server)
    try:
        async with httpx.AsyncClient(base_url=server.url, timeout=30, trust_env=False) as http:

            async def sit_down(number: int) -> int:
                body = {"name": f"학생 {number}", "device_id": f"device-{number:04d}-{'x' * 24}"}
                return (await http.post(f"/api/sessions/{lesson.code}/guest", json=body)).status_code

            for wave in range(5):
                codes = await asyncio.gather(*(sit_down(wave * 20 + number) for number in range(20)))
                assert set(codes) == {201}
        assert "database is locked" not in server.output()
    finally:
        lesson.close()


def test_who_is_killed_is_replaced(server: Running) -> None:
    before = workers_of(server)
    time.sleep(1)
    os.kill(before[0], signal.SIGKILL)
    _until(lambda: len(set(workers_of(server)) - set(before)) == 1, 20)
    _until(lambda: len(workers_of(server)) == 3, 5)
    for _ in range(20):
        assert httpx.get(f"{server.url}/api/health", timeout=10).status_code == 200


def test_all_of_them_end_together(server: Running) -> None:
    pids = workers_of(server)
    code, seconds = server.stop()
    assert (code, seconds < 10) == (0, True)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_nobody_is_left_behind_when_the_parent_is_killed(server: Running) -> None:
    pids = workers_of(server)
    server.process.kill()
    _until(lambda: not [pid for pid in pids if Path(f"/proc/{pid}").exists()], 15)
