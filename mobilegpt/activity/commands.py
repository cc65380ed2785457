"""What a phone reports."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta

from mobilegpt.core.event_times import Time
from mobilegpt.core.fields import Id
from mobilegpt.events.command import Command


class LogEvent(Command, frozen=True, kw_only=True):
    """R30, and an item of R31. ``event_type`` is kept verbatim; ``data`` is ``event_data``, ``subtask`` ``subtask_id``.

    ``event_id`` makes a retry harmless; without one the server makes it. ``timestamp`` is ISO 8601 (without a
    zone Korean time) or a number of milliseconds; no clock is too wrong (contract 8.1).
    """

    event_type: Annotated[str, Meta(min_length=1, max_length=50)]
    event_data: dict[str, Any] | None = None
    data: dict[str, Any] | None = None
    screen_info: dict[str, Any] | None = None
    timestamp: Time | None = None
    subtask_id: Id | None = None
    subtask: Id | None = None
    user_id: int | None = None
    event_id: UUID | None = None

    @property
    def step_id(self) -> int | None:
        return self.subtask_id if self.subtask_id is not None else self.subtask


class DecideCompletion(Command, frozen=True, kw_only=True):
    """A step that a phone shows to be done is accepted, or is not (contract 11.15). It is the step that was looked at:
    of another one than the class stands on nothing is decided."""

    subtask_id: Id
