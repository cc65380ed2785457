"""A class whose steps have pictures, beside the same class without; the files beside nginx; twenty screenshots at once.

The classes are held by ``manage.py simulate_class``'s phones, which fetch ahead as the page does, in turns against one
server. Every figure has a ratio within its own run.
"""

from __future__ import annotations

import asyncio
import json
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from bench import drawn_pictures, pictures_page
from bench.machine import ROOT, Process, facts, free_port, on_the_loads_core, output_of
from bench.servers import nginx
from bench.servers.teacher import EMAIL, PASSWORD
from bench.turns import Keep, Workplace, forth_and_back, load_average, loaded, middle, order, workplace
from mobilegpt.tools.simulation.conductor import ClassHeld, ClassPlan, hold_class
from mobilegpt.tools.simulation.crowd import raise_file_limit
from mobilegpt.tools.simulation.report import report_on

PARTS = ("class", "files", "drop", "page")
PHONES, STEPS, DROPPED = 200, 12, 20
MOST_P95, MOST_DROP_SECONDS, MOST_DECODED_MS = 1.1, 10.0, 50.0
_CONNECTIONS = 16
_LONGEST_CLASS = 400


@dataclass(frozen=True, slots=True)
class Length:
    """``rounds`` of each part; seconds in the waiting room, of a step, and of a turn with files; steps in a browser."""

    rounds: int
    waiting: float
    pace: float
    seconds: float
    page_steps: int


# With less than five seconds a step may come before the phone has asked for its picture.
LONG = Length(rounds=5, waiting=12, pace=6, seconds=4, page_steps=STEPS)
SHORT = Length(rounds=1, waiting=10, pace=5, seconds=2, page_steps=4)


@dataclass(frozen=True, slots=True)
class Ours:
    """Our server, and what it was filled with (``servers/ours_pictures.py``)."""

    process: Process
    port: int
    data: Path
    env: dict[str, str]
    made: dict[str, Any]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, path: str, **more: Any) -> httpx.Response:
        """As the teacher. Raises ``RuntimeError`` when it is refused."""
        headers = {"Authorization": f"Bearer {self.made['token']}"}
        answer = httpx.post(f"{self.url}{path}", headers=headers, timeout=300, trust_env=False, **more)
        if answer.is_error:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
        return answer


def measure(parts: Sequence[str], length: Length, keep: Keep) -> list[str]:
    """Run these parts, and keep the result after each; returns the missed targets. Nothing is left running."""
    measures: dict[str, Callable[[Ours, Length, Workplace], dict[str, Any]]] = {
        "class": _classes,
        "files": _files,
        "drop": _drop,
        "page": _page,
    }
    result: dict[str, Any] = {"machine": facts(), "length": asdict(length), "parts": {}, "absent": {}, "missed": []}
    with workplace("requests_load") as place, _served(place.folder / "ours") as ours:
        for part in parts:
            print(f"{part} …", flush=True)
            try:
                result["parts"][part] = measures[part](ours, length, place)
            except (RuntimeError, httpx.TransportError, TimeoutError) as error:
                result["absent"][part] = str(error) or type(error).__name__
            result["missed"] = missed(result["parts"])
            result["load_after"] = load_average()
            keep(result)
    return [*result["missed"]]


@contextmanager
def _served(data: Path) -> Iterator[Ours]:
    data.mkdir()
    env = {
        "CONNECTIONS_PER_ADDRESS": "0",  # all phones come from here
        "DATA_DIR": str(data),
        "GUEST_SEATS_PER_ADDRESS": "100000",
        "JWT_ACCESS_TOKEN_LIFETIME": "600",  # minutes
        "LOG_LEVEL": "WARNING",
    }
    output_of([sys.executable, "-m", "bench.servers.ours_pictures", "fill", str(STEPS), f"{data}/made.json"], ROOT, env)
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)]
    process = Process(command, log=data / "server.log", env=env, cwd=ROOT)
    try:
        process.wait_for(port, "/api/health")
        yield Ours(process, port, data, env, json.loads((data / "made.json").read_text()))
    finally:
        process.stop()


# --- a class with pictures, and without


def _classes(ours: Ours, length: Length, place: Workplace) -> dict[str, Any]:
    raise_file_limit()
    turns: dict[str, list[dict[str, Any]]] = {"plain": [], "pictured": []}
    for number in range(length.rounds):
        for kind in order(list(turns), number):
            turns[kind].append(_class(ours, kind, length))
    return {"phones": PHONES, "steps": STEPS, "p95_ratio": paired_ratio(turns["pictured"], turns["plain"]), **turns}


