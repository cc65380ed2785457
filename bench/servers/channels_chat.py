"""The documents' own design (S3): a Channels consumer that saves and then group_sends, on Daphne; see peers/."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bench.machine import ROOT, Process, free_port, output_of
from bench.servers import Running, Server, Shape
from bench.servers.databases import postgres, redis

PROJECT = ROOT / "bench" / "peers" / "channels_chat"


@contextmanager
def _start(shape: Shape, folder: Path, *, on_postgres: bool, by_redis: bool) -> Iterator[Running]:
    folder.mkdir(parents=True)
    env = {"DJANGO_SETTINGS_MODULE": "settings", "DATA_DIR": str(folder)}
    with ExitStack() as stack:
        processes = []
        if on_postgres:
            database, env["DATABASE_URL"] = stack.enter_context(postgres(folder))
            processes.append(database)
        if by_redis:
            layer, env["CHANNEL_LAYER_REDIS_URL"] = stack.enter_context(redis(folder))
            processes.append(layer)
        _ask(env, "fill", str(shape.rooms), str(shape.members), str(folder / "people.json"))
        port = free_port()
        command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0", "asgi:application"]
        server = Process(command, log=folder / "server.log", env=env, cwd=PROJECT)
        stack.callback(server.stop)
        server.wait_for(port)
        sockets = json.loads((folder / "people.json").read_text())
        plan = {"protocol": "ws", "address": f"127.0.0.1:{port}", "opening": 16, "sockets": sockets}
        yield Running(plan, [*processes, server], lambda: int(_ask(env, "count")))


def _ask(env: dict[str, str], *arguments: str) -> str:
    return output_of([sys.executable, "rows.py", *arguments], PROJECT, env)


def _lacks(*modules: str, program: str | None = None) -> Callable[[], str | None]:
    def missing() -> str | None:
        absent = [name for name in modules if importlib.util.find_spec(name) is None]
        if program and shutil.which(program) is None:
            absent.append(program)
        return f"not installed: {', '.join(absent)}" if absent else None

    return missing


IN_MEMORY_SQLITE = Server(
    "Channels, in memory, SQLite", partial(_start, on_postgres=False, by_redis=False), missing=_lacks("daphne")
)
IN_MEMORY_POSTGRES = Server(
    "Channels, in memory, PostgreSQL", partial(_start, on_postgres=True, by_redis=False), missing=_lacks("daphne")
)
REDIS_POSTGRES = Server(
    "Channels, Redis, PostgreSQL",
    partial(_start, on_postgres=True, by_redis=True),
    missing=_lacks("daphne", "channels_redis", program="redis-server"),
)
