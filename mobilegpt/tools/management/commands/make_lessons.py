"""``manage.py make_lessons``: the ready lessons from their source, as ``lessons/*.lesson.zip``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from mobilegpt.tools.lessons.packing import FOLDER, file_name, pack_of
from mobilegpt.tools.lessons.ready import READY


class Command(BaseCommand):
    help = "Draw and pack the ready lessons anew, after their words, their screens or the drawing changed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", nargs="+", metavar="KEY", help="these alone, such as 02-wifi")
        parser.add_argument("--to", type=Path, default=FOLDER, help="the folder that gets them (lessons/)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["to"]
        folder.mkdir(parents=True, exist_ok=True)
        only = options["only"]
        for lesson in (lesson for lesson in READY if not only or lesson.key in only):
            content = pack_of(lesson)
            (folder / file_name(lesson)).write_bytes(content)
            self.stdout.write(f"{lesson.key}: {len(lesson.steps)} steps, {len(content) // 1024} KiB")