def _class(ours: Ours, kind: str, length: Length) -> dict[str, Any]:
    plan = ClassPlan(
        url=ours.url,
        students=PHONES,
        steps=STEPS,
        processes=1,
        at_once=50,
        share=0.8,
        within=min(2.0, length.pace),
        email=EMAIL,
        password=PASSWORD,
        lecture_id=ours.made[kind],
        waiting=length.waiting,
        pace=length.pace,
        pictures=True,
    )
    load, used = load_average()[0], ours.process.processor_seconds()
    with on_the_loads_core():
        held = asyncio.run(asyncio.wait_for(hold_class(plan, lambda *_: None), _LONGEST_CLASS))
    turn = {"load": load, "cpu_seconds": ours.process.processor_seconds() - used, **class_figures(held)}
    print(f"  {kind}: step p95 {turn['p95']:.1f} ms, {turn['cpu_seconds']:.1f} s of CPU, {turn['fetched']} fetched")
    return turn


def class_figures(held: ClassHeld) -> dict[str, Any]:
    """Milliseconds from the press to the phones, bytes that reached all phones, and what was lost by name.

    ``ready`` of the pictures were there when their step came, ``late`` came after it. Raises ``RuntimeError`` when no
    phone saw a step.
    """
    report = report_on(held)
    if report.step is None:
        raise RuntimeError("no phone saw a step")
    seen = [phone.pictures for phone in held.phones if phone.pictures is not None]
    late = sorted(ns / 1e6 for one in seen for ns in one.late_ns)
    lost = {name: count for name, count in asdict(report.losses).items() if count and name != "reconnects"}
    if failed := sum(one.failed for one in seen):
        lost["pictures_not_fetched"] = failed
    return {
        "p50": report.step.p50,
        "p95": report.step.p95,
        "p99": report.step.p99,
        "seconds": report.seconds,
        "frame_bytes": sum(phone.received for phone in held.phones),
        "picture_bytes": sum(one.received for one in seen),
        "fetched": sum(one.fetched for one in seen),
        "ready": sum(one.ready for one in seen),
        "late": len(late),
        "late_p50": statistics.median(late) if late else None,
        "lost": lost,
    }


def paired_ratio(turns: Sequence[dict[str, Any]], beside: Sequence[dict[str, Any]], name: str = "p95") -> float:
    """The middle of the ratios between neighbours of one round."""
    return float(statistics.median(one[name] / other[name] for one, other in zip(turns, beside, strict=True)))


# --- the same files from nginx


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    process: Process
    port: int


def _files(ours: Ours, length: Length, place: Workplace) -> dict[str, Any]:
    if why := nginx.missing():
        raise RuntimeError(why)
    files = ours.made["files"]
    address = files[0]["url"].rpartition("/")[0] + "/"
    with ExitStack() as stack:
        process, port = stack.enter_context(nginx.nginx(place.folder / "nginx", address, _folder_of(ours, files)))
        sources = [_Source("ours", ours.process, ours.port), _Source("nginx", process, port)]
        loads = {
            one.name: stack.enter_context(
                loaded(place.program, _plan(one.port, files), place.inside(f"load-{one.name}").folder)
            )
            for one in sources
        }
        turns: dict[str, list[dict[str, Any]]] = {one.name: [] for one in sources}
        for one in forth_and_back(sources, length.rounds):
            used = one.process.processor_seconds()
            seen = loads[one.name].turn(operation="files", seconds=length.seconds, warm=0.2)
            used = one.process.processor_seconds() - used
            turns[one.name].append(
                {
                    "cpu_ms": used * 1000 / max(1, seen["all_done"]),
                    "per_second": seen["done"] / seen["seconds"],
                    "failed": seen["failed"],
                    "load_cpu": seen["own_cpu"] / seen["wall_time"],
                }
            )
        wire = {one.name: statistics.mean(_bytes_of(one.port, file["url"]) for file in files) for one in sources}
    return {
        "fetches": PHONES * len(files),
        "cpu_ratio": paired_ratio(turns["ours"], turns["nginx"], "cpu_ms"),
        "bytes": wire,
        "bytes_ratio": wire["ours"] / wire["nginx"],
        **turns,
    }


def _folder_of(ours: Ours, files: list[dict[str, Any]]) -> Path:
    """Where the store keeps them."""
    return next(ours.data.rglob(Path(files[0]["url"]).name)).parent


