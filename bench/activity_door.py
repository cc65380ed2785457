"""Batches of 500 to a server process, as phones that come back to the network send them."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.machine import answers, free_port

BATCH = 500
_JSON = {"Content-Type": "application/json"}
CLICK: dict[str, Any] = {
    "event_type": "CLICK",
    "event_data": {"x": 150, "y": 300, "element": "Button", "text": "확인", "resource_id": "com.kakao.talk:id/send"},
    "screen_info": {"package_name": "com.kakao.talk", "activity_name": "MainActivity", "screen_title": "친구 목록"},
    "timestamp": "2026-10-28T10:05:30Z",
}
_SECONDS = 6.0


@dataclass(frozen=True)
class Door:
    """One way with so many clients: what was acknowledged a second, how long an answer took, the server's CPU."""

    way: str
    clients: int
    events_per_second: float
    p50_ms: float
    p95_ms: float
    cpu_us: float


def measure(folder: Path) -> list[Door]:
    doors = []
    for way, brokers in (("by Kafka", os.environ["KAFKA_BOOTSTRAP_SERVERS"]), ("directly", "")):
        with serving(folder / way.split()[-1], brokers) as (url, server):
            doors += [load(url, way, clients, server) for clients in (1, 4)]
    return doors


@contextmanager
def serving(data: Path, brokers: str) -> Iterator[tuple[str, int]]:
    """A server of its own; its address and its process id."""
    port = free_port()
    environment = {**os.environ, "DATA_DIR": str(data), "KAFKA_BOOTSTRAP_SERVERS": brokers}
    environment |= {"REPORT_BYTES_PER_10_MINUTES": "0", "REPORT_BYTES_PER_DAY": "0"}  # few people send for a class
    command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port), "--no-migrate"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/health")
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.kill()
        server.wait()


def load(url: str, way: str, clients: int, server: int) -> Door:
    """Each client sends as soon as it was answered."""
    took: list[float] = []
    until = time.perf_counter() + _SECONDS

    def phone(token: str) -> None:
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
            client.post(f"{url}/api/logs/batch", json={"logs": [CLICK]})
            while time.perf_counter() < until:
                body = {"logs": [{**CLICK, "event_data": {**CLICK["event_data"], "n": n}} for n in range(BATCH)]}
                content = json.dumps(body).encode()
                started = time.perf_counter()
                answer = client.post(f"{url}/api/logs/batch", content=content, headers=_JSON)
                took.append(time.perf_counter() - started)
                if answer.status_code != 201 or answer.json()["saved_count"] != BATCH:
                    raise RuntimeError(f"a batch was not taken: {answer.status_code} {answer.text}")

    tokens = _tokens(clients)
    cpu, started = process_seconds(server), time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(phone, tokens))
    seconds, cpu = time.perf_counter() - started, process_seconds(server) - cpu
    events = len(took) * BATCH
    ranked = sorted(took)
    return Door(
        way,
        clients,
        round(events / seconds, 1),
        round(statistics.median(took) * 1000, 1),
        round(ranked[int(len(ranked) * 0.95)] * 1000, 1),
        round(cpu / events * 1e6, 1),
    )


def process_seconds(pid: int) -> float:
    """CPU that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _tokens(count: int) -> list[str]:
    from mobilegpt.accounts.models import User
    from mobilegpt.accounts.tokens import issue_tokens

    return [issue_tokens(user).access for user in User.objects.order_by("id")[:count]]


def _wait_for(address: str) -> None:
    for _ in range(300):
        if answers(address):
            return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")
