"""Where the events of a recording stand in time: one line without the jumps of a phone's clock (contract 8.1, 8.5).

A recording has one clock: the first that can be believed, as the phone shows it, or the server's. What another clock
says (a phone's uptime, or a year that was set in the middle) is placed by its distances, its newest where the recording
stands when the batch comes; batch after batch of the same wrong clock keep their distances to each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter

import msgspec
from django.db.models import F

from mobilegpt.core.event_times import Span, clock_of, instant_of, moment_at, placed
from mobilegpt.recordings.models import RecordedEvent, Recording

# A recording that nobody stopped ends after a day, so a step of more is no pause.
_ONE_CLOCK = timedelta(days=1)
_DAY = _ONE_CLOCK // timedelta(microseconds=1)


class _Stray(msgspec.Struct, frozen=True):
    """The newest event of a wrong clock: what it showed, and its place; microseconds since 1970."""

    sent: int
    place: int


class _Clocks(msgspec.Struct, frozen=True):
    """What is known of a recording's clocks, as ``Recording.clocks`` keeps it."""

    line: Span | None = None
    """Of all places."""
    believed: int | None = None
    """The last event whose clock was right."""
    stray: _Stray | None = None


def place(recording: Recording, times: Sequence[int | None], received_at: datetime) -> list[datetime]:
    """The places of a batch's events, in their order. ``recording`` is locked; its ``clocks`` are to be saved.

    Earlier events of a wrong clock are moved back where this batch shows that they came late.
    """
    clocks = msgspec.convert(recording.clocks or {}, _Clocks)
    at = instant_of(min(received_at, recording.ended_at or received_at))
    clock = _believed(clocks.line, times, at)
    end, after = _where_it_stands(recording, clocks.line or clock, at), clocks.believed
    strays = _last_strays(times, clock)
    if strays and clocks.stray is not None:
        if _is_one_clock([*strays, clocks.stray.sent]):
            end = _continued(recording, clocks.stray.place + max(strays) - clocks.stray.sent, end, after)
        else:
            after = max(clocks.stray.place, after or clocks.stray.place)
    places = placed(times, clock, newest_at=end, one_clock=_ONE_CLOCK, after=after)
    recording.clocks = msgspec.to_builtins(_learned(clocks, clock, times, places))
    return [moment_at(one) for one in places]


def _believed(line: Span | None, times: Sequence[int | None], at: int) -> Span | None:
    """What of a batch is of the recording's own clock."""
    found = clock_of((time for time in times if time is not None), at=at, one_clock=_ONE_CLOCK, near=line)
    return found if found is None or line is None or found.distance(line) <= _DAY else None


def _where_it_stands(recording: Recording, line: Span | None, at: int) -> int:
    """The instant ``at`` on the recording's own clock, which may be wrong by years."""
    if line is None or abs(at - line.last) <= _DAY:
        return at
    return line.last + (max(0, at - instant_of(recording.last_saved_at)) if recording.last_saved_at else 0)


def _last_strays(times: Sequence[int | None], clock: Span | None) -> list[int]:
    """What comes after the last event that is believed."""
    strays: list[int] = []
    for time in reversed(times):
        if time is None:
            continue
        if clock is not None and clock.first <= time <= clock.last:
            break
        strays.append(time)
    return strays


def _is_one_clock(times: Sequence[int]) -> bool:
    ordered = sorted(times)
    return all(later - earlier <= _DAY for earlier, later in pairwise(ordered))


def _continued(recording: Recording, expected: int, end: int, after: int | None) -> int:
    """Where the newest stands when its clock goes on as in the batch before.

    Where that would be later than the batch came, the events before came late: they are moved.
    """
    if expected <= end:
        return expected
    strays = RecordedEvent.objects.filter(recording_id=recording.pk, sent_timestamp__isnull=False)
    by = expected - end
    if after is not None:
        strays = strays.filter(timestamp__gt=moment_at(after))
        oldest = strays.order_by("timestamp").values_list("timestamp", flat=True).first()
        by = min(by, instant_of(oldest) - after) if oldest is not None else 0
    strays.update(timestamp=F("timestamp") - timedelta(microseconds=by))
    return expected - by


def _learned(clocks: _Clocks, clock: Span | None, times: Sequence[int | None], places: Sequence[int]) -> _Clocks:
    """What is known after a batch."""
    ends = [*places, clocks.line.first, clocks.line.last] if clocks.line else places
    lasts = (clocks.believed, clock.last if clock is not None else None)
    believed = [last for last in lasts if last is not None]
    strays = [_Stray(time, at) for time, at in zip(times, places, strict=True) if time is not None and time != at]
    return _Clocks(
        line=Span(min(ends), max(ends)),
        believed=max(believed, default=None),
        stray=max(strays, key=attrgetter("place"), default=clocks.stray),
    )
