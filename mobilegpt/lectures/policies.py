"""Who may see and change a lecture (contract 5.3; reliability, section 3), and what its fields may hold."""

from __future__ import annotations

from mobilegpt.core.actor import Actor
from mobilegpt.core.addresses import web_address
from mobilegpt.core.errors import ErrorCode, Forbidden, Invalid, NotFound
from mobilegpt.core.text import is_blank, one_line
from mobilegpt.lectures.models import Lecture, TargetAction

MAX_TITLE = 200
MAX_TEXT = 5_000
MAX_URL = 500


def teaches(actor: Actor, lecture: Lecture) -> bool:
    """The owner, or an admin."""
    return actor.is_admin or (actor.is_instructor and lecture.instructor_id == actor.user_id)


def require_teacher_role(actor: Actor) -> None:
    """Checked before anything is looked up: a student learns nothing. Raises ``Forbidden``."""
    if actor.is_student:
        raise Forbidden(message="Only instructors may do this")


def require_teaches(actor: Actor, lecture: Lecture) -> None:
    """Raises ``Forbidden``; ``NotFound`` for an inactive lecture of somebody else."""
    require_teacher_role(actor)
    if teaches(actor, lecture):
        return
    if not lecture.is_active:
        raise NotFound("Lecture")
    raise Forbidden(message="This lecture belongs to another instructor")


def require_visible(actor: Actor, lecture: Lecture, *, enrolled: bool) -> None:
    """Raises ``NotFound`` for inactive lectures, ``Forbidden`` for guests outside of their own (contract 3.9)."""
    if actor.is_guest and not enrolled:
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may see the lecture of their session only")
    if not (lecture.is_active or enrolled or teaches(actor, lecture)):
        raise NotFound("Lecture")


def require_member(actor: Actor, lecture: Lecture, *, enrolled: bool) -> None:
    """For the lecture's own people. Raises what ``require_visible`` raises, and ``Forbidden``."""
    require_visible(actor, lecture, enrolled=enrolled)
    if not (enrolled or teaches(actor, lecture)):
        code = ErrorCode.NOT_ENROLLED if actor.is_student else ErrorCode.FORBIDDEN
        raise Forbidden(code, "Only students of this lecture and its instructor may see this")


def usable_title(text: str) -> str:
    return one_line(text, "title", MAX_TITLE)


def usable_url(text: str | None, field: str) -> str | None:
    """An http(s) address or ``None``; it is never fetched (contract 5.4). Raises ``Invalid``."""
    return web_address(text, field, MAX_URL)


def known_action(text: str | None) -> TargetAction | None:
    """Raises ``Invalid`` for what no phone can do."""
    if text is None or is_blank(text):
        return None
    try:
        return TargetAction(text.strip().upper())
    except ValueError:
        actions = ", ".join(TargetAction.values)
        message = f"target_action is one of {actions}, or null"
        raise Invalid(message=message, details={"field": "target_action"}) from None
