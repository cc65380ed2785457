"""The table, written in bulk: one row for each event however often it comes (P25).

Every insert is ``ON CONFLICT (user_id, event_id) DO NOTHING``: a retry, a late delivery, a consumer that was killed
between the commit and its offset, all meet the row that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from msgspec.structs import astuple

from mobilegpt.activity.entry import Entry
from mobilegpt.activity.models import ActivityLog
from mobilegpt.database.sequences import next_ids
from mobilegpt.database.statements import parts

_TABLE = "activity_activitylog"
_COLUMNS = (
    "id, user_id, subtask_id, event_type, event_data, screen_info, timestamp, received_at, event_id, sent_timestamp"
)
_ONCE = "ON CONFLICT (user_id, event_id) DO NOTHING"
_NULL = r"\N"
_COPIED_AT_ONCE = 250  # the server stores them while the next are written down
_INSERTED_AT_ONCE = 2000  # 20,000 parameters; some builds of SQLite take 32,766


def new_ids(count: int) -> Sequence[int]:
    """As ``next_ids``, of logs."""
    return next_ids(_TABLE, count)


def known(user_id: int, event_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The ids of those of a person's events that are stored already."""
    rows = ActivityLog.objects.filter(user_id=user_id, event_id__in=list(event_ids))
    return dict(rows.order_by().values_list("event_id", "id"))


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


def copy(entries: Sequence[Entry]) -> None:
    """Write rows by COPY, which PostgreSQL alone has. Raises ``IntegrityError`` when any of them is there already."""
    # Django translates the errors of statements only.
    statement = f"COPY {_TABLE} ({_COLUMNS}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copying:
        for part in parts(entries, _COPIED_AT_ONCE):
            copying.write("".join(map(_line, part)))


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
