"""``manage.py purge_audit``: forget the oldest part of the audit trail, as the owner of its table."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from mobilegpt.audit import purge
from mobilegpt.core.clock import now


class Command(BaseCommand):
    help = (
        "Delete the lines of the audit trail that are older than AUDIT_DAYS. The server's own account may not do it "
        "where another one owns the table: run it with the owner's DATABASE_URL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=settings.AUDIT_DAYS, help="keep so many days")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["days"] < 1:
            raise CommandError("--days is at least 1")
        before = now() - timedelta(days=options["days"])
        try:
            deleted = purge.delete_before(connection, before)
        except DatabaseError as error:
            raise CommandError(f"the database refused: {error}") from None
        self.stdout.write(f"{deleted} lines from before {before:%Y-%m-%d %H:%M} UTC deleted")
