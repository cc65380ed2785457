"""Who may see and change a lecture (contract 5.3; reliability, section 3), and what its fields may hold."""

from __future__ import annotations

from mobilegpt.core.actor import Actor
from mobilegpt.core.addresses import web_address
from mobilegpt.core.errors import DomainError, ErrorCode, Forbidden, Invalid, NotFound
from mobilegpt.core.text import is_blank, one_line
from mobilegpt.files import lesson_files
from mobilegpt.lectures import queries
from mobilegpt.lectures.models import ColleagueRole, Lecture, TargetAction

MAX_TITLE = 200
MAX_TEXT = 5_000
MAX_URL = 500


def owns(actor: Actor, lecture: Lecture) -> bool:
    """The owner, or an admin: who decides about the lecture's people, and deletes it (contract 11.8)."""
    return leads(actor, lecture.instructor_id, None)


def leads(actor: Actor, instructor_id: int, role: ColleagueRole | None) -> bool:
    """The one rule of who teaches: an admin, the owner, a co-instructor. ``role`` is the caller's as a colleague there.

    A co-instructor is an instructor: somebody who is a student (again) leads nothing.
    """
    if actor.is_admin:
        return True
    return actor.is_instructor and (instructor_id == actor.user_id or role is ColleagueRole.CO_INSTRUCTOR)


def helps(actor: Actor, instructor_id: int, role: ColleagueRole | None) -> bool:
    """Who sees a class's people and their help requests, and answers: who leads it, and supporters of any role."""
    return leads(actor, instructor_id, role) or (role is not None and not actor.is_guest)


def role_of(actor: Actor, instructor_id: int, lecture_id: int, session_id: int | None = None) -> ColleagueRole | None:
    """The caller's role as a colleague in a lecture, or in one class of it; asked of those only whom it can let in."""
    if actor.is_guest or actor.is_admin or instructor_id == actor.user_id:
        return None
    return queries.role_in(actor.user_id, lecture_id, session_id)


def teaches(actor: Actor, lecture: Lecture) -> bool:
    """The owner, a co-instructor of the whole lecture, or an admin."""
    if actor.is_student:
        return False
    return leads(actor, lecture.instructor_id, role_of(actor, lecture.instructor_id, lecture.pk))


def teaches_in(actor: Actor, lecture: Lecture) -> bool:
    """Who teaches it, and whoever does in one class of it."""
    if actor.is_student:
        return False
    if owns(actor, lecture):
        return True
    return leads(actor, lecture.instructor_id, queries.role_anywhere(actor.user_id, lecture.pk))


def require_teacher_role(actor: Actor) -> None:
    """Checked before anything is looked up: a student learns nothing. Raises ``Forbidden``."""
    if actor.is_student:
        raise Forbidden(message="Only instructors may do this")


def require_teaches(actor: Actor, lecture: Lecture) -> None:
    """Raises ``Forbidden``; ``NotFound`` for an inactive lecture of somebody else."""
    require_teacher_role(actor)
    if not teaches(actor, lecture):
        raise of_another(lecture)


def require_owns(actor: Actor, lecture: Lecture) -> None:
    """As ``require_teaches``; co-instructors get ``Forbidden`` too (contract 11.8)."""
    require_teaches(actor, lecture)
    if not owns(actor, lecture):
        raise Forbidden(message="Only the lecture's owner may do this")


def of_another(lecture: Lecture) -> DomainError:
    """What is told to an instructor who does not teach the lecture."""
    if not lecture.is_active:
        return NotFound("Lecture")
    return Forbidden(message="This lecture belongs to another instructor")


def require_visible(actor: Actor, lecture: Lecture, *, enrolled: bool) -> None:
    """Raises ``NotFound`` for inactive lectures, ``Forbidden`` for guests outside of their own (contract 3.9)."""
    if actor.is_guest and not enrolled:
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may see the lecture of their session only")
    if not (lecture.is_active or enrolled or teaches_in(actor, lecture)):
        raise NotFound("Lecture")


def require_member(actor: Actor, lecture: Lecture, *, enrolled: bool) -> None:
    """For the lecture's own people. Raises what ``require_visible`` raises, and ``Forbidden``."""
    require_visible(actor, lecture, enrolled=enrolled)
    if not (enrolled or teaches(actor, lecture)):
        code = ErrorCode.NOT_ENROLLED if actor.is_student else ErrorCode.FORBIDDEN
        raise Forbidden(code, "Only students of this lecture and its instructor may see this")


def usable_title(text: str) -> str:
    return one_line(text, "title", MAX_TITLE)


def usable_thumbnail(text: str | None) -> str | None:
    """A picture that this server keeps (contract 11.11), an http(s) address, which is never fetched (contract 5.4), or
    ``None``. Raises ``Invalid``."""
    if text is not None and lesson_files.is_picture_url(text.strip()):
        return text.strip()
    return web_address(text, "thumbnail_url", MAX_URL)


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
