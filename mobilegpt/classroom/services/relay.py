"""What the class does when something happens below it (see ``config/reactions.py``)."""

from __future__ import annotations

from msgspec.structs import replace

from mobilegpt.accounts.person import Person
from mobilegpt.classroom import queries, selectors
from mobilegpt.classroom.events import SessionHandedOver, SessionProgress, SessionRef
from mobilegpt.classroom.models import LIVE, LectureSession, SessionParticipant, SessionStatus
from mobilegpt.classroom.own_class import OwnClass
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.events.outbox import emit
from mobilegpt.lectures.events import LectureHandedOver, LectureRemoved, StudentUnenrolled, SubtasksRemoved
from mobilegpt.progress.events import ProgressChanged


def relay_progress(event: ProgressChanged) -> None:
    """Tell those who teach, with the live session in which the learner sits."""
    live = queries.live_room(OwnClass(event.user.id, event.lecture_id, event.subtask_id, event.session_id or 0))
    emit(
        SessionProgress(
            room=_room(live, event) if live is not None else None,
            lecture_id=event.lecture_id,
            instructor_id=event.instructor_id,
            user=_called(event.user, live[2]) if live is not None else event.user,
            subtask_id=event.subtask_id,
            subtask_title=event.subtask_title,
            old_status=event.old_status,
            new_status=event.new_status,
            completed_at=event.completed_at,
            rate=event.rate,
        )
    )


def undoable_in(user_id: int, lecture_id: int, subtask_id: int, session_id: int | None) -> int | None:
    """Their class, if it runs, paused or not, stands on this step, and they have done it there (contract 11.9).

    It cannot leave the step before the caller's transaction ends: of a next step and what is taken back at the same
    moment one comes first, and the other sees it.
    """
    return queries.hold_where_done(OwnClass(user_id, lecture_id, subtask_id, session_id or 0))


def _called(user: Person, name: str) -> Person:
    return replace(user, name=name) if name else user


def _room(live: tuple[int, str, str], event: ProgressChanged) -> SessionRef:
    session_id, code, _ = live
    return SessionRef(id=session_id, code=code, lecture_id=event.lecture_id, instructor_id=event.instructor_id)


def dismiss_former(event: LectureHandedOver) -> None:
    """Who owned the lecture runs none of its sessions any more."""
    sessions = LectureSession.objects.filter(lecture_id=event.lecture_id).exclude(status=SessionStatus.ENDED)
    for session in sessions.select_related("lecture"):
        emit(SessionHandedOver(room=selectors.room_of(session), former_id=event.former_id))


def refuse_if_in_use(event: SubtasksRemoved) -> None:
    """A live session stands on one of them (contract 5.3). Raises ``Conflict`` IN_USE."""
    standing = LectureSession.objects.filter(status__in=LIVE, current_subtask_id__in=event.subtask_ids)
    if standing.exists():
        raise Conflict(ErrorCode.IN_USE, "A live session stands on this step")


def refuse_if_held(event: LectureRemoved) -> None:
    """A class on this lecture has not been ended (contract 5.3). Raises ``Conflict`` IN_USE."""
    if LectureSession.objects.filter(lecture_id=event.lecture_id, status__in=LIVE).exists():
        raise Conflict(ErrorCode.IN_USE, "A live session uses this lecture")


def refuse_if_seated(event: StudentUnenrolled) -> None:
    """Who sits in a class of the lecture that has not ended learns in it. Raises ``Conflict`` IN_USE."""
    seats = SessionParticipant.objects.filter(
        user_id=event.user_id,
        session__lecture_id=event.lecture_id,
        session__status__in=LIVE,
        removed_at__isnull=True,
        left_at__isnull=True,
    )
    if seats.exists():
        raise Conflict(ErrorCode.IN_USE, "You sit in a class of this lecture; leave it first")
