"""How much one person may send: counted in memory, told to the table in units, refused for as long as it takes."""

from __future__ import annotations

import time
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.core.errors import RateLimited
from mobilegpt.database import byte_budget
from mobilegpt.database.byte_budget import UNIT, refuse_if_spent, spend
from mobilegpt.database.models import FailureCount

pytestmark = pytest.mark.django_db

KIM, LEE = 7, 8


@pytest.fixture(autouse=True)
def _two_units(settings: Any) -> None:
    settings.REPORT_BYTES_PER_10_MINUTES, settings.REPORT_BYTES_PER_DAY = 2 * UNIT, 0


def spent(user_id: int, size: int) -> bool:
    """Whether it was too much."""
    try:
        spend(user_id, size)
    except RateLimited:
        return True
    return False


def counted() -> dict[str, int]:
    return dict(FailureCount.objects.values_list("bucket", "count"))


def test_less_than_a_unit_is_counted_in_memory_alone(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        for _ in range(3):
            spend(KIM, UNIT // 4)
    spend(KIM, UNIT // 4)
    assert counted() == {f"bytes:600:{KIM}": 1}


@pytest.mark.parametrize(("size", "units"), [(UNIT - 1, 0), (UNIT, 1), (2 * UNIT - 1, 1), (2 * UNIT, 2)])
def test_whole_units_are_told_to_the_table_and_the_rest_is_kept(size: int, units: int) -> None:
    spend(KIM, size)
    assert sum(counted().values()) == units
    assert byte_budget._uncounted[KIM] == size % UNIT


def test_the_last_unit_may_be_used_and_the_next_may_not() -> None:
    assert [spent(KIM, UNIT) for _ in range(3)] == [False, False, True]
    assert counted() == {f"bytes:600:{KIM}": 2}, "what was refused is not counted"


def test_one_that_is_larger_than_all_there_is_is_refused_at_once() -> None:
    assert spent(KIM, 100 * UNIT)
    assert spent(KIM, UNIT)


def test_everybody_has_their_own() -> None:
    while not spent(KIM, UNIT):
        pass
    assert not spent(LEE, UNIT)
    refuse_if_spent(LEE)


def test_who_was_refused_is_refused_without_a_look_until_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    refuse_if_spent(KIM)
    while not spent(KIM, UNIT):
        pass
    with django_assert_num_queries(0), pytest.raises(RateLimited) as refusal:
        refuse_if_spent(KIM)
    wait = refusal.value.retry_after
    assert wait is not None
    assert 600 <= wait <= 611
    moment = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: moment + wait + 1)
    refuse_if_spent(KIM)


def test_both_limits_count_and_either_refuses(settings: Any) -> None:
    settings.REPORT_BYTES_PER_10_MINUTES, settings.REPORT_BYTES_PER_DAY = 3 * UNIT, 2 * UNIT
    assert [spent(KIM, UNIT) for _ in range(3)] == [False, False, True]
    with pytest.raises(RateLimited) as refusal:
        refuse_if_spent(KIM)
    assert (refusal.value.retry_after or 0) > 86_000, "the day's, not the ten minutes'"


@pytest.mark.parametrize(("most", "units"), [(1, 1), (UNIT, 1), (UNIT + 1, 2)])
def test_a_limit_between_two_units_is_the_larger(settings: Any, most: int, units: int) -> None:
    settings.REPORT_BYTES_PER_10_MINUTES = most
    assert [spent(KIM, UNIT) for _ in range(units + 1)] == [False] * units + [True]


def test_memory_is_bounded_however_many_people_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_budget, "_PEOPLE", 3)
    for user_id in range(1, 10):
        spend(user_id, 10)
        assert len(byte_budget._uncounted) <= 3
    for user_id in range(1, 10):
        assert spent(user_id, 100 * UNIT)
        assert len(byte_budget._refused_until) <= 3
