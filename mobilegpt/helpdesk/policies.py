"""Who may see and answer a help request (reliability, section 3)."""

from __future__ import annotations

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Forbidden, NotFound
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.lectures.policies import teaches as teaches_lecture


def teaches(actor: Actor, request: HelpRequest) -> bool:
    """The owner of the lecture, or an admin."""
    return teaches_lecture(actor, request.lecture)


def require_may_see(actor: Actor, request: HelpRequest) -> None:
    """Its asker and its teacher; absent for everybody else. Raises ``NotFound``."""
    if request.user_id != actor.user_id and not teaches(actor, request):
        raise NotFound("Help request")


def require_teaching_role(actor: Actor) -> None:
    """Checked before the request is looked up. Raises ``Forbidden``."""
    if actor.is_student:
        raise Forbidden(message="Only the lecture's instructor may do this")


def require_teaches(actor: Actor, request: HelpRequest) -> None:
    """Raises ``NotFound`` for other instructors."""
    if not teaches(actor, request):
        raise NotFound("Help request")
