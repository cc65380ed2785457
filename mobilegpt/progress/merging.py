"""Progress and achievements of two people who are one."""

from __future__ import annotations

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.database.merging import earliest, move_rows
from mobilegpt.progress.models import Achievement, ProgressStatus, SubtaskProgress
from mobilegpt.progress.services import MILESTONES

# From the least to the most that is known of a step.
_ORDER = [
    ProgressStatus.NOT_STARTED,
    ProgressStatus.IN_PROGRESS,
    ProgressStatus.HELP_NEEDED,
    ProgressStatus.COMPLETED,
]


def move_person(event: AccountsMerged) -> None:
    """One row for each step: what either has completed is completed, and begun when the first of them began."""
    for theirs, kept in move_rows(SubtaskProgress, event.from_id, event.into_id, "subtask_id"):
        SubtaskProgress.objects.filter(pk=kept.pk).update(
            status=max(theirs.status, kept.status, key=lambda status: _ORDER.index(ProgressStatus(status))),
            started_at=earliest(theirs.started_at, kept.started_at),
            completed_at=earliest(theirs.completed_at, kept.completed_at),
            updated_at=max(theirs.updated_at, kept.updated_at),
        )
        theirs.delete()
    for won, before in move_rows(Achievement, event.from_id, event.into_id, "milestone"):
        Achievement.objects.filter(pk=before.pk).update(unlocked_at=min(won.unlocked_at, before.unlocked_at))
        won.delete()
    _unlock_together(event.into_id)


def _unlock_together(user_id: int) -> None:
    """What both have completed may come to a milestone that neither had reached."""
    completed = SubtaskProgress.objects.filter(user_id=user_id, status=ProgressStatus.COMPLETED).count()
    held = set(Achievement.objects.filter(user_id=user_id).values_list("milestone", flat=True))
    fresh = [milestone for milestone in MILESTONES if milestone <= completed and milestone not in held]
    Achievement.objects.bulk_create(Achievement(user_id=user_id, milestone=milestone) for milestone in fresh)
