"""How committed events reach this process's sockets: its own at once, the others' through the broker.

Whatever the broker loses is found in the stream table, which is looked at every few seconds, and twice a second while
no other process can be heard. What comes both ways is delivered once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import msgspec
import structlog
from django.conf import settings

from mobilegpt.database.threads import in_database
from mobilegpt.events import outbox, streams
from mobilegpt.events.broker import Alone, Broker
from mobilegpt.events.broker_messages import Counted, broker_messages_of, decode_broker_message
from mobilegpt.events.event import Envelope
from mobilegpt.events.models import StreamEntry
from mobilegpt.events.outbox import PROCESS_ID
from mobilegpt.events.topics import CONTROL
from mobilegpt.realtime.hub import Hub

log = structlog.get_logger(__name__)

# A second at most without a broker (contract 2.2); with one only what it lost is found, within its 20 s (F5).
LOOK_SECONDS = 0.5
LOOK_BESIDE_BROKER_SECONDS = 4.0
_REMEMBERED_SECONDS = 60.0


def chosen_broker() -> Broker:
    """Redis where it is configured (contract 2.6)."""
    brokers = _redis_brokers()
    return brokers.RedisBroker(settings.REDIS_URL) if brokers else Alone()


def tell_without_serving() -> None:
    """Let the sockets of other processes hear of what this one commits, until it serves sockets itself."""
    brokers = _redis_brokers()
    if brokers:
        outbox.set_publisher(brokers.Teller(settings.REDIS_URL, PROCESS_ID))


def _redis_brokers() -> Any:
    if not settings.REDIS_URL:
        return None
    try:
        return import_module("mobilegpt.events.brokers.redis")
    except ImportError:
        log.warning("redis_not_installed", note="install the extra 'redis'; the stream table is followed instead")
        return None


class Feed:
    """Lives on the event loop; only ``publish`` may be called from elsewhere."""

    def __init__(self, broker: Broker, deliver: Callable[[Envelope], None], count: Callable[[Counted], None]) -> None:
        self.broker = broker
        self._deliver = deliver
        self._count = count
        self._loop = asyncio.get_running_loop()
        self._look = asyncio.Event()
        # Events without a number that another process told, by row and topic, until when they are remembered.
        self._told: dict[tuple[int, str], float] = {}
        self._warned = False

    async def start(self) -> None:
        self.broker.listen(CONTROL)
        await self.broker.start(self._hear, self._look.set)

    def publish(self, envelopes: list[Envelope]) -> None:
        """After a commit, from whatever thread committed."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._own, envelopes)

    def _own(self, envelopes: list[Envelope]) -> None:
        for envelope in envelopes:
            self._deliver(envelope)
        if self.broker.connected:
            self.broker.tell(broker_messages_of(envelopes, PROCESS_ID))

    def _hear(self, topic: str, data: bytes) -> None:
        try:
            message = decode_broker_message(data)
            if message.origin == PROCESS_ID:
                return
            if isinstance(message, Counted):
                self._count(message)
            else:
                self._others(message.envelope(topic))
        except (msgspec.DecodeError, KeyError) as error:
            log.warning("unknown_broker_message", topic=topic, error=str(error))

    def _others(self, envelope: Envelope) -> None:
        """Another process's event, which may come by the broker and by the table."""
        fresh = []
        for topic in envelope.topics:
            if (envelope.row_id, topic) not in self._told:
                self._told[envelope.row_id, topic] = time.monotonic() + _REMEMBERED_SECONDS
                fresh.append(topic)
        if envelope.stream is not None or fresh:
            self._deliver(msgspec.structs.replace(envelope, topics=tuple(fresh)))

    # --- the table

    async def follow(self, follower: streams.Follower, hub: Hub) -> None:
        """For ever: deliver what other processes stored and nobody told."""

        def wanted(stream: str | None, seq: int | None, topics: list[str]) -> bool:
            if stream is not None and seq is not None and hub.wants(stream, seq):
                return True
            return any(topic == CONTROL or hub.follows(topic) for topic in topics)

        while True:
            seconds = LOOK_BESIDE_BROKER_SECONDS if self.broker.connected else LOOK_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), seconds)
            self._look.clear()
            try:
                rows, others = await in_database(follower.poll, wanted)
                if others:
                    self._warn_once()
                for envelope in await in_database(_envelopes, rows) if rows else ():
                    self._others(envelope)
            except Exception:
                log.exception("follow_failed")
            self._forget_told()

    def _forget_told(self) -> None:
        moment = time.monotonic()
        for place in [place for place, until in self._told.items() if until < moment]:
            del self._told[place]

    def _warn_once(self) -> None:
        if not self._warned and isinstance(self.broker, Alone):
            self._warned = True
            log.warning("several_processes_without_redis", note="following the stream table, up to 1 s late")


def _envelopes(rows: list[StreamEntry]) -> list[Envelope]:
    return [envelope for row in rows if (envelope := streams.envelope_of(row)) is not None]
