"""Prosody, a chat server in wide use: multi-user chat with its archive on disk (XEP-0313), one process."""

from __future__ import annotations

import os
import pwd
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.machine import Process, free_port
from bench.servers import Running, Server, Shape

_CONFIGURATION = """
daemonize = false
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
modules_enabled = {{ "saslauth"; "disco"; "ping" }}
modules_disabled = {{ "s2s"; "offline"; "tls" }}
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
storage = "internal"
log = {{ warn = "*console" }}
VirtualHost "localhost"
Component "rooms.localhost" "muc"
    modules_enabled = {{ "muc_mam" }}
    muc_log_by_default = true
    muc_log_presences = false
    muc_room_locking = false
    max_archive_query_results = 50
"""


@contextmanager
def _start(shape: Shape, folder: Path) -> Iterator[Running]:
    folder.mkdir(parents=True)
    port = free_port()
    people = shape.rooms * shape.members
    accounts = folder / "data" / "localhost" / "accounts"
    accounts.mkdir(parents=True)
    for n in range(people):
        (accounts / f"m{n}.dat").write_text('return { ["password"] = "x"; };\n')
    configuration = folder / "prosody.cfg.lua"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port))
    owner = _give_away(folder)
    server = Process(["prosody", "--config", str(configuration)], log=folder / "server.log", cwd=folder, **owner)
    try:
        server.wait_for(port)
        sockets = [
            {
                "user": f"m{n}",
                "password": "x",
                "room": n % shape.rooms,
                "room_name": f"r{n % shape.rooms}@rooms.localhost",
            }
            for n in range(people)
        ]
        plan = {"protocol": "xmpp", "address": f"127.0.0.1:{port}", "opening": 32, "sockets": sockets}
        yield Running(plan, [server], lambda: _archived(folder / "data"))
    finally:
        server.stop()


def _give_away(folder: Path) -> dict[str, str | int | list[int]]:
    """Prosody refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("prosody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)
    for above in folder.parents[:2]:
        above.chmod(0o755)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _archived(data: Path) -> int:
    """Messages in the archives' lists, one entry each."""
    files = data.glob("rooms*/**/*.list")
    return sum(len(re.findall(rb"^item\(", path.read_bytes(), re.MULTILINE)) for path in files)


PROSODY = Server(
    "Prosody, its archive on disk",
    _start,
    missing=lambda: None if shutil.which("prosody") else "not installed: prosody",
)
