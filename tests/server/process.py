"""Real server processes: started on a free port with data of their own, stopped by their process id."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent
# The first start stores the ready lessons with their pictures as sample data.
_START_SECONDS = 60
_DATABASE = "classroom.sqlite3"


@dataclass
class Running:
    """A server that answers."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def processor_seconds(self) -> float:
        """What the process has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self, sig: signal.Signals = signal.SIGTERM, within: float = 10) -> tuple[int, float]:
        """Exit code, and the seconds that it took."""
        started = time.monotonic()
        self.process.send_signal(sig)
        return self.process.wait(within), time.monotonic() - started


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, **more: str) -> dict[str, str]:
    """Ours without what would lead the server elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PORT", "PUBLIC_URL")}
    return {**kept, "DATA_DIR": str(data), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", **more}


def manage(data: Path, *arguments: str, **more: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(data, **more),
        check=True,
        capture_output=True,
    )


@cache
def _tables() -> Path:
    """A database in which nobody has been; making its tables takes five seconds' work."""
    folder = Path(tempfile.mkdtemp(prefix="tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    manage(folder, "migrate", "-v0")
    return folder / _DATABASE


def with_tables(data: Path) -> Path:
    """A new folder for a server's data, in which its migrations have been applied. The folder again."""
    data.mkdir(parents=True, exist_ok=True)
    shutil.copy(_tables(), data / _DATABASE)
    return data


def migrate(data: Path) -> Path:
    """All tables and one account, so that no server starts with sample data. The folder again."""
    with_tables(data)
    manage(
        data, "createsuperuser", "--noinput", "--email", "admin@example.com", "--name", "한관리",
        DJANGO_SUPERUSER_PASSWORD="securePassword123",
    )  # fmt: skip
    return data


@contextmanager
def running(command: list[str], data: Path, log: Path, **more: str) -> Iterator[Running]:
    """``command`` may hold ``{port}``. Fails with the server's own words when it does not answer in time."""
    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [part.format(port=port) for part in command],
            cwd=ROOT,
            env=environment(data, **more),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until_it_answers(process, port, log)
        yield Running(process, port, log)
    finally:
        _end(process)


def until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path, within: float = _START_SECONDS) -> None:
    """Fails with the server's own words when it does not in time."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"the server does not answer:\n{log.read_text(errors='replace')[-4000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """The whole session that was started for it: reloaders and workers are children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
