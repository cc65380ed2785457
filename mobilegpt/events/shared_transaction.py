"""Keyed writes of many callers in one transaction: under load its fixed costs are shared.

Every answer still comes after the commit that it tells of. A refusal concerns one piece of work alone; after any other
failure the pieces are tried one by one, so that a poisonous one harms only itself. The batchers:
``database/loop_batcher.py`` for sockets, ``database/thread_batcher.py`` for the threads of HTTP requests.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import Any, Generic, TypeAlias, TypeVar

from mobilegpt.core.errors import Conflict, DomainError
from mobilegpt.database import idempotency
from mobilegpt.database.idempotency import Attempt
from mobilegpt.database.models import IdempotencyRecord
from mobilegpt.events.event import Envelope
from mobilegpt.events.outbox import unit_of_work

Made = TypeVar("Made")
"""What a piece of work gives to who asked for it: frames, or a response."""
_Made_co = TypeVar("_Made_co", covariant=True)

Numbers: TypeAlias = dict[int, dict[str, int]]
"""By the identity of an event: its number in each of its streams."""

BatchHandler: TypeAlias = Callable[[Sequence[Any]], Sequence[Any]]
"""Does several things that were asked in one transaction. For each what it made, a ``DomainError`` that refuses it, or
``None`` when it was not tried and must be made alone."""


class Piece(ABC, Generic[_Made_co]):
    """One piece of work. ``given`` is what the handler gets; with an ``attempt`` a retry gets the first answer."""

    __slots__ = ("attempt", "given")

    def __init__(self, given: Any, attempt: Attempt | None) -> None:
        self.given = given
        self.attempt = attempt

    @abstractmethod
    def repeat(self, first: IdempotencyRecord) -> _Made_co:
        """The answer of the first try."""

    @abstractmethod
    def settle(self, made: Any, numbers: Numbers) -> tuple[_Made_co, tuple[int, bytes] | None]:
        """The answer to what the handler made, and the status and bytes to keep of it, if it has a key."""


def execute_shared(handler: BatchHandler, pieces: Sequence[Piece[Made]]) -> list[Made | Exception]:
    """Do the work in one transaction; one result each. A ``Work``, whose failures are ``do_batch``'s to contain.

    Raises what refuses a single piece, what breaks any, and when the database is down; then nothing was written.
    """
    results = _in_one_transaction(handler, pieces)
    return [_alone(handler, one) if result is None else result for one, result in zip(pieces, results, strict=True)]


def _alone(handler: BatchHandler, piece: Piece[Made]) -> Made | Exception:
    try:
        result = _in_one_transaction(handler, [piece])[0]
    except Exception as error:
        return error
    assert result is not None, "a single piece is always tried"
    return result


def _in_one_transaction(handler: BatchHandler, pieces: Sequence[Piece[Made]]) -> list[Made | Exception | None]:
    with ExitStack() as flights:
        entries = [_Entry(one, flights) for one in pieces]
        with unit_of_work() as unit:
            keyed = [entry for entry in entries if entry.attempt is not None]
            for entry, first in zip(keyed, idempotency.begin_all(_attempts(keyed)), strict=True):
                entry.recall(first)
            fresh = [entry for entry in entries if entry.result is None]
            made = handler([entry.piece.given for entry in fresh]) if fresh else []
            numbers = _numbers(unit.flush())
            for entry, one in zip(fresh, made, strict=True):
                entry.settle(one, numbers)
            if len(entries) == 1 and isinstance(entries[0].result, Exception):
                raise entries[0].result  # alone it may have written before it was refused
            claimed = [entry for entry in fresh if entry.attempt is not None]
            idempotency.finish_all([entry.kept for entry in claimed if entry.kept is not None])
            idempotency.give_up(_attempts(entry for entry in claimed if entry.kept is None))
    return [entry.result for entry in entries]


class _Entry(Generic[Made]):
    """A piece in its transaction. ``result`` is ``None`` until it is known, or when it has to be made alone."""

    __slots__ = ("attempt", "kept", "piece", "result")

    def __init__(self, piece: Piece[Made], flights: ExitStack) -> None:
        self.piece = piece
        self.result: Made | Exception | None = None
        self.kept: tuple[Attempt, int, bytes] | None = None
        self.attempt = piece.attempt
        if self.attempt is not None:
            try:
                flights.enter_context(idempotency.in_flight(self.attempt))
            except Conflict as refusal:
                self.attempt, self.result = None, refusal

    def recall(self, first: IdempotencyRecord | DomainError | None) -> None:
        """What the key was used for before, if it was."""
        self.result = self.piece.repeat(first) if isinstance(first, IdempotencyRecord) else first

    def settle(self, made: Any, numbers: Numbers) -> None:
        if made is None or isinstance(made, DomainError):
            self.result = made
            return
        self.result, keep = self.piece.settle(made, numbers)
        if self.attempt is not None and keep is not None:
            self.kept = (self.attempt, *keep)


def _numbers(envelopes: Iterable[Envelope]) -> Numbers:
    numbers: Numbers = {}
    for envelope in envelopes:
        if envelope.stream is not None and envelope.seq is not None:
            numbers.setdefault(id(envelope.event), {})[envelope.stream] = envelope.seq
    return numbers


def _attempts(entries: Iterable[_Entry[Made]]) -> list[Attempt]:
    return [entry.attempt for entry in entries if entry.attempt is not None]
