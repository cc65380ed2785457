"""Who may see and answer a help request (reliability, section 3; contract 11.8)."""

from __future__ import annotations

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, NotFound
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.lectures import policies as lectures
from mobilegpt.lectures.queries import is_colleague


def helps(actor: Actor, request: HelpRequest) -> bool:
    """The lecture's owner, an admin, and colleagues of any role, of the lecture or of the class of the request."""
    owner, lecture = request.lecture.instructor_id, request.lecture_id
    return lectures.helps(actor, owner, lectures.role_of(actor, owner, lecture, request.session_id))


def leads(actor: Actor, request: HelpRequest) -> bool:
    """As ``helps``, without supporters."""
    owner, lecture = request.lecture.instructor_id, request.lecture_id
    return lectures.leads(actor, owner, lectures.role_of(actor, owner, lecture, request.session_id))


def require_may_see(actor: Actor, request: HelpRequest) -> None:
    """Its asker and who helps there; absent for everybody else. Raises ``NotFound``."""
    if request.user_id != actor.user_id and not helps(actor, request):
        raise NotFound("Help request")


def require_teaching_role(actor: Actor) -> None:
    """Checked before the lecture is looked up. Raises ``Forbidden``."""
    if actor.is_student:
        raise Forbidden(message="Only the lecture's instructor may do this")


def require_helping_role(actor: Actor) -> None:
    """As ``require_teaching_role``; students who support a lecture or class pass. Raises ``Forbidden``."""
    if actor.is_student and (actor.is_guest or not is_colleague(actor.user_id)):
        require_teaching_role(actor)


def require_helps(actor: Actor, request: HelpRequest | None) -> HelpRequest:
    """Raises ``Forbidden`` for students, whether there is such a request or not; ``NotFound`` for other instructors."""
    if request is not None and helps(actor, request):
        return request
    require_teaching_role(actor)
    raise NotFound("Help request")


def require_open(request: HelpRequest) -> None:
    """Raises ``Conflict`` REQUEST_CLOSED."""
    if request.closed_at is not None:
        raise Conflict(ErrorCode.REQUEST_CLOSED, "This request is closed")
