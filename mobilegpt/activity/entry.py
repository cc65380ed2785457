"""A log event on its way: checked, masked, numbered; as a row of the table and as a message of Kafka's topic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta

from mobilegpt.core.errors import Invalid, TooLarge
from mobilegpt.core.event_times import (
    SENT_LENGTH,
    Time,
    as_sent,
    clock_of,
    instant,
    instant_of,
    is_ours,
    moment_at,
    placed,
)
from mobilegpt.core.fields import Id
from mobilegpt.core.text import has_null, without_bom
from mobilegpt.privacy import masking

DATA_BYTES = 65_536
_MASKED_BYTES = 4 * DATA_BYTES  # labels are longer than what they stand for, never by so much
"""Of ``event_data`` and of ``screen_info``, each, as JSON."""
_ONE_CLOCK = timedelta(days=90)
"""A phone may bring what it kept through a holiday; between two events of one clock is no more than this."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A row, its columns in order. ``event_data`` and ``screen_info`` are JSON texts; ``id`` is 0 until it has one."""

    id: int
    user_id: int
    subtask_id: int | None
    event_type: str
    event_data: str
    screen_info: str
    timestamp: datetime | None
    received_at: datetime
    event_id: UUID
    sent_timestamp: str | None = None


class Missing(NamedTuple):
    """What the consumer says of a message that does not say it itself. It has no id yet: 0."""

    received_at: datetime
    event_id: UUID


class LogMessage(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a message. Ours has everything; what another producer leaves out is filled in by the consumer."""

    user_id: Id
    event_type: Annotated[str, Meta(min_length=1, max_length=50)]
    event_data: dict[str, Any] = {}
    screen_info: dict[str, Any] = {}
    subtask_id: Id | None = None
    timestamp: Time | None = None
    log_id: Id | None = None
    received_at: Time | None = None
    event_id: UUID | None = None
    sent_timestamp: Annotated[str, Meta(max_length=SENT_LENGTH)] | None = None


class _ReadyMessage(msgspec.Struct, frozen=True, kw_only=True):
    """``LogMessage`` with its JSON as it is stored."""

    log_id: int
    event_id: UUID
    user_id: int
    subtask_id: int | None
    event_type: str
    event_data: msgspec.Raw
    screen_info: msgspec.Raw
    timestamp: datetime | None
    received_at: datetime
    sent_timestamp: str | None


def encode(entry: Entry) -> bytes:
    return msgspec.json.encode(
        _ReadyMessage(
            log_id=entry.id,
            event_id=entry.event_id,
            user_id=entry.user_id,
            subtask_id=entry.subtask_id,
            event_type=entry.event_type,
            event_data=msgspec.Raw(entry.event_data.encode()),
            screen_info=msgspec.Raw(entry.screen_info.encode()),
            timestamp=entry.timestamp,
            received_at=entry.received_at,
            sent_timestamp=entry.sent_timestamp,
        )
    )


_decoder = msgspec.json.Decoder(LogMessage)


def decode(value: bytes, missing: Callable[[], Missing]) -> Entry:
    """A message as a row; what it leaves out comes from ``missing``. Raises ``Invalid`` and ``TooLarge``.

    Masked again: whoever may write to the topic need not be our own door.
    """
    if has_null(value):
        raise Invalid(message="Text cannot have the character U+0000")
    try:
        message = _decoder.decode(without_bom(value))
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Invalid(message=str(error)) from None
    data, screen = kept_of(message.event_data, message.screen_info, most=_MASKED_BYTES)
    received_at, event_id = _believable(message.received_at), message.event_id
    if received_at is None or event_id is None:
        otherwise = missing()
        received_at, event_id = received_at or otherwise.received_at, event_id or otherwise.event_id
    (moment,) = moments_of([message.timestamp], received_at)
    if isinstance(moment, Invalid):
        raise moment
    return Entry(
        message.log_id or 0,
        message.user_id,
        message.subtask_id,
        message.event_type,
        data,
        screen,
        moment.at,
        received_at,
        event_id,
        _sent_earlier(message.sent_timestamp) or moment.sent,
    )


def kept_of(event_data: dict[str, Any], screen_info: dict[str, Any], *, most: int = DATA_BYTES) -> tuple[str, str]:
    """What is kept of them, masked, as JSON; masked it may be longer than it came.

    Raises ``Invalid``, and, before anything is read, ``TooLarge`` for more than ``most`` bytes of either.
    """
    data, screen = _json(event_data, "event_data", most), _json(screen_info, "screen_info", most)
    if not masking.is_harmless(event_data, screen_info):
        data, screen = map(msgspec.json.encode, masking.mask_event(event_data, screen_info))
    return data.decode(), screen.decode()


class Moment(NamedTuple):
    """When an event happened, as far as anybody knows; ``sent`` is what its clock showed where that was far from ours.

    Both are null when the phone did not say.
    """

    at: datetime | None
    sent: str | None = None


def moments_of(sent: Sequence[Time | None], received_at: datetime) -> list[Moment | Invalid]:
    """When the events of a batch happened, in the order in which they were sent (contract 8.1).

    ``Invalid`` for what names no time at all; a clock is never too wrong.
    """
    found: list[Moment | Invalid] = [Moment(None)] * len(sent)
    shown: list[tuple[int, int]] = []
    for index, time in enumerate(sent):
        try:
            if time is not None:
                shown.append((index, instant(time)))
        except Invalid as refusal:
            found[index] = refusal
    times, at = [time for _, time in shown], instant_of(received_at)
    clock = clock_of(times, at=at, one_clock=_ONE_CLOCK)
    for (index, time), place in zip(shown, placed(times, clock, newest_at=at, one_clock=_ONE_CLOCK), strict=True):
        found[index] = Moment(moment_at(place), as_sent(sent[index]) if place != time else None)
    return found


def _sent_earlier(time: str | None) -> str | None:
    """What our door has kept of a wrong clock. Raises ``Invalid`` for what is no time."""
    if time is not None:
        instant(time, "sent_timestamp")
    return time


def _believable(time: Time | None) -> datetime | None:
    """A server's clock, of another producer; a wrong one is none. Raises ``Invalid`` for what names no time."""
    found = None if time is None else instant(time, "received_at")
    return moment_at(found) if found is not None and is_ours(found) else None


def _json(value: dict[str, Any], field: str, most: int) -> bytes:
    try:
        text = msgspec.json.encode(value)
    except (OverflowError, ValueError):
        raise Invalid(message=f"{field} has a number that is too large", details={"field": field}) from None
    if len(text) > most:
        raise TooLarge(message=f"{field} has at most {most} bytes", details={"field": field})
    return text
