"""Simultaneous transitions have one winner (contract 6.1; reliability F26): real threads, real commits."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from mobilegpt.classroom import selectors, services
from mobilegpt.classroom.commands import AdvanceStep, MergeSeat, StartSession
from mobilegpt.classroom.events import ParticipantJoined, SessionStarted, StepChanged
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.classroom.selectors import SessionStep, Visit
from mobilegpt.classroom.services import Arrival, phones
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, DomainError, Unauthenticated
from mobilegpt.events.models import StreamEntry
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.events import ProgressChanged
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes

pytestmark = pytest.mark.django_db(transaction=True)
PHONES = ("f3b0c44298fc1c149afbf4c8", "a03c44298fc1c149afbf4c88")
THREADS = 8


def at_once(work: Callable[[int], object]) -> Counter[str]:
    """Run ``work`` in several threads that start together; how each ended."""
    gate, ends = threading.Barrier(THREADS), Counter[str]()

    def run(number: int) -> None:
        try:
            gate.wait()
            work(number)
            ends["done"] += 1
        except DomainError as error:
            ends[error.code.value] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.fixture
def running(session: LectureSession) -> LectureSession:
    classes.start(session)
    return session


def test_one_start(session: LectureSession) -> None:
    actor, ref = classes.owner_of(session), str(session.pk)
    ends = at_once(lambda _: services.start_session(actor=actor, session_ref=ref, command=StartSession()))
    assert ends == {"done": 1, "INVALID_TRANSITION": THREADS - 1}
    assert len(classes.events_of(SessionStarted)) == 1


def test_one_next_step_to_a_named_step(running: LectureSession) -> None:
    actor, second = classes.owner_of(running), classes.steps(running.lecture)[1]
    command = AdvanceStep(subtask_id=second.pk)
    ends = at_once(lambda _: services.advance_step(actor=actor, session_ref=str(running.pk), command=command))
    assert ends == {"done": 1, "INVALID_TRANSITION": THREADS - 1}
    assert len([event for event in classes.events_of(StepChanged) if not event.initial]) == 1


def test_presses_that_saw_the_same_step_move_it_once(running: LectureSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """All have read the session before the first of them gets the row."""
    seen, real_session_step_of = threading.Barrier(THREADS), selectors.session_step_of

    def session_step_of(actor: Actor, ref: str) -> SessionStep:
        found = real_session_step_of(actor, ref)
        seen.wait()
        return found

    monkeypatch.setattr(selectors, "session_step_of", session_step_of)
    actor, ref = classes.owner_of(running), str(running.pk)
    ends = at_once(lambda _: services.advance_step(actor=actor, session_ref=ref, command=AdvanceStep()))
    assert ends == {"done": 1, "INVALID_TRANSITION": THREADS - 1}
    running.refresh_from_db()
    assert running.current_subtask_id == classes.steps(running.lecture)[1].pk


def test_one_seat_and_one_joined_per_student(session: LectureSession) -> None:
    kim = cast.student_kim()
    actor = cast.actor(kim)
    ends = at_once(lambda _: services.take_seat(actor=actor, session=session))
    assert ends == {"done": THREADS}
    assert SessionParticipant.objects.count() == 1
    assert len(classes.events_of(ParticipantJoined)) == 1


def test_the_last_seat_is_taken_once(session: LectureSession, settings: Any) -> None:
    settings.SESSION_MAX_SEATS = 3
    actors = [cast.actor(student) for student in cast.students(THREADS)]
    ends = at_once(lambda number: services.take_seat(actor=actors[number], session=session))
    assert ends == {"done": 3, "SESSION_FULL": THREADS - 3}


def test_one_device_gets_one_seat(session: LectureSession) -> None:
    at_once(
        lambda _: services.take_guest_seat(
            session=session, name="홍길동", device_id="f3b0c44298fc1c149afbf4c8", address="192.0.2.1"
        )
    )
    assert SessionParticipant.objects.count() == 1


def test_one_left_per_departure(session: LectureSession) -> None:
    kim = cast.student_kim()
    classes.seat(session, kim)
    at_once(lambda _: services.mark_absent(session.pk, kim.pk))
    assert [type(event).__name__ for event in classes.events()].count("ParticipantLeft") == 1


def test_one_completion_counts_once(running: LectureSession) -> None:
    kim = cast.student_kim()
    classes.seat(running, kim)
    command = UpdateProgress(subtask_id=classes.steps(running.lecture)[0].pk, status="COMPLETED")
    ends = at_once(lambda _: update_progress(actor=cast.actor(kim), command=command))
    assert ends == {"done": THREADS}
    assert len(classes.events_of(ProgressChanged)) == 1


def test_what_is_taken_back_and_the_next_step_have_one_order(running: LectureSession) -> None:
    """However they meet: who was heard in time is not done, who came too late is, and nobody waits for ever."""
    owner, ref = classes.owner_of(running), str(running.pk)
    students = [cast.actor(student) for student in cast.students(THREADS - 1)]
    for student in students:
        services.take_seat(actor=student, session=running)
    first, second, _ = classes.steps(running.lecture)
    done = [UpdateProgress(subtask_id=step.pk, status="COMPLETED") for step in (first, second)]
    undo = [UpdateProgress(subtask_id=step.pk, status="IN_PROGRESS") for step in (first, second)]
    for student in students:
        for command in done:
            update_progress(actor=student, command=command)
    answers: dict[int, list[str]] = {}

    def work(number: int) -> None:
        if number == len(students):
            services.advance_step(actor=owner, session_ref=ref, command=AdvanceStep())
        else:
            answers[number] = [update_progress(actor=students[number], command=one).status for one in undo]

    assert at_once(work) == {"done": THREADS}
    for number, (here, there) in answers.items():
        rows = dict(
            SubtaskProgress.objects.filter(user_id=students[number].user_id).values_list("subtask_id", "status")
        )
        assert (rows[first.pk], rows[second.pk]) == (here, there)
        # Before the step it was the first that could be taken back, after it the second.
        assert {here, there} <= {"IN_PROGRESS", "COMPLETED"}


def test_streams_have_no_gaps(running: LectureSession) -> None:
    actor, ref = classes.owner_of(running), str(running.pk)
    students = [cast.actor(student) for student in cast.students(THREADS)]
    for student in students:
        services.take_seat(actor=student, session=running)
    first = classes.steps(running.lecture)[0]

    def work(number: int) -> None:
        update_progress(actor=students[number], command=UpdateProgress(subtask_id=first.pk, status="COMPLETED"))
        try:
            services.advance_step(actor=actor, session_ref=ref, command=AdvanceStep())
        except Conflict:
            return

    at_once(work)
    for stream in (f"session:{running.pk}", f"session-staff:{running.pk}"):
        numbers = list(StreamEntry.objects.filter(stream=stream).order_by("seq").values_list("seq", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))


# --- a merge while somebody comes


def two_of_one_person(session: LectureSession) -> tuple[SessionParticipant, SessionParticipant]:
    """The seat that is merged away, and the one that stays."""
    first, second = (
        services.take_guest_seat(session=session, name="이순자", device_id=device, address="192.0.2.1").seating.seat
        for device in PHONES
    )
    return first, second


def merge(away: SessionParticipant, kept: SessionParticipant) -> None:
    services.merge_seat(
        actor=classes.owner_of(away.session),
        session_ref=str(away.session_id),
        participant_id=away.pk,
        command=MergeSeat(into=kept.pk),
    )


def test_who_comes_back_while_they_are_merged_signs_in_anew(session: LectureSession) -> None:
    away, kept = two_of_one_person(session)
    arrival = Arrival(cast.actor(away.user), Visit(session, away))
    merge(away, kept)
    (refusal,) = services.take_seats([arrival])
    assert isinstance(refusal, Unauthenticated)
    assert list(SessionParticipant.objects.all()) == [kept]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_who_comes_to_another_class_while_they_are_merged_sits_there_as_the_person(
    session: LectureSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = classes.open_class(session.lecture)
    away, kept = two_of_one_person(session)
    people_of = phones.people_of

    def slowly(*args: Any) -> Any:
        found = people_of(*args)
        monkeypatch.setattr(phones, "people_of", people_of)
        assert elsewhere(lambda: merge(away, kept))
        return found

    monkeypatch.setattr(phones, "people_of", slowly)
    came = services.take_guest_seat(session=later, name="이순자", device_id=PHONES[0], address="192.0.2.1")
    assert came.seating.seat.user_id == kept.user_id
    assert set(SessionParticipant.objects.values_list("session_id", "user_id")) == {
        (session.pk, kept.user_id),
        (later.pk, kept.user_id),
    }


def elsewhere(work: Callable[[], object]) -> bool:
    """Done by another connection meanwhile; whether it was done."""
    ends: list[object] = []

    def run() -> None:
        try:
            work()
            ends.append(True)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return ends == [True]
