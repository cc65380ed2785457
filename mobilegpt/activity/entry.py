"""A log event on its way: checked, masked, numbered; as a row of the table and as a message of Kafka's topic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta

from mobilegpt.core import masking
from mobilegpt.core.clock import SEOUL
from mobilegpt.core.errors import Invalid, TooLarge
from mobilegpt.core.fields import Id
from mobilegpt.core.text import has_null, without_bom

DATA_BYTES = 65_536
"""Of ``event_data`` and of ``screen_info``, each, as JSON."""
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


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
    timestamp: datetime | None = None
    log_id: Id | None = None
    received_at: datetime | None = None
    event_id: UUID | None = None


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
    data, screen = kept_of(message.event_data, message.screen_info)
    received_at, event_id = usable(message.received_at), message.event_id
    if received_at is None or event_id is None:
        otherwise = missing()
        received_at, event_id = received_at or otherwise.received_at, event_id or otherwise.event_id
    return Entry(
        message.log_id or 0,
        message.user_id,
        message.subtask_id,
        message.event_type,
        data,
        screen,
        usable(message.timestamp),
        received_at,
        event_id,
    )


def kept_of(event_data: dict[str, Any], screen_info: dict[str, Any]) -> tuple[str, str]:
    """What is kept of them, masked, as JSON. Raises ``Invalid``, and, before anything is read, ``TooLarge``."""
    data, screen = _json(event_data, "event_data"), _json(screen_info, "screen_info")
    if not masking.is_harmless(event_data, screen_info):
        event_data, screen_info = masking.mask_event(event_data, screen_info)
        data, screen = _json(event_data, "event_data"), _json(screen_info, "screen_info")
    return data.decode(), screen.decode()


def usable(moment: datetime | None) -> datetime | None:
    """A phone's clock, aware. Phones are wrong by years; beyond a century it is no time at all. Raises ``Invalid``."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SEOUL)
    if not _EARLIEST <= moment < _LATEST:
        raise Invalid(message="timestamp lies outside of this century", details={"field": "timestamp"})
    return moment


def _json(value: dict[str, Any], field: str) -> bytes:
    try:
        text = msgspec.json.encode(value)
    except (OverflowError, ValueError):
        raise Invalid(message=f"{field} has a number that is too large", details={"field": field}) from None
    if len(text) > DATA_BYTES:
        raise TooLarge(message=f"{field} has at most {DATA_BYTES} bytes", details={"field": field})
    return text
