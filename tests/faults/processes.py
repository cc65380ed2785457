"""What a fault test kills and starts again. Every fault is proved before anything is concluded from it."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis

from tests.server.process import ROOT, environment, free_port, manage, until_it_answers

_SERVE = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port"]
_START_SECONDS = 120  # a crowd is waiting for it, and takes its share of the machine
_TELL_THE_URL = "import os, sys; print(os.environ['DATABASE_URL'], flush=True); sys.stdin.read()"


class Server:
    """Our own server at one port with one data folder, however often it dies: ``with Server(folder) as server``."""

    def __init__(self, folder: Path, settings: Mapping[str, str], data: Path | None = None) -> None:
        """``data``: a data folder that is prepared, such as another server's."""
        self.port = free_port()
        self.log = folder / f"log-{self.port}"
        self.data = data or folder / "data"
        self._is_prepared = data is not None
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def database(self) -> str:
        """Where its rows are: ``DATABASE_URL``, or the file of SQLite."""
        return self._settings.get("DATABASE_URL") or str(next(self.data.glob("*.sqlite3")))

    def __enter__(self) -> Self:
        try:
            if not self._is_prepared:
                prepare(self.data, self._settings)
            self.start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def start(self) -> None:
        """Returns when it answers; fails with its own words when it does not."""
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [*_SERVE, str(self.port)],
                cwd=ROOT,
                env=environment(self.data, **self._settings),
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        until_it_answers(self._process, self.port, self.log, within=_START_SECONDS)

    def kill(self) -> None:
        """``kill -9``, and the proof: it died of the signal, and nobody listens at its port."""
        assert self._process is not None
        assert self._process.poll() is None, f"it had died by itself:\n{self.output()[-4000:]}"
        self._process.send_signal(signal.SIGKILL)
        assert self._process.wait(10) == -signal.SIGKILL
        assert refuses(self.port)

    def stop(self) -> float:
        """SIGTERM, and the proof; the seconds that it took."""
        assert self._process is not None
        assert self._process.poll() is None
        began = time.monotonic()
        self._process.terminate()
        assert self._process.wait(20) == 0, self.output()[-4000:]
        assert refuses(self.port)
        return time.monotonic() - began

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)


def prepare(data: Path, settings: Mapping[str, str]) -> None:
    """Tables and one account: an empty database would be filled with sample data first."""
    manage(data, "migrate", "-v0", **settings)
    account = ["--noinput", "--email", "admin@example.com", "--name", "한관리"]
    password = {"DJANGO_SUPERUSER_PASSWORD": "securePassword123"}
    manage(data, "createsuperuser", *account, **password, **settings)


class Redis:
    """A private Redis that keeps nothing: ``with Redis() as redis``. What happens to it is proved each time."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(500):
            with suppress(redis.ConnectionError):
                self.ask("PING")
                return
            time.sleep(0.02)
        raise AssertionError("Redis does not answer")

    def ask(self, *command: str) -> Any:
        """One command, on a connection of its own."""
        with redis.Redis(port=self.port, socket_timeout=5) as client:
            return client.execute_command(*command)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        assert self._process is not None
        assert self._process.wait(10) == -signal.SIGKILL
        assert refuses(self.port)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)
        assert self._process is not None
        assert state_of(self._process.pid) == "T"

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)
        assert self.ask("PING")

    def deafen(self) -> None:
        """Cut every subscription, once there is one; who notices comes back."""
        deadline = time.monotonic() + 20
        while not self.ask("CLIENT", "KILL", "TYPE", "pubsub"):
            assert time.monotonic() < deadline, "nobody has subscribed"
            time.sleep(0.05)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        assert self._process.poll() is None
        self._process.send_signal(number)


def state_of(pid: int, within: float = 2.0) -> str:
    """The letter of a process's state; waits until a stop has arrived."""
    deadline = time.monotonic() + within
    while True:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "T" or time.monotonic() > deadline:
            return state
        time.sleep(0.01)


def refuses(port: int, within: float = 5.0) -> bool:
    """Whether connections to a port of this machine are refused."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            try:
                probe.connect(("127.0.0.1", port))
            except ConnectionRefusedError:
                return True
        time.sleep(0.02)
    return False


def has_postgres() -> bool:
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@contextmanager
def postgres() -> Iterator[str]:
    """A private PostgreSQL; gives its ``DATABASE_URL``."""
    command = [sys.executable, "tools/with_postgres.py", sys.executable, "-c", _TELL_THE_URL]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as tool:
        assert tool.stdin is not None
        assert tool.stdout is not None
        try:
            url = tool.stdout.readline().strip()
            assert url.startswith("postgres://"), "PostgreSQL did not start"
            yield url
        finally:
            tool.stdin.close()
            tool.wait(30)
