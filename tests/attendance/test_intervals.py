"""The arithmetic of presence: any joins, cuts and devices come to what a plain count of seconds comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.classroom.intervals import Interval, union, whole_seconds, within

NINE = datetime(2026, 11, 30, tzinfo=UTC)
_BRIDGE = 60
_spans = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 300)), max_size=12)


def at(second: float) -> datetime:
    return NINE + timedelta(seconds=second)


def intervals(spans: list[tuple[int, int]]) -> list[Interval]:
    return [Interval(at(began), at(began + length)) for began, length in spans]


def counted(spans: list[tuple[int, int]], end: int) -> int:
    """Second by second: there, or between two times of being there that are at most a minute apart."""
    ends = [(began, min(began + length, end)) for began, length in spans if began < end]
    there = {second for began, ended in ends for second in range(began, ended)}
    moments = sorted({moment for one in ends for moment in one} | there)
    for before, after in pairwise(moments):
        if after - before <= _BRIDGE:
            there |= set(range(before, after))
    return len(there)


@given(_spans, st.integers(1, 1200))
def test_any_intervals_come_to_what_counting_seconds_comes_to(spans: list[tuple[int, int]], end: int) -> None:
    assert whole_seconds(union(within(intervals(spans), at(end)))) == counted(spans, end)


@given(_spans)
def test_a_union_is_in_order_and_further_apart_than_a_cut(spans: list[tuple[int, int]]) -> None:
    merged = union(intervals(spans))
    assert all((after.began - before.ended).total_seconds() > _BRIDGE for before, after in pairwise(merged))
    assert union(merged) == merged
    assert union(reversed(intervals(spans))) == merged


def test_a_minute_is_bridged_and_a_second_more_is_not() -> None:
    assert whole_seconds(union(intervals([(0, 100), (160, 40)]))) == 200
    assert whole_seconds(union(intervals([(0, 100), (161, 39)]))) == 139


def test_what_ends_before_it_begins_is_nothing() -> None:
    assert union([Interval(at(10), at(5))]) == []
