"""What lives on the event loop of a serving process: the hub, its feed, presence, the periodic work.

``runtime.start()`` is idempotent and called by the ASGI lifespan, or by the first request where a server has none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from django.conf import settings

from mobilegpt.realtime import outbox, streams
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.connection import Connection
from mobilegpt.realtime.database import in_database
from mobilegpt.realtime.delivery import DeliveryCount
from mobilegpt.realtime.event import Envelope, Event
from mobilegpt.realtime.hub import Hub
from mobilegpt.realtime.models import StreamEntry
from mobilegpt.realtime.presence import RENEW_SECONDS, Presence, PresenceHooks
from mobilegpt.realtime.together import Gatherer
from mobilegpt.realtime.topics import CONTROL

log = structlog.get_logger(__name__)

_FOLLOW_SECONDS = 0.5
_SWEEP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Periodic:
    """Idempotent background work: a synchronous function, run every ``seconds`` in a database thread."""

    name: str
    seconds: float
    work: Callable[[], Any]


@dataclass(slots=True)
class Wiring:
    """What the domains plug in (``config/reactions.py``)."""

    presence: PresenceHooks | None = None
    controls: dict[type[Event], list[Callable[[Any], None]]] = field(default_factory=dict)
    periodic: list[Periodic] = field(default_factory=list)


class Runtime:
    """One per process; everything on it runs on one event loop."""

    def __init__(self) -> None:
        self.wiring = Wiring()
        self.hub: Hub
        self.presence: Presence
        self.delivery: DeliveryCount
        self.gatherer: Gatherer
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = asyncio.Lock()
        self._running = False
        self._tasks: list[asyncio.Task[None]] = []
        self._connections: set[Connection] = set()
        self._by_user: dict[tuple[int, str], set[Connection]] = {}
        self._present: set[Connection] = set()
        self._warned = False

    # --- life

    async def start(self) -> None:
        """Start once per event loop. A second caller waits for the first; after a failure the next one tries again."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._starting, self._running = loop, asyncio.Lock(), False
        if self._running:
            return
        async with self._starting:
            if not self._running:
                await self._boot(loop)
                self._running = True

    async def _boot(self, loop: asyncio.AbstractEventLoop) -> None:
        assert self.wiring.presence is not None
        follower = await in_database(streams.Follower)
        self._connections, self._by_user, self._present = set(), {}, set()
        self.hub = Hub(_read_stream)
        self.presence = Presence(self.wiring.presence)
        self.delivery = DeliveryCount(self)
        self.gatherer = Gatherer()
        outbox.set_publisher(self._publish)
        self._tasks = [
            loop.create_task(self._follow(follower)),
            loop.create_task(_repeat("presence_renew", RENEW_SECONDS, self.presence.renew)),
            loop.create_task(_repeat("presence_sweep", _SWEEP_SECONDS, self.presence.sweep)),
        ]
        for job in self.wiring.periodic:
            self._tasks.append(loop.create_task(_repeat(job.name, job.seconds, partial(in_database, job.work))))

    async def stop(self) -> None:
        """Stop the background work; sockets are closed by the server."""
        if not self._running:
            return
        outbox.set_publisher(None)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.presence.drain()
        self._tasks, self._loop, self._running = [], None, False

    # --- the feed

    def _publish(self, envelopes: list[Envelope]) -> None:
        """After a commit, from whatever thread committed."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._deliver, envelopes)

    def _deliver(self, envelopes: Iterable[Envelope]) -> None:
        for envelope in envelopes:
            self.hub.deliver(envelope)
            if CONTROL in envelope.topics:
                self._control(envelope.event)

    def _control(self, event: Event) -> None:
        for handle in self.wiring.controls.get(type(event), ()):
            try:
                handle(event)
            except Exception:
                log.exception("control_failed", event_type=type(event).__name__)

    async def _follow(self, follower: streams.Follower) -> None:
        """Deliver what other processes stored, at most a second late (contract 2.2)."""
        while True:
            await asyncio.sleep(_FOLLOW_SECONDS)
            try:
                rows = await in_database(follower.poll)
                if rows:
                    self._warn_once()
                    self._deliver(await in_database(self._envelopes, rows))
            except Exception:
                log.exception("follow_failed")

    def _envelopes(self, rows: list[StreamEntry]) -> list[Envelope]:
        wanted = [row for row in rows if self._wants(row)]
        return [envelope for row in wanted if (envelope := streams.envelope_of(row)) is not None]

    def _wants(self, row: StreamEntry) -> bool:
        if row.stream is not None and row.seq is not None and self.hub.wants(row.stream, row.seq):
            return True
        return any(topic == CONTROL or self.hub.follows(topic) for topic in row.topics.split())

    def _warn_once(self) -> None:
        if not self._warned and settings.REDIS_URL is None:
            self._warned = True
            log.warning("several_processes_without_redis", note="following the stream table, up to 1 s late")

    # --- connections

    def opened(self, connection: Connection) -> None:
        self._connections.add(connection)
        if connection.user_id is not None:
            self._by_user.setdefault((connection.user_id, connection.route.name), set()).add(connection)

    def entered(self, connection: Connection) -> None:
        """The connection has told its state: from now on it shows its user as being there."""
        if connection.opening.presence is not None and connection.user_id is not None:
            self._present.add(connection)
            self.presence.arrive(connection.opening.presence, connection.user_id)

    def closed(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if connection.user_id is None:
            return
        key = (connection.user_id, connection.route.name)
        siblings = self._by_user.get(key, set())
        siblings.discard(connection)
        if not siblings:
            self._by_user.pop(key, None)
        if connection in self._present:
            self._present.discard(connection)
            assert connection.opening.presence is not None
            self.presence.leave(connection.opening.presence, connection.user_id)

    def count(self, user_id: int, route: str) -> int:
        """Open sockets of a user on one endpoint, in this process."""
        return len(self._by_user.get((user_id, route), ()))

    def connections_on(self, topic: str) -> list[Connection]:
        return [connection for connection in self._connections if topic in connection.topics]

    def close_user(self, user_id: int, family_id: str | None, code: CloseCode) -> None:
        """Close a user's sockets; with ``family_id`` only those of that login."""
        for connection in list(self._connections):
            actor = connection.actor
            if actor is None or actor.user_id != user_id:
                continue
            if family_id is None or actor.family_id == family_id:
                connection.close(code, "credentials revoked")


async def _repeat(name: str, seconds: float, work: Callable[[], Awaitable[Any]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception:
            log.exception("periodic_work_failed", job=name)


async def _read_stream(stream: str, after: int, before: int) -> list[Envelope]:
    # ``before`` arrived already; what lies between is asked for.
    return await in_database(streams.read, stream, after, before)


runtime = Runtime()
