"""What time does to sessions: review ends, guests are forgotten. Idempotent, run again and again."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from mobilegpt.accounts.services import delete_expired_guests as delete_guests_of
from mobilegpt.classroom import selectors
from mobilegpt.classroom.events import SessionArchived
from mobilegpt.classroom.models import LectureSession, SessionParticipant, SessionStatus
from mobilegpt.classroom.services.seats import lock
from mobilegpt.core.clock import now
from mobilegpt.events.outbox import emit, unit_of_work


def archive_old_sessions() -> int:
    """REVIEW_MODE becomes ENDED after ``REVIEW_DAYS`` (contract 6.1). Returns how many."""
    horizon = now() - timedelta(days=settings.REVIEW_DAYS)
    over = LectureSession.objects.filter(status=SessionStatus.REVIEW_MODE, ended_at__lt=horizon)
    return sum(archive_session(session_id) for session_id in list(over.values_list("pk", flat=True)))


def archive_session(session_id: int) -> bool:
    """End a session for good: its code is dead, its sockets close with 4410. ``False`` when it is not in review."""
    with unit_of_work():
        session = lock(session_id)
        if session.status != SessionStatus.REVIEW_MODE:
            return False
        session.status = SessionStatus.ENDED
        session.save(update_fields=["status"])
        emit(SessionArchived(room=selectors.room_of(session), at=now()))
        return True


def delete_expired_guests() -> int:
    """Delete guests 30 days after their newest session (one never ended: after its last date); returns how many."""
    horizon = now() - timedelta(days=settings.GUEST_RETENTION_DAYS)
    abandoned = (
        Q(ended_at__isnull=True, created_at__lt=horizon)
        & (Q(started_at__isnull=True) | Q(started_at__lt=horizon))
        & (Q(scheduled_at__isnull=True) | Q(scheduled_at__lt=horizon))
    )
    over = LectureSession.objects.filter(Q(ended_at__lt=horizon) | abandoned)
    keep = SessionParticipant.objects.exclude(session__in=over).values("user_id")
    return delete_guests_of(list(over.values_list("pk", flat=True)), keep=keep)
