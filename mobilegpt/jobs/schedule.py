"""Periodic work that one process at a time does, whichever gets to it first.

Serving processes and Celery's beat all look; the row of the work says whether it is due.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from mobilegpt.core.clock import now
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.jobs.models import PeriodicRun
from mobilegpt.realtime.runtime import Periodic

# Processes do not tick together: who comes a little early for one interval is not late for the next.
_EARLY = 0.9
_LEAST_LEASE_SECONDS = 15
_LOOK_SECONDS = 60.0

_periodic: dict[str, Periodic] = {}


def in_one_process(periodic: Iterable[Periodic], *, late_seconds: float = 0) -> list[Periodic]:
    """The same work, done only when no other process has just done it or is at it.

    A process that lives for less than an interval does its share too: every minute it looks whether something is due.
    ``late_seconds``: leave it to others unless they are that late.
    """
    for each in periodic:
        _periodic[each.name] = each
    return [
        Periodic(each.name, min(each.seconds, _LOOK_SECONDS), partial(run_if_due, each.name, late_seconds=late_seconds))
        for each in _periodic.values()
    ]


def entries() -> dict[str, float]:
    """The names of all periodic work, and their intervals in seconds."""
    return {each.name: each.seconds for each in _periodic.values()}


def run_if_due(name: str, *, late_seconds: float = 0) -> bool:
    """Do the work unless it is too early or somebody else does it; whether it was done. Raises what the work raises.

    Who dies at it is followed after the interval, but not within 15 s.
    """
    periodic = _periodic[name]
    started = _take(periodic, late_seconds)
    if started is None:
        return False
    try:
        periodic.work()
    finally:
        with unit_of_work():
            PeriodicRun.objects.filter(pk=name, started_at=started).update(finished_at=now())
    return True


def _take(periodic: Periodic, late_seconds: float) -> datetime | None:
    """The moment at which this process took the work, or ``None``."""
    moment = now()
    last = PeriodicRun.objects.filter(pk=periodic.name).first()
    if last is not None and moment < _due_at(last, periodic, late_seconds):
        return None
    with unit_of_work():
        if last is None:
            PeriodicRun.objects.bulk_create([PeriodicRun(name=periodic.name, started_at=moment)], ignore_conflicts=True)
            taken = PeriodicRun.objects.filter(pk=periodic.name, started_at=moment).exists()
        else:
            unchanged = PeriodicRun.objects.filter(pk=periodic.name, started_at=last.started_at)
            taken = bool(unchanged.update(started_at=moment, finished_at=None))
    return moment if taken else None


def _due_at(last: PeriodicRun, periodic: Periodic, late_seconds: float) -> datetime:
    wait = periodic.seconds * _EARLY
    if last.finished_at is None:
        wait = max(wait, _LEAST_LEASE_SECONDS)
    return last.started_at + timedelta(seconds=wait + late_seconds)
