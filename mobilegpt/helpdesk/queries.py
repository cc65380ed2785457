"""What the help desk asks so often that the statement is built once."""

from __future__ import annotations

from django.db.models import QuerySet

from mobilegpt.database.statements import PreparedQuery
from mobilegpt.helpdesk.models import HelpRequest


def _open(user_id: int, subtask_id: int) -> QuerySet[HelpRequest, tuple[int]]:
    rows = HelpRequest.objects.filter(user_id=user_id, subtask_id=subtask_id, closed_at__isnull=True)
    return rows.values_list("pk")[:1]


def _open_in(session_id: int) -> QuerySet[HelpRequest, tuple[int]]:
    return HelpRequest.objects.filter(session_id=session_id, closed_at__isnull=True).values_list("pk")[:1]


_is_open = PreparedQuery(_open, int, int)
_is_open_in = PreparedQuery(_open_in, int)


def has_open_request(user_id: int, subtask_id: int) -> bool:
    """Whether the learner waits for help with the step, in any class. Every step that is completed asks this."""
    return _is_open.first(user_id, subtask_id) is not None


def has_open_requests_in(session_id: int) -> bool:
    """Whether anybody waits for help in the class, or was noticed. Every move of a class asks this."""
    return _is_open_in.first(session_id) is not None
