"""Forgetting what is too old, for an operator; no part of the server does it."""

from __future__ import annotations

from datetime import datetime

from django.db.backends.base.base import BaseDatabaseWrapper

from mobilegpt.audit import guard, trail
from mobilegpt.audit.models import AuditEntry
from mobilegpt.events.outbox import unit_of_work


def delete_before(connection: BaseDatabaseWrapper, moment: datetime) -> int:
    """Delete older lines and leave one that says so; returns how many. Raises ``DatabaseError`` for who may not."""
    with unit_of_work(), guard.lifted(connection):
        deleted, _ = AuditEntry.objects.using(connection.alias).filter(at__lt=moment).delete()
        trail.record("audit.purged", before=moment.isoformat(), lines=deleted)
    return deleted
