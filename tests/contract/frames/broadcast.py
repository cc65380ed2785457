"""Every event to everybody: published as a commit publishes it, heard on real sockets, with ``rt.v1`` and without."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from mobilegpt.events.event import Envelope, Event
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.realtime.runtime import runtime
from tests.contract.frames.doors import DOORS, door, quiet
from tests.contract.frames.events import instances
from tests.contract.world import World
from tests.sockets.client import SocketClient

Frames = list[dict[str, Any]]
Heard = dict[str, dict[str, Frames]]
"""By what was heard of, and by who heard it. A close stands among the frames as ``{"close": code}``."""

SUM = "statistics_update"
# Whole rosters come when they are read, to those alone who opted in; docs/protocol.md has their keys.
ROSTER = "roster"
_COALESCED_SECONDS = 0.02
_EVERYBODY = [
    (socket, who, rt) for socket, (_, everybody) in DOORS.items() for who in everybody.split() for rt in (False, True)
]


class Hall:
    """All sockets of one kind of clients, twice: who opted in to ``rt.v1`` stands beside who did not."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open: dict[tuple[str, str, bool], SocketClient] = {}
        self.published = instances(world)
        self.events: dict[tuple[str, bool], Heard] = defaultdict(dict)
        self.openings: dict[tuple[str, bool], dict[str, Frames]] = defaultdict(dict)
        self.sums: Frames = []

    async def hear_everything(self) -> None:
        for name, event in self.published.items():
            await self._open_all()
            await _publish(event)
            await self._note(name)
            if isinstance(event, ProgressChanged):
                await self._wait_for_sum()
        await self.close()

    async def _open_all(self) -> None:
        """Also those that the last event has closed."""
        for socket, who, rt in _EVERYBODY:
            if (socket, who, rt) not in self._open:
                client = self._open[socket, who, rt] = door(self._world, socket, who, rt=rt)
                await client.__aenter__()
                await quiet()
                self.openings[socket, rt].setdefault(who, self._without_sums(client))

    async def _note(self, name: str) -> None:
        for socket, who, rt in _EVERYBODY:
            client = self._open[socket, who, rt]
            frames = self._without_sums(client)
            if client.code is not None:
                frames.append({"close": client.code})
                await self._open.pop((socket, who, rt)).disconnect()
            if frames:
                self.events[socket, rt].setdefault(name, {})[who] = frames

    def _without_sums(self, client: SocketClient) -> Frames:
        """A sum follows progress at a moment of its own."""
        frames = client.received()
        self.sums += [frame for frame in frames if frame["type"] == SUM]
        return [frame for frame in frames if frame["type"] not in (SUM, ROSTER)]

    async def _wait_for_sum(self) -> None:
        deadline = time.monotonic() + 5
        while not self.sums and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
            assert self._without_sums(self._open["W2", "teacher", False]) == []

    async def close(self) -> None:
        for client in self._open.values():
            await client.disconnect()
        self._open.clear()


async def _publish(event: Event) -> None:
    runtime.feed.publish(list(_envelopes(event)))
    await quiet()  # the hub has set its own clock before this one
    await asyncio.sleep(event.linger() + _COALESCED_SECONDS)
    await quiet()


def _envelopes(event: Event) -> Iterator[Envelope]:
    """As the outbox makes them: one for each stream, the plain topics with the first."""
    topics = event.topics()
    for stream in event.streams():
        at = runtime.hub.position(stream)
        yield Envelope(
            row_id=0,
            event_id="event",
            event=event,
            stream=stream,
            epoch=(at.epoch if at else "") or "epoch",
            seq=(at.seq if at else 0) + 1,
            topics=topics,
        )
        topics = ()
    if not event.streams():
        yield Envelope(row_id=0, event_id="event", event=event, topics=topics)
