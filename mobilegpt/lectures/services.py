"""Writes of lectures: editing, ordering, enrolling (contract 5)."""

from __future__ import annotations

from mobilegpt.lectures.models import Enrollment
from mobilegpt.realtime.outbox import unit_of_work


def ensure_enrolled(user_id: int, lecture_id: int) -> bool:
    """Enrol a student who may not be yet; returns whether this made the enrolment. For joining (contract 6.4)."""
    with unit_of_work():
        _, created = Enrollment.objects.get_or_create(user_id=user_id, lecture_id=lecture_id)
        return created
