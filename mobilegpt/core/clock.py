"""Time as the contract shows it: UTC, whole seconds, ``Z``; days are Asia/Seoul days (contract 2.8)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import overload
from zoneinfo import ZoneInfo

import msgspec

SEOUL = ZoneInfo("Asia/Seoul")

_as_json = msgspec.json.Encoder().encode


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC)


@overload
def iso(moment: datetime) -> str: ...
@overload
def iso(moment: None) -> None: ...
@overload
def iso(moment: datetime | None) -> str | None: ...
def iso(moment: datetime | None) -> str | None:
    """``2025-10-28T10:00:00Z``; ``None`` stays ``None``."""
    if moment is None:
        return None
    # Five times as fast as isoformat, twenty times as fast as strftime: a long list has thousands.
    return _as_json(moment.astimezone(UTC).replace(microsecond=0))[1:-1].decode()


def seoul_minute(moment: datetime) -> str:
    """``2025-10-28 19:00``, the time in Seoul."""
    return _as_json(moment.astimezone(SEOUL))[1:17].replace(b"T", b" ").decode()


def moment_in(text: str) -> datetime:
    """A moment as a database writes it as text, in UTC where it names no offset.

    Reading thousands of times as text costs a tenth of reading them as times.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def seoul_day(moment: datetime) -> date:
    """The calendar day of ``moment`` in Seoul."""
    return moment.astimezone(SEOUL).date()
