"""``manage.py run_kafka_consumer``: store the activity logs that Kafka carries (S2 "Kafka Consumer 실행")."""

from __future__ import annotations

import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from mobilegpt.activity.consumer import Counts, LogConsumers
from mobilegpt.jobs.listener import Listener
from mobilegpt.kafka import client as kafka
from mobilegpt.server.process import collect_garbage_calmly

_RETRY_SECONDS = 2.0
_TELL_SECONDS = 30.0


class Command(BaseCommand):
    help = (
        "Store activity logs from Kafka's topic in the database, until SIGTERM or Ctrl-C. Any number of them may run: "
        "they share the partitions. Killed at any moment, nothing is lost and nothing is stored twice."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, default=2, help="of the group, in this process (2)")
        parser.add_argument("--until-idle", type=float, metavar="SECONDS", help="end when nothing has come for so long")

    def handle(self, *args: Any, **options: Any) -> None:
        if not kafka.enabled():
            raise CommandError("KAFKA_BOOTSTRAP_SERVERS is not set; logs go straight to the database", returncode=2)
        collect_garbage_calmly()
        wait_for_topics()
        topic, dead = settings.KAFKA["ACTIVITY_TOPIC"], settings.KAFKA["DEAD_LETTER_TOPIC"]
        self.stdout.write(f"로그를 받고 있어요 · storing {topic}, what cannot be stored goes to {dead}")
        self.stdout.flush()
        counts = self.consume(options["members"], options["until_idle"])
        self.stdout.write(f"\n끝났어요 · {counts.stored} stored, {counts.dead} dead letters")

    def consume(self, members: int, until_idle: float | None) -> Counts:
        telling: Any = Bar() if sys.stdout.isatty() else nullcontext(Lines(self.stdout.write))
        with telling as teller:
            consumer = LogConsumers(max(1, members), teller.tell)
            for sig in (signal.SIGTERM, signal.SIGINT):
                signal.signal(sig, lambda *_: consumer.stop())
            with hearing_of_jobs():
                consumer.run(until_idle)
        return consumer.counts


@contextmanager
def hearing_of_jobs() -> Iterator[None]:
    """With Celery the word of a help request's analysis travels through Kafka too; its job is done here."""
    if settings.JOBS != "celery":
        yield
        return
    listener = Listener(settings.KAFKA["HELP_TOPIC"])
    listener.start()
    try:
        yield
    finally:
        listener.stop()


def wait_for_topics() -> None:
    """The broker may start after us."""
    from confluent_kafka import KafkaException

    while True:
        try:
            return kafka.ensure_topics()
        except KafkaException as error:
            print(f"Kafka does not answer yet ({error}); trying again", file=sys.stderr)
            time.sleep(_RETRY_SECONDS)


class Bar:
    """A live line for a terminal."""

    def __enter__(self) -> Bar:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._progress = Progress(*columns, console=Console())
        self._task = self._progress.add_task("0 stored")
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, counts: Counts) -> None:
        self._progress.update(self._task, description=f"{counts.stored} stored, {counts.dead} dead letters")


class Lines:
    """A line now and then for a log."""

    def __init__(self, write: Any) -> None:
        self._write = write
        self._next = 0.0

    def tell(self, counts: Counts) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _TELL_SECONDS
            self._write(f"{counts.stored} stored, {counts.dead} dead letters")
