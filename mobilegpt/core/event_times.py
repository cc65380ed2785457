"""Times as clients write them: one reading for every door, and a place for the times of clocks that are wrong.

Contract 8.1: a time without a zone is Asia/Seoul, epoch milliseconds are taken, and a time far from ours (a phone's
uptime, 1970) is kept as sent and placed by its distance to the newest of its batch. Here a time is an *instant*: whole
microseconds since 1970 as an ``int``, since clients name moments that no calendar and no database has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import groupby

from mobilegpt.core.clock import SEOUL, now
from mobilegpt.core.errors import Invalid

Time = str | int | float
"""The type of a time in a request: ISO 8601, or a number (also as digits) of milliseconds since 1970."""

SENT_LENGTH = 100
"""Of a time as it was sent, with nine digits of a second's fraction."""
_READ_LENGTH = 1000

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
# No phone of ours was used before, and no clock that people set themselves is further ahead.
_OURS_FROM = 1_577_836_800 * _SECOND  # 2020-01-01
_AHEAD = 731 * _DAY
_NO_CLOCK = 10**21  # nanoseconds of thirty thousand years; no clock counts further
_THIS_CENTURY = (946_684_800 * _SECOND, 4_102_444_800 * _SECOND)
# What a number may count, as microseconds each. The first that gives a time of ours; else it counts milliseconds.
_UNITS = (Fraction(1000), Fraction(_SECOND), Fraction(1), Fraction(1, 1000))

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?", re.ASCII)
_LONG_FRACTION = re.compile(r"([.,]\d{9})\d+", re.ASCII)
_TEXT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:(?:[Tt]| +)(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?"
    r" *(?:([Zz]|UTC|GMT)|([+\-\u2212])(\d\d)(?::?(\d\d)(?::?(\d\d))?)?)?(?:\[[\w/+-]+\])?)?",
    re.ASCII,
)


def instant(value: object, field: str = "timestamp") -> int:
    """A time as microseconds since 1970, however far from ours.

    ISO 8601 (also ``2026-11-30 10:05``, ``…z``, ``24:00:00``, ``23:59:60``; without a zone it is Asia/Seoul) or a
    number of milliseconds; of seconds, or smaller parts of one, only where that alone gives a time of ours. Raises
    ``Invalid`` for what names no time.
    """
    found = None
    if isinstance(value, str):
        text = value.strip()
        if len(text) <= _READ_LENGTH:
            found = _from_number(Fraction(text)) if _NUMBER.fullmatch(text) else _from_text(text)
    elif isinstance(value, int | float) and not isinstance(value, bool) and -_NO_CLOCK <= value <= _NO_CLOCK:
        found = _from_number(Fraction(value))
    if found is None:
        message = f"{field} is an ISO 8601 time or a number of milliseconds since 1970"
        raise Invalid(message=message, details={"field": field})
    return found


def moment(value: object, field: str) -> datetime:
    """As ``instant``, in UTC. Raises ``Invalid`` as well for what lies outside of this century."""
    found = instant(value, field)
    if not _THIS_CENTURY[0] <= found < _THIS_CENTURY[1]:
        raise Invalid(message=f"{field} lies outside of this century", details={"field": field})
    return moment_at(found)


def as_sent(value: object) -> str:
    """A time that ``instant`` has read, as its sender wrote it, at most ``SENT_LENGTH`` characters."""
    text = value.strip() if isinstance(value, str) else str(value)
    return _LONG_FRACTION.sub(r"\1", text)[:SENT_LENGTH]


