"""What the numbers mean (contract 7.4, 8.6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.dashboard import figures

NOON = datetime(2025, 10, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(("completed", "total", "expected"), [(0, 0, 0.0), (0, 4, 0.0), (1, 4, 0.25), (4, 4, 1.0)])
def test_a_rate_is_a_share_of_the_steps(completed: int, total: int, expected: float) -> None:
    assert figures.rate(completed, total) == expected


@pytest.mark.parametrize(
    ("share", "percent"), [(0.0, 0), (0.25, 25), (0.125, 13), (0.005, 1), (0.0049, 0), (0.575, 58), (1.0, 100)]
)
def test_halves_are_rounded_up(share: float, percent: int) -> None:
    """0.575 * 100 is a little less than 57.5 in a float."""
    assert figures.whole_percent(share) == percent


def test_an_average_is_the_mean_of_the_students() -> None:
    assert figures.average_rate({0: 1, 2: 2, 4: 1}, total=4) == 0.5
    assert figures.average_rate({}, total=4) == 0.0
    assert figures.average_rate({0: 3}, total=0) == 0.0


@given(st.dictionaries(st.integers(0, 20), st.integers(1, 50), max_size=21))
def test_everybody_is_in_one_part_of_the_distribution(students: dict[int, int]) -> None:
    parts = figures.distribution(students, total=20)
    assert list(parts) == ["0-25%", "26-50%", "51-75%", "76-100%"]
    assert sum(parts.values()) == sum(students.values())


@pytest.mark.parametrize(
    ("completed", "part"),
    [(0, "0-25%"), (50, "0-25%"), (51, "26-50%"), (100, "26-50%"), (101, "51-75%"), (151, "76-100%"), (200, "76-100%")],
)
def test_parts_are_of_rounded_percents(completed: int, part: str) -> None:
    """25.5 % is 26 %, and in the second part."""
    assert figures.distribution({completed: 1}, total=200)[part] == 1


def test_a_time_is_the_mean_of_those_who_finished() -> None:
    spans = [(NOON, NOON + timedelta(minutes=30)), (NOON, NOON + timedelta(minutes=60, seconds=20))]
    assert figures.average_minutes(spans) == 45
    assert figures.average_minutes([]) == 0
    assert figures.average_seconds(None) == 0
    assert figures.average_seconds(119.6) == 120


def test_the_last_sign_wins_and_none_is_none() -> None:
    assert figures.latest(None, NOON, NOON - timedelta(days=1)) == NOON
    assert figures.latest(None, None) is None


def test_days_are_in_a_row() -> None:
    assert figures.days_until(date(2025, 11, 1), 3) == [date(2025, 10, 30), date(2025, 10, 31), date(2025, 11, 1)]
