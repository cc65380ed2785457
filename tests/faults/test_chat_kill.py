"""kill -9 of the server while everybody chats: nothing that was acknowledged is lost, nothing is doubled, one order.

``FAULT_SECONDS`` is how long they chat; the server dies every seven seconds of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.chatting import Crowd, stored
from tests.faults.checker import complaints
from tests.faults.form import SECONDS
from tests.faults.processes import Server, has_postgres, postgres

log = logging.getLogger(__name__)
pytestmark = pytest.mark.faults

BETWEEN_KILLS_SECONDS = 2.5
AT_LEAST_KILLS = 3
PEOPLE, ROOMS = 10, 2


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The setting that leads the server there; SQLite lies in its data folder."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield {}
        elif not has_postgres():
            pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
        else:
            yield {"DATABASE_URL": stack.enter_context(postgres())}


async def test_killing_the_server_loses_nothing_that_was_acknowledged(database: dict[str, str], tmp_path: Path) -> None:
    with Server(tmp_path, database) as server:
        crowd = Crowd([server], PEOPLE, ROOMS)
        await crowd.gather()
        kills, ends_at = 0, asyncio.get_running_loop().time() + SECONDS
        while kills < AT_LEAST_KILLS or asyncio.get_running_loop().time() < ends_at:
            await asyncio.sleep(BETWEEN_KILLS_SECONDS)
            await asyncio.to_thread(server.kill)
            kills += 1
            await asyncio.to_thread(server.start)
        await crowd.finish()
        rows = {room: stored(server.database(), room) for room in crowd.rooms}
    found = [
        complaint
        for room in crowd.rooms
        for complaint in complaints(crowd.promises[room], rows[room], crowd.views[room])
    ]
    assert found == []
    assert crowd.unanswered == []
    assert crowd.lost_places == []
    acked = sum(len(promises.acked) for promises in crowd.promises.values())
    assert acked >= PEOPLE * 2 * kills, "they hardly spoke"
    assert "Traceback" not in server.output()
    log.info("%s kills, %s acknowledged, %s stored", kills, acked, sum(map(len, rows.values())))
