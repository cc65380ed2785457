"""``manage.py generate``: write the generated documents; ``--check`` only says which are stale."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mobilegpt.tools.documents import COMMAND, DOCUMENTS


class Command(BaseCommand):
    help = "Write the protocol documents, the API documents and the pages' types out of the code."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = []
        for name, make in DOCUMENTS.items():
            path, text = settings.BASE_DIR / name, make()
            if path.is_file() and path.read_text(encoding="utf-8") == text:
                continue
            stale.append(name)
            if not options["check"]:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        if options["check"] and stale:
            raise CommandError(f"stale: {', '.join(stale)}. Run `{COMMAND}`.")
        self.stdout.write(
            f"{len(stale)} of {len(DOCUMENTS)} documents written" if stale else "all documents are up to date"
        )
