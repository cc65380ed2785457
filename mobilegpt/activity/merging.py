"""What two people have reported who are one."""

from __future__ import annotations

import uuid

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.activity.following import silence
from mobilegpt.activity.models import ActivityLog, StepMatch
from mobilegpt.database.merging import move_rows


def move_person(event: AccountsMerged) -> None:
    """Everything; an event id that both have used is told apart. Where they are, their next event tells; what one of
    them took back, or was declined, stays so."""
    theirs = StepMatch.objects.filter(user_id=event.from_id)
    for match in theirs:
        for subtask_id in match.silenced_steps:
            silence(match.session_id, event.into_id, subtask_id)
    theirs.delete()
    named = set(ActivityLog.objects.filter(user_id=event.into_id).values_list("event_id", flat=True))
    for row in ActivityLog.objects.filter(user_id=event.from_id, event_id__in=named):
        ActivityLog.objects.filter(pk=row.pk).update(event_id=uuid.uuid4())
    move_rows(ActivityLog, event.from_id, event.into_id)
