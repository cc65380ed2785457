"""``manage.py database_restored``: after a copy was played back, before the servers are started."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from mobilegpt.events import streams


class Command(BaseCommand):
    help = (
        "Say that the database was restored from a copy. Clients that were connected before start from the state as it "
        "is, instead of going on from events that the copy never had. Stop the servers first."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{streams.begin_anew()} streams begin anew")
