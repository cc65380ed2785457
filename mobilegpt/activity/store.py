"""Ids for logs, and the way by which they are stored: few or many, on either database (P25)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from django.db import IntegrityError, connection, transaction

from mobilegpt.activity import queries
from mobilegpt.activity.entry import Entry
from mobilegpt.events.outbox import unit_of_work

_WORTH_A_COPY = 10
_SQLITE_BLOCK = 200

_kept: Iterator[int] = iter(())
_keeping = threading.Lock()


def allocate(count: int) -> list[int]:
    """Ids of rows that will be written, ascending. They are spent, whatever becomes of the rows."""
    # In a transaction of SQLite what is rolled back gives its ids back as well: none may be kept for later.
    if connection.vendor == "postgresql" or connection.in_atomic_block:
        return list(queries.new_ids(count))
    if count >= _SQLITE_BLOCK:
        with unit_of_work():
            return list(queries.new_ids(count))
    with _keeping:
        return [_next_of_block() for _ in range(count)]


def save(entries: Sequence[Entry]) -> set[int]:
    """As ``queries.insert``, in a transaction of its own where there is none, and on PostgreSQL by COPY when they are
    many."""
    if connection.vendor == "postgresql" and len(entries) < _WORTH_A_COPY:
        return queries.insert(entries)  # one statement is a transaction, without the two trips for its begin and end
    with unit_of_work():
        return _load(entries) if connection.vendor == "postgresql" else queries.insert(entries)


def _load(entries: Sequence[Entry]) -> set[int]:
    """COPY knows no ON CONFLICT: when one of them is there already, which is rare, all of them go the other way."""
    try:
        with transaction.atomic():
            queries.copy(entries)
    except IntegrityError:
        return queries.insert(entries)
    return {entry.id for entry in entries}


def forget_kept_ids() -> None:
    """After the table began anew."""
    global _kept
    _kept = iter(())


def _next_of_block() -> int:
    """From a block that is committed before the first of it is used."""
    global _kept
    number = next(_kept, None)
    if number is None:
        with unit_of_work():
            block = queries.new_ids(_SQLITE_BLOCK)
        _kept = iter(block)
        number = next(_kept)
    return number
