"""What an instructor's dashboard costs, from ten thousand rows of progress to a million, on a PostgreSQL of its own.

    python -m bench.dashboard [--rounds 40] [--json bench/results/dashboard.json]

REST operations are whole requests: token, view, JSON. Socket operations are what the socket sends, ready for the wire.
Exit code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from msgspec.json import encode as json_of

from tools.with_postgres import private_postgres

SCALES = (3, 30, 300)
TARGET_MS = 100.0
TARGET_INITIAL_MS = 150.0
TARGET_INITIAL_QUERIES = 10


@dataclass(frozen=True)
class Figure:
    """One operation at one size. ``cpu_ms`` is computing, here and in PostgreSQL: a busy machine changes it least."""

    operation: str
    progress_rows: int
    students: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    queries: int
    bytes: int


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--json", type=Path, default=Path("bench/results/dashboard.json"))
    chosen = options.parse_args()
    with private_postgres() as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        os.environ |= {"REDIS_URL": "", "USE_REDIS_CHANNELS": "False"}
        import django

        django.setup()

        from mobilegpt.server.process import collect_garbage_calmly

        collect_garbage_calmly()  # as a server does
        report = measure(chosen.rounds)
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    text = markdown(report)
    chosen.json.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)
    return 0 if not report["missed"] else 1


def measure(rounds: int) -> dict[str, Any]:
    """Fill the database step by step; measure at each size."""
    from django.core.management import call_command
    from django.db import connection

    from bench import dashboard_data as data

    call_command("migrate", verbosity=0)
    data.hire()
    figures: list[Figure] = []
    sizes = []
    before = 0
    for lectures in SCALES:
        if lectures == SCALES[-1]:
            data.open_the_big_lecture()
        data.grow(before + 1, lectures)
        before = lectures
        rows = data.rows()
        sizes.append(rows)
        figures += _at(rows["progress rows"], lectures, rounds)
        print(f"measured at {rows['progress rows']} rows", file=sys.stderr)
    figures += _of_a_thousand(sizes[-1]["progress rows"], rounds)
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    missed = _missed(figures)
    return {
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": {
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            "postgresql": version,
        },
        "rounds": rounds,
        "sizes": sizes,
        "figures": [asdict(figure) for figure in figures],
        "missed": missed,
    }


def _at(rows: int, lectures: int, rounds: int) -> list[Figure]:
    """Every operation on lectures of 200 students, another one in each round."""
    from bench.dashboard_data import STUDENTS

    choose = random.Random(7)
    figures = [
        _time(name, rows, STUDENTS, rounds, lambda work=work: work(choose.randint(1, lectures)))
        for name, work in _operations().items()
    ]
    return [*figures, _time(_BY_STUDENT, rows, STUDENTS, max(rounds // 8, 3), lambda: _by_student(1))]


def _of_a_thousand(rows: int, rounds: int) -> list[Figure]:
    from bench.dashboard_data import BIG, BIG_STUDENTS

    figures = [
        _time(name, rows, BIG_STUDENTS, rounds, lambda work=work: work(BIG)) for name, work in _operations().items()
    ]
    return [*figures, _time(_BY_STUDENT, rows, BIG_STUDENTS, 3, lambda: _by_student(BIG))]


_INITIAL = "W2 initial_data"
_BY_STUDENT = "the documents' way: student by student"


def _operations() -> dict[str, Callable[[int], bytes]]:
    """What is measured, by name: each takes a lecture and acts as its instructor."""
    students = "/api/dashboard/lectures/{lecture}/students"
    trend = "/api/dashboard/chart-data/progress-trend?lecture_id={lecture}"
    return {
        "R35 students, whole": _get(students),
        "R35 students, a page by name": _get(students + "?page=2&page_size=20&sort=name"),
        "R35 students, a page by progress": _get(students + "?page=2&page_size=20&sort=-progress_rate"),
        "R35 as CSV": _get(students + ".csv"),
        "R36 pending help": _get("/api/dashboard/help-requests/pending"),
        "R37 statistics": _get("/api/dashboard/statistics/lecture/{lecture}"),
        "R38 trend, 7 days": _get(trend),
        "R38 trend, 90 days": _get(trend + "&days=90"),
        _INITIAL: _initial_data,
        "W2 statistics_update": _statistics_update,
    }


@cache
def _client(teacher: int) -> Any:
    from django.test import Client

    from mobilegpt.accounts.models import User
    from mobilegpt.accounts.tokens import issue_tokens

    token = issue_tokens(User.objects.get(pk=teacher)).access
    return Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {token}")


def _get(path: str) -> Callable[[int], bytes]:
    from bench.dashboard_data import teacher_of

    def ask(lecture: int) -> bytes:
        response = _client(teacher_of(lecture)).get(path.format(lecture=lecture))
        assert response.status_code == 200, response
        return b"".join(response) if response.streaming else bytes(response.content)

    return ask


def _initial_data(lecture: int) -> bytes:
    from bench.dashboard_data import teacher_of
    from mobilegpt.accounts.models import User
    from mobilegpt.accounts.tokens import actor_from_user
    from mobilegpt.realtime.route import Handshake
    from mobilegpt.sockets import dashboard

    actor = actor_from_user(User.objects.get(pk=teacher_of(lecture)))
    opening = dashboard.open_lecture(Handshake({"lecture_id": str(lecture)}, {}, actor, "127.0.0.1"))
    assert opening.snapshot is not None
    (frame,) = opening.snapshot()
    return json_of(dashboard.LECTURE.dialect.shape(frame))


def _statistics_update(lecture: int) -> bytes:
    from mobilegpt.sockets import dashboard

    assert dashboard.LECTURE.digest is not None
    (frame,) = dashboard.LECTURE.digest.read(lecture)
    return json_of(dashboard.LECTURE.dialect.shape(frame))


def _by_student(lecture: int) -> bytes:
    from bench.dashboard_by_student import students

    return json_of(students(lecture))


def _time(name: str, rows: int, students: int, rounds: int, work: Callable[[], bytes]) -> Figure:
    from django.db import connection

    counted: list[int] = []

    def count(execute: Any, *args: Any) -> Any:
        counted.append(1)
        return execute(*args)

    work()  # what is cached is cached
    times: list[float] = []
    computing = time.process_time() + _postgres_seconds()
    for _ in range(rounds):
        began = time.perf_counter()
        made = work()
        times.append((time.perf_counter() - began) * 1000)
    computing = time.process_time() + _postgres_seconds() - computing
    with connection.execute_wrapper(count):
        made = work()
    return Figure(
        operation=name,
        progress_rows=rows,
        students=students,
        p50_ms=round(statistics.median(times), 1),
        p95_ms=round(sorted(times)[max(int(len(times) * 0.95) - 1, 0)], 1),
        cpu_ms=round(computing * 1000 / rounds, 1),
        queries=len(counted),
        bytes=len(made),
    )


def _postgres_seconds() -> float:
    """What the database's processes have computed for us so far."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        pids = [pid for (pid,) in cursor.fetchall()]
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _missed(figures: list[Figure]) -> list[str]:
    missed = []
    for figure in figures:
        if figure.operation == _BY_STUDENT:
            continue
        thousand = figure.students >= 1000
        limit = TARGET_INITIAL_MS if thousand and figure.operation == _INITIAL else TARGET_MS
        if figure.p95_ms > limit:
            missed.append(f"{figure.operation}, {figure.students} students: p95 {figure.p95_ms} ms over {limit}")
        if figure.operation == _INITIAL and figure.queries > TARGET_INITIAL_QUERIES:
            missed.append(f"{figure.operation}: {figure.queries} queries over {TARGET_INITIAL_QUERIES}")
    return missed


