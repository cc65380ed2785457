"""A private PostgreSQL and a private Redis, with the defaults that make a write durable."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.machine import Process, free_port


@contextmanager
def postgres(folder: Path) -> Iterator[tuple[Process, str]]:
    """The server and its URL. ``fsync`` and ``synchronous_commit`` are on, as by default."""
    programs, owner = _programs(), _owner()
    home = folder / "postgres"
    home.mkdir(parents=True)
    for above in (home, *home.parents[:2]):
        above.chmod(0o755)
    if owner:
        shutil.chown(home, owner["user"], owner["group"])
    initdb = [programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=home, **owner)
    port = free_port()
    options = ["listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=256MB"]
    command = [str(programs / "postgres"), "-D", str(home / "data"), "-p", str(port), "-k", str(home)]
    server = Process([*command, *(f"-c{option}" for option in options)], log=folder / "postgres.log", cwd=home, **owner)
    try:
        server.wait_for(port)
        yield server, f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        server.stop(signal.SIGINT)


@contextmanager
def redis(folder: Path) -> Iterator[tuple[Process, str]]:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = Process(command, log=folder / "redis.log")
    try:
        server.wait_for(port)
        yield server, f"redis://127.0.0.1:{port}/0"
    finally:
        server.stop()


def _programs() -> Path:
    """PostgreSQL's own folder; what Debian puts on the path are wrappers."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(versions[-1]) if versions else shutil.which("initdb")
    if not found:
        raise RuntimeError("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return Path(found).parent


def _owner() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
