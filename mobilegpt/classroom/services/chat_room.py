"""What happens in class, as chat hears of it: every live class has a room of its own (contract 9)."""

from __future__ import annotations

from collections.abc import Iterable

from mobilegpt.chat import services as chat
from mobilegpt.classroom.events import (
    ParticipantJoined,
    SeatRemoved,
    SessionArchived,
    SessionEnded,
    SessionOpened,
    SessionRef,
)
from mobilegpt.classroom.models import LectureSession
from mobilegpt.lectures.events import LectureRemoved

_NAMELESS = "수업 대화방"  # of a class that was opened before classes had rooms


def open_room(event: SessionOpened) -> None:
    chat.ensure_class_room(event.room.id, event.title, event.room.instructor_id)


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
    chat.leave_class_room(event.room.id, event.user_id)


def close_room(event: SessionEnded) -> None:
    chat.close_class_room(event.room.id)


def archive_room(event: SessionArchived) -> None:
    chat.archive_class_room(event.room.id)


def archive_rooms(event: LectureRemoved) -> None:
    for session_id in LectureSession.objects.filter(lecture_id=event.lecture_id).values_list("pk", flat=True):
        chat.archive_class_room(session_id)
