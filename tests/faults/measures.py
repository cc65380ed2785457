"""What the system knows of a process: memory, files, threads, connections."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MB = 1_000_000
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ESTABLISHED = "01"


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def percentile(figures: Sequence[float], share: float) -> float:
    """The figure that this share of them do not exceed."""
    ordered = sorted(figures)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


class _Row(NamedTuple):
    """A line of /proc/net/tcp."""

    local: int
    remote: int
    state: str
    inode: str


def local_ports(pid: int, to: int) -> set[int]:
    """The ports from which a process is connected with a port of this machine."""
    own = _sockets_of(pid)
    return {row.local for row in _rows() if row.remote == to and row.state == _ESTABLISHED and row.inode in own}


def held_by(pid: int, port: int) -> set[int]:
    """The remote ports of the connections that a server has on its port."""
    own = _sockets_of(pid)
    return {row.remote for row in _rows() if row.local == port and row.inode in own}


def _rows() -> list[_Row]:
    found = []
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, _, _, _, _, _, inode, *_ = line.split()
        found.append(_Row(int(local.rpartition(":")[2], 16), int(remote.rpartition(":")[2], 16), state, inode))
    return found


def _sockets_of(pid: int) -> set[str]:
    """The inodes of a process's sockets."""
    found = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            target = str(file.readlink())
            if target.startswith("socket:["):
                found.add(target[8:-1])
    return found
