"""Time as the contract shows it: UTC, whole seconds, ``Z``; days are Asia/Seoul days (contract 2.8)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import overload
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


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
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seoul_day(moment: datetime) -> date:
    """The calendar day of ``moment`` in Seoul."""
    return moment.astimezone(SEOUL).date()
