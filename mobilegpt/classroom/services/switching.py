"""A class that waits is held on another lecture of its instructor (contract 12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mobilegpt.audit import trail
from mobilegpt.classroom import policies, selectors
from mobilegpt.classroom.commands import SwitchLecture
from mobilegpt.classroom.events import LessonRefreshed, StaffLeft
from mobilegpt.classroom.lesson import course_of_class
from mobilegpt.classroom.models import LectureSession, SessionParticipant, SessionStatus
from mobilegpt.classroom.services import chat_room
from mobilegpt.classroom.services.control import controlled
from mobilegpt.classroom.services.lobby import title_of_class
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Forbidden
from mobilegpt.events.outbox import emit
from mobilegpt.lectures import queries as lectures
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.services import ensure_enrolled


@dataclass(frozen=True, slots=True)
class Switched:
    """A class, the lecture on which it was to be held, and since when it is another."""

    session: LectureSession
    previous: Lecture
    at: datetime


def switch_lecture(*, actor: Actor, session_ref: str, command: SwitchLecture) -> Switched:
    """Everybody who waits there is enrolled in the other lecture, and who was asked to help in this class still does.

    The class stays its instructor's: nobody takes it along to a lecture of somebody else. Raises ``Forbidden``,
    ``NotFound``; ``Conflict`` INVALID_TRANSITION once the class has started.
    """
    with controlled(actor, session_ref, None, SessionStatus.WAITING) as session:
        previous, at = session.lecture, now()
        lecture = _wanted(actor, previous, command.lecture_id)
        if lecture.pk == previous.pk:
            return Switched(session, previous, at)
        own_title = session.title != title_of_class(previous, session.created_at)
        session.title = session.title if own_title else title_of_class(lecture, session.created_at)
        session.lecture = lecture
        session.save(update_fields=["lecture", "title"])
        lectures.move_colleagues_of_class(session.pk, lecture.pk)
        _change_staff(session, previous, lecture)
        seats = SessionParticipant.objects.filter(session_id=session.pk, removed_at__isnull=True)
        ensure_enrolled(list(seats.values_list("user_id", flat=True)), lecture.pk)
        trail.record("class.lecture_switched", subject=f"session:{session.pk}", lectures=[previous.pk, lecture.pk])
        emit(LessonRefreshed(room=selectors.room_of(session), total_steps=len(course_of_class(session)), at=at))
        return Switched(session, previous, at)


def _wanted(actor: Actor, previous: Lecture, lecture_id: int) -> Lecture:
    """Locked, so that it is not deleted at the same moment. Raises ``NotFound``, ``Forbidden``."""
    rows = Lecture.objects.select_for_update(of=("self",), no_key=True).select_related("instructor")
    lecture = policies.require_may_open(actor, rows.filter(pk=lecture_id, is_drawer=False).first())
    if previous.deleted_at is None:
        policies.require_may_open(actor, previous)
    if lecture.instructor_id != previous.instructor_id:
        raise Forbidden(message="A class stays with its instructor")
    return lecture


def _change_staff(session: LectureSession, previous: Lecture, lecture: Lecture) -> None:
    """Whoever taught or helped in all of the other lecture has nothing to do with this class any more."""
    room = selectors.room_of(session)
    came = set(lectures.colleagues_in(lecture.pk, session.pk).values_list("user_id", flat=True))
    for user_id in lectures.colleagues_in(previous.pk).values_list("user_id", flat=True):
        if user_id not in came:
            chat_room.dismiss_colleague([session], user_id)
            emit(StaffLeft(room=room, user_id=user_id))
    for user_id in lectures.teaching_in(lecture.pk, session.pk):
        chat_room.admit_colleague([session], user_id)
