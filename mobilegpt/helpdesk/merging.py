"""Requests for help of two people who are one."""

from __future__ import annotations

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.database.merging import earliest, move_rows
from mobilegpt.helpdesk import closing, selectors
from mobilegpt.helpdesk.models import (
    CloseReason,
    HelpAnalysis,
    HelpRequest,
    HelpResponse,
    RememberedAnswer,
    RequestType,
    Silence,
)


def move_person(event: AccountsMerged) -> None:
    """All requests; of two that are open for one step of one class, one is closed: that which nobody made, else the
    later one. Instructors hear of it."""
    here, there = event.from_id, event.into_id
    _close_doubles(here, there)
    move_rows(HelpRequest, here, there)
    move_rows(HelpRequest, here, there, column="claimed_by_id")
    move_rows(HelpResponse, here, there, column="author_id")
    move_rows(HelpAnalysis, here, there, column="decided_by_id")
    move_rows(RememberedAnswer, here, there, column="approved_by_id")
    for theirs, kept in move_rows(Silence, here, there, "session_id", "subtask_id"):
        moments = {
            field.attname: earliest(getattr(theirs, field.attname), getattr(kept, field.attname))
            for field in Silence._meta.concrete_fields
            if field.attname.endswith("_at")
        }
        Silence.objects.filter(pk=kept.pk).update(**moments)
        theirs.delete()


def _close_doubles(here: int, there: int) -> None:
    waiting = selectors.open_requests().filter(user_id__in=[here, there])
    opened: dict[tuple[int, int | None], HelpRequest] = {}
    for request in sorted(waiting, key=lambda one: (one.request_type == RequestType.AUTO, one.pk)):
        if opened.setdefault((request.subtask_id, request.session_id), request) is not request:
            closing.close(request, CloseReason.CLOSED)
