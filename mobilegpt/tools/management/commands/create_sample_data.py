"""``manage.py create_sample_data``: something to try, and to look at, on an empty database (contract 8.10).

Made here: the instructor and ten students (password test1234), the ready lessons of ``lessons/`` as lectures with
pictures, the two lectures of the documents' examples, four past classes of the last week with their seats, step log,
progress, activity logs and achievements, and the help that was asked and given in them, and a chat room.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from config.production import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD
from mobilegpt.tools.sample import making


class Command(BaseCommand):
    help = "Make sample accounts, lectures and past classes; what is there already stays. Development profile only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset",
            action="store_true",
            help="first delete the sample accounts with everything that is theirs, and nothing else",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("sample accounts have a password that everybody knows: not in the production profile")
        try:
            removed = making.remove() if options["reset"] else 0
            made = making.make()
        except DatabaseError as error:
            raise CommandError(f"the database cannot be used (migrated?): {str(error).splitlines()[0]}") from None
        if options["verbosity"]:
            self.stdout.write(summary(removed, made))


def summary(removed: int, made: making.Made) -> str:
    lines = [f"예시 계정 {removed}개와 그 자료를 지웠어요 · removed {removed} sample accounts"] if removed else []
    if made == making.Made():
        lines.append("예시 자료가 이미 있어요 · the sample data is there already")
    else:
        counts = (
            f"{made.accounts} accounts, {made.lectures} lectures, {made.classes} past classes, {made.rooms} chat room"
        )
        lines.append(f"예시 자료를 만들었어요 · made {counts}")
    students = f"{SAMPLE_ACCOUNTS[1]} … {SAMPLE_ACCOUNTS[-1]}"
    lines.append(f"  선생님 · instructor  {SAMPLE_ACCOUNTS[0]} / {SAMPLE_PASSWORD}")
    lines.append(f"  학생 · students     {students} / {SAMPLE_PASSWORD}")
    return "\n".join(lines)
