"""Several server processes and Redis between them, each of which dies, freezes or is emptied while everybody chats.

Nothing that was acknowledged is lost, nothing is doubled, one order (reliability F1, F5, F7, F8).
"""

from __future__ import annotations

import asyncio
import random
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from mobilegpt.tools.client import RtSocket
from tests.faults.chatting import Crowd, Voice, stored
from tests.faults.checker import complaints
from tests.faults.form import SECONDS
from tests.faults.processes import Redis, Server, has_postgres, postgres

pytestmark = pytest.mark.faults

BETWEEN_SECONDS = 1.5
FROZEN_SECONDS = 5.0
PEOPLE, ROOMS = 8, 2


@pytest.fixture
def redis() -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed (Debian: apt-get install redis-server)")
    with Redis() as started:
        yield started


@pytest.fixture
def settings(request: pytest.FixtureRequest, redis: Redis) -> Iterator[dict[str, str]]:
    """SQLite, or what the test is parametrized with."""
    with ExitStack() as stack:
        found = {
            "REDIS_URL": redis.url,
            "CHAT_MESSAGES_PER_10_SECONDS": "1000",
            "CHAT_MESSAGES_PER_MINUTE": "100000",
        }
        if getattr(request, "param", "sqlite") == "postgres":
            if not has_postgres():
                pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
            found["DATABASE_URL"] = stack.enter_context(postgres())
        yield found


@pytest.fixture
def servers(settings: dict[str, str], tmp_path: Path) -> Iterator[list[Server]]:
    with Server(tmp_path, settings) as first, Server(tmp_path, settings, first.data) as second:
        yield [first, second]


@pytest.mark.parametrize("settings", ["sqlite", "postgres"], indirect=True)
async def test_whatever_dies_nothing_is_lost(servers: list[Server], redis: Redis) -> None:
    crowd = Crowd(servers, PEOPLE, ROOMS)
    await crowd.gather()
    faults: list[Callable[[], object]] = [
        *(partial(_die, server) for server in servers),
        partial(_die, redis),
        partial(_freeze, redis),
        redis.deafen,
        partial(redis.ask, "FLUSHALL"),
    ]
    await _while_they_chat(faults)
    await crowd.finish()
    rows = {room: stored(servers[0].database(), room) for room in crowd.rooms}
    found = [
        complaint
        for room in crowd.rooms
        for complaint in complaints(crowd.promises[room], rows[room], crowd.views[room])
    ]
    assert found == []
    assert crowd.unanswered == []
    assert crowd.lost_places == []
    assert sum(len(promises.acked) for promises in crowd.promises.values()) >= PEOPLE * len(faults)
    for server in servers:
        assert "Traceback" not in server.output()


async def _while_they_chat(faults: list[Callable[[], object]]) -> None:
    """Each at least once, in a new order every time, until the time is over."""
    dice, ends_at = random.Random(5), asyncio.get_running_loop().time() + SECONDS
    while True:
        for fault in dice.sample(faults, len(faults)):
            await asyncio.sleep(BETWEEN_SECONDS)
            await asyncio.to_thread(fault)
        if asyncio.get_running_loop().time() > ends_at:
            return


def _die(victim: Server | Redis) -> None:
    victim.kill()
    victim.start()


def _freeze(redis: Redis) -> None:
    redis.freeze()
    try:
        time.sleep(FROZEN_SECONDS)
    finally:
        redis.thaw()


class Pair:
    """Two people in one room, each on a server of their own."""

    def __init__(self, speaker: Voice, listener: Voice, room: int, socket: RtSocket, shown: asyncio.Queue[str]) -> None:
        self.speaker, self.listener = speaker, listener
        self.room = room
        self._socket = socket
        self._shown = shown
        self._said = 0

    async def seconds(self) -> float:
        """From saying something on the one server until the other shows it."""
        self._said += 1
        text, began = f"{self._said}", time.monotonic()
        await self.speaker.say(self.room, text)
        async with asyncio.timeout(20):
            while await self._shown.get() != text:
                pass
        assert self._socket.connections == 1
        return time.monotonic() - began


@asynccontextmanager
async def talking(servers: list[Server]) -> AsyncIterator[Pair]:
    shown: asyncio.Queue[str] = asyncio.Queue()

    def take(frame: dict[str, Any], replayed: bool) -> None:
        if frame["type"] == "message":
            shown.put_nowait(frame["data"]["message"])

    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        speaker, listener = (Voice(server, http, f"voice{number}") for number, server in enumerate(servers))
        for voice in (speaker, listener):
            await voice.sign_up()
        room = (await speaker.ask("/chat/v1/room/", {"name": "방", "is_open": True}))["id"]
        await listener.look(room)
        async with listener.socket(f"/ws/chat/{room}", on_event=take, only_listens=True) as socket:
            await socket.until_online()
            yield Pair(speaker, listener, room, socket, shown)


async def test_the_other_process_shows_it_at_once_and_by_the_table_without_redis(
    servers: list[Server], redis: Redis
) -> None:
    async with talking(servers) as pair:
        assert max([await pair.seconds() for _ in range(5)]) < 0.3
        redis.kill()
        assert max([await pair.seconds() for _ in range(3)]) < 1.5
        redis.start()
        await asyncio.sleep(4)
        assert max([await pair.seconds() for _ in range(5)]) < 0.3


async def test_a_subscription_that_is_cut_costs_nothing(servers: list[Server], redis: Redis) -> None:
    """F5: what was told while nobody listened is found."""
    async with talking(servers) as pair:
        for _ in range(3):
            redis.deafen()
            assert await pair.seconds() < 5


async def test_a_frozen_redis_holds_nobody_up(servers: list[Server], redis: Redis) -> None:
    """F8: requests are answered meanwhile, and events come by the table."""
    async with talking(servers) as pair:
        redis.freeze()
        try:
            frozen = [await pair.seconds() for _ in range(6)]
            health = await pair.speaker.http.get(f"{servers[0].url}/api/health/detailed")
        finally:
            redis.thaw()
        assert max(frozen) < 6, frozen
        assert min(frozen[-2:]) < 1.5, frozen
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        await asyncio.sleep(1)
        assert await pair.seconds() < 1.5
