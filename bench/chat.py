"""Chat: acknowledged and stored messages a second, their cost, and the time until the last member has one.

Every contestant of a shape runs at the same time with all its sockets open, and they are measured in turns, a few
seconds each, so that whatever else the machine does meets all of them alike. A message counts when its sender has seen
it come back (by socket) or has its 201 (by HTTP); all of them store before they answer. Afterwards the stored ones are
counted in the database.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from bench.servers import Server, Shape, channels_chat, ours, prosody
from bench.turns import Entry, Keep, Workplace, enter, forth_and_back, in_parts, load_average, middle, waiting

SERVERS = (
    ours.SQLITE,
    ours.POSTGRES,
    channels_chat.IN_MEMORY_SQLITE,
    channels_chat.IN_MEMORY_POSTGRES,
    channels_chat.REDIS_POSTGRES,
    prosody.PROSODY,
)
SHAPES = (Shape(1, 200), Shape(200, 25), Shape(2000, 5))
_RATES = {200: 4.0, 25: 20.0, 5: 50.0}  # messages a second by members of a room: what the slowest can carry
_SLOTS = 64  # below what an in-memory channel layer holds for one socket


@dataclass(frozen=True, slots=True)
class Length:
    """Seconds of one turn, and how many turns."""

    rounds: int
    closed: float
    open: float
    warm: float


LONG = Length(rounds=3, closed=6, open=6, warm=1)
SHORT = Length(rounds=1, closed=3, open=3, warm=0.5)


def measure(shapes: tuple[Shape, ...], servers: tuple[Server, ...], length: Length, keep: Keep) -> None:
    """Run everything, and keep the result after each shape; nothing is left running."""
    in_parts("shapes", shapes, partial(_shape, servers, length), keep, length=asdict(length))


def _shape(servers: tuple[Server, ...], length: Length, shape: Shape, place: Workplace) -> dict[str, Any]:
    with ExitStack() as stack:
        entries, absent = enter(stack, servers, shape, place)
        time.sleep(3)  # presence and join notices
        for entry in forth_and_back(entries, length.rounds):
            for door in entry.server.doors:
                try:
                    _turns(entry, door, shape, length)
                except RuntimeError as error:  # who breaks down under it has lost, and the others go on
                    print(f"  {entry.server.name}, {door}: {error}", flush=True)
                    absent[f"{entry.server.name}, {door}"] = str(error)
        rows = [_row(entry, door) for entry in entries for door in entry.turns]
    return {"shape": str(shape), "absent": absent, "load": load_average(), "rows": rows}


def _turns(entry: Entry, door: str, shape: Shape, length: Length) -> None:
    post = door == "post"
    stored, used = entry.running.stored(), entry.running.processor_seconds()
    closed = entry.load.turn(seconds=length.closed, warm=length.warm, slots=_SLOTS, post=post, drain=20)
    used = entry.running.processor_seconds() - used
    opened = entry.load.turn(seconds=length.open, warm=0.5, rate=_RATES[shape.members], post=post, drain=3)
    stored = entry.running.stored() - stored
    said = closed["all_acked"] + opened["all_acked"]
    turn = {
        "per_second": closed["acked"] / closed["seconds"],
        "cpu_ms": used * 1000 / max(1, closed["all_acked"]),
        "ack_ms": closed["ack"],
        "missing": closed["missing"] + opened["missing"],
        "stalled": closed["stalled"] + opened["stalled"],
        "refused": closed["refused"] + opened["refused"],
        "closed_sockets": closed["closed"],
        "last_heard_ms": opened["last_heard"],
        "unstored": said - stored,
        "load_cpu": closed["own_cpu"] / (closed["seconds"] + length.warm),
        "load_average": load_average()[0],
    }
    entry.turns.setdefault(door, []).append(turn)
    heard = f"{opened['last_heard'][2]:.1f}" if opened["last_heard"] else "–"
    print(
        f"  {entry.server.name}, {door}: {turn['per_second']:.0f}/s, {turn['cpu_ms']:.2f} ms CPU, p99 {heard} ms, "
        f"missing {turn['missing']}, stalled {turn['stalled']}, refused {turn['refused']}, unstored {turn['unstored']}",
        flush=True,
    )


def _row(entry: Entry, door: str) -> dict[str, Any]:
    turns = entry.turns[door]
    return {
        "server": entry.server.name,
        "door": door,
        "per_second": middle(turns, "per_second"),
        "cpu_ms": middle(turns, "cpu_ms"),
        **waiting(turns, "last_heard_ms"),
        "missing": sum(turn["missing"] + turn["stalled"] for turn in turns),
        "unstored": sum(turn["unstored"] for turn in turns),
        "turns": turns,
    }
