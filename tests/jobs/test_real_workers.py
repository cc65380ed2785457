"""Workers in processes of their own, killed without a word; Celery with a Redis that comes and goes (F13)."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.server.process import ROOT, environment, free_port, manage, running

pytestmark = pytest.mark.stack

_CELERY = [str(Path(sys.executable).with_name("celery")), "-A", "tests.jobs.processes:app"]
_WORKER = ("worker", "-c", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle")


class Processes:
    """Everything that a test has started, and the database between it."""

    def __init__(self, data: Path, log: Path) -> None:
        self.data = data
        self.log = log
        self.settings: dict[str, str] = {}
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(self.data, **self.settings),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def work(self, size: int) -> subprocess.Popen[bytes]:
        return self.start(sys.executable, "-m", "tests.jobs.processes", "work", str(size))

    def call(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tests.jobs.processes", *arguments],
            cwd=ROOT,
            env=environment(self.data, **self.settings),
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip().rpartition("\n")[2]

    def enqueue(self, name: str, first: int, count: int, seconds: float = 0) -> float:
        """Seconds that it took to ask for the jobs."""
        return float(self.call("enqueue", name, str(first), str(count), str(seconds)))

    def rows(self, statement: str) -> list[Any]:
        with closing(sqlite3.connect(self.data / "classroom.sqlite3", timeout=20)) as database:
            return database.execute(statement).fetchall()

    def one(self, statement: str) -> int:
        return int(self.rows(statement)[0][0])

    def done(self) -> int:
        return self.one("SELECT count(*) FROM jobs_job WHERE state = 'DONE'")

    def wait(self, what: Callable[[], bool], within: float) -> None:
        deadline = time.monotonic() + within
        while not what():
            if time.monotonic() > deadline:
                jobs = self.rows("SELECT state, attempts, count(*) FROM jobs_job GROUP BY 1, 2")
                raise AssertionError(f"{jobs}\n{self.log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.05)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def end(self) -> None:
        for process in self._started:
            self.kill(process)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty database; making one takes seconds."""
    data = tmp_path_factory.mktemp("empty")
    manage(data, "migrate", "-v0")
    Processes(data, data / "log").call("tables")
    return data


@pytest.fixture
def processes(empty: Path, tmp_path: Path) -> Iterator[Processes]:
    made = Processes(Path(shutil.copytree(empty, tmp_path / "data")), tmp_path / "log")
    yield made
    made.end()


class Redis:
    """A broker that keeps nothing when it goes."""

    def __init__(self, processes: Processes) -> None:
        self.port = free_port()
        self._processes = processes
        self._process: subprocess.Popen[bytes]
        processes.settings["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{self.port}/1"
        self.start()

    def start(self) -> None:
        self._process = self._processes.start(
            "redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"
        )

    def die(self) -> None:
        self._processes.kill(self._process)

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)


@pytest.fixture
def redis(processes: Processes) -> Redis:
    return Redis(processes)


def test_killed_workers_lose_nothing_and_double_nothing(processes: Processes) -> None:
    jobs = 150
    processes.enqueue("test.effect", 0, jobs, 0.1)
    workers = [processes.work(4), processes.work(4)]
    for round_ in range(6):
        begun = processes.one("SELECT count(*) FROM tries")
        processes.wait(lambda begun=begun: processes.one("SELECT count(*) FROM tries") > begun + 5, 30)  # type: ignore[misc]
        processes.kill(workers[round_ % 2])
        workers[round_ % 2] = processes.work(4)
    processes.wait(lambda: processes.done() == jobs, 60)
    assert processes.one("SELECT count(*) FROM effects") == jobs
    tries = processes.one("SELECT count(*) FROM tries")
    assert jobs <= tries <= jobs + 6 * 4  # only what a killed worker was at is tried again
    assert processes.one("SELECT count(*) FROM jobs_job WHERE state <> 'DONE'") == 0


def test_celery_workers_are_told_at_once(processes: Processes, redis: Redis) -> None:
    """No beat runs: only the message can have brought the job there."""
    processes.start(*_CELERY, *_WORKER)
    processes.enqueue("test.effect", 0, 1)
    processes.wait(lambda: processes.done() == 1, 30)
    processes.enqueue("test.effect", 1, 20)
    processes.wait(lambda: processes.done() == 21, 5)
    assert processes.one("SELECT count(*) FROM tries") == 21


def test_celery_goes_on_after_its_broker_died(processes: Processes, redis: Redis) -> None:
    processes.start(*_CELERY, *_WORKER)
    processes.start(*_CELERY, "beat", "--loglevel", "INFO")
    processes.enqueue("test.effect", 0, 10)
    processes.wait(lambda: processes.done() == 10, 30)

    redis.die()
    assert processes.enqueue("test.effect", 10, 10) < 1  # nobody waits for a dead broker
    assert processes.done() == 10
    redis.start()
    processes.wait(lambda: processes.done() == 20, 60)

    redis.signal(signal.SIGSTOP)
    assert processes.enqueue("test.effect", 20, 10) < 1  # nor for one that hangs
    redis.signal(signal.SIGCONT)
    processes.wait(lambda: processes.done() == 30, 60)
    assert processes.one("SELECT count(*) FROM tries") == 30


def test_killed_celery_workers_lose_nothing(processes: Processes, redis: Redis) -> None:
    processes.start(*_CELERY, "beat", "--loglevel", "INFO")
    worker = processes.start(*_CELERY, *_WORKER)
    for first in (0, 20):
        begun = processes.one("SELECT count(*) FROM tries")
        processes.enqueue("test.effect", first, 20, 0.3)
        processes.wait(lambda begun=begun: processes.one("SELECT count(*) FROM tries") > begun + 4, 40)  # type: ignore[misc]
        processes.kill(worker)
        worker = processes.start(*_CELERY, *_WORKER)
    processes.wait(lambda: processes.done() == 40, 60)
    assert processes.one("SELECT count(*) FROM effects") == 40
    assert processes.one("SELECT count(*) FROM tries") <= 40 + 2 * 2


def test_a_server_steps_in_when_nobody_else_works(processes: Processes, redis: Redis) -> None:
    """The broker is dead and there is no worker: the server takes what nobody began for ten seconds."""
    redis.die()
    command = [sys.executable, "-m", "tests.jobs.processes", "serve", "{port}"]
    with running(command, processes.data, processes.log, **processes.settings):
        processes.enqueue("test.effect", 0, 5)
        processes.wait(lambda: processes.done() == 5, 30)
        late = "SELECT min((julianday(finished_at) - julianday(created_at)) * 86400) FROM jobs_job"
        assert processes.rows(late)[0][0] > 9


def test_a_handler_that_hangs_is_replaced(processes: Processes, redis: Redis) -> None:
    processes.start(*_CELERY, "beat", "--loglevel", "INFO")
    processes.start(*_CELERY, *_WORKER)
    processes.enqueue("test.hang_once", 0, 1)
    processes.wait(lambda: processes.done() == 1, 40)
    assert processes.rows("SELECT attempts FROM jobs_job") == [(2,)]


def test_an_orderly_stop_gives_back_what_is_not_done(processes: Processes) -> None:
    command = [sys.executable, "-m", "tests.jobs.processes", "serve", "{port}"]
    with running(command, processes.data, processes.log) as server:
        processes.enqueue("test.effect", 0, 1, 20)
        processes.wait(lambda: processes.one("SELECT count(*) FROM tries") == 1, 10)
        code, seconds = server.stop()
    assert (code, seconds < 5) == (0, True)
    assert processes.rows("SELECT state FROM jobs_job") == [("QUEUED",)]