def markdown(report: dict[str, Any]) -> str:
    """The figures as two tables: as the school grows, and for a lecture of a thousand."""
    machine, figures = report["machine"], report["figures"]
    sizes = [size["progress rows"] for size in report["sizes"]]
    cells = {(row["operation"], row["progress_rows"], row["students"]): row for row in figures}
    names = list(dict.fromkeys(row["operation"] for row in figures))
    lines = [
        f"{report['measured_at']}, PostgreSQL {machine['postgresql']}, Python {machine['python']},"
        f" {machine['cores']} cores, load {machine['load']}, {report['rounds']} rounds.",
        "p50 / p95 by the clock (computing, here and in PostgreSQL), in ms.",
        "",
        "| a lecture of 200 students | " + " | ".join(f"{size:,} rows" for size in sizes) + " | queries |",
        "|---|" + "---|" * (len(sizes) + 1),
    ]
    for name in names:
        row = [cells[name, size, 200] for size in sizes]
        shown = " | ".join(_times(cell) for cell in row)
        lines.append(f"| {name} | {shown} | {row[-1]['queries']} |")
    lines += [
        "",
        f"| a lecture of 1,000 students, {sizes[-1]:,} rows | ms | queries | KiB |",
        "|---|---|---|---|",
    ]
    for name in names:
        cell = cells[name, sizes[-1], 1000]
        lines.append(f"| {name} | {_times(cell)} | {cell['queries']} | {cell['bytes'] // 1024} |")
    lines += ["", "Missed: " + ("; ".join(report["missed"]) or "nothing.")]
    return "\n".join(lines) + "\n"


def _times(cell: dict[str, Any]) -> str:
    return f"{cell['p50_ms']} / {cell['p95_ms']} ({cell['cpu_ms']})"


if __name__ == "__main__":
    sys.exit(main())
