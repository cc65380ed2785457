"""Writing down from when to when people were in a class (contract 11.6).

An interval begins with a seat, or when it is taken up again, and ends at the last moment at which somebody was there
for certain: not when the server noticed. Short cuts are stored as they were; ``intervals.union`` bridges them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, Q

from mobilegpt.classroom import queries
from mobilegpt.classroom.events import ParticipantJoined, ParticipantLeft, SessionEnded
from mobilegpt.classroom.intervals import BRIDGED
from mobilegpt.classroom.models import LectureSession, PresenceInterval, SessionParticipant
from mobilegpt.classroom.presence_log import open_sockets
from mobilegpt.core.clock import now
from mobilegpt.events.outbox import write_with_events


def begin_presence(joined: Sequence[ParticipantJoined]) -> None:
    """Reacts to arrivals: together, and in the trip to the database that stores them. In review nobody is present."""
    came = {(event.room.id, event.user.id): event.at for event in joined}
    beginnings = queries.beginning_of_presence([(*who, at) for who, at in sorted(came.items())])
    write_with_events(*beginnings, of_other_rows=True)


def end_presence(left: Sequence[ParticipantLeft]) -> None:
    """Reacts to departures. Whose leaving is noticed after the end of the class, but was before it, left before it."""
    gone: dict[int, dict[int, datetime]] = defaultdict(dict)
    for event in left:
        gone[event.room.id][event.user.id] = event.last_known_at or event.at
    ended: list[PresenceInterval] = []
    for session_id, people in gone.items():
        over = LectureSession.objects.filter(pk=session_id).values_list("ended_at", flat=True)[:1]
        until_now = Q(ended_at__isnull=True) | Q(ended_at=over)
        for interval in PresenceInterval.objects.filter(until_now, session_id=session_id, user_id__in=list(people)):
            last = max(people[interval.user_id], interval.began_at)
            if interval.ended_at is None or last < interval.ended_at:
                interval.ended_at = last
                ended.append(interval)
    queries.end_presence(ended)


def end_presence_of(session_id: int, user_id: int) -> None:
    """As ``end_presence``, now and at once: before the end of the transaction the intervals are another person's."""
    mine = PresenceInterval.objects.filter(session_id=session_id, user_id=user_id, ended_at__isnull=True)
    mine.update(ended_at=now())


def end_all_presence(event: SessionEnded) -> None:
    """Reacts to the end of a class: who is there was until then, but for who is silent already and has no socket."""
    seats = SessionParticipant.objects.filter(session_id=event.room.id)
    silent = seats.filter(last_seen_at__lt=event.ended_at - BRIDGED).exclude(Exists(open_sockets()))
    last_seen = dict(silent.values_list("user_id", "last_seen_at"))
    still_open = PresenceInterval.objects.filter(session_id=event.room.id, ended_at__isnull=True)
    ended = list(still_open.filter(user_id__in=list(last_seen)))
    for interval in ended:
        interval.ended_at = max(last_seen[interval.user_id], interval.began_at)
    queries.end_presence(ended)
    still_open.update(ended_at=event.ended_at)
