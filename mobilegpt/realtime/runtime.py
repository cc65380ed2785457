"""What lives on the event loop of a serving process: the hub, its feed, presence, the periodic work.

``runtime.start()`` is idempotent and called by the ASGI lifespan, or by the first request where a server has none.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from typing import Any, Protocol

import structlog
from django.conf import settings

from mobilegpt.database.loop_batcher import LoopBatcher
from mobilegpt.database.threads import in_database
from mobilegpt.events import outbox, streams
from mobilegpt.events.event import Envelope, Event
from mobilegpt.events.topics import CONTROL
from mobilegpt.realtime import sendloop
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.delivery import DeliveryCount
from mobilegpt.realtime.feed import Feed, chosen_broker
from mobilegpt.realtime.hub import Hub
from mobilegpt.realtime.long_poll_waiter import LongPollWaiter
from mobilegpt.realtime.presence import RENEWALS_PER_LEASE, Presence, PresenceHooks
from mobilegpt.realtime.protocol import Reconnect
from mobilegpt.realtime.receipts import ReceiptHook, Receipts
from mobilegpt.realtime.subscriber import OpenSocket
from mobilegpt.realtime.summaries import Summaries

log = structlog.get_logger(__name__)

_SWEEP_SECONDS = 10
_COME_BACK_WITHIN_MS = 2000
_REMEMBERED_LOGINS = 256


@dataclass(frozen=True, slots=True)
class Periodic:
    """Idempotent background work: a synchronous function, run every ``seconds`` in a database thread."""

    name: str
    seconds: float
    work: Callable[[], Any]


class Background(Protocol):
    """Work with threads of its own, which lives as long as the process serves."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


@dataclass(slots=True)
class Wiring:
    """What the domains plug in (``config/reactions.py``)."""

    presence: PresenceHooks | None = None
    receipts: ReceiptHook | None = None
    controls: dict[type[Event], list[Callable[[Any], None]]] = field(default_factory=dict)
    periodic: list[Periodic] = field(default_factory=list)
    background: list[Background] = field(default_factory=list)


