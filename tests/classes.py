"""A class in the database, and the events that a test caused."""

from __future__ import annotations

from typing import TypeVar

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import EndSession, OpenSession, StartSession
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.actor import Actor
from mobilegpt.events.event import Event, decode_event
from mobilegpt.events.models import StreamEntry
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast

E = TypeVar("E", bound=Event)


def open_class(lecture: Lecture) -> LectureSession:
    """A session in WAITING."""
    return services.open_session(
        actor=cast.actor(lecture.instructor), lecture_id=lecture.pk, command=OpenSession(title="오전반")
    )


def start(session: LectureSession) -> None:
    services.start_session(actor=owner_of(session), session_ref=str(session.pk), command=StartSession())
    session.refresh_from_db()


def end(session: LectureSession) -> None:
    services.end_session(actor=owner_of(session), session_ref=str(session.pk), command=EndSession())
    session.refresh_from_db()


def owner_of(session: LectureSession) -> Actor:
    return cast.actor(session.lecture.instructor)


def seat(session: LectureSession, user: User) -> SessionParticipant:
    """A seat for a student who knows the code."""
    return services.take_seat(actor=cast.actor(user), session=session).seat


def steps(lecture: Lecture) -> list[Subtask]:
    """In lecture order."""
    rows = Subtask.objects.filter(task__lecture=lecture).select_related("task__lecture")
    return list(rows.order_by("task__order_index", "order_index"))


def events() -> list[Event]:
    """Everything emitted so far, each event once, in order."""
    rows = {row.event_id: row for row in StreamEntry.objects.order_by("-pk")}
    return [decode_event(row.event_type, bytes(row.payload)) for row in reversed(rows.values())]


def events_of(kind: type[E]) -> list[E]:
    return [event for event in events() if isinstance(event, kind)]


def forget_events() -> None:
    StreamEntry.objects.all().delete()


def forget_events_of(kind: type[Event]) -> None:
    StreamEntry.objects.filter(event_type=kind.__name__).delete()
