"""Events as the native instructor app sends them, brought into the shape that ``batch.py`` reads (contract 12).

What the app tells of the element stands in the event itself or in ``event_data``, which may be JSON as text; its kinds
may be Android's numbers. An event is never refused for a part of it: what cannot be kept is left out, and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec

from mobilegpt.core.base64_text import from_base64
from mobilegpt.core.errors import Invalid
from mobilegpt.core.event_times import instant
from mobilegpt.recordings import policies
from mobilegpt.recordings.models import EVENT_TYPE_LENGTH
from mobilegpt.recordings.picturing import LEFT_OUT as SCREENSHOT_LEFT_OUT
from mobilegpt.recordings.seen import SCREENSHOT

LEFT_OUT = "left_out"
"""Under this key an event's data name what of it was too much."""
_UNKNOWN = "UNKNOWN"
_KINDS = ("event_type", "eventType", "type")
_TIMES = ("timestamp", "event_time", "eventTime", "time")
_DATA = ("data", "event_data", "eventData")
_NOT_TOLD_OF_THE_SCREEN = ("id", "event_id", "recording", "recording_id", "session", "session_id", "device_id")
# AccessibilityEvent.TYPE_… of Android.
_ANDROID = {
    1: "TYPE_VIEW_CLICKED",
    2: "TYPE_VIEW_LONG_CLICKED",
    4: "TYPE_VIEW_SELECTED",
    8: "TYPE_VIEW_FOCUSED",
    16: "TYPE_VIEW_TEXT_CHANGED",
    32: "TYPE_WINDOW_STATE_CHANGED",
    64: "TYPE_NOTIFICATION_STATE_CHANGED",
    2048: "TYPE_WINDOW_CONTENT_CHANGED",
    4096: "TYPE_VIEW_SCROLLED",
    8192: "TYPE_VIEW_TEXT_SELECTION_CHANGED",
    4194304: "TYPE_WINDOWS_CHANGED",
}
_LEVELS = 20
_KEY_LENGTH = 100


def usual(items: Sequence[Any]) -> Iterator[Any]:
    """Each as ``batch.read_batch`` takes it; what is no object stays as it is, and is a fault there."""
    screenshots = 0
    for item in items:
        if not isinstance(item, dict):
            yield item
            continue
        data, picture = _data(item)
        if picture is not None:
            screenshots += 1
            data |= {SCREENSHOT: picture} if screenshots <= policies.SCREENSHOTS_OF_A_BATCH else _left("TOO_LARGE")
        yield {
            "event_type": _kind(_first(item, _KINDS)),
            "timestamp": _time(_first(item, _TIMES)),
            "data": data,
            "event_id": _id(item.get("event_id")),
        }


def _first(item: dict[str, Any], names: Sequence[str]) -> Any:
    return next((item[name] for name in names if item.get(name) is not None), None)


def _kind(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return _ANDROID.get(value, f"TYPE_{value}"[:EVENT_TYPE_LENGTH])
    text = _clean(value).strip()[:EVENT_TYPE_LENGTH].strip() if isinstance(value, str) else ""
    return text or _UNKNOWN


def _time(value: Any) -> Any:
    """What names no time is one that the phone did not say."""
    with suppress(Invalid):
        instant(value)
        return value
    return None


def _id(value: Any) -> str | None:
    with suppress(ValueError, AttributeError, TypeError):
        return str(UUID(value))
    return None


def _data(item: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """What is told of the screen, and its picture in base64."""
    used = {*_KINDS, *_TIMES, *_DATA, *_NOT_TOLD_OF_THE_SCREEN}
    beside = {name: value for name, value in item.items() if name not in used and value not in (None, "")}
    told = _first(item, _DATA)
    if isinstance(told, str):
        with suppress(msgspec.DecodeError, RecursionError):
            told = msgspec.json.decode(told)
    within = told if isinstance(told, dict) else {} if told is None else {"value": told}
    both: dict[str, Any] = {**beside, **within}
    picture = both.pop(SCREENSHOT, None)
    data = _fitting({_clean(name)[:_KEY_LENGTH]: _shallow(value, _LEVELS) for name, value in both.items()})
    if picture is None or picture == "":
        return data, None
    if isinstance(picture, str) and _is_base64(picture):
        return data, picture
    return data | _left("INVALID_REQUEST"), None


def _left(code: str) -> dict[str, str]:
    return {SCREENSHOT_LEFT_OUT: code}


def _is_base64(picture: str) -> bool:
    try:
        from_base64(picture)
    except ValueError:
        return False
    return True


def _shallow(value: Any, levels: int) -> Any:
    """Without what lies deeper than anybody looks, and without U+0000."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, list):
        return [_shallow(each, levels - 1) for each in value] if levels else []
    if isinstance(value, dict):
        named = {_clean(name)[:_KEY_LENGTH]: each for name, each in value.items()}
        return {name: _shallow(each, levels - 1) for name, each in named.items()} if levels else {}
    return value


def _clean(text: str) -> str:
    return text.replace("\x00", "")


def _fitting(data: dict[str, Any]) -> dict[str, Any]:
    """Without its largest parts, when it is more than is kept of an event."""
    sizes = {name: len(msgspec.json.encode(value)) + len(name) for name, value in data.items()}
    total, gone = sum(sizes.values()) + 8 * len(sizes), []
    room = policies.DATA_BYTES - 1_000
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        if total <= room:
            break
        total -= sizes[name] + 8
        gone.append(name)
    if not gone:
        return data
    kept = {name: value for name, value in data.items() if name not in gone}
    return kept | {LEFT_OUT: gone[:8]}
