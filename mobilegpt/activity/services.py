"""Taking in what phones report (contract 8.1, 8.2): Kafka first, the database when Kafka does not confirm in time.

An event is answered for when the broker has confirmed it or its row is committed, never before. What the broker did not
confirm is written directly under the same ``event_id``; should Kafka deliver it all the same, it meets its own row.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection
from msgspec.structs import replace

from mobilegpt.accounts.selectors import existing_accounts
from mobilegpt.activity import follower, policies, queries, store
from mobilegpt.activity.commands import LogEvent
from mobilegpt.activity.entry import Entry, Moment, encode, kept_of, moments_of
from mobilegpt.activity.models import ActivityLog
from mobilegpt.classroom.selectors import lectures_of_seats
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError, Invalid, Unauthenticated
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.kafka import client as kafka
from mobilegpt.lectures.queries import lectures_of_steps

_DELETED_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Recorded:
    """For each event its log id, or why it was refused. ``queued``: Kafka carries some of them to the table."""

    outcomes: list[int | DomainError]
    queued: bool


class Report(NamedTuple):
    """An event, and what is kept of its ``event_data`` and ``screen_info``, or why none of it can be."""

    event: LogEvent
    kept: tuple[str, str] | DomainError


def read(*, actor: Actor, events: Sequence[LogEvent]) -> list[Report]:
    """What ``record`` takes. It masks, and asks nothing of the database: it is done before any transaction.

    Raises ``Forbidden`` USER_ID_MISMATCH when any of them names another user.
    """
    for event in events:
        policies.require_own(actor, event.user_id)
    return [Report(event, _kept(event)) for event in events]


def record(*, actor: Actor, reports: Sequence[Report]) -> Recorded:
    """R30, R31: every event that can be kept, is. A sign of life comes with the request itself (contract 6.7)."""
    entries = _Entries(actor, reports)
    fresh = entries.fresh
    confirmed = _publish(fresh)
    direct = [entry for entry, taken in zip(fresh, confirmed, strict=True) if not taken]
    if direct:
        entries.replace_ids(_write(actor, direct))
    follower.hand_over(fresh)
    return Recorded(entries.outcomes(), queued=any(confirmed))


def forget_old() -> int:
    """Delete logs older than ``ACTIVITY_DAYS``, a few at a time. Returns how many."""
    if settings.ACTIVITY_DAYS <= 0:
        return 0
    old = ActivityLog.objects.filter(received_at__lt=now() - timedelta(days=settings.ACTIVITY_DAYS)).order_by()
    total = 0
    while True:
        with unit_of_work():
            some = list(old.values_list("pk", flat=True)[:_DELETED_AT_ONCE])
            ActivityLog.objects.filter(pk__in=some).delete()
        total += len(some)
        if len(some) < _DELETED_AT_ONCE:
            return total


class _Entries:
    """The events of one request: which are new, which were sent before, which cannot be kept."""

    def __init__(self, actor: Actor, reports: Sequence[Report]) -> None:
        self._results: list[Entry | DomainError] = []
        at = now()
        events = [report.event for report in reports]
        steps = {event.step_id for event in events if event.step_id is not None}
        lectures = lectures_of_steps(steps) if steps else {}
        guest_lectures = lectures_of_seats(actor.user_id) if steps and actor.is_guest else set()
        moments = moments_of([event.timestamp for event in events], at)
        for report, moment, event_id in zip(reports, moments, _new_ids(len(events)), strict=True):
            try:
                if isinstance(moment, Invalid):
                    raise moment
                self._results.append(_entry(actor, report, lectures, guest_lectures, moment, at, event_id))
            except DomainError as refusal:
                self._results.append(refusal)
        named = {event.event_id for event in events if event.event_id is not None}
        # Of events that have an id of their own, and may be sent again.
        self._ids = queries.known(actor.user_id, named) if named else {}
        self.fresh = self._numbered(named)

    def outcomes(self) -> list[int | DomainError]:
        return [self._id_of(result) if isinstance(result, Entry) else result for result in self._results]

    def replace_ids(self, ids: dict[UUID, int]) -> None:
        self._ids |= ids

    def _id_of(self, entry: Entry) -> int:
        return self._ids.get(entry.event_id, entry.id) if self._ids else entry.id

    def _numbered(self, named: Set[UUID]) -> list[Entry]:
        """One entry for each event that is not stored yet; a repetition within the request is the same event."""
        places = self._new_places(named)
        ids = store.allocate(len(places)) if places else []
        fresh = []
        for (place, entry), number in zip(places, ids, strict=True):
            self._results[place] = entry = replace(entry, id=number)
            fresh.append(entry)
            if named:
                self._ids[entry.event_id] = number
        return fresh

    def _new_places(self, named: Set[UUID]) -> list[tuple[int, Entry]]:
        """Where each entry is that has to be stored."""
        entries = [(place, result) for place, result in enumerate(self._results) if isinstance(result, Entry)]
        if not named:  # the usual case; looking up ids one by one takes as long as reading the events
            return entries
        seen, places = set(self._ids), []
        for place, entry in entries:
            if entry.event_id not in seen:
                seen.add(entry.event_id)
                places.append((place, entry))
        return places


def _new_ids(count: int) -> Iterator[UUID]:
    """Random ones, from one call of the system: 500 calls took longer than decoding 500 events."""
    chance = os.urandom(16 * count)
    return (UUID(bytes=chance[start : start + 16], version=4) for start in range(0, len(chance), 16))


def _entry(
    actor: Actor,
    report: Report,
    lectures: dict[int, int],
    guest_lectures: set[int],
    moment: Moment,
    at: datetime,
    otherwise: UUID,
) -> Entry:
    """``otherwise`` is the event's id when it has none."""
    event, kept = report
    if event.step_id is not None:
        policies.require_step(actor, lectures.get(event.step_id), guest_lectures)
    if isinstance(kept, DomainError):
        raise kept
    data, screen = kept
    return Entry(
        id=0,
        user_id=actor.user_id,
        subtask_id=event.step_id,
        event_type=event.event_type,
        event_data=data,
        screen_info=screen,
        timestamp=moment.at,
        received_at=at,
        event_id=event.event_id or otherwise,
        sent_timestamp=moment.sent,
    )


