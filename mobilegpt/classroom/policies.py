"""Who may see and run a live session (reliability, section 3; contract 6)."""

from __future__ import annotations

from django.conf import settings

from mobilegpt.classroom.models import LectureSession, SessionParticipant, SessionStatus
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, NotFound
from mobilegpt.lectures.models import ColleagueRole, Lecture
from mobilegpt.lectures.policies import helps as supports
from mobilegpt.lectures.policies import leads, of_another, role_of, teaches

TITLE_LENGTH = 200


def runs(actor: Actor, session: LectureSession) -> bool:
    """The owner of the lecture, a co-instructor of it or of this class, or an admin (contract 11.8)."""
    return not actor.is_student and leads(actor, session.lecture.instructor_id, role_in(actor, session))


def helps(actor: Actor, session: LectureSession) -> bool:
    """Whoever runs it, and its supporters: they see its people and their help requests (contract 11.8)."""
    return supports(actor, session.lecture.instructor_id, role_in(actor, session))


def role_in(actor: Actor, session: LectureSession) -> ColleagueRole | None:
    """The caller's role as a colleague in this class; one query for who neither owns it nor is an admin."""
    return role_of(actor, session.lecture.instructor_id, session.lecture_id, session.pk)


def require_staff_role(actor: Actor) -> None:
    """Checked before the session is looked up: a student learns nothing of it. Raises ``Forbidden``."""
    if actor.is_student:
        raise Forbidden(message="Only the session's instructor may do this")


def require_runs(actor: Actor, session: LectureSession) -> None:
    """Raises ``NotFound`` for other instructors (contract 6.12)."""
    require_staff_role(actor)
    if not runs(actor, session):
        raise NotFound("Session")


def require_helps(actor: Actor, session: LectureSession | None) -> LectureSession:
    """Raises ``Forbidden`` for students, whether there is such a session or not; ``NotFound`` for other instructors."""
    if session is not None and helps(actor, session):
        return session
    require_staff_role(actor)
    raise NotFound("Session")


def require_may_open(actor: Actor, lecture: Lecture | None) -> Lecture:
    """Who may open a class on a lecture. Raises ``Forbidden``; ``NotFound`` for one that the caller may not know of."""
    require_staff_role(actor)
    if lecture is None:
        raise NotFound("Lecture")
    if teaches(actor, lecture):
        return lecture
    raise of_another(lecture)


def require_student(actor: Actor) -> None:
    if not actor.is_student:
        raise Forbidden(message="Only students take a seat")


def require_guests_welcome() -> None:
    """Raises ``Forbidden`` GUEST_JOIN_DISABLED where seats without an account are turned off (contract 3.9)."""
    if not settings.GUEST_JOIN:
        raise Forbidden(ErrorCode.GUEST_JOIN_DISABLED, "This server has no seats without an account")


def require_own_session(actor: Actor, seat: SessionParticipant | None) -> None:
    """Raises ``Forbidden`` GUEST_NOT_ALLOWED for a guest where they have no seat (contract 3.9)."""
    if actor.is_guest and seat is None:
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may use their own sessions only")


def require_not_barred(seat: SessionParticipant | None) -> None:
    """Raises ``Forbidden`` SEAT_REMOVED for whom the instructor has removed without a way back (contract 11.4)."""
    if seat is not None and seat.is_barred:
        raise barred(seat)


def require_not_removed(seat: SessionParticipant | None) -> None:
    """As ``require_not_barred``; who may come back has to come by the code first."""
    if seat is not None and seat.removed_at is not None:
        raise barred(seat)


def barred(seat: SessionParticipant) -> Forbidden:
    """What is told to whose seat was removed."""
    details = {"may_return": seat.may_return}
    return Forbidden(ErrorCode.SEAT_REMOVED, "The instructor has removed this seat", details=details)


def require_status(session: LectureSession, *allowed: SessionStatus) -> None:
    """Raises ``Conflict`` INVALID_TRANSITION, which says where the session stands (contract 6.1)."""
    if session.status not in allowed:
        raise Conflict(
            ErrorCode.INVALID_TRANSITION,
            f"The session is {session.status}",
            details={"status": session.status, "allowed": [status.value for status in allowed]},
        )
