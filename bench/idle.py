"""Sockets that do nothing: how many a processor second opens, and how much memory each keeps.

Beside a bare ASGI socket under the same uvicorn, which is what every feature of ours comes on top of. Each contestant
opens all its sockets several times, in turns with the others; the load's own process is started anew each time.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.servers import Running, Server, Shape, fanout, ours
from bench.turns import Keep, Workplace, forth_and_back, in_parts, loaded, middle

SERVERS = (fanout.FLOOR, fanout.WS, fanout.BARE, ours.PERSONAL, ours.PERSONAL_POSTGRES, ours.SQLITE)
SIZES = (1000, 10_000)
_MEMBERS = 25
_SETTLE_SECONDS = 4.0


@dataclass(slots=True)
class Entry:
    """A contestant that runs, and what was measured so far."""

    server: Server
    running: Running
    folder: Path
    turns: list[dict[str, float]] = field(default_factory=list)


def measure(sizes: tuple[int, ...], servers: tuple[Server, ...], rounds: int, keep: Keep) -> None:
    """Run everything, and keep the result after each size; nothing is left running."""
    in_parts("sizes", sizes, partial(_size, servers, rounds), keep, rounds=rounds)


def _size(servers: tuple[Server, ...], rounds: int, size: int, place: Workplace) -> dict[str, Any]:
    shape = Shape(size // _MEMBERS, _MEMBERS)
    absent = {server.name: why for server in servers if (why := server.missing())}
    with ExitStack() as stack:
        entries = [
            Entry(server, stack.enter_context(server.start(shape, home)), home)
            for number, server in enumerate(servers)
            if server.name not in absent
            for home in [place.folder / str(number)]
        ]
        for entry in forth_and_back(entries, rounds):
            entry.turns.append(_turn(entry, size, place.program))
    return {"sockets": size, "absent": absent, "rows": [_row(entry) for entry in entries]}


def _turn(entry: Entry, size: int, program: Path) -> dict[str, float]:
    used, memory = entry.running.processor_seconds(), entry.running.resident_bytes()
    with loaded(program, entry.running.plan, entry.folder) as load:
        opened = entry.running.processor_seconds()
        time.sleep(_SETTLE_SECONDS)  # what an opened socket causes later is part of its price
        settled = entry.running.processor_seconds()
        grown = entry.running.resident_bytes() - memory
    turn = {
        "opened_per_second": size / load.opened,
        "cpu_us": (opened - used) / size * 1e6,
        "cpu_us_settled": (settled - used) / size * 1e6,
        "memory_kb": grown / size / 1024,
    }
    print(
        f"  {size:,}: {entry.server.name}, {turn['opened_per_second']:,.0f}/s, {turn['cpu_us']:.0f} µs each, "
        f"{turn['cpu_us_settled']:.0f} with what follows, {turn['memory_kb']:.1f} KB",
        flush=True,
    )
    time.sleep(_SETTLE_SECONDS)  # closing them is not part of the next turn
    return turn


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "server": entry.server.name,
        **{name: middle(entry.turns, name) for name in entry.turns[0]},
        # A process does not give back what it has grown by: only the first time tells.
        "memory_kb": entry.turns[0]["memory_kb"],
        "turns": entry.turns,
    }
