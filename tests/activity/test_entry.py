"""A log event on its way: what is kept of it, when it happened, and as a message (contract 8.1, 8.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as some

from mobilegpt.activity.entry import DATA_BYTES, Entry, Missing, Moment, decode, encode, kept_of, moments_of
from mobilegpt.core.errors import DomainError, ErrorCode, Invalid
from tests.refusals import code_of

CAME = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
NAME = UUID(int=7)


def ago(seconds: float) -> str:
    return (CAME - timedelta(seconds=seconds)).isoformat()


def never() -> Missing:
    raise AssertionError("nothing was missing")


def message(**fields: Any) -> bytes:
    return msgspec.json.encode({"user_id": 3, "event_type": "CLICK", **fields})


def read(**fields: Any) -> Entry:
    """A message of another producer, which the consumer has received at ``CAME``."""
    return decode(message(**fields), lambda: Missing(CAME, NAME))


@pytest.fixture(autouse=True)
def _at_that_time() -> Any:
    with time_machine.travel(CAME, tick=False):
        yield


# --- what is kept


def test_what_is_harmless_is_kept_as_it_came() -> None:
    assert kept_of({"x": 1, "말": "네"}, {}) == ('{"x":1,"말":"네"}', "{}")


def test_both_parts_are_masked() -> None:
    data, screen = kept_of({"text": "010-1234-5678"}, {"title": "kim@example.com"})
    assert (data, screen) == ('{"text":"[전화번호]"}', '{"title":"[이메일]"}')


def test_each_part_has_its_own_size() -> None:
    longest = {"t": "a" * (DATA_BYTES - len('{"t":""}'))}
    longer = {"t": longest["t"] + "a"}
    assert [len(part) for part in kept_of(longest, longest)] == [DATA_BYTES, DATA_BYTES]
    for parts, field in (((longer, longest), "event_data"), ((longest, longer), "screen_info")):
        with pytest.raises(DomainError) as refusal:
            kept_of(*parts)
        assert (refusal.value.code, refusal.value.details) == (ErrorCode.TOO_LARGE, {"field": field})


def test_size_is_counted_in_bytes_and_not_in_letters() -> None:
    assert code_of(lambda: kept_of({"t": "가" * (DATA_BYTES // 3 + 1)}, {})) == ErrorCode.TOO_LARGE


def test_masking_may_make_it_longer() -> None:
    short = {str(number): "010-1234-5678" for number in range(2000)}
    data, _ = kept_of(short, {})
    assert len(data.encode()) > len(msgspec.json.encode(short))


def test_a_number_that_no_json_has_is_named() -> None:
    with pytest.raises(Invalid) as refusal:
        kept_of({}, {"n": 10**5000})
    assert refusal.value.details == {"field": "screen_info"}


# --- when it happened


def test_a_phone_that_does_not_say_when_is_not_given_a_time() -> None:
    assert moments_of([None, None], CAME) == [Moment(None), Moment(None)]
    assert moments_of([], CAME) == []


def test_a_right_clock_is_kept_and_nothing_noted() -> None:
    assert moments_of([ago(3), ago(0)], CAME) == [Moment(CAME - timedelta(seconds=3)), Moment(CAME)]


def test_no_time_at_all_is_refused_in_its_place_only() -> None:
    first, bad, last = moments_of([ago(3), "어제", 100_000], CAME)
    assert first == Moment(CAME - timedelta(seconds=3))
    assert isinstance(bad, Invalid)
    assert last == Moment(CAME, "100000")


def test_an_uptime_is_placed_by_its_distances() -> None:
    assert moments_of([100_000, 130_000], CAME) == [
        Moment(CAME - timedelta(seconds=30), "100000"),
        Moment(CAME, "130000"),
    ]


def test_one_without_a_time_does_not_move_the_others() -> None:
    assert moments_of([100_000, None, 130_000], CAME) == [
        Moment(CAME - timedelta(seconds=30), "100000"),
        Moment(None),
        Moment(CAME, "130000"),
    ]


# Of a phone that runs for up to 18 days: from the 19th on its milliseconds could be seconds since 1970.
uptimes = some.lists(some.integers(0, 18 * 86_400_000), min_size=1, max_size=8)


@given(uptimes)
def test_whatever_an_uptime_shows_the_newest_happened_when_it_came(sent: list[int]) -> None:
    found = [one for one in moments_of(list(sent), CAME) if isinstance(one, Moment)]
    places = [one.at for one in found if one.at is not None]
    assert len(places) == len(sent)
    assert max(places) == CAME
    assert [CAME - place for place in places] == [timedelta(milliseconds=max(sent) - one) for one in sent]
    assert [one.sent for one in found] == [str(one) for one in sent]


# --- as a message

entries = some.builds(
    Entry,
    id=some.integers(1, 2**40),
    user_id=some.integers(1, 2**40),
    subtask_id=some.none() | some.integers(1, 2**40),
    event_type=some.text(min_size=1, max_size=50).filter(lambda text: "\x00" not in text),
    event_data=some.sampled_from(["{}", '{"x":1}', '{"말":"네"}']),
    screen_info=some.sampled_from(["{}", '{"app":"카카오톡"}']),
    timestamp=some.none() | some.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 30), timezones=some.just(UTC)),
    received_at=some.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 30), timezones=some.just(UTC)),
    event_id=some.uuids(version=4),
    sent_timestamp=some.sampled_from([None, "754321", "1970-01-01T00:00:00Z"]),
)


@given(entries)
def test_what_our_door_sends_is_the_row_that_was_answered(entry: Entry) -> None:
    assert decode(encode(entry), never) == entry


def test_what_another_producer_leaves_out_is_filled_in() -> None:
    assert read() == Entry(0, 3, None, "CLICK", "{}", "{}", None, CAME, NAME)


def test_only_what_is_missing_is_filled_in() -> None:
    own = uuid4()
    assert read(event_id=str(own)).event_id == own
    assert read(received_at=ago(60)).received_at == CAME - timedelta(seconds=60)
    assert read(received_at=ago(60)).event_id == NAME


@pytest.mark.parametrize("wrong", [754_321, "1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z"])
def test_another_servers_clock_that_is_wrong_is_none(wrong: Any) -> None:
    assert read(received_at=wrong).received_at == CAME


def test_a_time_of_day_without_a_zone_is_koreas() -> None:
    assert read(timestamp="2026-11-30T09:59:00").timestamp == CAME - timedelta(seconds=60)


def test_another_producers_data_is_masked_as_well() -> None:
    assert read(event_data={"text": "010-1234-5678"}).event_data == '{"text":"[전화번호]"}'


def test_what_our_door_has_noted_of_a_wrong_clock_stays() -> None:
    entry = read(timestamp=ago(5), sent_timestamp="754321")
    assert (entry.timestamp, entry.sent_timestamp) == (CAME - timedelta(seconds=5), "754321")


@pytest.mark.parametrize(
    "fields",
    [
        {"user_id": 0},
        {"user_id": "3"},
        {"event_type": ""},
        {"event_type": "a" * 51},
        {"event_data": []},
        {"subtask_id": -1},
        {"log_id": 0},
        {"event_id": "7"},
        {"timestamp": "어제"},
        {"received_at": "어제"},
        {"sent_timestamp": "어제"},
        {"sent_timestamp": "1" * 101},
        {"event_data": {"t": "\x00"}},
    ],
)
def test_what_is_no_event_is_refused(fields: dict[str, Any]) -> None:
    assert code_of(lambda: read(**fields)) == ErrorCode.INVALID_REQUEST


def test_a_mark_before_the_text_is_no_part_of_it() -> None:
    assert decode(b"\xef\xbb\xbf" + message(), lambda: Missing(CAME, NAME)) == read()


def test_what_masking_has_made_longer_is_read_again() -> None:
    """Our door takes 64 KiB and sends it masked, which may be more."""
    masked, _ = kept_of({str(number): "01012345678" for number in range(2900)}, {})
    assert len(masked.encode()) > DATA_BYTES
    assert read(event_data=msgspec.json.decode(masked)).event_data == masked
