"""Reads of the activity logs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from mobilegpt.accounts.models import User
from mobilegpt.activity.models import ActivityLog
from mobilegpt.core.clock import moment_in, now


def recent(user_id: int, since_seconds: int = 300, limit: int = 50) -> list[ActivityLog]:
    """What somebody did within the last ``since_seconds`` (of the server's clock), newest first; one query."""
    rows = ActivityLog.objects.filter(user_id=user_id, received_at__gte=now() - timedelta(seconds=since_seconds))
    return list(rows.order_by("-received_at", "-id")[:limit])


def last_at(user_ids: Iterable[int] | QuerySet[Any, Any]) -> dict[int, datetime]:
    """When each of these people was last heard of through a log; who never was is not in it. ``user_ids`` may be a
    query, which spares a long list.

    One query, and one look into the index for each person, however much they have reported.
    """
    newest = ActivityLog.objects.filter(user_id=OuterRef("pk")).order_by("-received_at").values("received_at")[:1]
    chosen = user_ids if isinstance(user_ids, QuerySet) else list(user_ids)
    people = User.objects.filter(pk__in=chosen).annotate(last=Cast(Subquery(newest), TextField()))
    return {pk: moment_in(last) for pk, last in people.values_list("pk", "last") if last is not None}
