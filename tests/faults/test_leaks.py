"""F21: who comes and goes leaves nothing behind: no memory, no file, no thread.

The target is one megabyte for ten thousand visits. The short form has too few of them to see that through what the
allocator does anyway: it finds what keeps a whole connection.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.faults.form import LONG
from tests.faults.hall import OPEN_HALL
from tests.faults.measures import MB, open_files, resident, threads
from tests.faults.processes import Server
from tests.faults.watching import lesson_at

log = logging.getLogger(__name__)
pytestmark = pytest.mark.faults

PEOPLE = 10
VISITS = 10_000 if LONG else 1000
WARM_UP = 4000 if LONG else 1500
# What the allocator and the database's cache do anyway. Connections that are kept would be ten times as much.
NOISE = 3 * MB
ALLOWED = MB * VISITS / 10_000 + NOISE
SPARE = 5
SETTINGS = {**OPEN_HALL, "PRESENCE_GRACE_SECONDS": "1"}
# The kernel sends a reset instead of saying goodbye.
_NO_LINGER = struct.pack("ii", 1, 0)


async def test_who_comes_and_goes_leaves_nothing_behind(data: Path, tmp_path: Path) -> None:
    with Server(tmp_path, SETTINGS, data) as server:
        async with lesson_at(server) as lesson:
            tokens = [await asyncio.to_thread(lesson.guest) for _ in range(PEOPLE)]
            address = f"{server.ws}/ws/sessions/{lesson.code}/"
            await _visit(address, tokens, WARM_UP)
            before = await _at_rest(server.pid)
            await _visit(address, tokens, VISITS)
            after = await _at_rest(server.pid)
        assert "Traceback" not in server.output()
    grown = after[0] - before[0]
    log.warning("%s visits: memory %+.2f MB, then %s files and %s threads", VISITS, grown / MB, *after[1:])
    assert grown <= ALLOWED
    assert abs(after[1] - before[1]) <= SPARE
    assert abs(after[2] - before[2]) <= SPARE


async def _visit(address: str, tokens: list[str], count: int) -> None:
    """All of them at the same time, each again and again; every other goes without a goodbye."""

    async def one(token: str) -> None:
        offered = [Subprotocol("rt.v1"), Subprotocol(f"bearer.{token}")]
        for number in range(count // len(tokens)):
            async with connect(address, subprotocols=offered, close_timeout=2, proxy=None) as phone:
                await phone.recv()
                if number % 2:
                    phone.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                    phone.transport.abort()

    await asyncio.gather(*(one(token) for token in tokens))


async def _at_rest(pid: int) -> tuple[int, int, int]:
    """Memory, files and threads, once the last sockets and graces are over."""
    await asyncio.sleep(3)
    return resident(pid), open_files(pid), threads(pid)
