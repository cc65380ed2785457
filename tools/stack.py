"""The whole stack of docker-compose.yml as processes of this machine: ``make stack``.

PostgreSQL, Redis and Kafka of its own on free ports; the server on PORT (8000) and on the port after it; the Kafka
consumer, a Celery worker and Celery's clock. Everything ends with Ctrl-C, and its data with it. Needs the programs of
PostgreSQL and Redis, Java and Maven (Debian: postgresql redis-server default-jre-headless maven).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.kafka import Broker, available  # noqa: E402
from tools.with_postgres import private_postgres  # noqa: E402

_STOP_SECONDS = 15
_START_SECONDS = 60


@dataclass
class Stack:
    """What runs. ``urls`` are the two servers', ``environment`` is what every program of the stack was told."""

    folder: Path
    urls: list[str]
    environment: dict[str, str]
    programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> None:
        """Start a program; what it says goes into ``name.log``."""
        with (self.folder / f"{name}.log").open("ab") as out:
            self.programs[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def stop(self) -> dict[str, int]:
        """End the programs, the last one first. Returns their exit codes; who does not go by itself is killed."""
        codes = {}
        for program in self.programs.values():
            program.send_signal(signal.SIGTERM)
        for name, program in reversed(self.programs.items()):
            try:
                codes[name] = program.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(program.pid, signal.SIGKILL)
                codes[name] = program.wait()
        self.programs.clear()
        return codes


def missing() -> list[str]:
    """Programs that the stack needs and that are not here."""
    found = {
        "postgresql": shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        "redis-server": shutil.which("redis-server"),
        "java and maven": available(),
    }
    return [name for name, there in found.items() if not there]


@contextmanager
def private_redis(folder: Path) -> Iterator[str]:
    """A Redis on a free port; yields its address."""
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with (folder / "redis.log").open("wb") as out:
        server = subprocess.Popen(
            ["redis-server", *options], stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _until(lambda: _accepts(port), "Redis", server)
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def stack(ports: list[int], more: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """The stack, answering. ``ports`` are those of the two servers."""
    with ExitStack() as services:
        folder = Path(services.enter_context(tempfile.TemporaryDirectory(prefix="stack-")))
        print("… PostgreSQL, Redis, Kafka", flush=True)
        database = services.enter_context(private_postgres())
        redis = services.enter_context(private_redis(folder))
        broker = Broker(folder / "kafka")
        services.callback(broker.kill)
        broker.start()
        environment = {
            **os.environ,
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "USE_REDIS_CHANNELS": "True",
            "KAFKA_BOOTSTRAP_SERVERS": broker.address,
            "CELERY_BROKER_URL": f"{redis}/1",
            "DATA_DIR": str(folder / "data"),
            "PYTHONUNBUFFERED": "1",
            **(more or {}),
        }
        running = Stack(folder, [f"http://127.0.0.1:{port}" for port in ports], environment)
        services.callback(running.stop)
        start_programs(running, ports)
        yield running


def start_programs(running: Stack, ports: list[int]) -> None:
    """The server first: it makes the tables that the others need."""
    print("… server, consumer, worker, clock", flush=True)
    manage = (sys.executable, "manage.py")
    celery = (str(Path(sys.executable).with_name("celery")), "-A", "config")
    running.start("server", *manage, "serve", "--port", str(ports[0]))
    _until(lambda: _answers(running.urls[0]), "the server", running.programs["server"], running)
    running.start("second-server", *manage, "serve", "--no-migrate", "--port", str(ports[1]))
    running.start("consumer", *manage, "run_kafka_consumer")
    running.start("worker", *celery, "worker", "--loglevel", "INFO", "--concurrency", "2")
    running.start("clock", *celery, "beat", "--loglevel", "INFO", "--schedule", str(running.folder / "beat"))
    _until(lambda: _answers(running.urls[1]), "the second server", running.programs["second-server"], running)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/api/health", timeout=2) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except OSError:
        return False


def _until(
    is_there: Callable[[], bool], name: str, program: subprocess.Popen[bytes], running: Stack | None = None
) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_there():
        if program.poll() is not None or time.monotonic() > deadline:
            log = running.said("server") if running is not None else ""
            raise RuntimeError(f"{name} did not start\n{log[-2000:]}")
        time.sleep(0.1)


def main() -> int:
    if absent := missing():
        print(f"✗ missing: {', '.join(absent)}", file=sys.stderr)
        return 1
    port = int(os.environ.get("PORT") or 8000)
    try:
        with stack([port, port + 1]) as running:
            print(f"\n  {running.urls[0]}  and  {running.urls[1]}")
            print(f"  what the programs say: {running.folder}/*.log\n  Ctrl-C stops\n", flush=True)
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            while all(program.poll() is None for program in running.programs.values()):
                time.sleep(0.5)
            ended = [name for name, program in running.programs.items() if program.poll() is not None]
            print(f"✗ ended by itself: {', '.join(ended)}\n{running.said(ended[0])[-2000:]}", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        print("\n✓ stopped")
        return 0
    except RuntimeError as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