def instant_of(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def moment_at(instant: int) -> datetime:
    """Within the years 1 to 9999."""
    return _EPOCH + timedelta(microseconds=instant)


def is_ours(instant: int, at: int | None = None) -> bool:
    """Whether a clock that shows this can be believed at the instant ``at`` (now)."""
    return _OURS_FROM <= instant <= (instant_of(now()) if at is None else at) + _AHEAD


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last of some instants."""

    first: int
    last: int

    def distance(self, other: Span) -> int:
        """Nothing where they meet."""
        return max(0, other.first - self.last, self.first - other.last)


def clock_of(times: Iterable[int], *, at: int, one_clock: timedelta, near: Span | None = None) -> Span | None:
    """What the clock showed that is to be believed, of a batch that came at ``at``; ``None`` when nothing is.

    A phone has one clock: times of ours that lie further apart than ``one_clock`` cannot all be right. Those are that
    lie nearest to the server's, or to ``near``.
    """
    ours = sorted(time for time in times if is_ours(time, at))
    spans = [Span(stretch[0], stretch[-1]) for stretch in _stretches(ours, one_clock)]
    return min(spans, key=(near or Span(at, at)).distance, default=None)


def placed(
    times: Sequence[int | None],
    believed: Span | None,
    *,
    newest_at: int,
    one_clock: timedelta,
    after: int | None = None,
) -> list[int]:
    """Places of a batch's events in the order in which they were sent; what lies within ``believed`` keeps its time.

    Events of a wrong clock are placed by their distances: to the next that is believed, else to the newest, which is
    at ``newest_at``; none before the one that was sent before it, or before ``after``. A step of more than
    ``one_clock`` is no distance but a clock that was set: the older stretch ends where the newer begins. An event
    without a time goes with the one before it.
    """
    places = list(times)
    for run in _runs([index for index, time in enumerate(times) if not _within(believed, time)]):
        start, end = run[0], run[-1] + 1
        before = places[start - 1] if start else after
        until = times[end] if end < len(times) else None
        places[start:end] = _placed_run(times[start:end], before, newest_at if until is None else until, one_clock)
    return [place for place in places if place is not None]


def _within(span: Span | None, time: int | None) -> bool:
    return span is not None and time is not None and span.first <= time <= span.last


def _placed_run(times: Sequence[int | None], before: int | None, until: int, one_clock: timedelta) -> list[int]:
    places: list[int] = []
    end = until
    for stretch in reversed(list(_stretches(times, one_clock))):
        newest = max(stretch)
        natural = [end - (newest - time) for time in stretch]
        end = min(natural)
        places = natural + places
    if before is None:
        return places
    if before > until:  # as when the phone's clock is ahead of ours
        return [place - end + before for place in places]
    return [max(place, before) for place in places]


def _runs(indices: Sequence[int]) -> Iterator[list[int]]:
    """Indices in rising order, those together that follow each other: 1, 2, 5 are two runs."""
    for _, run in groupby(enumerate(indices), lambda each: each[1] - each[0]):
        yield [index for _, index in run]


def _stretches(times: Iterable[int | None], one_clock: timedelta) -> Iterator[list[int]]:
    most = one_clock // _MICROSECOND
    stretch: list[int] = []
    for time in times:
        known = time if time is not None else (stretch[-1] if stretch else 0)
        if stretch and abs(known - stretch[-1]) > most:
            yield stretch
            stretch = []
        stretch.append(known)
    if stretch:
        yield stretch


def _from_number(value: Fraction) -> int | None:
    if abs(value) > _NO_CLOCK:
        return None
    at = instant_of(now())
    return next((found for unit in _UNITS if is_ours(found := int(value * unit), at)), int(value * _UNITS[0]))


def _from_text(text: str) -> int | None:
    """Reads what ISO 8601, Java and people write; ``None`` for anything else."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, utc, sign, *offset = found.groups(default="")
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH_DAY
        seconds = _seconds(hour, minute, second)
        micros = days * _DAY + seconds * _SECOND + int((fraction[:6]).ljust(6, "0"))
        if not utc and not sign:
            return micros - _seoul_offset(micros)
        return micros - (-1 if sign in "-\u2212" and sign else 1) * _offset(*offset) * _SECOND
    except ValueError:
        return None


def _seconds(hour: str, minute: str, second: str) -> int:
    """Of a day; ``24:00:00`` ends it, and a leap second is the first of the next minute. Raises ``ValueError``."""
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    if hours > 24 or minutes > 59 or seconds > 60 or (hours == 24 and minutes + seconds > 0):
        raise ValueError(hour)
    return hours * 3600 + minutes * 60 + seconds


def _offset(hour: str, minute: str, second: str) -> int:
    if hour > "23" or minute > "59" or second > "59":
        raise ValueError(hour)
    return int(hour or 0) * 3600 + int(minute or 0) * 60 + int(second or 0)


def _seoul_offset(local: int) -> int:
    """Of a clock in Seoul: nine hours, but for summer times and what was before 1961."""
    try:
        there = datetime(1970, 1, 1) + timedelta(microseconds=local)
    except OverflowError:
        return 9 * 3600 * _SECOND
    offset = there.replace(tzinfo=SEOUL).utcoffset() or timedelta()
    return offset // _MICROSECOND
