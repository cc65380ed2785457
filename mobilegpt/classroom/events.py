"""What happens in a live session. Everything any dialect shows is in the event: encoders ask no database."""

from __future__ import annotations

from datetime import datetime

import msgspec

from mobilegpt.accounts.person import Person
from mobilegpt.events import topics
from mobilegpt.events.event import Closing, Event
from mobilegpt.lectures.step import Step
from mobilegpt.realtime.close import CloseCode


class SessionRef(msgspec.Struct, frozen=True, kw_only=True):
    """The session that an event belongs to."""

    id: int
    code: str
    lecture_id: int
    instructor_id: int


class SessionOpened(Event, frozen=True, kw_only=True):
    """A new session stands in WAITING; nobody can be in it yet."""

    room: SessionRef
    title: str


class SessionStarted(Event, frozen=True, kw_only=True):
    """WAITING became IN_PROGRESS. A ``StepChanged`` with ``initial`` follows it."""

    room: SessionRef
    step: Step
    started_at: datetime
    instructor_message: str | None

    def streams(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)

    def topics(self) -> tuple[str, ...]:
        return (topics.colleagues(self.room.id), *_instructors(self.room.instructor_id, self.room.lecture_id))


class StepChanged(Event, frozen=True, kw_only=True):
    """The room stands on another step. ``initial``: it is the start's own, told to those who know no start event."""

    room: SessionRef
    step: Step
    previous_subtask_id: int | None
    at: datetime
    instructor_message: str | None
    initial: bool = False

    def streams(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)


class LessonRefreshed(Event, frozen=True, kw_only=True):
    """The class teaches the lecture as it is now, and stands where it stood."""

    room: SessionRef
    total_steps: int
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)


class StepReworded(Event, frozen=True, kw_only=True):
    """The step on which the room stands reads otherwise, or has another place; it follows a ``LessonRefreshed``."""

    room: SessionRef
    step: Step
    at: datetime
    instructor_message: str | None

    def streams(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)


class SettingsChanged(Event, frozen=True, kw_only=True):
    """Who runs the class set something of it: all settings as they are now, for its instructors alone."""

    room: SessionRef
    title: str
    scheduled_at: datetime | None
    locked: bool
    auto_help: bool
    distinct_names: bool
    gate_percent: int | None
    at: datetime
    completion: str = "suggested"  # servers of before did not say
    screens: bool = True  # nor this

    def streams(self) -> tuple[str, ...]:
        return (topics.session_staff(self.room.id),)


class SeatRemoved(Event, frozen=True, kw_only=True):
    """The instructor took somebody's seat away: their sockets of the session close. Nobody is told why they went."""

    room: SessionRef
    user_id: int

    def topics(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)

    def closes(self) -> Closing | None:
        return Closing(int(CloseCode.FORBIDDEN), self.user_id)


class SeatChanged(Event, frozen=True, kw_only=True):
    """A seat was renamed, removed, given back or merged into another; for the class's instructors alone.

    ``user`` has the name that this class calls them. ``merged_into`` is the seat that took this one up.
    """

    room: SessionRef
    participant_id: int
    user: Person
    removed: bool
    may_return: bool
    merged_into: int | None
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return (topics.session_staff(self.room.id),)


class SessionPaused(Event, frozen=True, kw_only=True):
    """IN_PROGRESS became PAUSED."""

    room: SessionRef
    at: datetime
    instructor_message: str | None

    def streams(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)

    def topics(self) -> tuple[str, ...]:
        return (topics.colleagues(self.room.id), *_instructors(self.room.instructor_id, self.room.lecture_id))


class SessionResumed(Event, frozen=True, kw_only=True):
    """PAUSED became IN_PROGRESS."""

    room: SessionRef
    at: datetime
    instructor_message: str | None

    def streams(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)

    def topics(self) -> tuple[str, ...]:
        return (topics.colleagues(self.room.id), *_instructors(self.room.instructor_id, self.room.lecture_id))


class BreakChanged(Event, frozen=True, kw_only=True):
    """A break in a paused class has an end, another one, or none any more (contract 11.13); with ``rt.v1`` only."""

    room: SessionRef
    at: datetime
    break_ends_at: datetime | None

    def streams(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)


class SessionEnded(Event, frozen=True, kw_only=True):
    """The class is over; the session is in REVIEW_MODE and its sockets stay open (contract 6.1)."""

    room: SessionRef
    ended_at: datetime
    instructor_message: str | None

    def streams(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)

    def topics(self) -> tuple[str, ...]:
        return (topics.colleagues(self.room.id), *_instructors(self.room.instructor_id, self.room.lecture_id))


