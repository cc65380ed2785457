"""The embedded workers: threads of a serving process, apart from those that answer requests.

A dispatcher looks for due jobs once a second, or at once when one was enqueued in this process, and keeps at most
``size`` workers busy. A handler that outlives its lease no longer counts: its job is somebody else's by then. Twice
``size`` threads is the most there ever are.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import structlog
from django.db import close_old_connections, connection

from mobilegpt.jobs import work
from mobilegpt.jobs.port import set_wake

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0


@dataclass(slots=True, eq=False)
class _Worker:
    thread: threading.Thread | None = None
    claimed: work.Claim | None = None
    lease_ends: float = float("inf")

    def hangs(self) -> bool:
        return time.monotonic() > self.lease_ends


class JobWorkers:
    """Started and stopped with the process that serves.

    With ``overdue_seconds`` they are a reserve: nobody wakes them, and they leave each job to others for that long.
    """

    def __init__(self, size: int, *, overdue_seconds: float = 0) -> None:
        self._size = size
        self._overdue_seconds = overdue_seconds
        self._something_due = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._workers: set[_Worker] = set()
        self._dispatcher: threading.Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        if not self._overdue_seconds:
            set_wake(self.wake)
        self._dispatcher = threading.Thread(target=self._dispatch, name="jobs", daemon=True)
        self._dispatcher.start()

    def stop(self, patience_seconds: float = 1) -> None:
        """Take nothing more, wait a little, and give back what is not done by then."""
        if not self._overdue_seconds:
            set_wake(None)
        self._stopping.set()
        self._something_due.set()
        deadline = time.monotonic() + patience_seconds
        for thread in [self._dispatcher, *(worker.thread for worker in self._snapshot())]:
            if thread is not None:
                thread.join(max(0.0, deadline - time.monotonic()))
        self._dispatcher = None
        for worker in self._snapshot():
            if worker.claimed is not None and not worker.hangs():
                work.give_back(worker.claimed)

    def wake(self, name: str, job_id: int) -> None:
        """There is something to do. Called after a commit, by whoever committed."""
        self._something_due.set()

    def _snapshot(self) -> list[_Worker]:
        with self._lock:
            return list(self._workers)

    def _dispatch(self) -> None:
        while not self._stopping.is_set():
            self._something_due.wait(_LOOK_SECONDS)
            self._something_due.clear()
            try:
                self._put_to_work()
            except Exception:
                log.exception("looking_for_jobs_failed")
                self._stopping.wait(_LOOK_SECONDS)
        connection.close()

    def _put_to_work(self) -> None:
        workers = self._snapshot()
        hanging = [worker for worker in workers if worker.hangs()]
        free = min(self._size - (len(workers) - len(hanging)), 2 * self._size - len(workers))
        if free <= 0:
            return
        close_old_connections()
        waiting = len(work.due(overdue_seconds=self._overdue_seconds).values_list("pk", flat=True)[:free])
        for _ in range(0 if self._stopping.is_set() else waiting):
            self._add_worker()

    def _add_worker(self) -> None:
        worker = _Worker()
        with self._lock:
            self._workers.add(worker)
        worker.thread = threading.Thread(target=self._work, args=(worker,), name="job", daemon=True)
        worker.thread.start()

    def _work(self, worker: _Worker) -> None:
        """Run jobs until none is due."""
        try:
            while not self._stopping.is_set() and not worker.hangs():
                close_old_connections()
                claimed = work.claim(overdue_seconds=self._overdue_seconds)
                if claimed is None:
                    break
                worker.claimed, worker.lease_ends = claimed, time.monotonic() + claimed.kind.lease_seconds
                work.run(claimed)
                worker.claimed, worker.lease_ends = None, float("inf")
        except Exception:
            log.exception("job_worker_failed")
        finally:
            with self._lock:
                self._workers.discard(worker)
            connection.close()
