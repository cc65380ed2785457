"""What happens in class, as chat hears of it: every live class has a room of its own (contract 9)."""

from __future__ import annotations

from mobilegpt.chat import services as chat
from mobilegpt.classroom.events import ParticipantJoined, SessionArchived, SessionEnded, SessionOpened
from mobilegpt.classroom.models import LectureSession
from mobilegpt.lectures.events import LectureRemoved

_NAMELESS = "수업 대화방"  # of a class that was opened before classes had rooms


def open_room(event: SessionOpened) -> None:
    chat.ensure_class_room(event.room.id, event.title, event.room.instructor_id)


def seat(event: ParticipantJoined) -> None:
    """A new seat. Who comes back is a member still, unless the teacher has removed them from the chat."""
    if event.again:
        return
    if not chat.seat_in_class_room(event.room.id, event.user.id):
        chat.ensure_class_room(event.room.id, _NAMELESS, event.room.instructor_id)
        chat.seat_in_class_room(event.room.id, event.user.id)


def close_room(event: SessionEnded) -> None:
    chat.close_class_room(event.room.id)


def archive_room(event: SessionArchived) -> None:
    chat.archive_class_room(event.room.id)


def archive_rooms(event: LectureRemoved) -> None:
    for session_id in LectureSession.objects.filter(lecture_id=event.lecture_id).values_list("pk", flat=True):
        chat.archive_class_room(session_id)
