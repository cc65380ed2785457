"""Reads of the activity logs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from mobilegpt.accounts.models import User
from mobilegpt.activity.models import ActivityLog
from mobilegpt.activity.page_events import PAGE_EVENTS, PageReport
from mobilegpt.core.clock import moment_in, now


def recent(user_id: int, since_seconds: int = 300, limit: int = 50) -> list[ActivityLog]:
    """What somebody did within the last ``since_seconds`` (of the server's clock), newest first; one query."""
    since = now() - timedelta(seconds=since_seconds)
    return [row for _, row in happened_since(user_id, since, limit)]


def happened_since(user_id: int, since: datetime, limit: int = 50) -> list[tuple[datetime, ActivityLog]]:
    """The newest of what somebody did since then, each with its moment by the server's clock, newest first.

    One query.
    """
    rows = ActivityLog.objects.filter(user_id=user_id, received_at__gte=since)
    newest = list(rows.order_by("-received_at", F("timestamp").desc(nulls_first=True), "-id")[:limit])
    happened = sorted(zip(moments_of(newest), newest, strict=True), key=lambda each: each[0], reverse=True)
    return [(moment, row) for moment, row in happened if moment >= since]


def moments_of(logs: Sequence[ActivityLog]) -> list[datetime]:
    """When each of these happened by the server's clock, whatever the phone's shows.

    What came together has the distances that the phone's clock says; the newest of it happened when it came.
    """
    newest: dict[datetime, datetime] = {}
    for log in logs:
        if log.timestamp is not None:
            newest[log.received_at] = max(log.timestamp, newest.get(log.received_at, log.timestamp))
    return [
        log.received_at if log.timestamp is None else log.received_at - (newest[log.received_at] - log.timestamp)
        for log in logs
    ]


def page_reports(user_id: int, since: datetime, limit: int = 200) -> list[PageReport]:
    """The newest of what a person's page told of itself since then, oldest first; one query."""
    rows = ActivityLog.objects.filter(user_id=user_id, received_at__gte=since, event_type__in=PAGE_EVENTS)
    newest = list(rows.order_by("-received_at", F("timestamp").desc(nulls_first=True), "-id")[:limit])
    reports = [page_report(moment, log) for moment, log in zip(moments_of(newest), newest, strict=True)]
    return sorted((report for report in reports if report.at >= since), key=lambda report: report.at)


def page_report(at: datetime, log: ActivityLog) -> PageReport:
    return PageReport(at, log.event_type, log.subtask_id, log.event_data if isinstance(log.event_data, dict) else {})


def last_at(
    user_ids: Iterable[int] | QuerySet[Any, Any], *, besides: Collection[str] = frozenset()
) -> dict[int, datetime]:
    """When each of these people was last heard of through a log; who never was is not in it. ``user_ids`` may be a
    query, which spares a long list. Events of the types ``besides`` are no sign.

    One query, and one look into the index for each person, however much they have reported.
    """
    logs = ActivityLog.objects.filter(user_id=OuterRef("pk")).exclude(event_type__in=besides)
    newest = logs.order_by("-received_at").values("received_at")[:1]
    chosen = user_ids if isinstance(user_ids, QuerySet) else list(user_ids)
    people = User.objects.filter(pk__in=chosen).annotate(last=Cast(Subquery(newest), TextField()))
    return {pk: moment_in(last) for pk, last in people.values_list("pk", "last") if last is not None}
