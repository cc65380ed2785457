"""What happens in class, as chat hears of it: every live class has a room of its own (contract 9)."""

from __future__ import annotations

from collections.abc import Iterable

from mobilegpt.chat import services as chat
from mobilegpt.chat.models import MemberRole
from mobilegpt.classroom.events import (
    ParticipantJoined,
    SeatRemoved,
    SessionArchived,
    SessionEnded,
    SessionOpened,
    SessionRef,
)
from mobilegpt.classroom.models import LectureSession
from mobilegpt.lectures.events import LectureErased
from mobilegpt.lectures.models import ColleagueRole
from mobilegpt.lectures.queries import colleagues_in

_NAMELESS = "수업 대화방"  # of a class that was opened before classes had rooms


def open_room(event: SessionOpened) -> None:
    chat.ensure_class_room(event.room.id, event.title, event.room.instructor_id)
    teaching = colleagues_in(event.room.lecture_id).filter(role=ColleagueRole.CO_INSTRUCTOR)
    if user_ids := list(teaching.values_list("user_id", flat=True)):
        chat.run_class_room(event.room.id, user_ids)


def admit_colleague(sessions: Iterable[LectureSession], user_id: int) -> None:
    """A new co-instructor runs the chat of these classes, too. Supporters hear of people and help, and do not chat."""
    for session in sessions:
        chat.run_class_room(session.pk, [user_id])


def dismiss_colleague(sessions: Iterable[LectureSession], user_id: int) -> None:
    """Somebody teaches these classes no more."""
    for session in sessions:
        chat.leave_class_room(session.pk, user_id, MemberRole.ADMIN)


def seat(events: Iterable[ParticipantJoined]) -> None:
    """New seats. Who comes back is a member still, unless the teacher has removed them from the chat."""
    people: dict[SessionRef, list[int]] = {}
    for event in events:
        if not event.again:
            people.setdefault(event.room, []).append(event.user.id)
    for room, user_ids in people.items():
        if not chat.seat_in_class_room(room.id, user_ids):
            chat.ensure_class_room(room.id, _NAMELESS, room.instructor_id)
            chat.seat_in_class_room(room.id, user_ids)


def unseat(event: SeatRemoved) -> None:
    """Who has no seat any more has no place in its chat either."""
    chat.leave_class_room(event.room.id, event.user_id, MemberRole.MEMBER)


def close_room(event: SessionEnded) -> None:
    chat.close_class_room(event.room.id)


def archive_room(event: SessionArchived) -> None:
    chat.archive_class_room(event.room.id)


def archive_rooms(event: LectureErased) -> None:
    """The classes go with their lecture. While it is only taken away, they are reviewed and talked about."""
    for session_id in LectureSession.objects.filter(lecture_id=event.lecture_id).values_list("pk", flat=True):
        chat.archive_class_room(session_id)
