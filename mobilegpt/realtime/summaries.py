"""Summing up: after many events one reading of the numbers that they changed, for all who watch (``Summary``).

Runs on the event loop; the reading runs in a database thread. A lecture without an open dashboard costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog

from mobilegpt.core.errors import DomainError
from mobilegpt.database.threads import in_database
from mobilegpt.events.event import Envelope
from mobilegpt.events.topics import number_of
from mobilegpt.realtime.route import Summary
from mobilegpt.realtime.subscriber import OpenSocket

log = structlog.get_logger(__name__)


class _Watch:
    """The sockets of one route on one topic, and where what they are told of happens.

    ``due``: something happened that they have no sum of yet.
    """

    __slots__ = ("due", "heard_on", "running", "sockets", "summary", "topic")

    def __init__(self, topic: str, heard_on: Iterable[str], summary: Summary) -> None:
        self.topic = topic
        self.heard_on = frozenset(heard_on)
        self.summary = summary
        self.sockets: set[OpenSocket] = set()
        self.due = False
        self.running = False

    async def run(self) -> None:
        try:
            while self.due and self.sockets:
                self.due = False
                await self._tell()
                await asyncio.sleep(self.summary.seconds)
        finally:
            self.running = False

    async def _tell(self) -> None:
        try:
            frames = await in_database(self.summary.read, number_of(self.topic))
        except DomainError as refusal:
            log.warning("summary_refused", topic=self.topic, code=refusal.code)
            return
        except Exception:
            log.exception("summary_failed", topic=self.topic)
            self.due = True  # again, when it is time
            return
        for connection in list(self.sockets):
            connection.tell(*frames)


class Summaries:
    """Every watch of this process."""

    def __init__(self) -> None:
        self._watches: dict[tuple[str, str], _Watch] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, connection: OpenSocket) -> None:
        """From now on the socket is told. It knows its state already, unless the summary is that state."""
        route = connection.route
        if route.summary is None:
            return
        for topic in _watched(connection, route.summary):
            heard_on = connection.topics if route.summary.prefix else (topic,)
            watch = self._watches.setdefault((topic, route.name), _Watch(topic, heard_on, route.summary))
            watch.sockets.add(connection)
            if route.summary.prefix:
                self._start(watch)

    def remove(self, connection: OpenSocket) -> None:
        summary = connection.route.summary
        for topic in _watched(connection, summary) if summary else ():
            watch = self._watches.get((topic, connection.route.name))
            if watch is not None:
                watch.sockets.discard(connection)
                if not watch.sockets:
                    del self._watches[topic, connection.route.name]

    def notice(self, envelope: Envelope) -> None:
        """An event was delivered; its own frames go out before the sum."""
        if not self._watches:
            return
        kind, places = type(envelope.event), (*envelope.topics, envelope.stream or "")
        for watch in self._watches.values():
            if kind in watch.summary.events and not watch.heard_on.isdisjoint(places):
                self._start(watch)
                if (seconds := watch.summary.later.get(kind)) is not None:
                    asyncio.get_running_loop().call_later(seconds, self._start, watch)

    def _start(self, watch: _Watch) -> None:
        watch.due = True
        if not watch.running and watch.sockets:
            watch.running = True
            task = asyncio.get_running_loop().create_task(watch.run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _watched(connection: OpenSocket, summary: Summary) -> list[str]:
    if not summary.prefix:
        return list(connection.topics)
    followed = (topic for topic in connection.topics if topic.partition(":")[0] == summary.prefix)
    return list(followed) if connection.rt else []
