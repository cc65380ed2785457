"""Processes of their own for the tests of background work: ``python -m tests.jobs.processes enqueue|work|serve …``.

Celery gets the same jobs as ``-A tests.jobs.processes:app``. The effect of a job is one row of ``effects``; every try
leaves a row of ``tries``.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from mobilegpt.events.outbox import unit_of_work  # noqa: E402
from mobilegpt.jobs import enqueue, job  # noqa: E402
from mobilegpt.jobs.workers import JobWorkers  # noqa: E402


@job("test.effect", attempts=50, lease_seconds=3)
def effect(payload: dict[str, Any]) -> None:
    """Idempotent by its number, as handlers have to be."""
    _note("INSERT INTO tries (number) VALUES (%s)", payload["number"])
    time.sleep(payload.get("seconds", 0))
    _note("INSERT INTO effects (number) VALUES (%s) ON CONFLICT DO NOTHING", payload["number"])
    time.sleep(payload.get("seconds", 0))


@job("test.hang_once", attempts=3, lease_seconds=2)
def hang_once(payload: dict[str, Any]) -> None:
    """Never returns when it runs for the first time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tries WHERE number = %s", [payload["number"]])
        first = cursor.fetchone()[0] == 0
    _note("INSERT INTO tries (number) VALUES (%s)", payload["number"])
    if first:
        time.sleep(600)
    _note("INSERT INTO effects (number) VALUES (%s) ON CONFLICT DO NOTHING", payload["number"])


def _note(statement: str, number: int) -> None:
    with unit_of_work(), connection.cursor() as cursor:
        cursor.execute(statement, [number])


def ask(name: str, first: int, count: int, seconds: float) -> None:
    """Enqueue jobs, and say how long it took."""
    started = time.monotonic()
    with unit_of_work():
        for number in range(first, first + count):
            enqueue(name, {"number": number, "seconds": seconds}, key=str(number))
    print(f"{time.monotonic() - started:.3f}", flush=True)  # noqa: T201
    time.sleep(5 if settings.JOBS == "celery" else 0)  # the messenger's thread goes with this process


def main(arguments: list[str]) -> None:
    match arguments:
        case ["tables"]:
            with connection.cursor() as cursor:
                cursor.execute("CREATE TABLE effects (number integer PRIMARY KEY)")
                cursor.execute("CREATE TABLE tries (number integer)")
        case ["enqueue", name, first, count, seconds]:
            ask(name, int(first), int(count), float(seconds))
        case ["work", size]:
            JobWorkers(int(size)).start()
            time.sleep(600)
        case ["serve", port]:
            call_command("serve", "--host", "127.0.0.1", "--port", port)
        case _:
            raise SystemExit(f"not understood: {arguments}")


if settings.JOBS == "celery":
    from config.celery import app as app

if __name__ == "__main__":
    main(sys.argv[1:])
