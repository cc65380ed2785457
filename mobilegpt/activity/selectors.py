"""Reads of the activity logs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from mobilegpt.accounts.models import User
from mobilegpt.activity.events import Whereabouts, whereabouts_of
from mobilegpt.activity.models import ActivityLog, StepMatch
from mobilegpt.activity.page_events import PAGE_EVENTS, PageEvent, PageReport
from mobilegpt.classroom.lesson import lesson_of_class
from mobilegpt.classroom.models import Completion, LectureSession
from mobilegpt.core.clock import moment_in, now
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.guidance.matcher import Match, Verdict


def recent(user_id: int, since_seconds: int = 300, limit: int = 50) -> list[ActivityLog]:
    """What somebody did within the last ``since_seconds`` (of the server's clock), newest first; one query."""
    since = now() - timedelta(seconds=since_seconds)
    return [row for _, row in happened_since(user_id, since, limit)]


def told_last(user_id: int) -> ActivityLog | None:
    """The newest of what somebody's phone told, as it is kept; what a page in a browser tells of itself is none."""
    rows = ActivityLog.objects.filter(user_id=user_id).exclude(event_type__in=PAGE_EVENTS)
    return rows.order_by("-received_at", "-id").first()


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


def expectation_in(session: LectureSession, subtask_id: int) -> Expectation | None:
    """What a step of a class expects of a phone, as the class teaches it; ``session.lecture`` is loaded."""
    step = lesson_of_class(session).course.get(subtask_id)
    return step.expectation if step is not None else None


def match_of(user_id: int, session_id: int, subtask_id: int) -> Match:
    """Where somebody is with a step of a class; nothing is known of another step than their newest."""
    rows = StepMatch.objects.filter(user_id=user_id, session_id=session_id, subtask_id=subtask_id)
    kept = rows.values_list("match", flat=True).first()
    return Match() if kept is None else msgspec.convert(kept, Match)


def verdicts_in(session_ids: Collection[int]) -> dict[tuple[int, int, int], Verdict]:
    """By session, user and step: how phones that report taps stand to the step; one query."""
    rows = StepMatch.objects.filter(session_id__in=session_ids).order_by()
    found = rows.values_list("session_id", "user_id", "subtask_id", "match__verdict")
    return {(session, user, step): Verdict(verdict) for session, user, step, verdict in found if verdict is not None}


def page_leaves(subtask_ids: Collection[int], since: datetime) -> dict[tuple[int, int], int]:
    """By person and step: how often they have left the class's page on it for something else; one query."""
    rows = ActivityLog.objects.filter(
        event_type=PageEvent.HIDDEN.value, subtask_id__in=subtask_ids, received_at__gte=since
    )
    counted = rows.order_by().values_list("user_id", "subtask_id").annotate(Count("pk"))
    return {(user, step): count for user, step, count in counted}


def whereabouts_in(session: LectureSession, subtask_id: int) -> dict[int, Whereabouts]:
    """By user: where they are with the step that the class is on, as far as their phones have told; one query."""
    expectation = expectation_in(session, subtask_id)
    if expectation is None:
        return {}
    rows = StepMatch.objects.filter(session_id=session.pk, subtask_id=subtask_id).order_by()
    found = {row.user_id: whereabouts_of_row(session, expectation, row) for row in rows}
    return {user_id: whereabouts for user_id, whereabouts in found.items() if whereabouts is not None}


def whereabouts_of_row(session: LectureSession, expectation: Expectation, row: StepMatch) -> Whereabouts | None:
    """Nothing is suggested where the class is set to by hand, nor what was completed or taken back."""
    suggested = session.completion != Completion.BY_HAND and not row.completed and not row.silenced
    return whereabouts_of(expectation, msgspec.convert(row.match, Match), row.since, suggested=suggested)
