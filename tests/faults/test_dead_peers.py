"""F17: phones and servers that vanish without a word are noticed, once; who comes back in time never left."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.faults.form import LONG, PATIENCE
from tests.faults.processes import Server
from tests.faults.watching import Network, Watch, lesson_at, until, user_of
from tests.server.lesson import Lesson

log = logging.getLogger(__name__)
pytestmark = pytest.mark.faults

SETTINGS = {**PATIENCE, "STUCK_SECONDS": "0"}
LEFT_WITHIN = 45
PING_EVERY = 15 if LONG else 2
GHOSTS_WITHIN = 60
# After this, what is told twice has been told: a phone's grace is over.
AFTERWARDS = 13.0 if LONG else 4.0


async def sit(stack: AsyncExitStack, at: str, lesson: Lesson, token: str) -> ClientConnection:
    """A phone that answers pings, and is silent otherwise."""
    offered = [Subprotocol("rt.v1"), Subprotocol(f"bearer.{token}")]
    address = f"{at}/ws/sessions/{lesson.code}/"
    return await stack.enter_async_context(
        connect(address, subprotocols=offered, ping_interval=None, close_timeout=0.1, proxy=None, max_queue=None)
    )


async def answers(phone: ClientConnection) -> bool:
    try:
        async with asyncio.timeout(1):
            await (await phone.ping())
    except TimeoutError:
        return False
    return True


async def test_who_vanishes_has_left_once_and_who_comes_back_never(data: Path, tmp_path: Path) -> None:
    with Server(tmp_path, SETTINGS, data) as server:
        async with (
            lesson_at(server) as lesson,
            Watch(server, lesson) as watch,
            Network(server) as network,
            AsyncExitStack() as stack,
        ):
            tokens = [await asyncio.to_thread(lesson.guest) for _ in range(15)]
            vanishing, staying = {user_of(token) for token in tokens[:10]}, {user_of(token) for token in tokens[10:]}
            lost = [await sit(stack, network.ws, lesson, token) for token in tokens[:10]]
            kept = [await sit(stack, server.ws, lesson, token) for token in tokens[10:]]
            await until(lambda: len(watch.came) == 15, 10)
            network.stall()
            stalled = datetime.now(UTC)
            assert not await answers(lost[0])
            for phone, token in zip(kept, tokens[10:], strict=True):
                phone.transport.abort()
                await sit(stack, server.ws, lesson, token)
            took = await until(lambda: set(watch.left) >= vanishing, LEFT_WITHIN)
            await asyncio.sleep(AFTERWARDS)
            ends = presence_ends(server)
    log.warning("told of after %.1f s", took)
    assert dict(watch.left) == dict.fromkeys(vanishing, 1)
    # Attendance ends with the last answer to a ping, and not when the silence was noticed.
    assert set(ends) == vanishing
    assert all(-PING_EVERY - 3 <= (end - stalled).total_seconds() <= 2 for end in ends.values()), (stalled, ends)
    assert dict(watch.came) == dict.fromkeys(vanishing | staying, 1)
    assert "Traceback" not in server.output()


def presence_ends(server: Server) -> dict[int, datetime]:
    """When the presence of people ended, of those whose did."""
    with closing(sqlite3.connect(f"file:{server.database()}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT user_id, ended_at FROM classroom_presenceinterval WHERE ended_at IS NOT NULL "
            "AND session_id = (SELECT MAX(session_id) FROM classroom_presenceinterval)"
        )
        return {user_id: datetime.fromisoformat(ended).replace(tzinfo=UTC) for user_id, ended in rows}


@pytest.fixture
def pair(prepared: Path, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Two servers on one SQLite, without Redis."""
    data = Path(shutil.copytree(prepared, tmp_path / "data"))
    with Server(tmp_path, SETTINGS, data) as first, Server(tmp_path, SETTINGS, data) as second:
        yield first, second


async def test_a_server_that_is_killed_leaves_no_ghosts(pair: tuple[Server, Server]) -> None:
    """Fifty were on it. Twenty find the other server in time: to the instructor they never were away."""
    first, second = pair
    async with lesson_at(second) as lesson, Watch(second, lesson) as watch, AsyncExitStack() as stack:
        tokens = [await asyncio.to_thread(lesson.guest) for _ in range(50)]
        users = [user_of(token) for token in tokens]
        for token in tokens:
            await sit(stack, first.ws, lesson, token)
        await until(lambda: leases(second, lesson) == set(users), 20)
        await asyncio.to_thread(first.kill)
        for token in tokens[:20]:
            await sit(stack, second.ws, lesson, token)
        took = await until(lambda: len(watch.left) >= 30, GHOSTS_WITHIN)
        await asyncio.sleep(AFTERWARDS)
        assert leases(second, lesson) == set(users[:20])
    log.warning("the ghosts were gone after %.1f s", took)
    assert dict(watch.left) == dict.fromkeys(users[20:], 1)
    assert dict(watch.came) == dict.fromkeys(users, 1)
    assert "Traceback" not in second.output()


def leases(server: Server, lesson: Lesson) -> set[int]:
    """Who holds a seat of the class, as the rows say."""
    session = lesson.ask("GET", f"/api/sessions/{lesson.code}", 200)["id"]
    with closing(sqlite3.connect(f"file:{server.database()}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT user_id FROM realtime_socketlease WHERE topic = ?", [f"session:{session}"])
        return {user_id for (user_id,) in rows}
