"""Many who wait on one step of a class, as plain values (contract 11.18). Imports no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Group:
    """The open requests of those who wait on one step of a class, the oldest first. ``position`` is the step's."""

    session_id: int
    subtask_id: int
    title: str
    position: int | None
    help_request_ids: list[int]
    since: datetime