class Runtime:
    """One per process; everything on it runs on one event loop."""

    def __init__(self) -> None:
        self.wiring = Wiring()
        self.feed: Feed
        self.hub: Hub
        self.presence: Presence
        self.delivery: DeliveryCount
        self.receipts: Receipts
        self.summaries: Summaries
        self.batcher: LoopBatcher
        self._publisher_before: outbox.Publisher | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = asyncio.Lock()
        self._running = False
        self._tasks: list[asyncio.Task[None]] = []
        self._connections: set[OpenSocket] = set()
        self._by_user: dict[tuple[int, str], set[OpenSocket]] = {}
        self._present: set[OpenSocket] = set()
        self._waiting: dict[str, set[LongPollWaiter]] = {}
        # The last ones with their times, for sockets that are about to open.
        self._ended_logins: deque[tuple[float, tuple[int, str | None]]] = deque(maxlen=_REMEMBERED_LOGINS)

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
        self.feed = Feed(chosen_broker(), self._deliver, lambda counted: self.delivery.heard(counted))
        self.hub = Hub(
            _read_stream, self, sendloop.chosen() if settings.REALTIME["COMPILED_SEND"] else sendloop.in_turn
        )
        self.presence = Presence(self.wiring.presence)
        self.receipts = Receipts(self.wiring.receipts, self.hub.position, self.connections_on)
        self.delivery = DeliveryCount(
            self.hub.position,
            self.presence.users_on,
            self.connections_on,
            self.feed.broker,
            keep=self.receipts.received,
        )
        self.summaries = Summaries()
        self.batcher = LoopBatcher()
        self._publisher_before = outbox.set_publisher(self.feed.publish)
        await self.feed.start()
        renew_every = settings.REALTIME["LEASE_SECONDS"] / RENEWALS_PER_LEASE
        self._tasks = [
            loop.create_task(self.feed.follow(follower, self.hub)),
            loop.create_task(_repeat("presence_renew", renew_every, self.presence.renew)),
            loop.create_task(_repeat("presence_sweep", _SWEEP_SECONDS, self.presence.sweep)),
        ]
        for job in self.wiring.periodic:
            self._tasks.append(loop.create_task(_repeat(job.name, job.seconds, partial(in_database, job.work))))
        for background in self.wiring.background:
            background.start()

    async def stop(self) -> None:
        """Stop the background work; sockets are closed by the server."""
        if not self._running:
            return
        outbox.set_publisher(self._publisher_before)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.feed.broker.stop()
        for background in self.wiring.background:
            await in_database(background.stop)
        await self.summaries.stop()
        await self.receipts.drain()
        await self.presence.drain()
        self._tasks, self._loop, self._running = [], None, False

    # --- the feed

    def _deliver(self, envelope: Envelope) -> None:
        self.hub.deliver(envelope)
        for waiter in self._waiting.get(envelope.stream or "", ()):
            waiter.happened.set()
        self.receipts.delivered(envelope)
        self.summaries.notice(envelope)
        if CONTROL in envelope.topics:
            self._control(envelope.event)

    def announce_restart(self) -> None:
        """Tell clients of ``rt.v1`` to come back a little later, each at another moment (contract 10.4)."""
        for connection in self._connections:
            if connection.rt:
                connection.tell(Reconnect(after_ms=random.randrange(_COME_BACK_WITHIN_MS)))  # noqa: S311

    async def moved(self, stream: str, after: int, seconds: float) -> bool:
        """Whether a stream is past a number, now or within so many seconds."""
        waiter = LongPollWaiter()
        self._waiting.setdefault(stream, set()).add(waiter)
        self.hub.follow(waiter, [stream])
        try:
            await self.feed.broker.listening([stream])
            at = await self.batcher.run(streams.positions_of_each, (stream,))
            if at[stream].seq > after:
                return True
            self.hub.settle(waiter, [stream], at)
            with suppress(TimeoutError):
                await asyncio.wait_for(waiter.happened.wait(), seconds)
            return waiter.happened.is_set()
        finally:
            self.hub.leave(waiter, [stream])
            self._waiting[stream].discard(waiter)
            if not self._waiting[stream]:
                del self._waiting[stream]

    def listen(self, topic: str) -> None:
        """Somebody here follows the topic."""
        self.feed.broker.listen(topic)

    def ignore(self, topic: str) -> None:
        """Nobody here follows it any more."""
        self.feed.broker.ignore(topic)
        self.delivery.forget(topic)

    def _control(self, event: Event) -> None:
        for handle in self.wiring.controls.get(type(event), ()):
            try:
                handle(event)
            except Exception:
                log.exception("control_failed", event_type=type(event).__name__)

    # --- connections

    def opened(self, connection: OpenSocket, asked_at: float = math.inf) -> None:
        """From now on it is closed with its login; at once where that ended after ``asked_at``, while it opened."""
        self._connections.add(connection)
        if connection.user_id is not None:
            self._by_user.setdefault((connection.user_id, connection.route.name), set()).add(connection)
        since = takewhile(lambda login: login[0] > asked_at, reversed(self._ended_logins))
        if any(_falls_under(connection, *whose) for _, whose in since):
            _close_with_login(connection)

    def entered(self, connection: OpenSocket) -> None:
        """The connection has told its state: from now on it shows its user as being there, and gets sums of events."""
        self.summaries.add(connection)
        if connection.opening.presence is not None and connection.user_id is not None:
            self._present.add(connection)
            self.receipts.entered(connection)
            self.presence.arrive(connection.opening.presence, connection.user_id)

    def closed(self, connection: OpenSocket) -> None:
        self._connections.discard(connection)
        self.summaries.remove(connection)
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

    def connections_on(self, topic: str) -> list[OpenSocket]:
        return [connection for connection in self._connections if topic in connection.topics]

    def end_login(self, user_id: int, family_id: str | None) -> None:
        """Close a user's sockets; with ``family_id`` only those of that login."""
        self._ended_logins.append((asyncio.get_running_loop().time(), (user_id, family_id)))
        for connection in list(self._connections):
            if _falls_under(connection, user_id, family_id):
                _close_with_login(connection)


def _falls_under(connection: OpenSocket, user_id: int, family_id: str | None) -> bool:
    actor = connection.opening.actor
    return actor is not None and actor.user_id == user_id and family_id in (None, actor.family_id)


def _close_with_login(connection: OpenSocket) -> None:
    connection.close(CloseCode.TOKEN, "credentials revoked")


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
