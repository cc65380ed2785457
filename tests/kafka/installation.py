"""A whole installation for the fault tests: PostgreSQL, a real Kafka, a server, consumers, and the load on them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from tests.server.process import ROOT, environment
from tools.kafka import Broker


@dataclass
class Sent:
    """One request of the load: when it left, what it took, what was answered."""

    at: float
    seconds: float
    status: int
    carried: str
    event_ids: list[str]


@dataclass
class Table:
    """The activity logs as they lie in the database, seen from outside."""

    url: str

    def ask(self, sql: str) -> Any:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(sql.encode()).fetchall()

    def count(self, event_type: str = "%") -> int:
        """All of them, or those of one type: what an earlier test left in Kafka may still come in."""
        return int(self.ask(f"SELECT count(*) FROM activity_activitylog WHERE event_type LIKE '{event_type}'")[0][0])

    def event_ids(self, event_type: str = "%") -> list[str]:
        query = f"SELECT event_id FROM activity_activitylog WHERE event_type LIKE '{event_type}'"
        return [str(row[0]) for row in self.ask(query)]

    def clear(self) -> None:
        self.ask("DELETE FROM activity_activitylog RETURNING 1")

    def user_ids(self) -> list[int]:
        return [row[0] for row in self.ask("SELECT id FROM accounts_user WHERE role = 'STUDENT' ORDER BY id")]


@dataclass
class Installation:
    """``settings`` is what every program of it is started with."""

    table: Table
    broker: Broker
    folder: Path
    settings: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def manage(self, *arguments: str) -> str:
        run = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.settings, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def consumer(self, **more: str) -> subprocess.Popen[bytes]:
        with (self.folder / "consumers.log").open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "run_kafka_consumer"],
                cwd=ROOT,
                env={**self.settings, **more},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def end(self) -> None:
        for process in self.started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        self.started.clear()


def settings_of(database: str, broker: Broker, data: Path) -> dict[str, str]:
    return environment(
        data, DATABASE_URL=database, KAFKA_BOOTSTRAP_SERVERS=broker.address, LOG_LEVEL="WARNING", PYTHONUNBUFFERED="1"
    )


class Load:
    """Phones that send batches all the time, each with event ids of its own."""

    def __init__(self, url: str, tokens: list[str], *, batch: int, every: float) -> None:
        self.sent: list[Sent] = []
        self._url, self._batch, self._every = url, batch, every
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._phone, args=(token,)) for token in tokens]

    @contextmanager
    def running(self) -> Iterator[Load]:
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(30)

    def wait_until(self, carried: str, seconds: float, since: float | None = None) -> float:
        """The time until a request that left after ``since`` was carried that way."""
        start = since if since is not None else time.monotonic()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            hit = next((sent for sent in list(self.sent) if sent.at >= start and sent.carried == carried), None)
            if hit is not None:
                return hit.at - start
            time.sleep(0.02)
        raise AssertionError(f"nothing was {carried} within {seconds} s")

    @property
    def acked(self) -> list[str]:
        return [event_id for sent in self.sent if sent.status == 201 for event_id in sent.event_ids]

    def percentile(self, share: float) -> float:
        took = sorted(sent.seconds for sent in self.sent)
        return took[min(len(took) - 1, int(len(took) * share))]

    def _phone(self, token: str) -> None:
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=10) as client:
            while not self._stop.is_set():
                event_ids = [str(uuid4()) for _ in range(self._batch)]
                logs = [{"event_type": "CLICK", "event_data": {"x": 1}, "event_id": each} for each in event_ids]
                started = time.monotonic()
                answer = client.post(f"{self._url}/api/logs/batch", json={"logs": logs})
                took = time.monotonic() - started
                carried = answer.json().get("status", "") if answer.status_code == 201 else answer.text
                self.sent.append(Sent(started, took, answer.status_code, carried, event_ids))
                self._stop.wait(max(0.0, self._every - took))


def until(condition: Callable[[], bool], seconds: float) -> float:
    """How long it took. Fails when it did not come true."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - started


def state_of(pid: int) -> str:
    """``T`` is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
