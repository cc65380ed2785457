"""The contestants: each starts what it consists of, fills it with people and rooms, and stops all of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.machine import Process


@dataclass(frozen=True, slots=True)
class Shape:
    """How many rooms of how many members."""

    rooms: int
    members: int

    @property
    def sockets(self) -> int:
        return self.rooms * self.members

    def __str__(self) -> str:
        return f"{self.rooms:,} x {self.members}"


@dataclass(slots=True)
class Running:
    """A contestant that answers: the plan for the load, its processes, and how many messages it has stored."""

    plan: dict[str, Any]
    processes: list[Process] = field(default_factory=list)
    stored: Callable[[], int] = lambda: 0

    def processor_seconds(self) -> float:
        return sum(process.processor_seconds() for process in self.processes)

    def resident_bytes(self) -> int:
        return sum(process.resident_bytes() for process in self.processes)


@dataclass(frozen=True, slots=True)
class Server:
    """One contestant. ``doors`` are its ways of sending: sockets, or posts by HTTP."""

    name: str
    start: Callable[[Shape, Path], AbstractContextManager[Running]]
    doors: tuple[str, ...] = ("socket",)
    missing: Callable[[], str | None] = lambda: None
