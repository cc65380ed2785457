"""What the numbers of a dashboard mean: one definition each, for REST, sockets and pages (contract 7.4, 8.6).

Rates are 0 to 1 here; a surface shows percents. Imports no Django.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

MOST_DAYS = 90
DISTRIBUTION = ("0-25%", "26-50%", "51-75%", "76-100%")
HARDEST = 5
"""How many steps the lists of difficult ones name."""


def rate(completed: int, total: int) -> float:
    """A student's share of the lecture's distinct steps that are COMPLETED; 0 in a lecture without steps."""
    return completed / total if total else 0.0


def whole_percent(share: float) -> int:
    """0.425 is 43: halves are rounded up, for every chart and every part of the distribution."""
    return int(share * 100 + 0.5 + 1e-9)


def average_rate(students_by_completed: Mapping[int, int], total: int) -> float:
    """The mean of the students' rates; ``students_by_completed`` says how many completed how many steps."""
    students = sum(students_by_completed.values())
    completed = sum(count * number for count, number in students_by_completed.items())
    return rate(completed, students * total)


def distribution(students_by_completed: Mapping[int, int], total: int) -> dict[str, int]:
    """How many students are in each quarter, by their rounded percents."""
    parts = dict.fromkeys(DISTRIBUTION, 0)
    for completed, number in students_by_completed.items():
        parts[_quarter(whole_percent(rate(completed, total)))] += number
    return parts


def _quarter(percent: int) -> str:
    return DISTRIBUTION[0 if percent <= 25 else 1 if percent <= 50 else 2 if percent <= 75 else 3]


def average_minutes(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """The mean of first start to last completion, in whole minutes; 0 when nobody has finished."""
    seconds = [(last - first).total_seconds() for first, last in spans]
    return round(sum(seconds) / len(seconds) / 60) if seconds else 0


def average_seconds(mean: float | None) -> int:
    """A mean in whole seconds; 0 without data."""
    return round(mean) if mean is not None else 0


def latest(*moments: datetime | None) -> datetime | None:
    """The last sign of somebody: progress, log or heartbeat."""
    known = [moment for moment in moments if moment is not None]
    return max(known) if known else None


def days_until(last: date, count: int) -> list[date]:
    """``count`` days in a row, the last one included."""
    return [last - timedelta(days=back) for back in reversed(range(count))]
