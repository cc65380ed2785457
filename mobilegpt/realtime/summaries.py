"""Summing up: after many events one reading of the numbers that they changed, for all who watch (``Summary``).

Runs on the event loop; the reading runs in a database thread. A lecture without an open dashboard costs nothing.
"""

from __future__ import annotations

import asyncio

import structlog

from mobilegpt.core.errors import DomainError
from mobilegpt.database.threads import in_database
from mobilegpt.events.event import Envelope
from mobilegpt.events.topics import number_of
from mobilegpt.realtime.route import Summary
from mobilegpt.realtime.subscriber import OpenSocket

log = structlog.get_logger(__name__)


class _Watch:
    """The sockets of one route on one topic. ``due``: something happened that they have no sum of yet."""

    __slots__ = ("due", "running", "sockets", "summary", "topic")

    def __init__(self, topic: str, summary: Summary) -> None:
        self.topic = topic
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
        """From now on the socket is told; it knows its state already."""
        route = connection.route
        if route.summary is None:
            return
        for topic in connection.topics:
            watch = self._watches.setdefault((topic, route.name), _Watch(topic, route.summary))
            watch.sockets.add(connection)

    def remove(self, connection: OpenSocket) -> None:
        for topic in connection.topics if connection.route.summary else ():
            watch = self._watches.get((topic, connection.route.name))
            if watch is not None:
                watch.sockets.discard(connection)
                if not watch.sockets:
                    del self._watches[topic, connection.route.name]

    def notice(self, envelope: Envelope) -> None:
        """An event was delivered; its own frames go out before the sum."""
        if not self._watches:
            return
        for watch in self._watches.values():
            if watch.topic in envelope.topics and type(envelope.event) in watch.summary.events:
                self._start(watch)

    def _start(self, watch: _Watch) -> None:
        watch.due = True
        if not watch.running:
            watch.running = True
            task = asyncio.get_running_loop().create_task(watch.run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
