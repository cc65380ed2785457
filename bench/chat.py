"""Chat: acknowledged and stored messages a second, their cost, and the time until the last member has one.

Every contestant of a shape runs at the same time with all its sockets open, and they are measured in turns, a few
seconds each, so that whatever else the machine does meets all of them alike. A message counts when its sender has seen
it come back (by socket) or has its 201 (by HTTP); all of them store before they answer. Afterwards the stored ones are
counted in the database.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.machine import LOAD_CORE, Process, facts
from bench.servers import Running, Server, Shape, channels_chat, ours, prosody

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


@dataclass(slots=True)
class Entry:
    """A server with its load, and what was measured so far by each of its doors."""

    server: Server
    running: Running
    load: Load
    opened: float
    turns: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


class Load:
    """The load program of one contestant; its sockets stay open between turns."""

    def __init__(self, program: Path, plan: dict[str, Any], folder: Path) -> None:
        path = folder / "load.json"
        path.write_text(json.dumps(plan))
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = Process([str(program), str(path)], core=LOAD_CORE, log=folder / "load.log", **pipes)
        try:
            self.opened = float(self._answer()["seconds"])
        except BaseException:
            self.process.stop()
            raise

    def turn(self, **command: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the load program ended"}
        if answer.get("error"):
            raise RuntimeError(f"{answer['error']}; {self.process.log.read_text(errors='replace')[-500:]}")
        return answer


def build(folder: Path) -> Path:
    """The load program, made from bench/load by Go."""
    program = folder / "load"
    source = Path(__file__).parent / "load"
    env = {**os.environ, "GOFLAGS": "-buildvcs=false", "CGO_ENABLED": "0"}
    subprocess.run(["go", "build", "-o", str(program), "."], cwd=source, env=env, check=True)
    return program


def measure(
    shapes: tuple[Shape, ...], servers: tuple[Server, ...], length: Length, keep: Callable[[dict[str, Any]], None]
) -> None:
    """Run everything, and keep the result after each shape; nothing is left running."""
    result: dict[str, Any] = {"machine": facts(), "length": asdict(length), "shapes": []}
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        program = build(folder)
        for shape in shapes:
            place = folder / f"{shape.rooms}x{shape.members}"
            result["shapes"].append(_shape(shape, servers, length, program, place))
            result["load_after"] = [round(value, 1) for value in os.getloadavg()]
            keep(result)


def _shape(shape: Shape, servers: tuple[Server, ...], length: Length, program: Path, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    folder.chmod(0o755)
    absent: dict[str, str] = {}
    with ExitStack() as stack:
        entries = []
        for number, server in enumerate(servers):
            if why := server.missing():
                absent[server.name] = why
                continue
            print(f"{shape}: {server.name} …", end=" ", flush=True)
            entries.append(stack.enter_context(_entered(server, shape, program, folder / str(number))))
            print(f"{entries[-1].opened:.0f} s to open {shape.rooms * shape.members:,} sockets", flush=True)
        time.sleep(3)  # presence and join notices
        for number in range(length.rounds):
            for entry in entries if number % 2 == 0 else entries[::-1]:
                for door in entry.server.doors:
                    _turns(entry, door, shape, length)
        rows = [_row(entry, door) for entry in entries for door in entry.turns]
    return {"shape": str(shape), "absent": absent, "load": [round(v, 1) for v in os.getloadavg()], "rows": rows}


@contextmanager
def _entered(server: Server, shape: Shape, program: Path, folder: Path) -> Iterator[Entry]:
    with server.start(shape, folder) as running:
        load = Load(program, running.plan, folder)
        try:
            yield Entry(server, running, load, load.opened)
        finally:
            load.process.stop()


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
        "load_average": round(os.getloadavg()[0], 1),
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

    def middle(name: str) -> float:
        return statistics.median(turn[name] for turn in turns)

    heard = [turn["last_heard_ms"] for turn in turns if turn["last_heard_ms"]]
    return {
        "server": entry.server.name,
        "door": door,
        "per_second": middle("per_second"),
        "cpu_ms": middle("cpu_ms"),
        "p50": statistics.median(one[0] for one in heard) if heard else None,
        "p99": statistics.median(one[2] for one in heard) if heard else None,
        "missing": sum(turn["missing"] + turn["stalled"] for turn in turns),
        "unstored": sum(turn["unstored"] for turn in turns),
        "turns": turns,
    }
