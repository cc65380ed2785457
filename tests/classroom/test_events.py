"""Where each event of a class goes, whom it spares, and whose sockets it closes (contract 6.10, 10.1)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mobilegpt.accounts.person import Person
from mobilegpt.classroom.events import (
    COMING_AND_GOING_SECONDS,
    Announcement,
    ParticipantJoined,
    ParticipantLeft,
    SessionArchived,
    SessionEnded,
    SessionHandedOver,
    SessionOpened,
    SessionPaused,
    SessionProgress,
    SessionRef,
    SessionResumed,
    SessionStarted,
    StepChanged,
)
from mobilegpt.lectures.step import Step

AT = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
ROOM = SessionRef(id=5, code="ABC234", lecture_id=8, instructor_id=3)
KIM = Person(id=4, name="김학생", email="student1@example.com", role="STUDENT")
STEP = Step(
    id=11,
    task_id=10,
    title="카카오톡 앱 열기",
    order_index=1,
    position=1,
    target_action="CLICK",
    guide_text="",
    voice_guide_text="",
)

STARTED = SessionStarted(room=ROOM, step=STEP, started_at=AT, instructor_message=None)
STEPPED = StepChanged(room=ROOM, step=STEP, previous_subtask_id=None, at=AT, instructor_message=None)
PAUSED = SessionPaused(room=ROOM, at=AT, instructor_message=None)
RESUMED = SessionResumed(room=ROOM, at=AT, instructor_message=None)
ENDED = SessionEnded(room=ROOM, ended_at=AT, instructor_message=None)
SAID = Announcement(room=ROOM, status="WAITING", ended_at=None, at=AT, instructor_message="안녕하세요")
ARCHIVED = SessionArchived(room=ROOM, at=AT)
JOINED = ParticipantJoined(room=ROOM, user=KIM, status="ACTIVE", joined_at=AT, at=AT, total_participants=1)
LEFT = ParticipantLeft(room=ROOM, user=KIM, last_active_at=AT, at=AT, active_participants=0)


def progress(room: SessionRef | None) -> SessionProgress:
    return SessionProgress(
        room=room,
        lecture_id=8,
        instructor_id=3,
        user=KIM,
        subtask_id=11,
        subtask_title="카카오톡 앱 열기",
        old_status="IN_PROGRESS",
        new_status="COMPLETED",
        completed_at=AT,
        rate=0.5,
    )


@pytest.mark.parametrize("event", [STARTED, PAUSED, RESUMED, ENDED], ids=lambda event: type(event).__name__)
def test_a_turn_of_the_class_is_numbered_and_shown_on_dashboards(event: SessionStarted) -> None:
    assert event.streams() == ("session:5",)
    assert event.topics() == ("colleagues:5", "lecture:8", "instructor:3", "lectures")
    assert (event.hidden_from(), event.closes(), event.linger()) == (None, None, 0.0)


@pytest.mark.parametrize("event", [STEPPED, SAID, ARCHIVED], ids=lambda event: type(event).__name__)
def test_what_is_said_in_the_room_stays_in_the_room(event: StepChanged) -> None:
    assert (event.streams(), event.topics()) == (("session:5",), ())
    assert (event.hidden_from(), event.linger()) == (None, 0.0)


@pytest.mark.parametrize("event", [JOINED, LEFT], ids=lambda event: type(event).__name__)
def test_coming_and_going_is_not_numbered_and_not_told_to_oneself(event: ParticipantJoined) -> None:
    assert event.streams() == ()
    assert event.topics() == ("session:5", "lecture:8", "instructor:3")
    assert (event.hidden_from(), event.linger()) == (KIM.id, COMING_AND_GOING_SECONDS)


def test_progress_is_for_those_who_teach() -> None:
    assert progress(ROOM).streams() == ("session-staff:5",)
    assert progress(None).streams() == ()
    assert progress(ROOM).topics() == progress(None).topics() == ("lecture:8", "instructor:3", "lectures")


def test_nobody_is_there_when_a_class_is_opened() -> None:
    opened = SessionOpened(room=ROOM, title="오전반")
    assert (opened.streams(), opened.topics()) == ((), ())


def test_the_archive_closes_every_socket_and_a_new_owner_the_former_ones() -> None:
    everybody, former = ARCHIVED.closes(), SessionHandedOver(room=ROOM, former_id=3).closes()
    assert everybody is not None
    assert former is not None
    assert (everybody.code, everybody.user_id) == (4410, None)
    assert (former.code, former.user_id) == (4403, 3)


@pytest.mark.parametrize("event", [JOINED, LEFT, progress(ROOM)], ids=lambda event: type(event).__name__)
def test_an_erased_person_is_in_no_kept_event(event: ParticipantJoined) -> None:
    erased = event.forgetting(KIM.id)
    assert (erased.user.id, erased.user.email) == (KIM.id, None)
    assert erased.user.name != KIM.name
    assert erased.room == ROOM
    assert event.forgetting(999) == event