class SessionArchived(Event, frozen=True, kw_only=True):
    """The review time is over: the code is dead, sockets of the session close with 4410."""

    room: SessionRef
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)

    def closes(self) -> Closing | None:
        return Closing(int(CloseCode.SESSION_OVER))


class SessionHandedOver(Event, frozen=True, kw_only=True):
    """Another instructor owns the lecture: ``former_id`` runs this session no more."""

    room: SessionRef
    former_id: int

    def topics(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)

    def closes(self) -> Closing | None:
        return Closing(int(CloseCode.FORBIDDEN), self.former_id)


class StaffLeft(Event, frozen=True, kw_only=True):
    """A colleague has no role in this class any more: their sockets close, and come back as what they are now."""

    room: SessionRef
    user_id: int

    def topics(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)

    def closes(self) -> Closing | None:
        return Closing(int(CloseCode.RESTART), self.user_id)


class ControlChanged(Event, frozen=True, kw_only=True):
    """Who of several is in control of the class, and whether they have a socket of it open (contract 11.8)."""

    room: SessionRef
    controller: Person
    is_here: bool
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return (topics.session_staff(self.room.id),)


class Announcement(Event, frozen=True, kw_only=True):
    """The instructor said something to everybody; the state stays as it is."""

    room: SessionRef
    status: str
    ended_at: datetime | None
    at: datetime
    instructor_message: str
    instructor_name: str = ""  # servers of before did not say

    def streams(self) -> tuple[str, ...]:
        return (topics.session(self.room.id),)


class ParticipantJoined(Event, frozen=True, kw_only=True):
    """Someone took their seat, or took it up ``again``; once, until they leave (contract 6.4)."""

    room: SessionRef
    user: Person
    status: str
    joined_at: datetime
    at: datetime
    total_participants: int
    again: bool = False

    def topics(self) -> tuple[str, ...]:
        return _room_and_dashboards(self.room)

    def hidden_from(self) -> int | None:
        return self.user.id

    def linger(self) -> float:
        return COMING_AND_GOING_SECONDS


class ParticipantLeft(Event, frozen=True, kw_only=True):
    """Someone has gone: no socket after the grace, or no sign of life (contract 6.7).

    ``last_known_at``: the last moment at which they were there for certain; null: ``at`` itself.
    """

    room: SessionRef
    user: Person
    last_active_at: datetime
    at: datetime
    active_participants: int
    last_known_at: datetime | None = None

    def topics(self) -> tuple[str, ...]:
        return _room_and_dashboards(self.room)

    def hidden_from(self) -> int | None:
        return self.user.id

    def linger(self) -> float:
        return COMING_AND_GOING_SECONDS


class SessionProgress(Event, frozen=True, kw_only=True):
    """A learner's progress, for those who teach: the staff of the live session in which they sit, and the instructor.

    ``room`` is null for who learns alone. ``rate`` is 0 to 1 over the lecture's distinct steps.
    """

    room: SessionRef | None
    lecture_id: int
    instructor_id: int
    user: Person
    subtask_id: int
    subtask_title: str
    old_status: str
    new_status: str
    completed_at: datetime | None
    rate: float

    def streams(self) -> tuple[str, ...]:
        return (topics.session_staff(self.room.id),) if self.room is not None else ()

    def topics(self) -> tuple[str, ...]:
        return _instructors(self.instructor_id, self.lecture_id)


class CompletionReported(Event, frozen=True, kw_only=True):
    """Somebody's phone said that a step is done, by an operation or a frame of the apps (contract 12).

    ``completed_subtasks``: what they have done in this class. ``SessionProgress`` tells the change itself.
    """

    room: SessionRef
    participant_id: int
    user: Person
    subtask_id: int
    completed_subtasks: list[int]

    def topics(self) -> tuple[str, ...]:
        return (topics.session_staff(self.room.id),)


class RosterChanged(Event, frozen=True, kw_only=True):
    """Somebody stands differently in a session, or the session has other settings, and no other event tells it.

    It is shown to nobody: those who run the session are told the whole roster (contract 11.1).
    """

    session_id: int

    def topics(self) -> tuple[str, ...]:
        return (topics.session_staff(self.session_id),)


# A hall of 300 arrives within seconds: one write per socket for many arrivals.
COMING_AND_GOING_SECONDS = 0.1


def _room_and_dashboards(room: SessionRef) -> tuple[str, ...]:
    return (topics.session(room.id), topics.lecture(room.lecture_id), topics.instructor(room.instructor_id))


def _instructors(owner_id: int, lecture_id: int) -> tuple[str, ...]:
    """The owner hears of all their lectures at once, colleagues of each lecture by itself (contract 11.8)."""
    return (topics.lecture(lecture_id), topics.instructor(owner_id), topics.EVERY_LECTURE)
