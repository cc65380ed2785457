"""Whose phones have what of a stream, for the domain that keeps it: written together, never on the event loop.

A client of ``rt.v1`` says ``received`` (contract 10.3). Others cannot say it: theirs have what was written to their
socket and is open still a moment later; that one is dead in truth shows when its heartbeats stop (contract 6.7).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import structlog

from mobilegpt.database.threads import in_database
from mobilegpt.events.event import Envelope, Event, Position
from mobilegpt.events.topics import number_of
from mobilegpt.realtime.subscriber import OpenSocket

log = structlog.get_logger(__name__)

_WRITE_SECONDS = 0.25
_AGAIN_SECONDS = 1.0

Received = Mapping[int, Mapping[int, int]]
"""By the number of the stream: how far each of these users has come in it."""


@dataclass(frozen=True, slots=True)
class ReceiptHook:
    """What a domain does of it: ``keep`` for streams named ``<prefix>:<id>``, after ``events`` also of those sockets
    that say nothing. Synchronous, run in a database thread; what was kept already may come again."""

    prefix: str
    events: frozenset[type[Event]]
    keep: Callable[[Received], None]


class Receipts:
    """What this process has heard and not written yet."""

    def __init__(
        self,
        hook: ReceiptHook | None,
        position: Callable[[str], Position | None],
        sockets_on: Callable[[str], Iterable[OpenSocket]],
    ) -> None:
        self._hook = hook
        self._position = position
        self._sockets_on = sockets_on
        self._heard: dict[str, dict[int, int]] = {}
        # Streams with news for sockets that do not say what they have.
        self._written: set[str] = set()
        self._handle: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def received(self, stream: str, user_id: int, seq: int) -> None:
        """Somebody's phone has the stream as far as this number."""
        if self._hook is None or stream.partition(":")[0] != self._hook.prefix:
            return
        users = self._heard.setdefault(stream, {})
        users[user_id] = max(seq, users.get(user_id, 0))
        self._write_in(_WRITE_SECONDS)

    def delivered(self, envelope: Envelope) -> None:
        """An event was written to everybody who follows its stream."""
        if self._hook is None or envelope.stream is None or type(envelope.event) not in self._hook.events:
            return
        self._written.add(envelope.stream)
        self._write_in(_WRITE_SECONDS)

    def entered(self, connection: OpenSocket) -> None:
        """A socket has been told where its stream stands."""
        stream = connection.opening.presence
        if stream is None or connection.rt or connection.user_id is None:
            return
        position = self._position(stream)
        if position is not None:
            self.received(stream, connection.user_id, position.seq)

    async def drain(self) -> None:
        """Write what is left."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=5)
        if self._heard:
            await self._write()

    def _write_in(self, seconds: float) -> None:
        if self._handle is None and self._task is None:
            self._handle = asyncio.get_running_loop().call_later(seconds, self._begin)

    def _begin(self) -> None:
        self._handle = None
        for stream in self._written:
            self._hear_silent_ones(stream)
        self._written.clear()
        if self._heard:
            self._task = asyncio.get_running_loop().create_task(self._write())
            self._task.add_done_callback(self._wrote)

    def _hear_silent_ones(self, stream: str) -> None:
        position = self._position(stream)
        for connection in self._sockets_on(stream) if position is not None else ():
            if not connection.rt and connection.opening.presence == stream and connection.user_id is not None:
                users = self._heard.setdefault(stream, {})
                users[connection.user_id] = max(position.seq if position else 0, users.get(connection.user_id, 0))

    async def _write(self) -> None:
        assert self._hook is not None
        heard, self._heard = self._heard, {}
        try:
            await in_database(self._hook.keep, {number_of(stream): users for stream, users in heard.items()})
        except Exception:
            log.exception("receipts_not_written")
            for stream, users in heard.items():
                self._heard[stream] = {**users, **self._heard.get(stream, {})}

    def _wrote(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if (self._heard or self._written) and not task.cancelled():
            self._write_in(_AGAIN_SECONDS if self._heard else _WRITE_SECONDS)
