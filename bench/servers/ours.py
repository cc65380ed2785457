"""This server, by ``manage.py serve``; S3's socket and S4's POST are two doors of the same process."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bench.machine import ROOT, Process, free_port, output_of
from bench.servers import Running, Server, Shape
from bench.servers.databases import postgres, redis


@contextmanager
def _start(
    shape: Shape, folder: Path, *, on_postgres: bool, by_redis: bool = False, personal: bool = False
) -> Iterator[Running]:
    folder.mkdir(parents=True)
    env = {
        "CONNECTIONS_PER_ADDRESS": "0",  # all clients of a measurement come from here
        "DATA_DIR": str(folder),
        "LOG_LEVEL": "WARNING",
        "JWT_ACCESS_TOKEN_LIFETIME": "600",
        # One room of 200 is driven beyond what its members may say; the counting itself stays on.
        "CHAT_MESSAGES_PER_10_SECONDS": "10000",
        "CHAT_MESSAGES_PER_MINUTE": "100000",
        "WS_FRAMES_PER_SECOND": "1000",
    }
    with ExitStack() as stack:
        processes = []
        if on_postgres:
            database, env["DATABASE_URL"] = stack.enter_context(postgres(folder))
            processes.append(database)
        if by_redis:
            broker, env["CHANNEL_LAYER_REDIS_URL"] = stack.enter_context(redis(folder))
            processes.append(broker)
        port = free_port()
        _ask(
            env,
            "fill",
            str(shape.rooms),
            str(shape.members),
            str(port),
            str(folder / "plan.json"),
            *(["personal"] * personal),
        )
        command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)]
        server = Process(command, log=folder / "server.log", env=env, cwd=ROOT)
        stack.callback(server.stop)
        server.wait_for(port, "/api/health")
        plan = json.loads((folder / "plan.json").read_text())
        yield Running(plan, [*processes, server], lambda: int(_ask(env, "count")))


def _ask(env: dict[str, str], *arguments: str) -> str:
    return output_of([sys.executable, "-m", "bench.servers.ours_rows", *arguments], ROOT, env)


SQLITE = Server("ours, SQLite", partial(_start, on_postgres=False), doors=("socket", "post"))
POSTGRES = Server("ours, PostgreSQL", partial(_start, on_postgres=True), doors=("socket", "post"))
POSTGRES_REDIS = Server("ours, PostgreSQL and Redis", partial(_start, on_postgres=True, by_redis=True))
PERSONAL = Server("ours, a socket of one's own, SQLite", partial(_start, on_postgres=False, personal=True))
PERSONAL_POSTGRES = Server("ours, a socket of one's own, PostgreSQL", partial(_start, on_postgres=True, personal=True))
