"""One visit to the database for many sockets: what is asked while one is on its way goes into the next.

Commands share a transaction like this, and a hall that comes back the statement that tells who they are. Nobody waits
for company: who asks alone has a visit of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

import msgspec

from mobilegpt.core.models import IdempotencyRecord
from mobilegpt.realtime.commands import Answer, Outcome, attempt_of, repeated
from mobilegpt.realtime.database import in_database
from mobilegpt.realtime.dialect import Decoded
from mobilegpt.realtime.surface import Call, Reply
from mobilegpt.realtime.together import AT_ONCE, Numbers, Piece, Work, do_together


class Asked(Piece[Outcome]):
    """One command of one socket; ``topics`` are the numbered ones that the socket follows."""

    __slots__ = ("topics",)

    def __init__(self, call: Call, decoded: Decoded, route: str, topics: Sequence[str]) -> None:
        super().__init__(call, attempt_of(call, decoded, route))
        self.topics = topics

    def repeat(self, first: IdempotencyRecord) -> Outcome:
        return repeated(first)

    def settle(self, made: Reply, numbers: Numbers) -> tuple[Outcome, tuple[int, bytes] | None]:
        if self.attempt is None:
            return Outcome(frames=made.frames), None
        answer = Answer(made.id, self._seq_of(made, numbers))
        acknowledgement = answer.acknowledge(self.attempt.key, duplicate=False)
        return Outcome(frames=[*made.frames, acknowledgement]), (200, msgspec.json.encode(answer))

    def _seq_of(self, reply: Reply, numbers: Numbers) -> int | None:
        """The number of the event in a stream that this socket follows, else in the first stream it went to."""
        places = numbers.get(id(reply.event), {})
        return next((places[topic] for topic in self.topics if topic in places), next(iter(places.values()), None))


_Kind: TypeAlias = tuple[Work, Hashable]


class Gatherer:
    """Those who wait for the next visit, per kind of it. Lives on the event loop."""

    def __init__(self) -> None:
        self._waiting: dict[_Kind, list[tuple[Any, asyncio.Future[Any]]]] = {}
        self._workers: dict[_Kind, asyncio.Task[None]] = {}

    async def run(self, work: Work, given: Any, *about: Hashable) -> Any:
        """The result of ``work(*about, [given, …])`` for this one. Raises what refused it, or what broke."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        kind = (work, about)
        self._waiting.setdefault(kind, []).append((given, future))
        if kind not in self._workers:
            self._workers[kind] = loop.create_task(self._visit(work, about))
        return await future

    async def _visit(self, work: Work, about: tuple[Hashable, ...]) -> None:
        waiting = self._waiting[work, about]
        try:
            while waiting:
                batch = waiting[:AT_ONCE]
                del waiting[:AT_ONCE]
                results: Sequence[Any]
                try:
                    results = await in_database(do_together, work, about, [given for given, _ in batch])
                except Exception as error:
                    results = [error] * len(batch)
                for (_, future), result in zip(batch, results, strict=True):
                    if future.done():
                        continue
                    if isinstance(result, Exception):
                        future.set_exception(result)
                    else:
                        future.set_result(result)
        finally:
            del self._workers[work, about]
            del self._waiting[work, about]
