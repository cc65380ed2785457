"""``manage.py replay_dead_letters``: bring back what could not be stored, once its reason is gone."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mobilegpt.activity.dead_letters import NotTaken, Replay
from mobilegpt.kafka import client as kafka


class Command(BaseCommand):
    help = (
        "Send the dead letters of the activity logs to their topic again, each once. What still cannot be stored "
        "becomes a dead letter again. Exit code 1 when the broker did not take all of them."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count them, by reason")

    def handle(self, *args: Any, **options: Any) -> None:
        if not kafka.enabled():
            raise CommandError("KAFKA_BOOTSTRAP_SERVERS is not set", returncode=2)
        try:
            brought, left = self.replay(dry_run=options["dry_run"])
        except NotTaken as error:
            raise CommandError(f"Kafka does not answer: {error}", returncode=1) from None
        self.stdout.write(summary(brought, left, dry_run=options["dry_run"]))

    def replay(self, *, dry_run: bool) -> tuple[Counter[str], Counter[str]]:
        replay = Replay(for_real=not dry_run)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("dead letters", total=replay.total)
            return replay.run(lambda count: progress.advance(task, count))


def summary(brought: Counter[str], left: Counter[str], *, dry_run: bool) -> str:
    lines = [f"{'보낼 수 있는' if dry_run else '다시 보낸'} 로그 {brought.total()}개 · {brought.total()} dead letters"]
    lines += [f"  {reason}: {count}" for reason, count in brought.most_common()]
    lines += [f"  left, {why}: {count}" for why, count in left.most_common()]
    return "\n".join(lines)
