"""What a fault test kills and starts again. Every fault is proved before anything is concluded from it."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.process import ROOT, environment, free_port, manage, until_it_answers

_SERVE = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port"]
_START_SECONDS = 120  # a crowd is waiting for it, and takes its share of the machine
_TELL_THE_URL = "import os, sys; print(os.environ['DATABASE_URL'], flush=True); sys.stdin.read()"


class Server:
    """Our own server at one port with one data folder, however often it dies: ``with Server(folder) as server``."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.log = folder / "log"
        self.data = folder / "data"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        try:
            self._prepare()
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

    def _prepare(self) -> None:
        """Tables and one account: an empty database would be filled with sample data first."""
        manage(self.data, "migrate", "-v0", **self._settings)
        account = ["--noinput", "--email", "admin@example.com", "--name", "한관리"]
        password = {"DJANGO_SUPERUSER_PASSWORD": "securePassword123"}
        manage(self.data, "createsuperuser", *account, **password, **self._settings)

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)


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
