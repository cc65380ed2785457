"""Who may write and read progress (reliability, section 3)."""

from __future__ import annotations

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import ErrorCode, Forbidden, NotFound
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.policies import teaches


def require_student(actor: Actor) -> None:
    """Raises ``Forbidden``: only students have progress of their own."""
    if not actor.is_student:
        raise Forbidden(message="Only students may do this")


def require_same_user(actor: Actor, user_id: int | None) -> None:
    """``user_id`` in a request never is identity (contract 3.6). Raises ``Forbidden`` USER_ID_MISMATCH."""
    if user_id is not None and user_id != actor.user_id:
        raise Forbidden(ErrorCode.USER_ID_MISMATCH, "user_id is not yours")


def require_enrolled(actor: Actor, *, enrolled: bool, active: bool) -> None:
    """Raises ``Forbidden``, or ``NotFound`` for a lecture that the caller may not know of (contract 5.3)."""
    if enrolled:
        return
    if actor.is_guest:
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may use their own lecture only")
    if not active:
        raise NotFound("Lecture")
    raise Forbidden(ErrorCode.NOT_ENROLLED, "You are not enrolled in this lecture")


def require_teaching_role(actor: Actor) -> None:
    """Checked before the lecture is looked up: a student learns nothing of it. Raises ``Forbidden``."""
    if actor.is_student:
        raise Forbidden(message="Only the lecture's instructor may do this")


def require_teacher(actor: Actor, lecture: Lecture | None) -> Lecture:
    """Students 403, other instructors as if it were absent. Returns the lecture."""
    require_teaching_role(actor)
    if lecture is None or not teaches(actor, lecture):
        raise NotFound("Lecture")
    return lecture
