"""Commands of many sockets in one transaction: what arrives while one is being written goes into the next.

Nobody waits for company: with one command at a time each has its own transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from mobilegpt.core.models import IdempotencyRecord
from mobilegpt.realtime.commands import Answer, Outcome, attempt_of, repeated
from mobilegpt.realtime.database import in_database
from mobilegpt.realtime.dialect import Decoded
from mobilegpt.realtime.surface import Call, HandlerOfMany, Reply
from mobilegpt.realtime.together import AT_ONCE, Numbers, Piece, execute_together


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


_Waiting: TypeAlias = tuple[Asked, asyncio.Future[Outcome]]


class Gatherer:
    """The commands that wait for their transaction, per handler. Lives on the event loop."""

    def __init__(self) -> None:
        self._waiting: dict[HandlerOfMany, list[_Waiting]] = {}
        self._workers: dict[HandlerOfMany, asyncio.Task[None]] = {}

    async def run(self, handler: HandlerOfMany, asked: Asked) -> Outcome:
        """The outcome of one command. Raises what refused it, or what broke."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        self._waiting.setdefault(handler, []).append((asked, future))
        if handler not in self._workers:
            self._workers[handler] = loop.create_task(self._work(handler))
        return await future

    async def _work(self, handler: HandlerOfMany) -> None:
        waiting = self._waiting[handler]
        try:
            while waiting:
                batch = waiting[:AT_ONCE]
                del waiting[:AT_ONCE]
                results: Sequence[Outcome | Exception]
                try:
                    results = await in_database(execute_together, handler, [asked for asked, _ in batch])
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
            del self._workers[handler]
