"""The port that domains use. Imports no models, so that a domain may import it at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from mobilegpt.core.clock import now
from mobilegpt.jobs.queries import insert_job

JobHandler = Callable[[dict[str, Any]], None]
Wake = Callable[[str, int], None]
"""Takes the name and the id of a job."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a name of a job stands for. ``lease_seconds`` is how long the handler may take."""

    name: str
    handler: JobHandler
    attempts: int
    lease_seconds: float
    on_dead: JobHandler | None


_kinds: dict[str, Kind] = {}
_wake: Wake | None = None


def job(
    name: str, *, attempts: int = 3, lease_seconds: float = 45, on_dead: JobHandler | None = None
) -> Callable[[JobHandler], JobHandler]:
    """Register the handler of a name, such as ``helpdesk.analyse``.

    It may run more than once (its process died after the work, it took longer than its lease), so its effect must be
    idempotent. An exception means: again, after a pause, ``attempts`` times in all; then the job is dead and
    ``on_dead(payload)`` runs, once, in the transaction that marks it so. Name and handler live in a module that
    ``config/reactions.py`` imports, so that every process knows them.
    """

    def register(handler: JobHandler) -> JobHandler:
        if name in _kinds:
            raise ValueError(f"two jobs are named {name}")
        _kinds[name] = Kind(name, handler, attempts, lease_seconds, on_dead)
        return handler

    return register


def enqueue(name: str, payload: dict[str, Any], *, key: str | None = None, delay_seconds: float = 0) -> int | None:
    """Ask for a job inside a unit of work: it exists when, and only when, that commits. Returns its id.

    With ``key``, ``None`` and nothing else happens while a job of this name and key is not finished. Raises
    ``KeyError`` for a name that nobody registered and ``RuntimeError`` outside of a transaction.
    """
    kind = _kinds[name]
    if not connection.in_atomic_block:
        raise RuntimeError(f"{name} enqueued outside of a unit of work")
    moment = now()
    job_id = insert_job(kind.name, payload, key, moment, moment + timedelta(seconds=delay_seconds))
    wake = _wake
    if job_id is not None and wake is not None and delay_seconds <= 0:
        transaction.on_commit(lambda: wake(name, job_id), robust=True)
    return job_id


def kind_of(name: str) -> Kind:
    return _kinds[name]


def kinds() -> list[Kind]:
    return list(_kinds.values())


def set_wake(wake: Wake | None) -> None:
    """Who is told of a committed job. It must return at once and may be lost; without one, the next look finds it."""
    global _wake
    _wake = wake
