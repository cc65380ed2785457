"""What background work tells the domains above it."""

from __future__ import annotations

from mobilegpt.events.event import Event


class JobDied(Event, frozen=True):
    """A job failed for the last time. Heard inside the transaction that buries it, by no socket."""

    job_id: int
    name: str
    error: str
