"""One reading of times, and the places of those that are far from ours (contract 8.1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mobilegpt.core.clock import SEOUL
from mobilegpt.core.errors import Invalid
from mobilegpt.core.event_times import (
    SENT_LENGTH,
    Span,
    as_sent,
    clock_of,
    instant,
    instant_of,
    is_ours,
    moment,
    moment_at,
    placed,
)

DAY = timedelta(days=1)
NOW = instant_of(datetime(2026, 11, 30, 1, 5, tzinfo=UTC))
SECOND = 1_000_000

naive_times = some.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))
offsets = some.integers(-14 * 60, 14 * 60)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2026-11-30T10:05:00", "2026-11-30T01:05:00"),
        ("2026-11-30 10:05:00", "2026-11-30T01:05:00"),
        ("2026-11-30T10:05", "2026-11-30T01:05:00"),
        ("2026-11-30t10:05:00z", "2026-11-30T10:05:00"),
        (" 2026-11-30T10:05:00Z ", "2026-11-30T10:05:00"),
        ("20261130T100500Z", "2026-11-30T10:05:00"),
        ("2026-11-30T10:05:00+09", "2026-11-30T01:05:00"),
        ("2026-11-30T10:05:00.5-0330", "2026-11-30T13:35:00.500000"),
        ("2026-11-30T10:05:00,25−05:00", "2026-11-30T15:05:00.250000"),
        ("2026-11-30T10:05:00 UTC", "2026-11-30T10:05:00"),
        ("2026-11-30T10:05:00.1234567891+09:00[Asia/Seoul]", "2026-11-30T01:05:00.123456"),
        ("2026-11-30T10:05:00." + "3" * 400 + "Z", "2026-11-30T10:05:00.333333"),
        ("2026-11-30T24:00:00", "2026-11-30T15:00:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00"),
        ("2017-01-01T08:59:60.5", "2017-01-01T00:00:00.500000"),
        ("2026-11-30", "2026-11-29T15:00:00"),
        ("1988-07-01T12:00:00", "1988-07-01T02:00:00"),  # summer time
        (1_761_645_930_123, "2025-10-28T10:05:30.123000"),
        ("1761645930123", "2025-10-28T10:05:30.123000"),
        (1_761_645_930_123.5, "2025-10-28T10:05:30.123500"),
        (1_761_645_930, "2025-10-28T10:05:30"),
        ("1761645930.25", "2025-10-28T10:05:30.250000"),
        (1_761_645_930_123_456, "2025-10-28T10:05:30.123456"),
        (1_761_645_930_123_456_789, "2025-10-28T10:05:30.123456"),
        (754_321, "1970-01-01T00:12:34.321000"),
        (0, "1970-01-01T00:00:00"),
        ("-1500", "1969-12-31T23:59:58.500000"),
    ],
)
def test_what_clients_write(sent: str | float, read: str) -> None:
    assert moment_at(instant(sent)).isoformat() == f"{read}+00:00"


@pytest.mark.parametrize(
    "sent",
    [
        "어제",
        "",
        "  ",
        "NaN",
        "Infinity",
        "1e12",
        "12:30",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-11-30T24:00:01",
        "2026-11-30T25:00:00",
        "2026-11-30T10:60:00",
        "2026-11-30T10:05:61",
        "2026-11-30T10:05:00+24:00",
        "2026-11-30T10:05:00+09:60",
        "2026-11-30T10:05:00ZZ",
        "２０２６-11-30",
        "9" * 22,
        "9" * 5000,
        "2026-11-30T10:05:00." + "1" * 2000,
        None,
        True,
        float("nan"),
        float("inf"),
        1e300,
        10**400,
        [],
        {},
    ],
)
def test_what_names_no_time_is_invalid(sent: object) -> None:
    with pytest.raises(Invalid) as refusal:
        instant(sent, "when")
    assert refusal.value.details == {"field": "when"}


@given(naive_times)
def test_a_time_without_a_zone_is_korean(time: datetime) -> None:
    expected = time.replace(tzinfo=SEOUL).astimezone(UTC)
    assert moment_at(instant(time.isoformat())) == expected
    assert instant(time.isoformat(" ")) == instant(time.isoformat())


@given(naive_times, offsets)
def test_a_time_with_a_zone_is_that_moment(time: datetime, minutes: int) -> None:
    aware = time.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert instant(aware.isoformat()) == instant_of(aware)


@given(some.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)), offsets)
def test_every_year_is_read_even_beyond_the_calendar(time: datetime, minutes: int) -> None:
    """Year 1 east of Greenwich began in no year of ours; it is read all the same."""
    sign = "-" if minutes < 0 else "+"
    text = f"{time.isoformat()}{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    assert instant(text) == instant_of(time.replace(tzinfo=UTC)) - minutes * 60 * SECOND


@given(some.datetimes(datetime(2020, 1, 2), datetime(2027, 12, 31), timezones=some.just(UTC)))
def test_numbers_of_any_unit_are_the_moment(time: datetime) -> None:
    time = time.replace(microsecond=0)
    seconds = int(time.timestamp())
    for number in (seconds, seconds * 1000, seconds * SECOND, seconds * 1000 * SECOND):
        assert moment_at(instant(number)) == moment_at(instant(str(number))) == time


@given(some.text(max_size=80) | some.integers() | some.floats() | some.text("0123456789-:TZ+. ", max_size=40))
def test_anything_is_read_or_refused_and_never_breaks(sent: str | float) -> None:
    try:
        found = instant(sent)
    except Invalid:
        return
    assert isinstance(found, int)
    assert len(as_sent(sent)) <= SENT_LENGTH


def test_what_is_kept_of_a_time_as_it_was_sent() -> None:
    assert as_sent(" 1970-01-01T00:12:34 ") == "1970-01-01T00:12:34"
    assert as_sent(754_321) == "754321"
    assert as_sent(f"1970-01-01T00:00:00.{'3' * 500}Z") == "1970-01-01T00:00:00.333333333Z"


@pytest.mark.parametrize("sent", [0, "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", -1])
def test_a_plan_is_of_this_century(sent: object) -> None:
    with pytest.raises(Invalid):
        moment(sent, "scheduled_at")
    assert moment("2026-12-01T10:00", "scheduled_at") == datetime(2026, 12, 1, 1, tzinfo=UTC)


def test_what_can_be_believed() -> None:
    assert is_ours(instant("2024-01-15T10:30:00Z"), NOW)
    assert is_ours(instant("2027-12-31T23:59:59Z"), NOW)
    assert not is_ours(instant("2019-12-31T23:59:59Z"), NOW)
    assert not is_ours(instant("2099-01-01T00:00:00Z"), NOW)


def place(*times: int | None, after: int | None = None) -> list[int]:
    """Seconds; those from a thousand on are of the right clock, as seconds around now."""
    sent = [None if time is None else time * SECOND + (NOW if time >= 1000 or time < 0 else 0) for time in times]
    clock = clock_of([time for time in sent if time is not None], at=NOW, one_clock=DAY)
    found = placed(sent, clock, newest_at=NOW, one_clock=DAY, after=None if after is None else NOW + after * SECOND)
    return [(one - NOW) // SECOND for one in found]


def test_an_uptime_is_placed_by_its_distance_to_the_newest() -> None:
    assert place(100, 110, 160) == [-60, -50, 0]
    assert place(160, 100, 110) == [0, -60, -50]


def test_a_wrong_clock_in_the_middle_ends_where_the_next_event_is() -> None:
    assert place(-60, 100, 105, -40) == [-60, -45, -40, -40]
    assert place(-60, 100, 200, -40) == [-60, -60, -40, -40]


def test_a_clock_that_jumps_twice_leaves_no_gap() -> None:
    a_year = 366 * 24 * 3600
    assert [
        one // SECOND
        for one in placed([0, 10 * SECOND, a_year * SECOND, (a_year + 5) * SECOND], None, newest_at=0, one_clock=DAY)
    ] == [-15, -5, -5, 0]


def test_an_event_without_a_time_goes_with_the_one_before_it() -> None:
    assert place(-60, None, -40) == [-60, -40, -40]
    assert place(100, None, 160) == [-60, -60, 0]
    assert place(None) == [0]


def test_nothing_is_placed_before_what_was_there() -> None:
    assert place(100, 110, 160, after=-20) == [-20, -20, 0]
    assert place(100, 110, 160, after=30) == [30, 40, 90]  # the phone's clock is ahead of ours


def test_of_two_clocks_that_may_be_right_the_nearer_one_is() -> None:
    old, new = instant("2023-05-01T00:00:00Z"), NOW - 5 * SECOND
    assert clock_of([old, new], at=NOW, one_clock=DAY) == Span(new, new)
    assert clock_of([old, new], at=NOW, one_clock=DAY, near=Span(old, old)) == Span(old, old)
    assert clock_of([0, 5], at=NOW, one_clock=DAY) is None


instants = some.integers(-(10**20), 10**20)
around_now = some.integers(NOW - 3600 * SECOND, NOW + 3600 * SECOND)


@given(some.lists(some.none() | instants | around_now, max_size=30))
def test_every_event_has_a_place_near_the_server_and_believed_ones_keep_theirs(times: list[int | None]) -> None:
    clock = clock_of([time for time in times if time is not None], at=NOW, one_clock=DAY)
    found = placed(times, clock, newest_at=NOW, one_clock=DAY)
    assert len(found) == len(times)
    years = 370 * 24 * 3600 * SECOND
    for time, at in zip(times, found, strict=True):
        assert abs(at - NOW) < years * 5 or (clock is not None and at == time)
        if time is not None and clock is not None and clock.first <= time <= clock.last:
            assert at == time


@given(some.lists(some.integers(0, 40 * 24 * 3600 * 1000), min_size=1, max_size=30))
def test_the_order_and_distances_of_an_uptime_are_kept(milliseconds: list[int]) -> None:
    times = [number * 1000 for number in milliseconds]
    found = placed(times, None, newest_at=NOW, one_clock=timedelta(days=90))
    assert max(found) == NOW
    assert [later - earlier for earlier, later in pairwise(found)] == [
        later - earlier for earlier, later in pairwise(times)
    ]
