"""Phones that report their taps, at a real server: how soon their instructor is told, and what a thousand of them cost.

Real requests in the formats of both apps, real sockets, one server on SQLite. The thousand take turns with themselves:
the same classes go through the same steps with events, and without.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench import told_events
from bench.machine import ROOT, Process, facts, free_port, on_the_loads_core, output_of
from bench.servers import Shape
from bench.tapping import BATCH, Seen, TappingClass
from bench.turns import Keep, load_average, order
from mobilegpt.tools.simulation.crowd import raise_file_limit

PARTS = ("25", "200", "crowd")
CROWD = Shape(5, 200)
ROUNDS, SHORT_ROUNDS = 3, 1
MOST_MS, MOST_CORE, MOST_P95 = 300.0, 0.3, 1.1
_STEP_SECONDS = float(told_events.MOST_SECONDS + BATCH)
_PATIENCE = 10.0
_LONGEST = 150.0
_AT_ONCE = 50
_BETWEEN = 1.0


@dataclass(frozen=True, slots=True)
class Ours:
    """Our server; ``made`` has each class's teacher and lecture, ``follower`` is the thread that matches."""

    process: Process
    url: str
    env: dict[str, str]
    made: list[dict[str, Any]]
    follower: Path

    def matching_seconds(self) -> float:
        """CPU of the matching thread so far: reading the events, matching, its rows, its frames' rows."""
        fields = self.follower.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kept(self) -> dict[str, int]:
        counts: dict[str, int] = json.loads(
            output_of([sys.executable, "-m", "bench.servers.ours_taps", "kept"], ROOT, self.env)
        )
        return counts


def measure(parts: Sequence[str], crowd: Shape, rounds: int, keep: Keep) -> list[str]:
    """Run these parts, each on a server of its own, and keep the result after each; returns the missed targets."""
    raise_file_limit()
    result: dict[str, Any] = {"machine": facts(), "rounds": rounds, "parts": {}, "missed": []}
    for part in parts:
        print(f"{part} …", flush=True)
        shape = crowd if part == "crowd" else Shape(1, int(part))
        turns = 2 * rounds if part == "crowd" else rounds
        with _served(shape.rooms, turns) as ours, on_the_loads_core():
            held = _crowd(ours, shape, rounds) if part == "crowd" else _completion(ours, shape, rounds)
            result["parts"][part] = asyncio.run(asyncio.wait_for(held, _LONGEST))
        result["missed"] = missed(result["parts"])
        result["load_after"] = load_average()
        keep(result)
    return [*result["missed"]]


@contextmanager
def _served(classes: int, steps: int) -> Iterator[Ours]:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        data, port = Path(name), free_port()
        env = {
            "CONNECTIONS_PER_ADDRESS": "0",  # all phones come from here
            "DATA_DIR": str(data),
            "GUEST_SEATS_PER_ADDRESS": "100000",
            "JWT_ACCESS_TOKEN_LIFETIME": "600",  # minutes
            "LOG_LEVEL": "WARNING",
        }
        program = [sys.executable, "-m", "bench.servers.ours_taps"]
        output_of([*program, "fill", str(classes), str(steps), f"{data}/made.json"], ROOT, env)
        process = Process([*program, "serve", str(port), f"{data}/follower"], log=data / "log", env=env, cwd=ROOT)
        try:
            process.wait_for(port, "/api/health")
            thread = Path(f"/proc/{process.pid}/task/{(data / 'follower').read_text()}/stat")
            yield Ours(process, f"http://127.0.0.1:{port}", env, json.loads((data / "made.json").read_text()), thread)
        finally:
            process.stop()


async def _opened(ours: Ours, shape: Shape, http: httpx.AsyncClient, *, by_itself: bool) -> list[TappingClass]:
    """Every second class completes by itself; with ``by_itself`` all do."""
    gate, classes = asyncio.Semaphore(_AT_ONCE), []
    for number, made in enumerate(ours.made):
        one = TappingClass(ours.url, made, by_itself or number % 2 == 0, http)
        await one.open(shape.members, number * shape.members, gate)
        classes.append(one)
    gc.collect()
    gc.freeze()  # a collection over a thousand phones would be measured as the server's delay
    return classes


def _http() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=_AT_ONCE, max_keepalive_connections=_AT_ONCE)
    return httpx.AsyncClient(timeout=30, trust_env=False, limits=limits)


# --- one class: how soon its instructor is told


async def _completion(ours: Ours, shape: Shape, rounds: int) -> dict[str, Any]:
    async with _http() as http:
        (one,) = await _opened(ours, shape, http, by_itself=True)
        seen, load = Seen(), load_average()[0]
        for _ in range(rounds):
            await one.step(seen, tapping=True, seconds=_STEP_SECONDS, patience=_PATIENCE)
        await one.close()
    return {
        "phones": shape.members,
        "load": load,
        "whereabouts": spread(seen.whereabouts),
        "progress": spread(seen.progress),
        "events": sum(seen.statuses.values()),
        "done": seen.done,
        "lost": _lost(seen.lost, seen.statuses, ours.kept(), seen.done),
    }


