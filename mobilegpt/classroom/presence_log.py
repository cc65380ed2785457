"""What is kept of who was in a class, for how long, and what they did there; for sheets of many people and classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import TypeAlias

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from mobilegpt.classroom.intervals import Interval, union, within
from mobilegpt.classroom.models import PresenceInterval, SeatStep, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.events.models import SocketLease

Place: TypeAlias = tuple[int, int]
"""A session's key and a user's."""


def seats_of(session_ids: Collection[int]) -> list[SessionParticipant]:
    """Everybody who ever had a seat, removed ones too, in order of arrival; with their users and sessions."""
    seats = SessionParticipant.objects.filter(session_id__in=session_ids)
    return list(seats.select_related("user", "session").order_by("session_id", "pk"))


def names_in(session_ids: Collection[int]) -> dict[Place, str]:
    """What these classes call everybody who has or had a seat."""
    seats = SessionParticipant.objects.filter(session_id__in=session_ids).order_by()
    rows = seats.values_list("session_id", "user_id", "name", "user__name")
    return {(session_id, user_id): name or account for session_id, user_id, name, account in rows}


def presence_of(session_ids: Collection[int], until: datetime) -> dict[Place, list[Interval]]:
    """When people were there, in order and without overlaps: to the end of the class, or ``until`` while it runs.

    Who is not in it was in a class from before intervals were kept, or before its server was updated: not known.
    """
    found: dict[Place, list[Interval]] = defaultdict(list)
    rows = PresenceInterval.objects.filter(session_id__in=session_ids).order_by()
    for session_id, user_id, began, ended, over in rows.values_list(
        "session_id", "user_id", "began_at", "ended_at", "session__ended_at"
    ):
        end = over or until
        found[session_id, user_id] += within([Interval(began, ended or end)], end)
    return {place: union(intervals) for place, intervals in found.items()}


def open_presence(session_ids: Collection[int]) -> set[Place]:
    """Who is in a class now."""
    rows = PresenceInterval.objects.filter(
        session_id__in=session_ids, ended_at__isnull=True, session__ended_at__isnull=True
    )
    return set(rows.values_list("session_id", "user_id"))


def steps_done_in(session_ids: Collection[int]) -> dict[Place, int]:
    """How many steps each has done in the class; who has done none is not in it."""
    rows = SeatStep.objects.filter(session_id__in=session_ids, done_at__isnull=False).order_by()
    counted = rows.values_list("session_id", "user_id").annotate(Count("subtask_id", distinct=True))
    return {(session_id, user_id): number for session_id, user_id, number in counted}


def forget_presence(before: datetime) -> int:
    """Delete when people were there, of classes that ended before that, or were opened then and never ended."""
    old = Q(session__ended_at__lt=before) | Q(session__ended_at__isnull=True, session__created_at__lt=before)
    deleted, _ = PresenceInterval.objects.filter(old).delete()
    return deleted


def open_sockets() -> QuerySet[SocketLease]:
    """Of the seat in the query around it (``Exists``): a socket of its owner on its class, in any process."""
    topic = Concat(Value("session:"), Cast(OuterRef("session_id"), CharField()))
    return SocketLease.objects.filter(topic=topic, user_id=OuterRef("user_id"), expires_at__gt=now())
