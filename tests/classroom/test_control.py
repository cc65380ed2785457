"""Running a class: transitions, steps, their rows and events (contract 6.1, 6.2, 6.5, 6.11, 6.12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

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
    Announcement,
    SessionEnded,
    SessionPaused,
    SessionResumed,
    SessionStarted,
    StepChanged,
)
from mobilegpt.classroom.models import LectureSession, SessionParticipant, StepControl
from mobilegpt.classroom.services import control, seats
from mobilegpt.classroom.summary import summary as summary_of
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, Forbidden, Invalid, NotFound
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes

pytestmark = pytest.mark.django_db


def advance(session: LectureSession, subtask_id: int | None = None, message: str | None = None) -> None:
    services.advance_step(
        actor=classes.owner_of(session),
        session_ref=str(session.pk),
        command=AdvanceStep(subtask_id=subtask_id, message=message),
    )
    session.refresh_from_db()


def pause(session: LectureSession, message: str | None = None) -> None:
    services.pause_session(
        actor=classes.owner_of(session), session_ref=str(session.pk), command=PauseSession(message=message)
    )
    session.refresh_from_db()


def rows(session: LectureSession) -> list[tuple[str, int | None]]:
    return list(StepControl.objects.filter(session=session).order_by("id").values_list("action", "subtask_id"))


def test_start_puts_everybody_on_the_first_step(session: LectureSession, kim: User, lee: User) -> None:
    classes.seat(session, kim)
    classes.seat(session, lee)
    services.mark_absent(session.pk, lee.pk)
    first = classes.steps(session.lecture)[0]
    classes.forget_events()

    done = services.start_session(
        actor=classes.owner_of(session), session_ref=session.code.lower(), command=StartSession(message="시작해요")
    )

    session.refresh_from_db()
    assert (session.status, session.current_subtask_id) == ("IN_PROGRESS", first.pk)
    assert done.active_participants == 1
    seats = dict(SessionParticipant.objects.filter(session=session).values_list("user_id", "status"))
    assert seats == {kim.pk: "ACTIVE", lee.pk: "DISCONNECTED"}
    marked = SubtaskProgress.objects.values_list("user_id", "subtask_id", "status")
    assert list(marked) == [(kim.pk, first.pk, "IN_PROGRESS")]
    assert rows(session) == [("START_STEP", first.pk)]
    started, step = classes.events()
    assert isinstance(started, SessionStarted)
    assert started.instructor_message == "시작해요"
    assert isinstance(step, StepChanged)
    assert (step.initial, step.step.id, step.previous_subtask_id) == (True, first.pk, None)


def test_start_on_a_chosen_step(session: LectureSession) -> None:
    third = classes.steps(session.lecture)[2]
    services.start_session(
        actor=classes.owner_of(session), session_ref=str(session.pk), command=StartSession(first_subtask_id=third.pk)
    )
    session.refresh_from_db()
    assert session.current_subtask_id == third.pk


def test_a_lecture_without_steps_cannot_start(park: User) -> None:
    session = classes.open_class(cast.lecture(park, shape=()))
    with pytest.raises(Conflict) as refusal:
        classes.start(session)
    assert refusal.value.code == ErrorCode.NO_NEXT_STEP
    session.refresh_from_db()
    assert session.status == "WAITING"


def test_steps_go_through_the_lecture_across_tasks(session: LectureSession, kim: User) -> None:
    one, two, three = classes.steps(session.lecture)
    classes.seat(session, kim)
    classes.start(session)
    advance(session)
    advance(session, message="잘하셨어요")

    assert session.current_subtask_id == three.pk
    assert session.instructor_message == "잘하셨어요"
    assert rows(session)[1:] == [
        ("END_STEP", one.pk),
        ("START_STEP", two.pk),
        ("END_STEP", two.pk),
        ("START_STEP", three.pk),
    ]
    assert SessionParticipant.objects.get(user=kim).current_subtask_id == three.pk
    moved = [event for event in classes.events_of(StepChanged) if not event.initial]
    assert [(event.previous_subtask_id, event.step.id, event.step.position) for event in moved] == [
        (one.pk, two.pk, 2),
        (two.pk, three.pk, 3),
    ]
    with pytest.raises(Conflict) as refusal:
        advance(session)
    assert refusal.value.code == ErrorCode.NO_NEXT_STEP


def test_a_jump_skips_the_step_it_leaves(session: LectureSession) -> None:
    one, two, three = classes.steps(session.lecture)
    classes.start(session)
    advance(session, three.pk)
    advance(session, two.pk)
    assert rows(session)[1:] == [
        ("SKIP", one.pk),
        ("START_STEP", three.pk),
        ("SKIP", three.pk),
        ("START_STEP", two.pk),
    ]


def test_the_step_it_stands_on_is_no_next_step(session: LectureSession) -> None:
    first = classes.steps(session.lecture)[0]
    classes.start(session)
    classes.forget_events()
    with pytest.raises(Conflict) as refusal:
        advance(session, first.pk)
    assert refusal.value.code == ErrorCode.INVALID_TRANSITION
    assert classes.events() == []


def test_steps_of_other_lectures_and_of_none_are_refused(session: LectureSession, park: User) -> None:
    foreign = classes.steps(cast.lecture(park, title="유튜브"))[0]
    classes.start(session)
    with pytest.raises(Invalid) as wrong:
        advance(session, foreign.pk)
    assert wrong.value.code == ErrorCode.WRONG_LECTURE
    with pytest.raises(NotFound):
        advance(session, 999_999)


def test_pause_and_resume(session: LectureSession) -> None:
    classes.start(session)
    pause(session, "5분 쉬어요")
    assert (session.status, session.instructor_message) == ("PAUSED", "5분 쉬어요")
    services.resume_session(actor=classes.owner_of(session), session_ref=str(session.pk), command=ResumeSession())
    session.refresh_from_db()
    assert (session.status, session.instructor_message) == ("IN_PROGRESS", "")
    assert [action for action, _ in rows(session)] == ["START_STEP", "PAUSE", "RESUME"]
    assert [event.instructor_message for event in classes.events_of(SessionPaused)] == ["5분 쉬어요"]
    assert [event.instructor_message for event in classes.events_of(SessionResumed)] == [None]


def test_end_counts_whole_minutes_and_those_who_finished_the_last_step(
    session: LectureSession, kim: User, lee: User
) -> None:
    classes.seat(session, kim)
    classes.seat(session, lee)
    began = now()
    with time_machine.travel(began, tick=False):
        classes.start(session)
    last = classes.steps(session.lecture)[-1]
    update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=last.pk, status="completed"))
    with time_machine.travel(began + timedelta(minutes=60, seconds=59), tick=False):
        classes.end(session)

    assert session.status == "REVIEW_MODE"
    seats = dict(SessionParticipant.objects.filter(session=session).values_list("user_id", "status"))
    assert seats == {kim.pk: "COMPLETED", lee.pk: "ACTIVE"}
    summary = summary_of(session)
    assert (summary.duration_minutes, summary.completed_participants, summary.total_participants) == (60, 1, 2)
    assert [completed for _, completed in summary.steps] == [0, 0, 1]
    assert len(classes.events_of(SessionEnded)) == 1
    assert rows(session)[-1][0] == "END_STEP"


def test_who_did_the_last_step_in_an_earlier_class_has_not_finished_this_one(
    session: LectureSession, kim: User, lee: User
) -> None:
    last = classes.steps(session.lecture)[-1]
    first_class, second_class = session, classes.open_class(session.lecture)
    for held, pupil in ((first_class, kim), (second_class, lee)):
        for user in (kim, lee):
            classes.seat(held, user)
        classes.start(held)
        update_progress(actor=cast.actor(pupil), command=UpdateProgress(subtask_id=last.pk, status="COMPLETED"))
        classes.end(held)
    for held, pupil in ((first_class, kim), (second_class, lee)):
        finished = SessionParticipant.objects.filter(session=held, status="COMPLETED")
        assert list(finished.values_list("user_id", flat=True)) == [pupil.pk]
        summary = summary_of(held)
        assert (summary.completed_participants, summary.steps[-1][1]) == (1, 1)


def test_who_was_removed_is_in_no_number_of_the_summary(session: LectureSession, kim: User, lee: User) -> None:
    last = classes.steps(session.lecture)[-1]
    seats = [classes.seat(session, user) for user in (kim, lee)]
    classes.start(session)
    for user in (kim, lee):
        update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=last.pk, status="COMPLETED"))
    services.remove_seat(
        actor=classes.owner_of(session), session_ref=session.code, participant_id=seats[0].pk, may_return=False
    )
    classes.end(session)
    summary = summary_of(session)
    assert (summary.total_participants, summary.completed_participants, summary.steps[-1][1]) == (1, 1, 1)


Run = Callable[[Actor, str], object]
_COMMANDS: dict[str, Run] = {
    "start": lambda actor, ref: services.start_session(actor=actor, session_ref=ref, command=StartSession()),
    "next": lambda actor, ref: services.advance_step(actor=actor, session_ref=ref, command=AdvanceStep()),
    "pause": lambda actor, ref: services.pause_session(actor=actor, session_ref=ref, command=PauseSession()),
    "resume": lambda actor, ref: services.resume_session(actor=actor, session_ref=ref, command=ResumeSession()),
    "end": lambda actor, ref: services.end_session(actor=actor, session_ref=ref, command=EndSession()),
}
_ALLOWED = {
    "start": {"WAITING"},
    "next": {"IN_PROGRESS"},
    "pause": {"IN_PROGRESS"},
    "resume": {"PAUSED"},
    "end": {"WAITING", "IN_PROGRESS", "PAUSED"},
}


@pytest.mark.parametrize("status", ["WAITING", "IN_PROGRESS", "PAUSED", "REVIEW_MODE", "ENDED"])
@pytest.mark.parametrize("command", list(_COMMANDS))
def test_every_transition_is_allowed_or_changes_nothing(session: LectureSession, command: str, status: str) -> None:
    first = classes.steps(session.lecture)[0] if status != "WAITING" else None
    LectureSession.objects.filter(pk=session.pk).update(status=status, current_subtask=first)
    actor, ref = classes.owner_of(session), str(session.pk)
    classes.forget_events()
    if status in _ALLOWED[command]:
        _COMMANDS[command](actor, ref)
        assert classes.events()
        return
    with pytest.raises(Conflict) as refusal:
        _COMMANDS[command](actor, ref)
    assert refusal.value.code == ErrorCode.INVALID_TRANSITION
    assert classes.events() == []
    session.refresh_from_db()
    assert session.status == status
    assert not StepControl.objects.exists()


@pytest.mark.parametrize("command", list(_COMMANDS))
def test_only_who_runs_it_moves_the_class(session: LectureSession, kim: User, command: str) -> None:
    classes.seat(session, kim)
    with pytest.raises(Forbidden):
        _COMMANDS[command](cast.actor(kim), str(session.pk))
    with pytest.raises(Forbidden):
        _COMMANDS[command](cast.actor(kim), "NOSUCH")
    with pytest.raises(NotFound):
        _COMMANDS[command](cast.actor(cast.instructor_choi()), str(session.pk))


def test_an_admin_may_run_a_class(session: LectureSession) -> None:
    _COMMANDS["start"](cast.actor(cast.admin_han()), str(session.pk))
    session.refresh_from_db()
    assert session.status == "IN_PROGRESS"


def test_a_word_to_everybody_changes_no_state(session: LectureSession) -> None:
    actor, ref = classes.owner_of(session), str(session.pk)
    services.announce(actor=actor, session_ref=ref, command=Announce(message=" 천천히 하세요 "))
    session.refresh_from_db()
    assert (session.status, session.instructor_message) == ("WAITING", "천천히 하세요")
    (event,) = classes.events_of(Announcement)
    assert (event.status, event.instructor_message) == ("WAITING", "천천히 하세요")
    with pytest.raises(Invalid):
        services.announce(actor=actor, session_ref=ref, command=Announce(message="  "))
    LectureSession.objects.filter(pk=session.pk).update(status="ENDED")
    with pytest.raises(Conflict):
        services.announce(actor=actor, session_ref=ref, command=Announce(message="안녕"))


def test_a_step_that_moved_meanwhile_refuses_the_second_press(
    session: LectureSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The press was made at a step that the class has left while the command waited for the row."""
    classes.start(session)
    real_lock = seats.lock

    def lock_after_somebody_else(session_id: int) -> LectureSession:
        second = classes.steps(session.lecture)[1]
        LectureSession.objects.filter(pk=session_id).update(current_subtask=second)
        return real_lock(session_id)

    monkeypatch.setattr(control, "lock", lock_after_somebody_else)
    with pytest.raises(Conflict) as refusal:
        advance(session)
    assert refusal.value.code == ErrorCode.INVALID_TRANSITION


