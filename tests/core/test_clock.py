"""Moments and addresses in the one form in which they are shown and kept (contract 2.8, 5.4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.core.addresses import web_address
from mobilegpt.core.clock import SEOUL, iso, moment_in, now, seoul_day, seoul_minute
from mobilegpt.core.errors import Invalid

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=zones)


# --- moments


@given(moments)
def test_a_moment_is_shown_in_whole_seconds_of_utc(moment: datetime) -> None:
    shown = iso(moment)
    assert shown == moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert timedelta() <= moment - moment_in(shown) < timedelta(seconds=1)


def test_no_moment_is_none() -> None:
    assert iso(None) is None


@given(moments)
def test_days_and_minutes_are_those_of_seoul(moment: datetime) -> None:
    there = moment.astimezone(SEOUL)
    assert seoul_day(moment) == there.date()
    assert seoul_minute(moment) == there.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(("utc", "day"), [("14:59:59.999999", date(2025, 10, 28)), ("15:00:00", date(2025, 10, 29))])
def test_the_day_begins_at_three_in_the_afternoon_of_utc(utc: str, day: date) -> None:
    assert seoul_day(datetime.fromisoformat(f"2025-10-28T{utc}+00:00")) == day


@given(moments)
def test_a_moment_comes_back_from_the_text_of_either_database(moment: datetime) -> None:
    sqlite = moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    postgresql = moment.astimezone(SEOUL).isoformat(" ")
    assert moment_in(sqlite) == moment_in(postgresql) == moment


def test_now_is_aware() -> None:
    assert now().tzinfo is UTC
    assert abs(now() - datetime.now(SEOUL)) < timedelta(seconds=5)


# --- addresses of things elsewhere


@pytest.mark.parametrize("empty", [None, "", "  ", "\u200b", "\u3164\n"])
def test_no_address_is_none(empty: str | None) -> None:
    assert web_address(empty, "file_url", 100) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://example.com/길?q=가#끝",
        "HTTPS://EXAMPLE.COM/a",
        "http://192.168.0.7:8000/a.png",
        "http://[2001:db8::7]/a",
        "https://user@example.com/",
    ],
)
def test_an_address_is_kept_as_it_is(url: str) -> None:
    assert web_address(f" {url} ", "file_url", 100) == url


@pytest.mark.parametrize(
    "url",
    [
        "example.com", "/a.png", "//example.com/a", "http:/example.com", "http://", "https:///a", "ftp://example.com/a",
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[::1", "http://a b.com",
        "http://example.com/a b", "http://example.com/a\nb", "http://example.com/\x7f", "http://example.com/\ta",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused_with_its_field(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        web_address(url, "video_url", 100)
    assert refusal.value.details == {"field": "video_url"}


@pytest.mark.parametrize(("length", "taken"), [(100, True), (101, False)])
def test_the_longest_address(length: int, taken: bool) -> None:
    url = "https://example.com/".ljust(length, "a")
    if taken:
        assert web_address(url, "file_url", 100) == url
    else:
        with pytest.raises(Invalid):
            web_address(url, "file_url", 100)
