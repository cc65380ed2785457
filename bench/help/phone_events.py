"""A trace's events as the server keeps and reads them (contract 8.1, 12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.help.trace import Event
from mobilegpt.guidance.events import PhoneEvent, phone_event

SHOWN_AT = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
"""When the step was shown, of every trace."""
_BESIDE = ("node_info", "parent_node_info", "view_id_resource_name", "content_description")


def event_data(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the student app sends beside ``event_data`` stands in it under its own name; what is empty is left out."""
    return dict(body["event_data"]) | {name: body[name] for name in _BESIDE if body.get(name)}


def moment(seconds: float) -> datetime:
    return SHOWN_AT + timedelta(seconds=seconds)


def read(event: Event) -> PhoneEvent:
    return phone_event(event.body["event_type"], event_data(event.body), event.body["screen_info"], moment(event.at))
