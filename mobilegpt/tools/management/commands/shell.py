"""``manage.py shell`` with what a shell of an asynchronous server needs at hand."""

from __future__ import annotations

from django.core.management.commands import shell


class Command(shell.Command):
    def get_auto_imports(self) -> list[str]:
        """Django's own, and ``async_to_sync``, which S2's check of the channel layer calls."""
        return [*(super().get_auto_imports() or []), "asgiref.sync.async_to_sync"]
