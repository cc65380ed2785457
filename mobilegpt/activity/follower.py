"""The thread that follows what the process has taken in: a moment's events of all people together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

import structlog
from django.db import DatabaseError, close_old_connections, connection, transaction

from mobilegpt.activity import following
from mobilegpt.activity.entry import Entry
from mobilegpt.activity.page_events import PAGE_EVENTS
from mobilegpt.classroom.events import StepChanged

log = structlog.get_logger(__name__)

TOGETHER_SECONDS = 0.1
_AT_ONCE = 2000
_MOST_WAITING = 100_000
_TRIES = 3

_entries: deque[Entry] = deque()
_steps: deque[int] = deque()
_wake = threading.Event()


def hand_over(entries: Sequence[Entry]) -> None:
    """Events that are kept, on their way or written; what a page tells of itself is no phone's. Waits for nothing."""
    told = [entry for entry in entries if entry.event_type not in PAGE_EVENTS]
    if told and Follower.serving and len(_entries) < _MOST_WAITING:
        _entries.extend(told)
        _wake.set()


def step_began(event: StepChanged) -> None:
    """Looked at once the step stands."""
    if Follower.serving:
        transaction.on_commit(lambda: _begun(event.room.id))


def _begun(session_id: int) -> None:
    _steps.append(session_id)
    _wake.set()


class Follower:
    """As long as the process serves."""

    serving = False

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        Follower.serving = True
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """What waits is followed first."""
        Follower.serving = False
        self._stopping.set()
        _wake.set()
        if self._thread is not None:
            self._thread.join(timeout=2)
            self._thread = None

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                _wake.wait()
                self._stopping.wait(TOGETHER_SECONDS)
                _wake.clear()
                work_off()
                close_old_connections()
            work_off()
        finally:
            connection.close()


def work_off() -> None:
    """Everything that waits now. What the database does not take is tried again; what fails otherwise is told."""
    while _steps:
        _try(partial(following.begin_step, _steps.popleft()))
    while _entries:
        some = [_entries.popleft() for _ in range(min(len(_entries), _AT_ONCE))]
        _try(partial(following.follow, some))


def _try(work: Callable[[], object]) -> None:
    for last in (False,) * (_TRIES - 1) + (True,):
        try:
            work()
        except DatabaseError as error:
            close_old_connections()
            if last:
                log.warning("not_followed", error=type(error).__name__)
            continue
        except Exception:
            log.exception("not_followed")
        return
