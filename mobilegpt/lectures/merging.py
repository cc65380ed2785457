"""Enrolments of two people who are one."""

from __future__ import annotations

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.database.merging import move_rows
from mobilegpt.lectures.models import Enrollment


def move_person(event: AccountsMerged) -> None:
    """One enrolment in each lecture, the earlier one."""
    for theirs, kept in move_rows(Enrollment, event.from_id, event.into_id, "lecture_id"):
        enrolled_at = min(theirs.enrolled_at, kept.enrolled_at)
        opens = theirs.opens_classes or kept.opens_classes
        Enrollment.objects.filter(pk=kept.pk).update(enrolled_at=enrolled_at, opens_classes=opens)
        theirs.delete()
