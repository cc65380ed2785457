"""Recordings of phones whose clocks are wrong: nothing is refused, nothing jumps (contract 8.1, 8.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from mobilegpt.accounts.models import User
from mobilegpt.recordings import selectors, services
from mobilegpt.recordings.batch import read_batch
from mobilegpt.recordings.commands import StartRecording
from mobilegpt.recordings.models import RecordedEvent, Recording
from tests import cast

pytestmark = pytest.mark.django_db

BEGUN = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)


@pytest.fixture
def recording(kim: User) -> Recording:
    with time_machine.travel(BEGUN, tick=False):
        return services.start_recording(actor=cast.actor(kim), command=StartRecording(title="녹화"))


def send(recording: Recording, after: float, *times: Any) -> None:
    """A batch that comes ``after`` seconds; each event is named after its time."""
    events = [{"event_type": str(time), "timestamp": time} for time in times]
    with time_machine.travel(BEGUN + timedelta(seconds=after), tick=False):
        batch = read_batch(events)
        rows = services.rows_of(recording.pk, batch)
        services.save_events(actor=cast.actor(recording.owner), recording_id=recording.pk, batch=batch, rows=rows)


def shown(recording: Recording) -> list[tuple[str, float]]:
    """What a replay shows: each event, and the seconds from the beginning of the recording."""
    rows = selectors.events_of(recording)
    return [(row.event_type, (row.timestamp - BEGUN).total_seconds()) for row in rows]


def text(seconds: float, since: datetime = BEGUN) -> str:
    return (since + timedelta(seconds=seconds)).isoformat()


def test_a_phone_that_sends_its_uptime(recording: Recording) -> None:
    send(recording, 61, 100_000, 101_500, 160_000)
    assert shown(recording) == [("100000", 1), ("101500", 2.5), ("160000", 61)]
    assert list(RecordedEvent.objects.order_by("id").values_list("sent_timestamp", flat=True)) == [
        "100000",
        "101500",
        "160000",
    ]


def test_batches_of_one_uptime_keep_their_distances(recording: Recording) -> None:
    """The second comes at once after the first, which therefore was late; the third is late itself."""
    send(recording, 100, 1_000_000, 1_010_000)
    send(recording, 100.05, 1_020_000, 1_030_000)
    send(recording, 150, 1_040_000)
    assert [(name, round(at, 2)) for name, at in shown(recording)] == [
        ("1000000", 70.05),
        ("1010000", 80.05),
        ("1020000", 90.05),
        ("1030000", 100.05),
        ("1040000", 110.05),
    ]


def test_a_phone_that_starts_anew_in_the_middle(recording: Recording) -> None:
    a_month = 30 * 24 * 3_600_000
    send(recording, 60, a_month, a_month + 5_000)
    send(recording, 120, 2_000, 7_000)
    assert [at for _, at in shown(recording)] == [55, 60, 115, 120]


@pytest.mark.parametrize("wrong", ["1970-01-01T00:12:34Z", "2015-01-01T00:00:00", "2023-05-05T05:05:05Z", 754_321, -1])
def test_a_wrong_clock_in_the_middle_of_a_batch(recording: Recording, wrong: Any) -> None:
    send(recording, 30, text(10), text(20), wrong, text(25), text(30))
    assert shown(recording) == [(text(10), 10), (text(20), 20), (str(wrong), 25), (text(25), 25), (text(30), 30)]


@pytest.mark.parametrize("year", [1970, 2001, 2015, 2023, 2025, 2027, 2060, 9999])
def test_a_wrong_year_in_a_batch_of_its_own(recording: Recording, year: int) -> None:
    wrong = datetime(year, 1, 1, tzinfo=UTC)
    send(recording, 20, text(10), text(20))
    send(recording, 41, text(0, wrong), text(15, wrong))
    send(recording, 60, text(50), text(60))
    assert [at for _, at in shown(recording)] == [10, 20, 26, 41, 50, 60]


def test_a_clock_that_was_wrong_from_the_beginning_is_the_recordings_clock(recording: Recording) -> None:
    wrong = datetime(2024, 1, 15, 10, 30, tzinfo=UTC)
    send(recording, 20, text(0, wrong), text(20, wrong))
    send(recording, 50, text(40), text(50))
    assert [row.timestamp - wrong for row in selectors.events_of(recording)] == [
        timedelta(seconds=seconds) for seconds in (0, 20, 40, 50)
    ]


def test_a_phone_ahead_of_the_server_keeps_its_order(recording: Recording) -> None:
    send(recording, 20, text(3600), text(3620), 1_000, 6_000)
    assert [at for _, at in shown(recording)] == [3600, 3620, 3620, 3625]


def test_what_comes_after_the_stop_happened_before_it(recording: Recording) -> None:
    with time_machine.travel(BEGUN + timedelta(seconds=90), tick=False):
        services.stop_recording(actor=cast.actor(recording.owner), recording_id=recording.pk)
    send(recording, 86_400, 1_000, 31_000)
    assert [at for _, at in shown(recording)] == [60, 90]


def test_an_event_that_does_not_say_when(recording: Recording) -> None:
    send(recording, 30, text(10), None, text(20))
    assert [at for _, at in shown(recording)] == [10, 20, 20]


clocks = some.sampled_from([0, 5_000_000, 1_262_304_000_000, 1_577_836_800_000, 1_700_000_000_000, 4_000_000_000_000])
batches = some.lists(some.lists(some.tuples(clocks, some.integers(0, 3_600_000)), min_size=1, max_size=5), max_size=4)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(batches)
def test_no_mixture_of_clocks_leaves_a_gap_of_a_day(
    recording: Recording, sent: Sequence[Sequence[tuple[int, int]]]
) -> None:
    RecordedEvent.objects.all().delete()
    Recording.objects.update(clocks=None, last_saved_at=None)
    for number, batch in enumerate(sent):
        send(recording, 10 * number, *[clock + since for clock, since in batch])
    moments = [row.timestamp for row in selectors.events_of(recording)]
    assert len(moments) == sum(len(batch) for batch in sent)
    assert all(later - earlier < timedelta(days=1) for earlier, later in pairwise(moments))
