"""Fan-out: what one member of a room says until all of it have it, beside peers and beside a bare loop in C.

All contestants of a shape run at the same time with every socket open, and are measured in turns, forth and back. Five
thousand deliveries a second at an even rate give the CPU of one and how long it takes; a closed loop gives how many
there can be.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from bench.servers import Server, Shape, fanout, ours
from bench.turns import Entry, Keep, Workplace, enter, forth_and_back, in_parts, load_average, middle, waiting

SERVERS = (*fanout.PURE, ours.SQLITE, ours.POSTGRES_REDIS)
SHAPES = (Shape(1, 100), Shape(1, 1000), Shape(1, 5000), Shape(200, 25))
_DELIVERIES_PER_SECOND = 5000
_MOST_SLOTS = 64  # below what an in-memory channel layer holds for one socket


@dataclass(frozen=True, slots=True)
class Length:
    """How many turns, and the seconds of their parts."""

    rounds: int
    even: float
    closed: float


LONG = Length(rounds=5, even=8, closed=4)
SHORT = Length(rounds=1, even=3, closed=2)


def measure(shapes: tuple[Shape, ...], servers: tuple[Server, ...], length: Length, keep: Keep) -> None:
    """Run everything, and keep the result after each shape; nothing is left running."""
    in_parts("shapes", shapes, partial(_shape, servers, length), keep, length=asdict(length))


def _shape(servers: tuple[Server, ...], length: Length, shape: Shape, place: Workplace) -> dict[str, Any]:
    with ExitStack() as stack:
        entries, absent = enter(stack, servers, shape, place)
        time.sleep(3)  # presence and join notices
        for entry in forth_and_back(entries, length.rounds):
            try:
                entry.turns.setdefault("socket", []).append(_turn(entry, shape, length))
            except RuntimeError as error:  # who breaks down under it has lost, and the others go on
                absent[entry.server.name] = str(error)
                entries.remove(entry)
        rows = [_row(entry, shape) for entry in entries]
    return {"shape": str(shape), "absent": absent, "load": load_average(), "rows": rows}


def _turn(entry: Entry, shape: Shape, length: Length) -> dict[str, Any]:
    rate = _DELIVERIES_PER_SECOND / shape.members
    slots = min(_MOST_SLOTS, max(2, 4000 // shape.members))
    even, even_us = _measured(entry, seconds=length.even, warm=0.5, rate=rate, drain=3)
    closed, closed_us = _measured(entry, seconds=length.closed, warm=0.5, slots=slots, drain=5)
    turn = {
        "cpu_us": even_us,
        "delivery_ms": even["delivery"],
        "missing": even["missing"] + even["stalled"],
        "per_second": closed["heard"] / (closed["seconds"] + 0.5),
        "full_cpu_us": closed_us,
        "full_missing": closed["missing"] + closed["stalled"],
        "closed_sockets": closed["closed"],
        "load_cpu": closed["own_cpu"] / (closed["seconds"] + 0.5),
        "load_average": load_average()[0],
    }
    shown = " / ".join(f"{value:.1f}" for value in (turn["delivery_ms"] or [])[:3:2])
    print(
        f"  {entry.server.name}: {turn['cpu_us']:.1f} µs, {shown} ms; at most {turn['per_second']:,.0f}/s at "
        f"{turn['full_cpu_us']:.1f} µs; missing {turn['missing']} and {turn['full_missing']}",
        flush=True,
    )
    return turn


def _measured(entry: Entry, **command: Any) -> tuple[dict[str, Any], float]:
    """What the load saw, and microseconds of CPU of the whole contestant for each delivery."""
    used = entry.running.processor_seconds()
    seen = entry.load.turn(**command)
    used = entry.running.processor_seconds() - used
    return seen, used * 1e6 / max(1, seen["heard"])


def _row(entry: Entry, shape: Shape) -> dict[str, Any]:
    turns = entry.turns["socket"]
    return {
        "server": entry.server.name,
        "opened_per_second": shape.sockets / entry.load.opened,
        "cpu_us": middle(turns, "cpu_us"),
        **waiting(turns, "delivery_ms"),
        "per_second": middle(turns, "per_second"),
        "full_cpu_us": middle(turns, "full_cpu_us"),
        "missing": sum(turn["missing"] for turn in turns),
        "full_missing": sum(turn["full_missing"] for turn in turns),
        "turns": turns,
    }
