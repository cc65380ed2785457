"""The transactional outbox: a service writes and emits in one unit of work; sockets hear of it after the commit.

Invariants: an event is stored in the transaction that caused it, with its ``seq`` when it belongs to a stream; a
rolled-back transaction sends nothing; stream counters are taken in name order at the end, so that two units of work
never wait for each other in a circle.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db import connection, transaction

from mobilegpt.core.clock import now
from mobilegpt.core.errors import Unavailable
from mobilegpt.core.ids import fresh_id
from mobilegpt.database.statements import Statement, execute_all, parts
from mobilegpt.events.event import Envelope, Event, Reaction, encode_event, joint_reactions_to, reactions_to
from mobilegpt.events.models import new_epoch

PROCESS_ID = fresh_id()

Publisher = Callable[[list[Envelope]], None]

_current: ContextVar[UnitOfWork | None] = ContextVar("unit_of_work", default=None)
_publisher: Publisher | None = None
# SQLite has one writer. Waiting here is fair and wakes at once; SQLite's own busy wait sleeps up to 100 ms.
_sqlite_writer = threading.Lock()
_WRITER_WAIT_SECONDS = 15
_STREAMS_AT_ONCE = 200
_COLUMNS = "stream, epoch, seq, topics, event_id, event_type, payload, origin, created_at"
_MARKS = f"({', '.join(['%s'] * 9)})"


def set_publisher(publisher: Publisher | None) -> Publisher | None:
    """Who carries committed envelopes to the hubs; without one others find them in the table. Returns the former."""
    global _publisher
    before, _publisher = _publisher, publisher
    return before


class UnitOfWork:
    """The events of one transaction, in the order in which they were emitted."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.envelopes: list[Envelope] = []
        self.writes: list[Statement] = []
        self._awaited: dict[Reaction, list[Event]] = {}

    def add(self, event: Event) -> None:
        """Of an event that others react to once, at the end, they hear then."""
        self.events.append(event)
        for reaction in joint_reactions_to(event):
            self._awaited.setdefault(reaction, []).append(event)

    def flush(self) -> list[Envelope]:
        """Number and store what was emitted since the last flush; returns all envelopes of this unit."""
        while self._awaited:
            awaited, self._awaited = self._awaited, {}
            for reaction, events in awaited.items():
                reaction(events)
        pending, self.events = self.events, []
        writes, self.writes = self.writes, []
        self.envelopes += _store(pending, writes)
        return self.envelopes


@contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """Run the body in a transaction; nested calls join the outer one."""
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    unit = UnitOfWork()
    token = _current.set(unit)
    try:
        with _writer_gate(), transaction.atomic():
            yield unit
            unit.flush()
            transaction.on_commit(lambda: _publish(unit.envelopes))
    finally:
        _current.reset(token)


def emit(event: Event) -> None:
    """Record an event in the current unit of work and run what reacts to it. Raises ``RuntimeError`` outside of one."""
    _unit(type(event).__name__).add(event)
    for reaction in reactions_to(event):
        reaction(event)


def write_with_events(*statements: Statement, of_other_rows: bool = False) -> None:
    """Do writes when the events of the current unit of work are stored, with them in one trip to PostgreSQL.

    For what nothing reads before the commit, as in ``execute_all``; what waited already is done first, since it may be
    of the same rows, unless the caller knows that these are ``of_other_rows``.
    Raises ``RuntimeError`` outside of a unit of work.
    """
    unit = _unit("a write")
    if not of_other_rows:
        execute_all(*unit.writes)
        unit.writes = []
    unit.writes += statements


def _unit(what: str) -> UnitOfWork:
    unit = _current.get()
    if unit is None:
        raise RuntimeError(f"{what} outside of a unit of work")
    return unit


@contextmanager
def _gate() -> Iterator[None]:
    if not _sqlite_writer.acquire(timeout=_WRITER_WAIT_SECONDS):
        raise Unavailable(message="The database is busy", retry_after=2)
    try:
        yield
    finally:
        _sqlite_writer.release()


def _writer_gate() -> AbstractContextManager[None]:
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return nullcontext()
    return _gate()


def _store(events: list[Event], writes: Sequence[Statement]) -> list[Envelope]:
    wanted = Counter(stream for event in events for stream in event.streams())
    positions = _advance(wanted) if wanted else {}
    entries = [entry for event in events for entry in _entries_of(event, positions)]
    envelopes: list[Envelope] = []
    for part in parts(entries):
        envelopes += _insert(part, writes)
        writes = ()
    execute_all(*writes)
    return envelopes


def _advance(wanted: Counter[str]) -> dict[str, list[tuple[str, int]]]:
    """Take numbers of streams, in the order of their names; the rows stay locked until the commit.

    Returns the numbers of each stream last first.
    """
    taken: dict[str, list[tuple[str, int]]] = {}
    for part in parts(sorted(wanted), _STREAMS_AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO realtime_stream (name, epoch, seq) VALUES {', '.join(['(%s, %s, %s)'] * len(part))} "  # noqa: S608
                "ON CONFLICT (name) DO UPDATE SET seq = realtime_stream.seq + EXCLUDED.seq RETURNING name, epoch, seq",
                [value for name in part for value in (name, new_epoch(), wanted[name])],
            )
            for name, epoch, last in cursor.fetchall():
                taken[name] = [(epoch, seq) for seq in range(last, last - wanted[name], -1)]
    return taken


class _Entry(NamedTuple):
    """A row to be: an event in one of its streams, or in none."""

    event: Event
    event_id: str
    payload: bytes
    stream: str | None
    epoch: str | None
    seq: int | None
    topics: tuple[str, ...]


def _entries_of(event: Event, positions: dict[str, list[tuple[str, int]]]) -> Iterator[_Entry]:
    event_id, payload, topics = fresh_id(), encode_event(event), tuple(event.topics())
    for stream in event.streams() or (None,):
        epoch, seq = positions[stream].pop() if stream else (None, None)
        yield _Entry(event, event_id, payload, stream, epoch, seq, topics)
        topics = ()  # the plain topics travel with the first row only


def _insert(entries: Sequence[_Entry], writes: Sequence[Statement]) -> list[Envelope]:
    """Written without models: every command of every class comes by here."""
    moment = connection.ops.adapt_datetimefield_value(now())
    values: list[Any] = []
    for event, event_id, payload, stream, epoch, seq, topics in entries:
        kind = type(event).__name__
        values += (stream, epoch, seq, " ".join(topics), event_id, kind, payload, PROCESS_ID, moment)
    marks = ", ".join([_MARKS] * len(entries))
    storing = f"INSERT INTO realtime_streamentry ({_COLUMNS}) VALUES {marks} RETURNING id"  # noqa: S608
    keys = execute_all(*writes, (storing, values))
    return [
        Envelope(
            row_id=key,
            event_id=entry.event_id,
            event=entry.event,
            stream=entry.stream,
            epoch=entry.epoch,
            seq=entry.seq,
            topics=entry.topics,
        )
        for entry, (key,) in zip(entries, keys, strict=True)
    ]


def _publish(envelopes: list[Envelope]) -> None:
    if _publisher is not None and envelopes:
        _publisher(envelopes)