# --- a thousand phones, with events and without


async def _crowd(ours: Ours, shape: Shape, rounds: int) -> dict[str, Any]:
    turns: dict[str, list[dict[str, Any]]] = {"without": [], "with": []}
    statuses, lost, done = Counter[int](), Counter[str](), 0
    async with _http() as http:
        began = time.monotonic()
        classes = await _opened(ours, shape, http, by_itself=False)
        seated = time.monotonic() - began
        for number in range(rounds):
            for kind in order(list(turns), number):
                seen = Seen()
                turns[kind].append(await _turn(ours, classes, seen, tapping=kind == "with"))
                print(f"  {kind}: {turns[kind][-1]}, {dict(seen.statuses)}, {dict(seen.lost)}", flush=True)
                statuses += seen.statuses
                lost += seen.lost
                done += len(seen.progress)
        for one in classes:
            await one.close()
    return {
        "shape": str(shape),
        "phones": shape.sockets,
        "seating_seconds": seated,
        "p95_ratio": paired_ratio(turns["with"], turns["without"]),
        "matching_core": statistics.median(turn["matching_core"] for turn in turns["with"]),
        "events": sum(statuses.values()),
        "lost": _lost(lost, statuses, ours.kept(), done),
        **turns,
    }


async def _turn(ours: Ours, classes: Sequence[TappingClass], seen: Seen, *, tapping: bool) -> dict[str, Any]:
    """Each class does one step; they begin one after the other, spread over the half of it."""
    load, began = load_average()[0], time.monotonic()
    cpu = time.process_time()
    used, matching = ours.process.processor_seconds(), ours.matching_seconds()

    async def step(place: int, one: TappingClass) -> None:
        await asyncio.sleep(place * _STEP_SECONDS / 2 / len(classes))
        await one.step(seen, tapping=tapping, seconds=_STEP_SECONDS, patience=_PATIENCE)

    await asyncio.gather(*(step(place, one) for place, one in enumerate(classes)))
    seconds = time.monotonic() - began
    # By what was taken in: of a server that cannot keep up the thread is idle, not quick.
    answered_seconds = max(1, seen.statuses[201]) / sum(len(one.phones) for one in classes)
    turn = {
        "load": load,
        "seconds": seconds,
        **spread(seen.steps),
        "server_core": (ours.process.processor_seconds() - used) / seconds,
        "matching_core": (ours.matching_seconds() - matching) / answered_seconds if tapping else None,
        "load_core": (time.process_time() - cpu) / seconds,
        "whereabouts": spread(seen.whereabouts) if tapping else None,
        "progress": spread(seen.progress) if tapping else None,
        "done": seen.done,
    }
    await asyncio.sleep(_BETWEEN)
    return turn


# --- what it comes to


def spread(nanoseconds: Sequence[int]) -> dict[str, float]:
    """Milliseconds, by nearest rank. Raises ``RuntimeError`` when nothing was timed."""
    values = sorted(nanoseconds)
    if not values:
        raise RuntimeError("nothing was timed: nothing came in time")
    rank = {percent: values[max(0, -(-percent * len(values) // 100) - 1)] for percent in (50, 95)}
    return {"p50": rank[50] / 1e6, "p95": rank[95] / 1e6, "max": values[-1] / 1e6}


def _lost(noticed: Counter[str], statuses: Counter[int], kept: dict[str, int], completed: int) -> dict[str, int]:
    """By name, without what is 0."""
    events = sum(statuses.values())
    found = {
        **noticed,
        "events_refused": events - statuses[201],
        "events_not_kept": max(0, statuses[201] - kept["events"]),
        "completions_not_kept": max(0, completed - kept["completed"]),
    }
    return {name: count for name, count in found.items() if count}


def paired_ratio(turns: Sequence[dict[str, Any]], beside: Sequence[dict[str, Any]]) -> float:
    """The middle of the ratios of p95 between neighbours of one round."""
    return float(statistics.median(one["p95"] / other["p95"] for one, other in zip(turns, beside, strict=True)))


def missed(parts: dict[str, Any]) -> list[str]:
    """The targets that these results miss, in words."""
    found = []
    for name, part in parts.items():
        found += [f"{name}: {count} {what.replace('_', ' ')}" for what, count in part["lost"].items()]
        if name != "crowd":
            for frame in ("whereabouts", "progress"):
                if part[frame]["p95"] > MOST_MS:
                    found.append(f"{name}: {frame} after {part[frame]['p95']:.0f} ms (p95), not {MOST_MS:g}")
            continue
        if part["matching_core"] >= MOST_CORE:
            found.append(f"matching takes {part['matching_core']:.0%} of a core, not less than {MOST_CORE:.0%}")
        if part["p95_ratio"] > MOST_P95:
            found.append(f"step p95 with events {part['p95_ratio']:.2f} times that without, not {MOST_P95}")
    return found
