"""A class in any order of commands: its state, log and seats stay true to each other (contract 6.1, 6.5, 6.11)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import (
    AdvanceStep,
    Announce,
    EndSession,
    PauseSession,
    ResumeSession,
    StartSession,
)
from mobilegpt.classroom.events import (
    ParticipantJoined,
    ParticipantLeft,
    SessionEnded,
    SessionPaused,
    SessionResumed,
    SessionStarted,
    StepChanged,
)
from mobilegpt.classroom.models import LectureSession, SessionParticipant, StepControl
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, Forbidden
from mobilegpt.lectures.models import Enrollment, Lecture
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes

pytestmark = pytest.mark.django_db

Act = Callable[[Actor, LectureSession, list[User]], object]


def moved(place: int) -> Act:
    return lambda owner, session, _: services.advance_step(
        actor=owner,
        session_ref=session.code,
        command=AdvanceStep(subtask_id=classes.steps(session.lecture)[place].pk),
    )


ACTS: dict[str, Act] = {
    "start": lambda owner, session, _: services.start_session(
        actor=owner, session_ref=session.code, command=StartSession()
    ),
    "next": lambda owner, session, _: services.advance_step(
        actor=owner, session_ref=session.code, command=AdvanceStep()
    ),
    "to the first": moved(0),
    "to the last": moved(2),
    "pause": lambda owner, session, _: services.pause_session(
        actor=owner, session_ref=session.code, command=PauseSession()
    ),
    "resume": lambda owner, session, _: services.resume_session(
        actor=owner, session_ref=session.code, command=ResumeSession()
    ),
    "say": lambda owner, session, _: services.announce(
        actor=owner, session_ref=session.code, command=Announce(message="천천히 하세요")
    ),
    "end": lambda owner, session, _: services.end_session(actor=owner, session_ref=session.code, command=EndSession()),
    "kim completes": lambda _, session, people: update_progress(
        actor=cast.actor(people[0]),
        command=UpdateProgress(subtask_id=classes.steps(session.lecture)[2].pk, status="COMPLETED"),
    ),
    "kim comes": lambda _, session, people: classes.seat(session, people[0]),
    "lee comes": lambda _, session, people: classes.seat(session, people[1]),
    "kim goes": lambda _, session, people: services.mark_absent(session.pk, people[0].pk),
    "kim is back": lambda _, session, people: services.mark_present({session.pk: [people[0].pk]}),
}


beginnings = some.sampled_from([[], ["start"], ["kim comes", "start"], ["kim comes", "lee comes", "start", "next"]])
goings_on = some.lists(some.sampled_from(list(ACTS)), max_size=12)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(beginnings, goings_on)
def test_whatever_happens_in_a_class_its_records_agree(
    lecture: Lecture, kim: User, lee: User, first: list[str], then: list[str]
) -> None:
    SubtaskProgress.objects.all().delete()
    Enrollment.objects.all().delete()
    session, owner = classes.open_class(lecture), cast.actor(lecture.instructor)
    classes.forget_events()
    for act in [*first, *then]:
        with suppress(Conflict, Forbidden):  # not in this state, not yet enrolled
            ACTS[act](owner, session, [kim, lee])
    session.refresh_from_db()

    assert (session.status, session.current_subtask_id) == replayed()
    assert_log_is_a_walk(session)
    assert_seats_follow(session)


def replayed() -> tuple[str, int | None]:
    """The state and the step that the events have told."""
    status, step = "WAITING", None
    for event in classes.events():
        match event:
            case SessionStarted():
                assert status == "WAITING"
                status = "IN_PROGRESS"
            case StepChanged():
                assert event.previous_subtask_id == step != event.step.id
                step = event.step.id
            case SessionPaused():
                assert status == "IN_PROGRESS"
                status = "PAUSED"
            case SessionResumed():
                assert status == "PAUSED"
                status = "IN_PROGRESS"
            case SessionEnded():
                assert status in ("WAITING", "IN_PROGRESS", "PAUSED")
                status = "REVIEW_MODE"
    return status, step


def assert_log_is_a_walk(session: LectureSession) -> None:
    """Each step that begins follows the end of the one before, and the class stands on the last that began."""
    log = list(StepControl.objects.filter(session=session).order_by("id").values_list("action", "subtask_id"))
    steps = [row for row in log if row[0] in ("START_STEP", "END_STEP", "SKIP")]
    for (before, left), (after, begun) in pairwise(steps):
        assert (before == "START_STEP") != (after == "START_STEP")
        if before == "START_STEP":
            assert left == begun
    walked = [step for action, step in steps if action == "START_STEP"]
    assert (walked[-1] if walked else None) == session.current_subtask_id
    pauses = [action for action, _ in log if action in ("PAUSE", "RESUME")]
    assert pauses == (["PAUSE", "RESUME"] * len(pauses))[: len(pauses)]


def assert_seats_follow(session: LectureSession) -> None:
    present = dict[int, bool]()
    for event in classes.events():
        if isinstance(event, ParticipantJoined):
            assert present.get(event.user.id) in (None, False)
            assert event.again == (event.user.id in present)
            present[event.user.id] = True
        elif isinstance(event, ParticipantLeft):
            assert present[event.user.id]
            present[event.user.id] = False
            assert event.active_participants == sum(present.values())
    seats = SessionParticipant.objects.filter(session=session)
    assert {seat.user_id: seat.is_present for seat in seats} == present
    last = classes.steps(session.lecture)[-1].pk
    for seat in seats:
        begun = dict(SubtaskProgress.objects.filter(user_id=seat.user_id).values_list("subtask_id", "status"))
        if seat.status == "ACTIVE":
            assert seat.current_subtask_id == session.current_subtask_id
            assert session.status == "REVIEW_MODE" or session.current_subtask_id in begun
        if seat.status == "COMPLETED":
            assert (session.status, begun[last]) == ("REVIEW_MODE", "COMPLETED")
        assert (seat.status == "WAITING") <= (session.started_at is None)
        assert (seat.status == "DISCONNECTED") <= (not seat.is_present)
