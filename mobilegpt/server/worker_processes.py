"""Several serving processes behind the same listening sockets: ``manage.py serve --workers 4``.

The parent listens, starts the workers, starts those anew that died, and stops all of them. It serves nobody itself, so
a worker that is killed takes only its own connections with it; they come back to the others at once.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import structlog

from mobilegpt.server import process

log = structlog.get_logger(__name__)

# A worker ends itself after 4.5 s at the latest (mobilegpt/server/process.py).
_STOP_SECONDS = 6.0
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.2
# A worker that dies at once would otherwise be started hundreds of times a second.
_AGAIN_SECONDS = 1.0


class WorkersFailed(Exception):
    """A worker ended before it served."""


class Worker:
    """One serving process. On its ``line`` it says that it answers, and hears when its parent is gone."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self.started = time.monotonic()
        self.line, theirs = socket.socketpair()
        self.line.setblocking(False)
        descriptors = [listener.fileno() for listener in sockets]
        command = [sys.executable, str(Path(sys.argv[0]).resolve()), "serve", "--no-migrate"]
        command += ["--line", str(theirs.fileno()), "--inherit", *(str(descriptor) for descriptor in descriptors)]
        # A session of its own: Ctrl-C reaches the parent alone, which stops everybody in order.
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            command, pass_fds=[*descriptors, theirs.fileno()], start_new_session=True
        )
        theirs.close()

    def answers(self) -> bool:
        """Whether it has begun to serve. Raises ``WorkersFailed`` when it ended instead."""
        try:
            if self.line.recv(1):
                return True
        except BlockingIOError:
            return False
        raise WorkersFailed(f"a worker ended with {self.process.wait()}")


def work(sockets: list[socket.socket], line: socket.socket) -> None:
    """Serve as a worker, until a signal or the end of the parent."""

    def follow_the_parent() -> None:
        line.recv(1)
        os.kill(os.getpid(), signal.SIGTERM)

    def announce() -> None:
        line.send(b"!")
        threading.Thread(target=follow_the_parent, daemon=True).start()

    process.run(sockets, announce)


class WorkerProcesses:
    """The parent of ``count`` workers."""

    def __init__(self, sockets: list[socket.socket], count: int, announce: Callable[[], None]) -> None:
        self._sockets = sockets
        self._count = count
        self._announce = announce
        self._stopping = False
        self._workers: list[Worker] = []

    def run(self) -> None:
        """Until SIGINT or SIGTERM. Raises ``WorkersFailed`` when they cannot begin."""
        for sig in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sig, self._stop)
        try:
            self._workers = [Worker(self._sockets) for _ in range(self._count)]
            self._wait_until_all_answer()
            if not self._stopping:
                self._announce()
            while not self._stopping:
                time.sleep(_LOOK_SECONDS)
                self._replace_the_dead()
        finally:
            self._end_all()

    def _stop(self, sig: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _wait_until_all_answer(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        silent = list(self._workers)
        while silent and not self._stopping:
            silent = [worker for worker in silent if not worker.answers()]
            if time.monotonic() > deadline:
                raise WorkersFailed(f"{len(silent)} workers do not answer")
            time.sleep(_LOOK_SECONDS / 4)

    def _replace_the_dead(self) -> None:
        for place, worker in enumerate(self._workers):
            if worker.process.poll() is None or time.monotonic() < worker.started + _AGAIN_SECONDS:
                continue
            log.warning("worker_died", pid=worker.process.pid, code=worker.process.returncode)
            worker.line.close()
            self._workers[place] = Worker(self._sockets)

    def _end_all(self) -> None:
        for worker in self._workers:
            if worker.process.poll() is None:
                worker.process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for worker in self._workers:
            try:
                worker.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            worker.line.close()