def _kept(event: LogEvent) -> tuple[str, str] | DomainError:
    given = event.event_data if event.event_data is not None else event.data
    try:
        return kept_of(given or {}, event.screen_info or {})
    except DomainError as refusal:
        return refusal


def _publish(entries: Sequence[Entry]) -> list[bool]:
    """Which of them the broker has. Inside a transaction none: an answer that is kept with a key (contract 10.3) must
    stand or fall with its rows."""
    if not entries or not kafka.enabled() or connection.in_atomic_block:
        return [False] * len(entries)
    key = str(entries[0].user_id)
    return kafka.publish_many(settings.KAFKA["ACTIVITY_TOPIC"], [kafka.Record(key, encode(entry)) for entry in entries])


def _write(actor: Actor, entries: Sequence[Entry]) -> dict[UUID, int]:
    """The direct way. Returns the ids of events that another try has written in the meantime."""
    try:
        stored = store.save(entries)
    except IntegrityError:  # a step, or the account itself, was deleted a moment ago
        stored = store.save(_without_lost_steps(actor, entries))
    repeated = [entry.event_id for entry in entries if entry.id not in stored]
    return queries.known(actor.user_id, repeated) if repeated else {}


def _without_lost_steps(actor: Actor, entries: Sequence[Entry]) -> list[Entry]:
    """What the deletion would have made of them. Raises ``Unauthenticated`` when the account is gone."""
    if not existing_accounts({actor.user_id}):
        raise Unauthenticated(message="The account does not exist any more")
    left = lectures_of_steps({entry.subtask_id for entry in entries if entry.subtask_id is not None})
    return [entry if entry.subtask_id in left else replace(entry, subtask_id=None) for entry in entries]
