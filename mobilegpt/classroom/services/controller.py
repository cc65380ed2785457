"""Who of several instructors is in control of a class (contract 11.8).

Whoever moves the class is in control of it from then on. A co-instructor moves it while nobody else does: as long as
who is in control has a socket of the class open, the co-instructor takes over first. The owner moves it always.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mobilegpt.accounts.people import person_of, person_of_actor
from mobilegpt.accounts.person import Person
from mobilegpt.audit import trail
from mobilegpt.classroom import selectors
from mobilegpt.classroom.events import ControlChanged
from mobilegpt.classroom.models import LIVE, LectureSession, SessionStatus
from mobilegpt.classroom.policies import require_status
from mobilegpt.classroom.services.seats import lock
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.events import topics
from mobilegpt.events.leases import has_socket
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.lectures.models import ColleagueRole
from mobilegpt.lectures.queries import colleagues_in


@dataclass(frozen=True, slots=True)
class Control:
    """``controller`` is null while nobody has moved the class; ``is_here``: they have a socket of it open."""

    session: LectureSession
    controller: Person | None
    is_here: bool


def control_of(session: LectureSession) -> Control:
    """Two queries, or none while nobody is in control."""
    if session.controller is None:
        return Control(session, None, is_here=False)
    return Control(session, person_of(session.controller), _has_socket(session.pk, session.controller.pk))


def take_control(*, actor: Actor, session_ref: str) -> Control:
    """The class is the caller's to move; whoever was in control hears of it, and may take it back in the same way.

    Raises ``Forbidden``, ``NotFound``, ``Conflict`` INVALID_TRANSITION once the class is over.
    """
    seen = selectors.session_step_of(actor, session_ref)
    with unit_of_work():
        session = lock(seen.session_id)
        require_status(session, *LIVE)
        if session.controller_id != actor.user_id:
            _hand_to(session, actor)
            trail.record("class.taken_over", actor_id=actor.user_id, subject=f"session:{session.pk}")
        return control_of(session)


def come_into_control(session: LectureSession, seen: selectors.SessionStep, actor: Actor) -> None:
    """The caller is about to move a locked session. An admin observes, and changes nothing of who is in control.

    Raises ``Conflict`` CLASS_IN_OTHER_HANDS for a co-instructor while somebody else, who is there, is in control.
    """
    owns = session.lecture.instructor_id == actor.user_id
    if session.controller_id == actor.user_id or (actor.is_admin and not owns):
        return
    if session.controller_id is not None and not owns and seen.role is not None:
        _refuse_while_there(session)
    _hand_to(session, actor)


def tell_who_came(there: Mapping[int, Iterable[int]]) -> None:
    """Instructors have opened their first sockets of these sessions."""
    for session_id, user_ids in there.items():
        _tell_whether_here(session_id, user_ids, is_here=True)


def tell_who_left(gone: Mapping[int, Mapping[int, datetime]]) -> None:
    """The last sockets of instructors, by session, are closed, and the grace is over."""
    for session_id, people in gone.items():
        _tell_whether_here(session_id, people, is_here=False)


def _refuse_while_there(session: LectureSession) -> None:
    control = control_of(session)
    if control.controller is not None and control.is_here:
        raise Conflict(
            ErrorCode.CLASS_IN_OTHER_HANDS,
            f"{control.controller.name} is in control of this class",
            details={"user_id": control.controller.id, "name": control.controller.name},
        )


def _hand_to(session: LectureSession, actor: Actor) -> None:
    session.controller_id = actor.user_id
    session.save(update_fields=["controller"])
    if _is_shared(session):
        _tell(session, person_of_actor(actor), is_here=_has_socket(session.pk, actor.user_id))


def _tell_whether_here(session_id: int, user_ids: Iterable[int], *, is_here: bool) -> None:
    """Nothing where none of these people is in control, or nobody else could be."""
    rows = LectureSession.objects.filter(pk=session_id, controller_id__in=list(user_ids))
    session = rows.exclude(status=SessionStatus.ENDED).select_related("lecture", "controller").first()
    if session is not None and session.controller is not None and _is_shared(session):
        with unit_of_work():
            _tell(session, person_of(session.controller), is_here=is_here)


def _tell(session: LectureSession, controller: Person, *, is_here: bool) -> None:
    emit(ControlChanged(room=selectors.room_of(session), controller=controller, is_here=is_here, at=now()))


def _is_shared(session: LectureSession) -> bool:
    """Whether anybody but the owner may move the class."""
    colleagues = colleagues_in(session.lecture_id, session.pk)
    return colleagues.filter(role=ColleagueRole.CO_INSTRUCTOR).exists()


def _has_socket(session_id: int, user_id: int) -> bool:
    return has_socket(topics.session_staff(session_id), user_id)
