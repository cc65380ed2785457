"""Commands of many sockets in one transaction: what arrives while one is being written goes into the next.

Nobody waits for company: with one command at a time each has its own transaction. Under load the fixed costs of a
transaction are shared, and every answer still comes after the commit that it tells of. A refusal concerns one command
alone; after any other failure the commands are tried one by one, so that a poisonous one harms only itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
from django.db import InterfaceError, OperationalError

from mobilegpt.core import idempotency
from mobilegpt.core.errors import Conflict, DomainError, Unavailable
from mobilegpt.core.idempotency import Attempt
from mobilegpt.core.models import IdempotencyRecord
from mobilegpt.realtime.commands import Answer, Outcome, attempt_of, repeated
from mobilegpt.realtime.database import in_database
from mobilegpt.realtime.dialect import Decoded
from mobilegpt.realtime.event import Envelope
from mobilegpt.realtime.outbox import unit_of_work
from mobilegpt.realtime.surface import Call, HandlerOfMany, Reply

AT_ONCE = 64
_DOWN = (OperationalError, InterfaceError, Unavailable)


@dataclass(frozen=True, slots=True)
class Asked:
    """One command of one socket; ``topics`` are the numbered ones that the socket follows."""

    call: Call
    decoded: Decoded
    route: str
    topics: Sequence[str]


Result: TypeAlias = Outcome | Exception
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
                results: Sequence[Result]
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


def execute_together(handler: HandlerOfMany, asked: Sequence[Asked]) -> list[Result]:
    """Run commands in one transaction; one result each.

    Raises what refuses or breaks a single command, and when the database is down; then nothing was written.
    """
    try:
        results = _in_one_transaction(handler, asked)
    except _DOWN:
        raise
    except Exception:
        if len(asked) == 1:
            raise
        return [_alone(handler, one) for one in asked]
    return [_alone(handler, one) if result is None else result for one, result in zip(asked, results, strict=True)]


def _alone(handler: HandlerOfMany, asked: Asked) -> Result:
    try:
        result = _in_one_transaction(handler, [asked])[0]
    except Exception as error:
        return error
    assert result is not None, "a single command is always tried"
    return result


def _in_one_transaction(handler: HandlerOfMany, asked: Sequence[Asked]) -> list[Result | None]:
    with ExitStack() as flights:
        entries = [_Entry(one, flights) for one in asked]
        with unit_of_work() as unit:
            keyed = [entry for entry in entries if entry.attempt is not None]
            for entry, first in zip(keyed, idempotency.begin_all(_attempts(keyed)), strict=True):
                entry.recall(first)
            fresh = [entry for entry in entries if entry.result is None]
            replies = handler([entry.asked.call for entry in fresh]) if fresh else []
            numbers = _numbers(unit.flush())
            for entry, reply in zip(fresh, replies, strict=True):
                entry.settle(reply, numbers)
            if len(entries) == 1 and isinstance(entries[0].result, Exception):
                raise entries[0].result  # alone it may have written before it was refused
            claimed = [entry for entry in fresh if entry.attempt is not None]
            idempotency.finish_all([entry.kept for entry in claimed if entry.kept is not None])
            idempotency.give_up(_attempts(entry for entry in claimed if entry.kept is None))
    return [entry.result for entry in entries]


class _Entry:
    """One command in its transaction. ``result`` is ``None`` until it is known, or when it has to be made alone."""

    __slots__ = ("asked", "attempt", "kept", "result")

    def __init__(self, asked: Asked, flights: ExitStack) -> None:
        self.asked = asked
        self.result: Result | None = None
        self.kept: tuple[Attempt, int, bytes] | None = None
        self.attempt = attempt_of(asked.call, asked.decoded, asked.route)
        if self.attempt is not None:
            try:
                flights.enter_context(idempotency.in_flight(self.attempt))
            except Conflict as refusal:
                self.attempt, self.result = None, refusal

    def recall(self, first: IdempotencyRecord | DomainError | None) -> None:
        """What the key was used for before, if it was."""
        self.result = repeated(first) if isinstance(first, IdempotencyRecord) else first

    def settle(self, reply: Reply | DomainError | None, numbers: _Numbers) -> None:
        if reply is None or isinstance(reply, DomainError):
            self.result = reply
            return
        frames = list(reply.frames)
        if self.attempt is not None:
            answer = Answer(reply.id, self._seq_of(reply, numbers))
            self.kept = (self.attempt, 200, msgspec.json.encode(answer))
            frames.append(answer.acknowledge(self.attempt.key, duplicate=False))
        self.result = Outcome(frames=frames)

    def _seq_of(self, reply: Reply, numbers: _Numbers) -> int | None:
        """The number of the event in a stream that this socket follows, else in the first stream it went to."""
        places = numbers.get(id(reply.event), {})
        return next(
            (places[topic] for topic in self.asked.topics if topic in places), next(iter(places.values()), None)
        )


_Numbers: TypeAlias = dict[int, dict[str, int]]
"""By the identity of an event: its number in each of its streams."""


def _numbers(envelopes: Iterable[Envelope]) -> _Numbers:
    numbers: _Numbers = {}
    for envelope in envelopes:
        if envelope.stream is not None and envelope.seq is not None:
            numbers.setdefault(id(envelope.event), {})[envelope.stream] = envelope.seq
    return numbers


def _attempts(entries: Iterable[_Entry]) -> list[Attempt]:
    return [entry.attempt for entry in entries if entry.attempt is not None]
