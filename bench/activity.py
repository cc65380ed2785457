"""What an activity log costs on its way into the table, on a PostgreSQL and a Kafka of its own.

    python -m bench.activity [--events 50000] [--rounds 3] [--json bench/results/activity.json]

Into the table, each in one process: a bare COPY of the same rows, ready made (the floor); the consumer from Kafka;
one ORM create per event (the documents' design). Through the door: batches of 500 to a server, by Kafka and directly.
CPU is that of the Python process and, beside it, of PostgreSQL. The ratios are between neighbours of one round.
PostgreSQL writes to the disk as it does when it is installed. Exit code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

from msgspec.structs import astuple

from bench import activity_door
from bench.activity_door import Door, process_seconds
from tools.kafka import Broker
from tools.with_postgres import private_postgres

TARGET_OF_FLOOR = 0.5
TARGET_OF_ORM = 20.0
TARGET_BATCH_MS = 30.0
_ORM_SHARE = 25
_USERS = 100


@dataclass(frozen=True)
class Figure:
    """One way of writing: events a second, and microseconds of CPU for each event."""

    way: str
    events_per_second: float
    cpu_us: float
    database_cpu_us: float


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=50_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", type=Path, default=Path("bench/results/activity.json"))
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, private_postgres() as url:
        broker = Broker(Path(folder) / "kafka")
        broker.start()
        try:
            prepare(url, broker.address)
            report = measure(chosen.events, chosen.rounds, Path(folder))
        finally:
            broker.kill()
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    text = markdown(report)
    chosen.json.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)
    return 0 if not report["missed"] else 1


def prepare(url: str, brokers: str) -> None:
    os.environ |= {"DATABASE_URL": url, "KAFKA_BOOTSTRAP_SERVERS": brokers, "LOG_LEVEL": "ERROR"}
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "REDIS_URL": "", "USE_REDIS_CHANNELS": "False"}
    os.environ["SECRET_KEY"] = secrets.token_urlsafe(50)  # the servers take the tokens that are made here
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from mobilegpt.accounts.models import User
    from mobilegpt.kafka import client as kafka
    from mobilegpt.server.process import collect_garbage_calmly

    collect_garbage_calmly()  # as run_kafka_consumer does
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:  # a test's server does without
        cursor.execute("ALTER SYSTEM SET fsync = on")
        cursor.execute("SELECT pg_reload_conf()")
    User.objects.bulk_create(User(email=f"phone{n}@example.com", name=f"학생{n}", password="!") for n in range(_USERS))
    kafka.ensure_topics()


def measure(events: int, rounds: int, folder: Path) -> dict[str, Any]:
    ways: list[Callable[[int], Figure]] = [copy_alone, consume, create_each]
    for way in ways:  # once for the caches
        way(max(8000, events // 5))
    taken: list[list[Figure]] = [[way(events) for way in ways] for _ in range(rounds)]
    doors = activity_door.measure(folder)
    floor, consumer, orm = (median([figures[place] for figures in taken]) for place in range(3))
    of_floor = statistics.median(one[1].events_per_second / one[0].events_per_second for one in taken)
    of_orm = statistics.median(one[1].events_per_second / one[2].events_per_second for one in taken)
    missed = [
        name
        for name, met in {
            f"the consumer at least {TARGET_OF_FLOOR} of the floor": of_floor >= TARGET_OF_FLOOR,
            f"the consumer at least {TARGET_OF_ORM:.0f} times the documents' design": of_orm >= TARGET_OF_ORM,
            f"a batch of 500 within {TARGET_BATCH_MS:.0f} ms p50": all(
                door.p50_ms <= TARGET_BATCH_MS for door in doors if door.way == "by Kafka" and door.clients == 1
            ),
        }.items()
        if not met
    ]
    return {
        "machine": {
            "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "load": [round(value, 1) for value in os.getloadavg()],
        },
        "events": events,
        "rounds": rounds,
        "figures": [asdict(figure) for figure in (floor, consumer, orm)],
        "of_floor": round(of_floor, 2),
        "of_orm": round(of_orm, 1),
        "doors": [asdict(door) for door in doors],
        "missed": missed,
    }


def median(figures: list[Figure]) -> Figure:
    def middle(of: Callable[[Figure], float]) -> float:
        return round(statistics.median(of(figure) for figure in figures), 1)

    return Figure(
        figures[0].way,
        middle(lambda figure: figure.events_per_second),
        middle(lambda figure: figure.cpu_us),
        middle(lambda figure: figure.database_cpu_us),
    )


# --- the ways


def entries(count: int) -> list[Any]:
    """Clicks as phones report them; some 300 bytes each."""
    from mobilegpt.accounts.models import User
    from mobilegpt.activity import store
    from mobilegpt.activity.entry import Entry, kept_of

    users = list(User.objects.order_by("id").values_list("pk", flat=True)[:_USERS])
    data, screen = kept_of(activity_door.CLICK["event_data"], activity_door.CLICK["screen_info"])
    at = datetime.now(UTC)
    return [
        Entry(log_id, users[log_id % _USERS], None, "CLICK", data, screen, at, at, uuid4())
        for log_id in store.allocate(count)
    ]


def copy_alone(count: int) -> Figure:
    """Text that is ready for the wire, in one transaction, into the table as it is: its keys, its indexes."""
    from django.db import connection, transaction

    lines = [
        "\t".join(r"\N" if value is None else str(value).replace("\\", "\\\\") for value in astuple(entry)) + "\n"
        for entry in entries(count)
    ]
    columns = "id, user_id, subtask_id, event_type, event_data, screen_info, timestamp, received_at, event_id"
    block = "".join(lines).encode()
    with empty_table(), watched("a bare COPY", count) as figures, transaction.atomic():  # noqa: SIM117
        with connection.cursor() as cursor, cursor.copy(f"COPY activity_activitylog ({columns}) FROM STDIN") as copy:
            copy.write(block)
    return figures[0]


def consume(count: int) -> Figure:
    """Everything is in the topic already; timed from the first batch that is stored."""
    from django.conf import settings

    from mobilegpt.activity.consumer import LogConsumers
    from mobilegpt.activity.entry import encode
    from mobilegpt.kafka import client as kafka

    producer = kafka.new_producer()
    for entry in entries(count):
        producer.produce(settings.KAFKA["ACTIVITY_TOPIC"], encode(entry), str(entry.user_id))
        producer.poll(0)
    assert producer.flush(60) == 0
    consumer = LogConsumers(2)
    running = Thread(target=consumer.run)
    with empty_table():
        running.start()
        while not (first := consumer.counts.stored):  # joining the group takes its time
            time.sleep(0.001)
        with watched("the consumer, from Kafka", count - first) as figures:
            while consumer.counts.stored < count:
                time.sleep(0.001)
        consumer.stop()
        running.join()
    return figures[0]


def create_each(count: int) -> Figure:
    """The documents' design: the consumer makes one object for each message."""
    from mobilegpt.activity.entry import encode
    from mobilegpt.activity.models import ActivityLog

    messages = [encode(entry) for entry in entries(max(500, count // _ORM_SHARE))]
    with empty_table(), watched("one ORM create per event", len(messages)) as figures:
        for message in messages:
            event = json.loads(message)
            ActivityLog.objects.create(
                user_id=event["user_id"],
                event_type=event["event_type"],
                event_data=event["event_data"],
                screen_info=event["screen_info"],
                timestamp=event["timestamp"],
                event_id=event["event_id"],
            )
    return figures[0]


@contextmanager
def empty_table() -> Iterator[None]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE activity_activitylog")
        cursor.execute("CHECKPOINT")
    yield


@contextmanager
def watched(way: str, count: int) -> Iterator[list[Figure]]:
    """Fills the list when the block is over."""
    figures: list[Figure] = []
    database, own, started = database_seconds(), time.process_time(), time.perf_counter()
    yield figures
    took = time.perf_counter() - started
    own, database = time.process_time() - own, database_seconds() - database
    figures.append(Figure(way, round(count / took, 1), round(own / count * 1e6, 2), round(database / count * 1e6, 2)))


def database_seconds() -> float:
    """What the processes behind all connections have used."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        return sum(process_seconds(pid) for (pid,) in cursor.fetchall())


def markdown(report: dict[str, Any]) -> str:
    lines = [
        f"{report['events']:,} events, {report['rounds']} rounds, {report['machine']['when']}, "
        f"{report['machine']['cores']} cores, load {report['machine']['load'][0]}.",
        "",
        "| into the table | events/s | CPU µs per event, Python | PostgreSQL |",
        "|---|---|---|---|",
        *(
            f"| {one['way']} | {one['events_per_second']:,.0f} | {one['cpu_us']:.1f} | {one['database_cpu_us']:.1f} |"
            for one in report["figures"]
        ),
        "",
        f"The consumer reaches {report['of_floor']:.2f} of the floor and {report['of_orm']:.0f} times the documents' "
        "design.",
        "",
        "| batches of 500 | events/s | p50 ms | p95 ms | server CPU µs per event |",
        "|---|---|---|---|---|",
        *(
            f"| {Door(**one).way}, {one['clients']} at once | {one['events_per_second']:,.0f} | {one['p50_ms']:.1f} | "
            f"{one['p95_ms']:.1f} | {one['cpu_us']:.1f} |"
            for one in report["doors"]
        ),
        "",
        *(f"Missed: {name}." for name in report["missed"]),
    ]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.exit(main())
