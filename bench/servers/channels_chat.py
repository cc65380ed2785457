"""The documents' own design, on Daphne: S3's Channels consumer and S4's POST, which save and then group_send; see
peers/."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

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
        people = json.loads((folder / "people.json").read_text())
        yield Running(_plan(people, port), [*processes, server], lambda: int(_ask(env, "count")))


def _plan(people: list[dict[str, Any]], port: int) -> dict[str, Any]:
    return {
        "protocol": "ws",
        "address": f"127.0.0.1:{port}",
        "opening": 16,
        "sockets": [
            {"path": f"/ws/chat/{one['room_id']}/chat/?user={one['user_id']}", "room": one["room"]} for one in people
        ],
        "posts": [
            {
                "head": f"POST /api/v1/chat/rooms/{one['room_id']}/messages HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                "Content-Type: application/json\r\n",
                "before": f'{{"user_id":{one["user_id"]},"message_type":"text","message":"',
                "after": '"}',
                "room": one["room"],
            }
            for one in people
        ],
    }


def _ask(env: dict[str, str], *arguments: str) -> str:
    return output_of([sys.executable, "rows.py", *arguments], PROJECT, env)


def _lacks(*modules: str, program: str | None = None) -> Callable[[], str | None]:
    def missing() -> str | None:
        absent = [name for name in modules if importlib.util.find_spec(name) is None]
        if program and shutil.which(program) is None:
            absent.append(program)
        return f"not installed: {', '.join(absent)}" if absent else None

    return missing


_DOORS = ("socket", "post")
IN_MEMORY_SQLITE = Server(
    "Channels, in memory, SQLite",
    partial(_start, on_postgres=False, by_redis=False),
    doors=_DOORS,
    missing=_lacks("daphne"),
)
IN_MEMORY_POSTGRES = Server(
    "Channels, in memory, PostgreSQL",
    partial(_start, on_postgres=True, by_redis=False),
    doors=_DOORS,
    missing=_lacks("daphne"),
)
REDIS_POSTGRES = Server(
    "Channels, Redis, PostgreSQL",
    partial(_start, on_postgres=True, by_redis=True),
    doors=_DOORS,
    missing=_lacks("daphne", "channels_redis", program="redis-server"),
)
