"""Taking sheets, keeping them, and letting people go from them (contract 11.6; reliability X22)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings

from mobilegpt.accounts.events import AccountErased
from mobilegpt.attendance.models import AttendanceRecord
from mobilegpt.attendance.selectors import reckoned
from mobilegpt.attendance.sheet import Attendance
from mobilegpt.classroom.events import SessionEnded
from mobilegpt.classroom.models import LIVE, LectureSession, SessionParticipant
from mobilegpt.classroom.presence_log import forget_presence
from mobilegpt.core.clock import now
from mobilegpt.core.gone import GONE_NAME
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.jobs.port import enqueue, job

JOB = "attendance.take"
LATE_SECONDS = 120.0
"""By then it is noticed of every phone when it fell silent, also of those that did so just before the end."""
_FACTS = [
    "user",
    "name",
    "first_in",
    "last_out",
    "present_seconds",
    "steps_done",
    "hands_raised",
    "answers",
    "taken_at",
]
_DELETED_AT_ONCE = 2_000


def take_when_ended(event: SessionEnded) -> None:
    """Reacts to the end of a class: its sheet is taken at once, and again when the last silence is noticed."""
    payload = {"session_id": event.room.id}
    enqueue(JOB, payload, key=f"{event.room.id}")
    enqueue(JOB, payload, key=f"{event.room.id} late", delay_seconds=LATE_SECONDS)


@job(JOB, lease_seconds=30)
def take_by_job(payload: dict[str, Any]) -> None:
    """``take``, as a job. A class that is gone meanwhile has no sheet."""
    take(payload["session_id"])


def take(session_id: int) -> int:
    """Write the sheet of a class that is over, or what has changed of it; returns how many lines it has."""
    with unit_of_work():
        if not LectureSession.objects.filter(pk=session_id).exclude(status__in=LIVE).exists():
            return 0
        people = reckoned([session_id])[session_id]
        _write(session_id, people)
        return len(people)


def let_go(event: AccountErased) -> None:
    """Reacts to the end of an account: what the sheets count stays, for classes without a sheet as well.

    The name goes, unless it was only a guest's time that was over: sheets have a time of their own.
    """
    user_id = event.user_id
    seats = SessionParticipant.objects.filter(user_id=user_id)
    kept = AttendanceRecord.objects.filter(person=user_id).values("session_id")
    for session_id, people in reckoned(
        list(seats.exclude(session_id__in=kept).values_list("session_id", flat=True)), person=user_id
    ).items():
        _write(session_id, people)
    if not event.expired:
        AttendanceRecord.objects.filter(person=user_id).update(name=GONE_NAME)


def merge_people(left: int, into: int) -> None:
    """Two accounts turned out to be one person: the sheets of ``left`` are those of ``into``.

    Inside of a unit of work, when everything else of the one has gone to the other.
    """
    lines = AttendanceRecord.objects.filter(person=left)
    both = set(AttendanceRecord.objects.filter(person=into).values_list("session_id", flat=True))
    reckon_anew = list(lines.filter(session_id__in=both).values_list("session_id", flat=True))
    lines.filter(session_id__in=both).delete()
    lines.update(person=into, user_id=into)
    for session_id, people in reckoned(reckon_anew, person=into).items():
        _write(session_id, people)


def delete_old() -> int:
    """Sheets are kept for ``ATTENDANCE_DAYS``, and so is when people were in a class; returns how many lines went."""
    if settings.ATTENDANCE_DAYS <= 0:
        return 0
    horizon = now() - timedelta(days=settings.ATTENDANCE_DAYS)
    forget_presence(horizon)
    old = AttendanceRecord.objects.filter(taken_at__lt=horizon).order_by()
    total = 0
    while some := list(old.values_list("pk", flat=True)[:_DELETED_AT_ONCE]):
        with unit_of_work():
            AttendanceRecord.objects.filter(pk__in=some).delete()
        total += len(some)
    return total


def _write(session_id: int, people: Iterable[Attendance]) -> None:
    moment = now()
    records = [
        AttendanceRecord(
            session_id=session_id,
            user_id=one.person,
            person=one.person,
            name=one.name,
            first_in=one.first_in,
            last_out=one.last_out,
            present_seconds=one.present_seconds,
            steps_done=one.steps_done,
            hands_raised=one.hands_raised,
            answers=one.answers,
            taken_at=moment,
        )
        for one in people
    ]
    AttendanceRecord.objects.bulk_create(
        records, update_conflicts=True, unique_fields=["session", "person"], update_fields=_FACTS
    )
