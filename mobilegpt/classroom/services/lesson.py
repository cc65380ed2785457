"""A change of the lecture reaches a running class only when its instructor says so (contract 11.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mobilegpt.audit import trail
from mobilegpt.classroom import policies, selectors
from mobilegpt.classroom.events import LessonRefreshed, StepReworded
from mobilegpt.classroom.lesson import lesson_of_class
from mobilegpt.classroom.models import LectureSession, SessionStatus
from mobilegpt.classroom.services.seats import lock
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.lectures.revisions import Lesson, keep


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A class after its lesson was taken anew. ``changed``: the lecture had other words or steps than the class."""

    session: LectureSession
    before: Lesson
    after: Lesson
    changed: bool
    at: datetime


def refresh_lesson(*, actor: Actor, session_ref: str) -> Refreshed:
    """Teach the lecture as it is now. Again, and without a change of the lecture, nothing happens and nobody is told.

    Raises ``Forbidden``, ``NotFound``; ``Conflict`` INVALID_TRANSITION unless the class runs or is paused, and
    STEP_NOT_IN_LESSON while it stands on a step that the lecture has lost: it has to go to another one first.
    """
    seen = selectors.session_step_of(actor, session_ref)
    with unit_of_work():
        session = lock(seen.session_id)
        policies.require_status(session, SessionStatus.IN_PROGRESS, SessionStatus.PAUSED)
        before, at = lesson_of_class(session), now()
        session.lecture_version = keep(session.lecture_id)
        after = lesson_of_class(session)
        step = after.course.get(session.current_subtask_id)
        if step is None:
            raise Conflict(
                ErrorCode.STEP_NOT_IN_LESSON,
                "The class stands on a step that the lecture does not have any more; go to another one first",
                details={"subtask_id": session.current_subtask_id},
            )
        changed = not before.says_the_same(after)
        session.save(update_fields=["lecture_version"])
        if changed:
            trail.record(
                "class.lesson_refreshed", subject=f"session:{session.pk}", versions=[before.version, after.version]
            )
            room, message = selectors.room_of(session), session.instructor_message or None
            emit(LessonRefreshed(room=room, total_steps=len(after.course), at=at))
            if step != before.course.get(step.id):
                emit(StepReworded(room=room, step=step, at=at, instructor_message=message))
        return Refreshed(session, before, after, changed, at)
