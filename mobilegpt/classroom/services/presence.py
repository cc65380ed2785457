"""Who is there (contract 6.7). ``is_present`` turns by conditional UPDATE: joined and left come once per pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from django.db.models import Case, Exists, F, Value, When

from mobilegpt.classroom import selectors
from mobilegpt.classroom.events import ParticipantLeft
from mobilegpt.classroom.models import LectureSession, ParticipantStatus, SessionParticipant, SessionStatus
from mobilegpt.classroom.presence_log import open_sockets
from mobilegpt.classroom.services.seats import come_back, lock
from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.events.outbox import emit, unit_of_work

_SWEPT_AT_ONCE = 200


def mark_present(there: Mapping[int, Iterable[int]]) -> None:
    """Seats' owners, by session, are there again; nothing happens without a seat, or when they never left."""
    for session_id, user_ids in there.items():
        _mark_present(session_id, user_ids)


def _mark_present(session_id: int, user_ids: Iterable[int]) -> None:
    absent = SessionParticipant.objects.filter(
        session_id=session_id, user_id__in=list(user_ids), is_present=False, removed_at__isnull=True
    )
    if not absent.exists():
        return
    with unit_of_work():
        session = lock(session_id)
        taken = selectors.participant_count(session_id)
        for seat in absent.select_related("user"):
            come_back(session, seat, seat.person, taken)


def mark_absent(session_id: int, user_id: int, last_known_at: datetime | None = None) -> None:
    """A seat's owner has gone: DISCONNECTED, unless they had COMPLETED. ``last_known_at`` is now if not given."""
    mark_all_absent({session_id: {user_id: last_known_at or now()}})


def mark_all_absent(gone: Mapping[int, Mapping[int, datetime]]) -> None:
    """As ``mark_absent``, for people by session, each with the last moment at which they were there for certain."""
    for session_id, people in gone.items():
        with suppress(NotFound), unit_of_work():
            _mark_absent(lock(session_id), people)


def _mark_absent(session: LectureSession, people: Mapping[int, datetime]) -> None:
    present = SessionParticipant.objects.filter(session_id=session.pk, is_present=True)
    seats = list(present.filter(user_id__in=list(people)).select_related("user").order_by("pk"))
    if not seats:
        return
    present.filter(pk__in=[seat.pk for seat in seats]).update(
        is_present=False,
        status=Case(
            When(status=ParticipantStatus.COMPLETED, then=F("status")),
            default=Value(ParticipantStatus.DISCONNECTED.value),
        ),
    )
    left_behind = present.count()
    for others, seat in zip(reversed(range(len(seats))), seats, strict=True):
        emit(_left(session, seat, left_behind + others, people[seat.user_id]))


def mark_absent_if_silent(before: datetime) -> None:
    """End the presence of those without a sign of life since ``before`` and without an open socket."""
    silent = (
        SessionParticipant.objects.filter(is_present=True, last_seen_at__lt=before)
        .exclude(session__status=SessionStatus.ENDED)
        .exclude(Exists(open_sockets()))
        .values_list("session_id", "user_id", "last_seen_at")
    )
    gone: dict[int, dict[int, datetime]] = defaultdict(dict)
    for session_id, user_id, last_seen_at in silent[:_SWEPT_AT_ONCE]:
        gone[session_id][user_id] = last_seen_at
    mark_all_absent(gone)


def touch(user_ids: Iterable[int], at: datetime) -> None:
    """These users showed a sign of life."""
    with unit_of_work():
        SessionParticipant.objects.filter(user_id__in=list(user_ids), is_present=True).exclude(
            session__status=SessionStatus.ENDED
        ).update(last_seen_at=at)


def _left(session: LectureSession, seat: SessionParticipant, present: int, last_known_at: datetime) -> ParticipantLeft:
    return ParticipantLeft(
        room=selectors.room_of(session),
        user=seat.person,
        last_active_at=seat.last_seen_at,
        at=now(),
        active_participants=present,
        last_known_at=last_known_at,
    )
