"""Telling workers elsewhere that there is a job, without making anybody wait for it.

A thread of its own sends what was committed. Where the broker does not answer, messages are dropped for a while: the
row is there, and the sweep or a serving process finds it.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable

import structlog

from mobilegpt.jobs.port import Wake

log = structlog.get_logger(__name__)

_PAUSE_SECONDS = 5.0
_MOST_WAITING = 1000


class Messenger:
    """``send`` may block and may raise; ``wake`` does neither.

    Its thread starts with a serving process, elsewhere when it is first needed. ``prepare`` is what that thread does
    first: loading a broker's client takes a second.
    """

    def __init__(self, send: Wake, prepare: Callable[[], object] = lambda: None) -> None:
        self._send = send
        self._prepare = prepare
        self._lock = threading.Lock()
        self._process: int | None = None
        self._waiting: queue.Queue[tuple[str, int]]
        self._silent_until = 0.0

    def start(self) -> None:
        self._start_once()

    def stop(self) -> None:
        """Its thread ends with the process; what it has not sent yet is found by the sweep."""

    def wake(self, name: str, job_id: int) -> None:
        if time.monotonic() < self._silent_until:
            return
        self._start_once()
        try:
            self._waiting.put_nowait((name, job_id))
        except queue.Full:
            log.warning("wake_ups_dropped", waiting=_MOST_WAITING)

    def _start_once(self) -> None:
        # A thread does not survive a fork; the copy of the queue that does has no reader.
        with self._lock:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            self._waiting = queue.Queue(_MOST_WAITING)
            threading.Thread(target=self._run, args=(self._waiting,), name="job-messenger", daemon=True).start()

    def _run(self, waiting: queue.Queue[tuple[str, int]]) -> None:
        self._prepare()
        while True:
            name, job_id = waiting.get()
            if time.monotonic() < self._silent_until:
                continue
            try:
                self._send(name, job_id)
            except Exception as error:
                self._silent_until = time.monotonic() + _PAUSE_SECONDS
                log.warning("workers_not_told", job=name, reason=f"{type(error).__name__}: {error}"[:200])
