"""Who may report what (reliability, section 3; contract 3.6, 3.9)."""

from __future__ import annotations

from collections.abc import Collection

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import ErrorCode, Forbidden, NotFound


def require_own(actor: Actor, user_id: object) -> None:
    """``user_id`` in a report never is identity, whatever its type. Raises ``Forbidden`` USER_ID_MISMATCH."""
    if user_id is not None and str(user_id) != str(actor.user_id):
        raise Forbidden(ErrorCode.USER_ID_MISMATCH, "user_id is not yours")


def require_step(actor: Actor, lecture_id: int | None, guest_lecture_ids: Collection[int]) -> None:
    """The step exists (``lecture_id`` is its lecture's) and, for a guest, is of one of the guest's own lectures.

    Raises ``NotFound``, or ``Forbidden`` GUEST_NOT_ALLOWED.
    """
    if actor.is_guest and lecture_id not in guest_lecture_ids:
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may use their own lectures only")
    if lecture_id is None:
        raise NotFound("Subtask")
