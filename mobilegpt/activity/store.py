"""The table, written in bulk: ids from its sequence, one row for each event however often it comes (P25).

Every insert is ``ON CONFLICT (user_id, event_id) DO NOTHING``: a retry, a late delivery, a consumer that was killed
between the commit and its offset, all meet the row that is there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from msgspec.structs import astuple

from mobilegpt.accounts.models import User
from mobilegpt.activity.entry import Entry
from mobilegpt.activity.models import ActivityLog
from mobilegpt.database.statements import PreparedMany, parts
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures.models import Subtask

_TABLE = "activity_activitylog"
_COLUMNS = (
    "id, user_id, subtask_id, event_type, event_data, screen_info, timestamp, received_at, event_id, sent_timestamp"
)
_ONCE = "ON CONFLICT (user_id, event_id) DO NOTHING"
_NULL = r"\N"
_WORTH_A_COPY = 10
_COPIED_AT_ONCE = 250  # the server stores them while the next are written down
_INSERTED_AT_ONCE = 2000  # 20,000 parameters; some builds of SQLite take 32,766
_SQLITE_BLOCK = 200

_kept: Iterator[int] = iter(())
_keeping = threading.Lock()


def allocate(count: int) -> list[int]:
    """Ids of rows that will be written, ascending. They are spent, whatever becomes of the rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('activity_activitylog_id_seq') FROM generate_series(1, %s)", [count])
            return [row[0] for row in cursor.fetchall()]
    if connection.in_atomic_block:  # what is rolled back gives its ids back as well: none may be kept for later
        return list(_take_from_sqlite(count))
    if count >= _SQLITE_BLOCK:
        with unit_of_work():
            return list(_take_from_sqlite(count))
    with _keeping:
        return [_next_of_sqlite() for _ in range(count)]


def insert(entries: Sequence[Entry]) -> set[int]:
    """Write rows inside the current transaction. Returns the ids of those that were not there yet."""
    return {number for part in parts(entries, _INSERTED_AT_ONCE) for number in _insert_part(part)}


def _insert_part(entries: Sequence[Entry]) -> Iterator[int]:
    mark = "(%s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s, %s)"
    row_of: Callable[[Entry], tuple[Any, ...]] = astuple
    if connection.vendor == "sqlite":
        mark, row_of = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", _of_sqlite
    values = ", ".join([mark] * len(entries))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_TABLE} ({_COLUMNS}) VALUES {values} {_ONCE} RETURNING id",  # noqa: S608
            [value for entry in entries for value in row_of(entry)],
        )
        yield from (row[0] for row in cursor.fetchall())


def save(entries: Sequence[Entry]) -> set[int]:
    """As ``insert``, in a transaction of its own where there is none, and on PostgreSQL by COPY when they are many."""
    if connection.vendor == "postgresql" and len(entries) < _WORTH_A_COPY:
        return insert(entries)  # one statement is a transaction, without the two trips for its begin and end
    with unit_of_work():
        return _load(entries) if connection.vendor == "postgresql" else insert(entries)


def _load(entries: Sequence[Entry]) -> set[int]:
    """COPY knows no ON CONFLICT: when one of them is there already, which is rare, all of them go the other way."""
    try:
        with transaction.atomic():
            _copy(entries)
    except IntegrityError:
        return insert(entries)
    return {entry.id for entry in entries}


def known(user_id: int, event_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The ids of those of a person's events that are stored already."""
    rows = ActivityLog.objects.filter(user_id=user_id, event_id__in=list(event_ids))
    return dict(rows.order_by().values_list("event_id", "id"))


def _steps() -> QuerySet[Subtask, tuple[int, int]]:
    return Subtask.objects.order_by().values_list("pk", "task__lecture_id")


_few_steps = PreparedMany(_steps, "pk")


def lectures_of(subtask_ids: Set[int]) -> dict[int, int]:
    """The lecture of each of these steps; what does not exist is not in it. One query."""
    if len(subtask_ids) <= PreparedMany.AT_ONCE:
        return dict(_few_steps.get((step,) for step in subtask_ids))
    return dict(_steps().filter(pk__in=subtask_ids))


def existing_users(user_ids: Set[int]) -> set[int]:
    return set(User.objects.filter(pk__in=user_ids).values_list("pk", flat=True))


def forget_kept_ids() -> None:
    """After the table began anew."""
    global _kept
    _kept = iter(())


def _copy(entries: Sequence[Entry]) -> None:
    # Django translates the errors of statements only.
    statement = f"COPY {_TABLE} ({_COLUMNS}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for part in parts(entries, _COPIED_AT_ONCE):
            copy.write("".join(map(_line, part)))


def _line(entry: Entry) -> str:
    """COPY's text format; JSON has no tabs or line ends of its own, an event's type may have."""
    number, user, subtask, kind, data, screen, timestamp, received_at, event_id, sent = astuple(entry)
    if "\\" in kind or not kind.isprintable():
        kind = kind.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    if "\\" in data:
        data = data.replace("\\", "\\\\")
    if "\\" in screen:
        screen = screen.replace("\\", "\\\\")
    return (
        f"{number}\t{user}\t{_NULL if subtask is None else subtask}\t{kind}\t{data}\t{screen}\t"
        f"{_NULL if timestamp is None else timestamp.isoformat()}\t{received_at.isoformat()}\t{event_id.hex}\t"
        f"{_NULL if sent is None else sent}\n"
    )


def _of_sqlite(entry: Entry) -> tuple[Any, ...]:
    return (
        *astuple(entry)[:6],
        _text_of(entry.timestamp),
        _text_of(entry.received_at),
        entry.event_id.hex,
        entry.sent_timestamp,
    )


@lru_cache(maxsize=128)  # what came together was received at one moment
def _text_of(moment: datetime | None) -> str | None:
    """As Django writes it there: UTC, without saying so. Its own way takes four times as long."""
    return None if moment is None else str(moment.astimezone(UTC).replace(tzinfo=None))


def _next_of_sqlite() -> int:
    """From a block that is committed before the first of it is used."""
    global _kept
    number = next(_kept, None)
    if number is None:
        with unit_of_work():
            block = _take_from_sqlite(_SQLITE_BLOCK)
        _kept = iter(block)
        number = next(_kept)
    return number


def _take_from_sqlite(count: int) -> range:
    """SQLite's own sequence: a row that its inserts read and raise, and that may be raised by hand."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [count, _TABLE])
        raised = cursor.fetchone()
        if raised is None:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [_TABLE, count])
    last = raised[0] if raised else count
    return range(last - count + 1, last + 1)