def _plan(port: int, files: list[dict[str, Any]]) -> dict[str, Any]:
    """Each connection begins with another file."""
    requests = [{"method": "GET", "path": file["url"]} for file in files]
    lanes = [{"requests": requests[at % len(files) :] + requests[: at % len(files)]} for at in range(_CONNECTIONS)]
    operation = {"expect": 200, "repeat": True, "lanes": lanes}
    return {"address": f"127.0.0.1:{port}", "operations": {"files": operation}}


def _bytes_of(port: int, path: str) -> int:
    """All that comes over the wire for one file."""
    with socket.create_connection(("127.0.0.1", port), 30) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return sum(iter(lambda: len(wire.recv(65_536)), 0))


# --- twenty screenshots at once


def _drop(ours: Ours, length: Length, place: Workplace) -> dict[str, Any]:
    sent = [drawn_pictures.of_a_phone(number) for number in range(DROPPED)]
    turns = []
    for number in range(length.rounds):
        files = [("file", (f"{place}.png", content, "image/png")) for place, content in enumerate(sent)]
        used, started = ours.process.processor_seconds(), time.monotonic()
        answer = ours.post(f"/api/lectures/{ours.made['empty']}/pictures", files=files)
        seconds, used = time.monotonic() - started, ours.process.processor_seconds() - used
        made = sum(step["image"] is not None for step in answer.json()["subtasks"])
        kept = int(
            output_of(
                [sys.executable, "-m", "bench.servers.ours_pictures", "steps", str(ours.made["empty"])], ROOT, ours.env
            )
        )
        if made != DROPPED or kept != DROPPED * (number + 1):
            raise RuntimeError(f"{made} steps were answered and {kept} kept, of {DROPPED}")
        turns.append({"cpu_seconds": used, "seconds": seconds, "load": load_average()[0]})
        print(f"  {used:.1f} s of CPU, {seconds:.1f} s", flush=True)
    megabytes = sum(map(len, sent)) / DROPPED / 1e6
    return {
        "pictures": DROPPED,
        "megabytes_each": megabytes,
        "cpu_seconds": middle(turns, "cpu_seconds"),
        "turns": turns,
    }


# --- one phone in a browser


def _page(ours: Ours, length: Length, place: Workplace) -> dict[str, Any]:
    opened = ours.post(f"/api/lectures/{ours.made['pictured']}/sessions", json={"title": "한 대의 휴대폰"}).json()
    session = f"/api/sessions/{opened['session_id']}"

    def move(number: int) -> None:
        ours.post(f"{session}/{'next-step' if number else 'start'}", json={})

    steps = pictures_page.watch(ours.url, opened["session_code"], length.page_steps, move)
    ours.post(f"{session}/end", json={})
    return {"steps": steps, **decoded(steps)}


def decoded(steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of the steps whose picture was there before its heading: how many, and milliseconds until it was decoded.

    Raises ``RuntimeError`` where none was.
    """
    ahead = sorted(step["decoded_ms"] for step in steps if step["ahead"])
    if not ahead:
        raise RuntimeError("no picture was fetched ahead")
    return {"ahead": len(ahead), "median_ms": statistics.median(ahead), "slowest_ms": ahead[-1]}


# --- targets


def missed(parts: dict[str, Any]) -> list[str]:
    """The targets that these results miss, in words."""
    found = []
    if one := parts.get("class"):
        if one["p95_ratio"] > MOST_P95:
            found.append(f"step p95 with pictures {one['p95_ratio']:.2f} times that without, not {MOST_P95}")
        for turn in (*one["plain"], *one["pictured"]):
            found += [f"lost in a class: {count} {name.replace('_', ' ')}" for name, count in turn["lost"].items()]
    if one := parts.get("files"):
        failed = [turn["failed"] for turn in (*one["ours"], *one["nginx"]) if turn["failed"]]
        found += [f"files not answered: {counts}" for counts in failed]
    if (one := parts.get("drop")) and one["cpu_seconds"] > MOST_DROP_SECONDS:
        found.append(f"{one['pictures']} screenshots {one['cpu_seconds']:.1f} s of CPU, not {MOST_DROP_SECONDS:g}")
    if (one := parts.get("page")) and one["slowest_ms"] > MOST_DECODED_MS:
        found.append(f"a picture decoded {one['slowest_ms']:.0f} ms after its text, not {MOST_DECODED_MS:g}")
    return found
