"""Taking jobs and finishing them.

Invariants: a job belongs to one worker until its lease ends; a worker that lost its job cannot finish it (``attempts``
has moved on); nothing is held open while a handler runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet

from mobilegpt.core.clock import now
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.jobs.events import JobDied
from mobilegpt.jobs.models import Job, JobState
from mobilegpt.jobs.port import Kind, kind_of, kinds

log = structlog.get_logger(__name__)

_ERROR_LENGTH = 2000
_LONGEST_PAUSE_SECONDS = 60
_KEEP_DONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker has, until its lease ends."""

    job_id: int
    kind: Kind
    payload: dict[str, Any]
    attempt: int


def due(*, overdue_seconds: float = 0) -> QuerySet[Job]:
    """Jobs that may be taken, longest due first; jobs of names that this version does not know are left alone."""
    moment = now() - timedelta(seconds=overdue_seconds)
    found = Job.objects.filter(finished_at__isnull=True, due_at__lte=moment, name__in=[kind.name for kind in kinds()])
    return found.order_by("due_at", "id")


def claim(job_id: int | None = None, *, overdue_seconds: float = 0) -> Claim | None:
    """Take a due job, or the one with this id if it is due. A job that used up its attempts is buried on the way."""
    candidates = due(overdue_seconds=overdue_seconds)
    if job_id is not None:
        candidates = candidates.filter(pk=job_id)
    while candidates.exists():  # asked outside of a transaction: most looks find nothing, and SQLite has one writer
        with unit_of_work():
            row = candidates.select_for_update(skip_locked=True).first()
            if row is None:
                return None
            kind = kind_of(row.name)
            if row.attempts < kind.attempts:
                return _take(row, kind)
        _bury(Claim(row.pk, kind, row.payload, row.attempts), row.error or "no worker lived to finish it")
    return None


def run(claimed: Claim) -> None:
    """Run the handler and write down how it went. Raises nothing that the handler raised."""
    try:
        claimed.kind.handler(claimed.payload)
    except Exception as error:
        log.exception("job_failed", job=claimed.kind.name, job_id=claimed.job_id, attempt=claimed.attempt)
        _failed(claimed, f"{type(error).__name__}: {error}"[:_ERROR_LENGTH])
    else:
        _update(claimed, state=JobState.DONE, finished_at=now())


def run_due() -> int:
    """Run what is due now, in this thread, one after the other; returns how many ran."""
    ran = 0
    while (claimed := claim()) is not None:
        run(claimed)
        ran += 1
    return ran


def give_back(claimed: Claim) -> None:
    """This process ends before the work does: somebody else may take it now."""
    _update(claimed, state=JobState.QUEUED, due_at=now())


def revive(job_id: int) -> bool:
    """Queue a dead job anew; ``False`` when it is not dead, or another one has its key by now."""
    with unit_of_work():
        row = Job.objects.select_for_update().filter(pk=job_id, state=JobState.DEAD).first()
        if row is None or Job.objects.filter(name=row.name, key=row.key, finished_at__isnull=True).exists():
            return False
        row.state, row.attempts, row.due_at, row.finished_at = JobState.QUEUED, 0, now(), None
        row.save(update_fields=["state", "attempts", "due_at", "finished_at"])
        return True


@dataclass(frozen=True, slots=True)
class QueueState:
    """How background work stands. ``overdue_seconds`` is how long the oldest due job has been waiting."""

    waiting: int
    running: int
    dead: int
    overdue_seconds: float


def queue_state() -> QueueState:
    """For health and metrics; one query over the unfinished jobs, one over the dead ones."""
    moment = now()
    unfinished = Job.objects.filter(finished_at__isnull=True)
    row = unfinished.aggregate(
        waiting=Count("pk", filter=Q(state=JobState.QUEUED, due_at__lte=moment)),
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
        oldest=Min("due_at"),
    )
    overdue = max(0.0, (moment - row["oldest"]).total_seconds()) if row["oldest"] else 0.0
    dead = Job.objects.filter(finished_at__isnull=False, state=JobState.DEAD).count()
    return QueueState(row["waiting"], row["running"], dead, overdue)


def delete_old() -> int:
    """Forget done jobs after a day, dead ones after ``JOB_RETENTION_DAYS``; returns how many."""
    done = Q(state=JobState.DONE, finished_at__lt=now() - _KEEP_DONE)
    dead = Q(state=JobState.DEAD, finished_at__lt=now() - timedelta(days=settings.JOB_RETENTION_DAYS))
    deleted, _ = Job.objects.filter(done | dead).delete()
    return deleted


def _take(row: Job, kind: Kind) -> Claim:
    row.state, row.attempts = JobState.RUNNING, row.attempts + 1
    row.due_at = now() + timedelta(seconds=kind.lease_seconds)
    row.save(update_fields=["state", "attempts", "due_at"])
    return Claim(row.pk, kind, row.payload, row.attempts)


def _update(claimed: Claim, **values: Any) -> bool:
    """Write to the job unless somebody else has it by now."""
    with unit_of_work():
        mine = Job.objects.filter(pk=claimed.job_id, attempts=claimed.attempt, finished_at__isnull=True)
        return bool(mine.update(**values))


def _failed(claimed: Claim, error: str) -> None:
    if claimed.attempt >= claimed.kind.attempts:
        _bury(claimed, error)
        return
    pause = min(2.0 ** (claimed.attempt - 1), _LONGEST_PAUSE_SECONDS)
    _update(claimed, state=JobState.QUEUED, due_at=now() + timedelta(seconds=pause), error=error)


def _bury(claimed: Claim, error: str) -> None:
    """The end of a job that failed for good, with ``on_dead``; without it when ``on_dead`` fails too."""
    try:
        with unit_of_work():
            if _mark_dead(claimed, error) and claimed.kind.on_dead is not None:
                claimed.kind.on_dead(claimed.payload)
    except Exception:
        log.exception("on_dead_failed", job=claimed.kind.name, job_id=claimed.job_id)
        _mark_dead(claimed, error)


def _mark_dead(claimed: Claim, error: str) -> bool:
    with unit_of_work():
        if not _update(claimed, state=JobState.DEAD, finished_at=now(), error=error):
            return False
        log.error("job_dead", job=claimed.kind.name, job_id=claimed.job_id, error=error)
        emit(JobDied(job_id=claimed.job_id, name=claimed.kind.name, error=error))
        return True
