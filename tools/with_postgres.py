"""Run a command against a private PostgreSQL that lives as long as the command.

    python tools/with_postgres.py .venv/bin/pytest -m "not browser"

The server listens on a free port of 127.0.0.1 in a folder of its own; ``DATABASE_URL`` names it to the command. Needs
PostgreSQL's programs (Debian: ``apt-get install postgresql``); as root it runs as the user ``postgres``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def main(command: list[str]) -> int:
    if not command:
        print(__doc__)
        return 2
    with private_postgres() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


@contextmanager
def private_postgres() -> Iterator[str]:
    """A server of one's own, as long as the block lasts; yields its ``DATABASE_URL``."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
    owner = _owner()
    if owner:
        shutil.chown(folder, owner["user"], owner["group"])
    port = _free_port()
    programs = _programs()
    data = folder / "data"
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    initdb: list[str | Path] = [programs / "initdb", "-D", data, *options]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **owner)
    options = ["listen_addresses=127.0.0.1", "fsync=off", "max_connections=200"]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), "-k", folder, *(f"-c{option}" for option in options)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the command; the server goes after it
        **owner,
    )
    try:
        _wait_for(port, server)
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not versions:
        sys.exit("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return versions[-1].parent


def _owner() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            sys.exit("PostgreSQL did not start")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit("PostgreSQL did not answer")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
