"""A batch as a phone sends it: good events are kept, bad ones are told by their place (as contract 8.1's batches)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from mobilegpt.core.base64_text import from_base64
from mobilegpt.core.errors import ErrorCode, Invalid, TooLarge
from mobilegpt.core.event_times import as_sent, instant
from mobilegpt.core.text import is_blank, plain
from mobilegpt.recordings import policies
from mobilegpt.recordings.app_events import usual
from mobilegpt.recordings.commands import SavedEvent
from mobilegpt.recordings.models import EVENT_TYPE_LENGTH
from mobilegpt.recordings.seen import SCREENSHOT


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the event at ``index`` (from 0) was not kept."""

    index: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Batch:
    events: list[SavedEvent] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_app_batch(items: Sequence[Any]) -> Batch:
    """As the native instructor app sends it: never refused whole, but for what is empty or too much (contract 12).

    Raises ``Invalid`` for an empty batch, ``TooLarge`` beyond 10,000 events.
    """
    _require_size(items, policies.EVENTS_OF_AN_APP_BATCH)
    return _read(usual(items))


def read_batch(items: Sequence[Any]) -> Batch:
    """Raises ``Invalid`` for an empty batch or one without a good event, ``TooLarge`` beyond 2,000 events."""
    _require_size(items, policies.EVENTS_OF_A_BATCH)
    batch = _read(items)
    if not batch.events:
        errors = [{"index": fault.index, "code": fault.code, "message": fault.message} for fault in batch.faults]
        raise Invalid(message="No event of this batch can be kept", details={"errors": errors[:50]})
    return batch


def _require_size(items: Sequence[Any], most: int) -> None:
    if not items:
        raise Invalid(message="events is empty", details={"field": "events"})
    if len(items) > most:
        raise TooLarge(message=f"A batch has at most {most} events")


def _read(items: Iterable[Any]) -> Batch:
    batch = Batch()
    screenshots = 0
    for index, item in enumerate(items):
        try:
            event = _event(item)
            screenshots += event.screenshot is not None
            if event.screenshot is not None and screenshots > policies.SCREENSHOTS_OF_A_BATCH:
                raise Invalid(message=f"A batch has at most {policies.SCREENSHOTS_OF_A_BATCH} screenshots")
            batch.events.append(event)
        except Invalid as refusal:
            batch.faults.append(Fault(index, refusal.code, refusal.message))
    return batch


def _event(item: Any) -> SavedEvent:
    if not isinstance(item, dict):
        raise Invalid(message="An event is an object")
    data, sent = item.get("data", item.get("event_data")), item.get("timestamp")
    data, screenshot = _apart({} if data is None else data)
    return SavedEvent(
        event_type=_event_type(item.get("event_type", item.get("type"))),
        time=None if sent is None else instant(sent),
        sent=None if sent is None else as_sent(sent),
        data=_data(data),
        screenshot=screenshot,
        event_id=_uuid(item.get("event_id")),
    )


def _event_type(value: Any) -> str:
    text = plain(value).strip() if isinstance(value, str) else ""
    if is_blank(text) or len(text) > EVENT_TYPE_LENGTH:
        raise Invalid(message=f"event_type is a text of 1 to {EVENT_TYPE_LENGTH} characters")
    return text


def _apart(data: Any) -> tuple[Any, bytes | None]:
    """An event's data without its screenshot (base64, also as a ``data:`` address), and that."""
    if not isinstance(data, dict) or SCREENSHOT not in data:
        return data, None
    rest = {key: value for key, value in data.items() if key != SCREENSHOT}
    sent = data[SCREENSHOT]
    if sent is None or sent == "":
        return rest, None
    if not isinstance(sent, str):
        raise Invalid(message="screenshot is a picture in base64")
    try:
        return rest, from_base64(sent)
    except ValueError:
        raise Invalid(message="screenshot is a picture in base64") from None


def _data(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid(message="data is an object")
    if len(msgspec.json.encode(value)) > policies.DATA_BYTES:
        raise Invalid(ErrorCode.TOO_LARGE, f"data has at most {policies.DATA_BYTES} bytes")
    return value


def _uuid(value: Any) -> uuid.UUID | None:
    if value is None:
        return None
    try:
        return uuid.UUID(value)
    except (ValueError, AttributeError, TypeError):
        raise Invalid(message="event_id is a UUID") from None
