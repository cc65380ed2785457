"""This machine and what runs on it: facts for the record, processes on a core of their own, what they have used."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
SERVER_CORE, LOAD_CORE = 0, 1
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def on_the_loads_core() -> Iterator[None]:
    """Where there are cores to choose from; what is started meanwhile stays there."""
    if not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {LOAD_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def facts() -> dict[str, Any]:
    """What a reader needs to judge a figure."""
    packages = ("django", "uvicorn", "uvloop", "channels", "daphne", "channels_redis", "psycopg", "msgspec")
    return {
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": [round(value, 1) for value in os.getloadavg()],
        "pinned": shutil.which("taskset") is not None,
        "commit": _first_line("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"),
        "go": _first_line("go", "version"),
        "postgres": _first_line("postgres", "--version"),
        "prosody": next((line for line in _lines("prosodyctl", "about") if line.startswith("Prosody ")), None),
        "redis": _first_line("redis-server", "--version"),
        "packages": {name: version for name in packages if (version := _version(name))},
    }


def _version(package: str) -> str | None:
    with suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(package)
    return None


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _lines(*command: str) -> list[str]:
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        return done.stdout.splitlines()
    return []


def _first_line(*command: str) -> str | None:
    return next(iter(_lines(*command)), None)


def on_core(core: int, command: list[str]) -> list[str]:
    """The command, pinned where the machine can."""
    if shutil.which("taskset") is None or (os.cpu_count() or 1) < 2:
        return command
    return ["taskset", "-c", str(core), *command]


def output_of(command: list[str], cwd: Path, env: dict[str, str]) -> str:
    """What it prints. Raises ``RuntimeError`` with its complaint."""
    done = subprocess.run(command, env={**os.environ, **env}, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stderr[-3000:]}")
    return done.stdout.strip()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A process that this run started, with its children, in a session of its own."""

    def __init__(
        self, command: list[str], *, core: int = SERVER_CORE, log: Path, env: dict[str, str] | None = None, **more: Any
    ) -> None:
        self.log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                on_core(core, command),
                env={**os.environ, **(env or {})},
                stdout=more.pop("stdout", out),
                stderr=out,
                start_new_session=True,
                **more,
            )
        self.stdin, self.stdout = self._process.stdin, self._process.stdout

    @property
    def pid(self) -> int:
        """Of the process itself: ``taskset`` becomes the command."""
        return self._process.pid

    def processor_seconds(self) -> float:
        """What it and all its children have used so far, those that have ended included."""
        return sum(_used(pid) for pid in _family(self._process.pid))

    def resident_bytes(self) -> int:
        """Memory of it and all its children that is in use now; shared pages count for each."""
        return sum(_resident(pid) for pid in _family(self._process.pid))

    def wait_for(self, port: int, path: str | None = None, seconds: float = 30) -> None:
        """Until something listens there, and with a ``path`` until it answers a GET of it with success.

        Raises ``RuntimeError`` with the process's last words.
        """
        ready = partial(_listens, port) if path is None else partial(answers, f"http://127.0.0.1:{port}{path}")
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._process.poll() is None:
            if ready():
                return
            time.sleep(0.05)
        raise RuntimeError(f"nothing answers:\n{self.log.read_text(errors='replace')[-3000:]}")

    def stop(self, sig: signal.Signals = signal.SIGTERM) -> None:
        """Ask, then insist; the whole session that was started for it."""
        with suppress(ProcessLookupError):
            self._process.send_signal(sig)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            print(f"  {self.log.name} did not stop by itself", file=sys.stderr)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(address: str) -> bool:
    """Whoever listens may still be loading: that is not part of what is measured."""
    try:
        return httpx.get(address, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def _used(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(value) for value in fields[11:15]) / _TICKS


def _resident(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    return 0


def _family(pid: int) -> Iterable[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                yield from _family(int(child))