def test_completed_stays_completed_when_the_class_comes_to_the_step(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    classes.start(session)
    second = classes.steps(session.lecture)[1]
    update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=second.pk, status="COMPLETED"))
    advance(session)
    assert SubtaskProgress.objects.get(user=kim, subtask=second).status == "COMPLETED"


@pytest.mark.parametrize("people", [2, 40])
def test_the_queries_of_a_step_do_not_grow_with_the_class(
    lecture: Lecture, people: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    session = classes.open_class(lecture)
    for student in cast.students(people):
        classes.seat(session, student)
    with django_assert_max_num_queries(20):  # of which six keep the lesson, for any number of people
        classes.start(session)
    with django_assert_max_num_queries(
        8 + 1 + 5
    ):  # a look at the help desk; and the savepoint of the test's own transaction, and its own reads
        advance(session)
    assert SubtaskProgress.objects.filter(status="IN_PROGRESS").count() == 2 * people


def test_a_rolled_back_step_tells_nobody(session: LectureSession) -> None:
    classes.start(session)
    classes.forget_events()
    with pytest.raises(ZeroDivisionError), unit_of_work() as unit:
        advance(session)
        unit.flush()
        assert LectureSession.objects.get(pk=session.pk).current_subtask_id == classes.steps(session.lecture)[1].pk
        raise ZeroDivisionError
    session.refresh_from_db()
    assert session.current_subtask_id == classes.steps(session.lecture)[0].pk
    assert list(StepControl.objects.values_list("action", flat=True)) == ["START_STEP"]
    assert classes.events() == []
