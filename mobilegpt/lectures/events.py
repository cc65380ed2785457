"""What happens to lectures."""

from __future__ import annotations

from mobilegpt.events import topics
from mobilegpt.events.event import Closing, Event
from mobilegpt.realtime.close import CloseCode


class LectureChanged(Event, frozen=True, kw_only=True):
    """Something that R7 or R23 shows has changed: every process forgets what it has cached of it (contract 5.5)."""

    lecture_id: int

    def topics(self) -> tuple[str, ...]:
        return (topics.CONTROL, topics.lecture(self.lecture_id))


class SubtasksRemoved(Event, frozen=True, kw_only=True):
    """Subtasks are about to leave a lecture. A reaction may refuse by raising ``Conflict`` IN_USE (contract 5.3)."""

    lecture_id: int
    subtask_ids: list[int]


class LectureRemoved(Event, frozen=True, kw_only=True):
    """A lecture is about to leave all lists, after its ``SubtasksRemoved``. A reaction may refuse in the same way."""

    lecture_id: int


class LectureErased(Event, frozen=True, kw_only=True):
    """A lecture is about to be deleted for good, with the classes that taught it."""

    lecture_id: int


class StudentUnenrolled(Event, frozen=True, kw_only=True):
    """A student is about to leave a lecture of their own accord. A reaction may refuse as for ``SubtasksRemoved``."""

    lecture_id: int
    user_id: int


class LectureHandedOver(Event, frozen=True, kw_only=True):
    """Another instructor owns the lecture; ``former_id`` may not watch it any more."""

    lecture_id: int
    former_id: int

    def topics(self) -> tuple[str, ...]:
        return (topics.lecture(self.lecture_id),)

    def closes(self) -> Closing | None:
        return Closing(int(CloseCode.FORBIDDEN), self.former_id)


class ColleaguesChanged(Event, frozen=True, kw_only=True):
    """Somebody became a colleague, or is none any more: their sockets close, and come back to what is theirs now."""

    lecture_id: int
    user_id: int

    def topics(self) -> tuple[str, ...]:
        return (topics.instructor(self.user_id), topics.lecture(self.lecture_id))

    def closes(self) -> Closing | None:
        return Closing(int(CloseCode.RESTART), self.user_id)
