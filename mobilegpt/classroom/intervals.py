"""Stretches of time in which somebody was in a class, and how long that was (contract 11.6). Pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

BRIDGED = timedelta(seconds=60)
"""A cut of this length, or a shorter one, is none: the phone was on its way back."""


class Interval(NamedTuple):
    """From ``began`` to ``ended``, both aware."""

    began: datetime
    ended: datetime


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time without overlaps, in order, with cuts of up to ``BRIDGED`` filled; what ends before it begins is
    nothing."""
    merged: list[Interval] = []
    for interval in sorted(one for one in intervals if one.ended >= one.began):
        if merged and interval.began - merged[-1].ended <= BRIDGED:
            merged[-1] = Interval(merged[-1].began, max(merged[-1].ended, interval.ended))
        else:
            merged.append(interval)
    return merged


def within(intervals: Iterable[Interval], end: datetime) -> list[Interval]:
    """What of them lies before ``end``."""
    return [Interval(one.began, min(one.ended, end)) for one in intervals if one.began < end]


def whole_seconds(intervals: Iterable[Interval]) -> int:
    """How long they are together, rounded; of a ``union``, since overlaps would count twice."""
    return round(sum((one.ended - one.began for one in intervals), timedelta()).total_seconds())
