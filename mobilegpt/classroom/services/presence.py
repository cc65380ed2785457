"""Who is there (contract 6.7). ``is_present`` turns by conditional UPDATE: joined and left come once per pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Case, CharField, Exists, F, OuterRef, Value, When
from django.db.models.functions import Cast, Concat

from mobilegpt.accounts.people import person_of
from mobilegpt.classroom import selectors
from mobilegpt.classroom.events import ParticipantLeft
from mobilegpt.classroom.models import ParticipantStatus, SessionParticipant, SessionStatus
from mobilegpt.classroom.services.seats import come_back, lock
from mobilegpt.core.clock import now
from mobilegpt.events.models import SocketLease
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
            come_back(session, seat, person_of(seat.user), taken)


def mark_absent(session_id: int, user_id: int) -> None:
    """A seat's owner has gone: DISCONNECTED, unless they had COMPLETED."""
    with unit_of_work():
        gone = SessionParticipant.objects.filter(session_id=session_id, user_id=user_id, is_present=True).update(
            is_present=False,
            status=Case(
                When(status=ParticipantStatus.COMPLETED, then=F("status")),
                default=Value(ParticipantStatus.DISCONNECTED.value),
            ),
        )
        if gone:
            emit(_left(session_id, user_id))


def mark_absent_if_silent(before: datetime) -> None:
    """End the presence of those without a sign of life since ``before`` and without an open socket."""
    lease = SocketLease.objects.filter(
        topic=Concat(Value("session:"), Cast(OuterRef("session_id"), CharField())),
        user_id=OuterRef("user_id"),
        expires_at__gt=now(),
    )
    silent = (
        SessionParticipant.objects.filter(is_present=True, last_seen_at__lt=before)
        .exclude(session__status=SessionStatus.ENDED)
        .exclude(Exists(lease))
        .values_list("session_id", "user_id")
    )
    for session_id, user_id in list(silent[:_SWEPT_AT_ONCE]):
        mark_absent(session_id, user_id)


def touch(user_ids: Iterable[int], at: datetime) -> None:
    """These users showed a sign of life."""
    with unit_of_work():
        SessionParticipant.objects.filter(user_id__in=list(user_ids), is_present=True).exclude(
            session__status=SessionStatus.ENDED
        ).update(last_seen_at=at)


def _left(session_id: int, user_id: int) -> ParticipantLeft:
    seat = SessionParticipant.objects.select_related("user", "session__lecture").get(
        session_id=session_id, user_id=user_id
    )
    present = SessionParticipant.objects.filter(session_id=session_id, is_present=True).count()
    return ParticipantLeft(
        room=selectors.room_of(seat.session),
        user=person_of(seat.user),
        last_active_at=seat.last_seen_at,
        at=now(),
        active_participants=present,
    )
