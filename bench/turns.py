"""Contestants that run at the same time and are measured in turns, so that a busy machine meets all of them alike."""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bench.loading import Load, build
from bench.machine import facts
from bench.servers import Running, Server, Shape

Keep = Callable[[dict[str, Any]], None]
Part = TypeVar("Part")


@dataclass(slots=True)
class Entry:
    """A server that runs with its load, and what was measured so far by each of its doors."""

    server: Server
    running: Running
    load: Load
    turns: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workplace:
    """A folder that the contestants' own users can read, and the load program."""

    folder: Path
    program: Path

    def inside(self, name: str) -> Workplace:
        return Workplace(_open_folder(self.folder / name), self.program)


@contextmanager
def workplace(program: str = "load") -> Iterator[Workplace]:
    """A workplace that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as name:
        folder = _open_folder(Path(name))
        yield Workplace(folder, build(folder, program))


def _open_folder(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    return folder


def in_parts(
    name: str, parts: Sequence[Part], measure: Callable[[Part, Workplace], dict[str, Any]], keep: Keep, **about: Any
) -> None:
    """Measure each part and keep the result so far after each, under ``name`` and with the facts of the machine."""
    result: dict[str, Any] = {"machine": facts(), **about, name: []}
    with workplace() as place:
        for number, part in enumerate(parts):
            result[name].append(measure(part, place.inside(str(number))))
            result["load_after"] = load_average()
            keep(result)


@contextmanager
def loaded(program: Path, plan: dict[str, Any], folder: Path) -> Iterator[Load]:
    """The load of one contestant, its sockets open."""
    load = Load(program, plan, folder)
    try:
        yield load
    finally:
        load.process.stop()


def enter(
    stack: ExitStack, servers: Sequence[Server], shape: Shape, place: Workplace
) -> tuple[list[Entry], dict[str, str]]:
    """Start them all and open their sockets. Also returns why which are absent: who cannot hold so many has lost."""
    entries: list[Entry] = []
    absent: dict[str, str] = {}
    for number, server in enumerate(servers):
        if why := server.missing():
            absent[server.name] = why
            continue
        print(f"{shape}: {server.name} …", end=" ", flush=True)
        try:
            entries.append(stack.enter_context(_entered(server, shape, place.program, place.folder / str(number))))
        except RuntimeError as error:
            absent[server.name] = str(error)
            print(error, flush=True)
            continue
        print(f"{shape.sockets / entries[-1].load.opened:,.0f} sockets opened a second", flush=True)
    return entries, absent


@contextmanager
def _entered(server: Server, shape: Shape, program: Path, folder: Path) -> Iterator[Entry]:
    with server.start(shape, folder) as running, loaded(program, running.plan, folder) as load:
        yield Entry(server, running, load)


def forth_and_back(entries: list[Part], rounds: int) -> Iterator[Part]:
    """Each once a round, every other round from the end; who is removed meanwhile has no more turns."""
    for number in range(rounds):
        for entry in order(entries, number):
            if entry in entries:
                yield entry


def order(entries: list[Part], number: int) -> list[Part]:
    """Forth in one round, back in the next."""
    return entries[:] if number % 2 == 0 else entries[::-1]


def load_average() -> list[float]:
    return [round(value, 1) for value in os.getloadavg()]


def middle(turns: Sequence[dict[str, Any]], name: str) -> float:
    return float(statistics.median(turn[name] for turn in turns))


def waiting(turns: Sequence[dict[str, Any]], name: str) -> dict[str, float | None]:
    """The middle p50 and p99 of all turns in which something was timed. A turn has p50, p95 and p99 under ``name``."""
    timed = [turn[name] for turn in turns if turn[name]]
    return {
        "p50": statistics.median(one[0] for one in timed) if timed else None,
        "p99": statistics.median(one[2] for one in timed) if timed else None,
    }
