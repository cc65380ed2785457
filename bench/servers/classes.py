"""The contestants of the HTTP bench: this server, and the documents' stack in plain Django (peers/drf_classroom)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.http_plan import OPERATIONS, Crowd, Operation, plan_of
from bench.machine import ROOT, Process, free_port, output_of
from bench.servers.databases import postgres

SQLITE, POSTGRES = "SQLite", "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Classroom:
    """How a contestant is filled and started: its folder, its programs, and what it needs to know."""

    name: str
    database: str
    ours: bool
    folder: Path
    rows: tuple[str, ...]
    serve: Callable[[int], list[str]]
    env: dict[str, str] = field(default_factory=dict)

    @property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(one for one in OPERATIONS if not (self.ours and one.beside))


@dataclass(frozen=True, slots=True)
class Held:
    """A contestant that answers, with the plan for the load and the SQL statements of its operations."""

    plan: dict[str, Any]
    queries: dict[str, dict[str, Any]]
    processes: list[Process]
    stored: Callable[[], dict[str, int]]

    def processor_seconds(self) -> float:
        return sum(process.processor_seconds() for process in self.processes)


@contextmanager
def held(room: Classroom, crowd: Crowd, folder: Path) -> Iterator[Held]:
    """Fill its database, count its statements, then serve."""
    folder.mkdir(parents=True)
    env = {**room.env, "DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}

    def run(*arguments: str) -> str:
        return output_of([sys.executable, *arguments], room.folder, env)

    with ExitStack() as stack:
        processes = []
        if room.database == POSTGRES:
            database, env["DATABASE_URL"] = stack.enter_context(postgres(folder))
            processes.append(database)
        filled, plan, queries = (folder / f"{name}.json" for name in ("filled", "plan", "queries"))
        run(*room.rows, "fill", *crowd.arguments, str(filled))
        port = free_port()
        plan.write_text(json.dumps(plan_of(json.loads(filled.read_text()), port, room.operations)))
        run("-m", "bench.http_queries", str(plan), str(queries))
        server = Process(room.serve(port), log=folder / "server.log", env=env, cwd=room.folder)
        stack.callback(server.stop)
        server.wait_for(port)
        yield Held(
            plan=json.loads(plan.read_text()),
            queries=json.loads(queries.read_text()),
            processes=[*processes, server],
            stored=lambda: {name: int(count) for name, count in json.loads(run(*room.rows, "count")).items()},
        )


def _ours(database: str) -> Classroom:
    return Classroom(
        name=f"ours, {database}",
        database=database,
        ours=True,
        folder=ROOT,
        rows=("-m", "bench.servers.ours_classes"),
        serve=lambda port: [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)],
        env={
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "WARNING",
            "JWT_ACCESS_TOKEN_LIFETIME": "600",
            # Sixteen members may speak at once as often as they can; the counting itself stays on.
            "CHAT_MESSAGES_PER_10_SECONDS": "10000",
            "CHAT_MESSAGES_PER_MINUTE": "100000",
            # Thousands who never move and never come: helping them and missing them is nobody's request.
            "STUCK_SECONDS": "0",
            "PRESENCE_ABSENT_AFTER_SECONDS": "36000",
        },
    )


def _theirs(database: str) -> Classroom:
    return Classroom(
        name=f"Django on Daphne, {database}",
        database=database,
        ours=False,
        folder=ROOT / "bench" / "peers" / "drf_classroom",
        rows=("rows.py",),
        serve=lambda port: [
            *(sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0", "asgi:application")
        ],
        env={"DJANGO_SETTINGS_MODULE": "settings"},
    )


CLASSROOMS = (_ours(SQLITE), _ours(POSTGRES), _theirs(SQLITE), _theirs(POSTGRES))
