"""F24: while the database keeps twenty writers waiting, their sockets stay awake; slow writes go side by side."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from websockets.asyncio.client import ClientConnection

from tests.faults.form import PATIENCE
from tests.faults.processes import Server, has_postgres, postgres
from tests.faults.watching import lesson_at
from tests.server.lesson import Lesson, until

log = logging.getLogger(__name__)
pytestmark = pytest.mark.faults

PHONES = 20
# PostgreSQL's patience with a lock is five seconds, SQLite's twenty.
HELD_SECONDS = 3.0
BEATS = 4
SLOW_SECONDS = 0.1
# One after the other they are three changes of everybody.
CHANGES = [(0, "COMPLETED"), (1, "IN_PROGRESS"), (1, "COMPLETED")]
SETTINGS = {**PATIENCE, "STUCK_SECONDS": "0"}


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, prepared: Path, tmp_path: Path) -> Iterator[Server]:
    if request.param == "sqlite":
        with Server(tmp_path, SETTINGS, request.getfixturevalue("data")) as started:
            yield started
    elif not has_postgres():
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    else:
        with postgres() as url, Server(tmp_path, {**SETTINGS, "DATABASE_URL": url}) as started:
            yield started


@contextmanager
def nobody_writes(database: str) -> Iterator[None]:
    """A lock that every writer of progress waits for."""
    if database.startswith("postgres://"):
        with psycopg.connect(database) as connection:
            connection.execute("LOCK TABLE progress_subtaskprogress IN EXCLUSIVE MODE")
            yield
            connection.rollback()
    else:
        with closing(sqlite3.connect(database, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
            file.execute("ROLLBACK")


async def test_sockets_stay_awake_while_their_writes_wait(server: Server) -> None:
    async with lesson_at(server) as lesson, AsyncExitStack() as stack:
        tokens = [await asyncio.to_thread(lesson.guest) for _ in range(PHONES)]
        phones = [await stack.enter_async_context(lesson.socket(token, rt=True)) for token in tokens]
        lesson.ask("POST", f"/api/sessions/{lesson.code}/start", 200, {})
        await asyncio.gather(*(until(phone, "step_changed", 20) for phone in phones))
        with nobody_writes(server.database()):
            began = time.monotonic()
            for number, phone in enumerate(phones):
                await phone.send(json.dumps(_changed(lesson, number, *CHANGES[0])))
            await asyncio.sleep(0.5)
            slowest = 0.0
            for beat in range(BEATS):
                slowest = max(slowest, *await asyncio.gather(*(_beat(phone, beat) for phone in phones)))
                await asyncio.sleep(max(0, began + HELD_SECONDS * (beat + 1) / BEATS - time.monotonic()))
        acks = await asyncio.gather(*(until(phone, "ack", 20) for phone in phones))
        assert [ack["client_msg_id"] for ack in acks] == [f"{number}-0-COMPLETED" for number in range(PHONES)]
        assert all(phone.close_code is None for phone in phones)
    log.warning("the slowest heartbeat took %.0f ms", slowest * 1000)
    assert slowest < 1


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
async def test_twenty_slow_writes_take_a_quarter_of_their_sum(server: Server) -> None:
    """By one thread they would take two seconds. What the same writes take when they are quick is the machine's."""
    async with lesson_at(server) as lesson, AsyncExitStack() as stack:
        tokens = [await asyncio.to_thread(lesson.guest) for _ in range(PHONES)]
        phones = [await stack.enter_async_context(lesson.socket(token, rt=True)) for token in tokens]
        lesson.ask("POST", f"/api/sessions/{lesson.code}/start", 200, {})
        await asyncio.gather(*(until(phone, "step_changed", 20) for phone in phones))
        quick = await _everybody(lesson, phones, CHANGES[0])
        with every_write_takes(SLOW_SECONDS, server.database()):
            slow = [await _everybody(lesson, phones, change) for change in CHANGES[1:]]
    told = [round(one, 2) for one in slow]
    log.warning("%s writes of %s s took %s s, quick ones %.2f", PHONES, SLOW_SECONDS, told, quick)
    assert min(slow) > SLOW_SECONDS, "the writes were not slow"
    assert min(slow) - quick <= PHONES * SLOW_SECONDS / 4


async def _everybody(lesson: Lesson, phones: list[ClientConnection], change: tuple[int, str]) -> float:
    """The seconds until the last one's change is acknowledged."""
    began = time.monotonic()
    for number, phone in enumerate(phones):
        await phone.send(json.dumps(_changed(lesson, number, *change)))
    await asyncio.gather(*(until(phone, "ack", 20) for phone in phones))
    return time.monotonic() - began


@contextmanager
def every_write_takes(seconds: float, database: str) -> Iterator[None]:
    """Of progress; PostgreSQL only, since SQLite has one writer."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            f"CREATE FUNCTION dawdle() RETURNS trigger AS 'BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END' "
            "LANGUAGE plpgsql"
        )
        connection.execute(
            "CREATE TRIGGER dawdle BEFORE INSERT OR UPDATE ON progress_subtaskprogress "
            "FOR EACH ROW EXECUTE FUNCTION dawdle()"
        )
        yield
        connection.execute("DROP TRIGGER dawdle ON progress_subtaskprogress")


def _changed(lesson: Lesson, number: int, step: int, status: str) -> dict[str, object]:
    return {
        "type": "progress_update",
        "subtask_id": lesson.steps[step],
        "status": status,
        "client_msg_id": f"{number}-{step}-{status}",
    }


async def _beat(phone: ClientConnection, number: int) -> float:
    """The seconds until the answer. Fails when the write was answered before: then nothing is slow."""
    began = time.monotonic()
    await phone.send(json.dumps({"type": "heartbeat", "timestamp": number}))
    async with asyncio.timeout(5):
        while (frame := json.loads(await phone.recv()))["type"] != "heartbeat_ack":
            assert frame["type"] != "ack", "the write did not wait"
    assert frame["timestamp"] == number
    return time.monotonic() - began
