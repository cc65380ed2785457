"""Counting failures: a limit slides with the clock, and a try that was right counts for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from mobilegpt.core.errors import RateLimited
from mobilegpt.database.models import FailureCount
from mobilegpt.database.throttle import Limit, count_failure, give_back, refuse_if_exceeded, take

pytestmark = pytest.mark.django_db

LIMIT = Limit("login:x", most=10, seconds=900)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 21, 9, 14, 50, tzinfo=UTC), tick=False) as coordinates:
        yield coordinates


def test_no_quarter_of_an_hour_holds_more_than_the_limit(clock: time_machine.Traveller) -> None:
    allowed: list[datetime] = []
    for _ in range(360):  # an hour of a try every ten seconds
        try:
            take(LIMIT)
            allowed.append(datetime.now(UTC))
        except RateLimited:
            pass
        clock.shift(timedelta(seconds=10))
    spans = [later - earlier for earlier, later in zip(allowed, allowed[10:], strict=False)]
    assert len(allowed) == 40
    assert min(spans) >= timedelta(minutes=15)


def test_the_wait_that_is_told_is_enough_and_not_much_more(clock: time_machine.Traveller) -> None:
    for _ in range(10):
        take(LIMIT)
        clock.shift(timedelta(seconds=30))
    with pytest.raises(RateLimited) as refusal:
        refuse_if_exceeded(LIMIT)
    wait = refusal.value.retry_after
    assert wait is not None
    assert 600 <= wait <= 615
    clock.shift(timedelta(seconds=wait - 16))
    with pytest.raises(RateLimited):
        take(LIMIT)
    clock.shift(timedelta(seconds=16))
    take(LIMIT)


def test_right_tries_never_count(clock: time_machine.Traveller) -> None:
    for _ in range(50):
        take(LIMIT)
        clock.shift(timedelta(seconds=20))  # the answer may come in a later slice
        give_back(LIMIT)
    refuse_if_exceeded(LIMIT)


def test_one_limit_that_is_used_up_leaves_the_others_uncounted(clock: time_machine.Traveller) -> None:
    full, free = Limit("a", most=1, seconds=60), Limit("b", most=1, seconds=60)
    count_failure(full)
    with pytest.raises(RateLimited):
        take(free, full)
    take(free)


def test_a_bucket_keeps_no_slices_that_no_longer_count(clock: time_machine.Traveller) -> None:
    for _ in range(20):
        count_failure(LIMIT)
        clock.shift(timedelta(minutes=10))
    assert FailureCount.objects.count() <= 3
