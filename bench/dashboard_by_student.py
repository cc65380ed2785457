"""The dashboard as the documents' own backend writes it: a few questions for each student. Measured for comparison."""

from __future__ import annotations

from typing import Any

from mobilegpt.core.clock import iso
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.lectures.models import Enrollment, Subtask
from mobilegpt.progress.models import SubtaskProgress


def students(lecture_id: int) -> list[dict[str, Any]]:
    """S0's student list: counts by ORM, one student after the other."""
    shown = []
    for enrollment in Enrollment.objects.filter(lecture_id=lecture_id).select_related("user"):
        total = Subtask.objects.filter(task__lecture_id=lecture_id).count()
        mine = SubtaskProgress.objects.filter(user=enrollment.user, subtask__task__lecture_id=lecture_id)
        completed = mine.filter(status="COMPLETED").count()
        shown.append(
            {
                "user_id": enrollment.user_id,
                "user_name": enrollment.user.name,
                "email": enrollment.user.email,
                "progress_rate": completed / total * 100 if total else 0,
                "completed_subtasks": completed,
                "total_subtasks": total,
                "pending_help": HelpRequest.objects.filter(
                    user=enrollment.user, lecture_id=lecture_id, closed_at__isnull=True
                ).count(),
                "enrolled_at": iso(enrollment.enrolled_at),
            }
        )
    return shown
