"""What each seat has of the step: received, to be seen, done in this class, gone (contract 11.1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom import services
from mobilegpt.classroom.commands import AdvanceStep, PauseSession, ReportPage
from mobilegpt.classroom.events import ParticipantLeft, RosterChanged
from mobilegpt.classroom.models import LectureSession, SeatStep, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Forbidden
from mobilegpt.events import streams
from mobilegpt.events.topics import session as stream_of
from mobilegpt.lectures.models import Lecture
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.models import SubtaskProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(session: LectureSession, kim: User, lee: User) -> LectureSession:
    for pupil in (kim, lee):
        classes.seat(session, pupil)
    classes.start(session)
    classes.forget_events_of(RosterChanged)
    return session


def position(session: LectureSession) -> int:
    return streams.positions([stream_of(session.pk)])[stream_of(session.pk)].seq


def has(session: LectureSession, user: User) -> bool:
    rows = SeatStep.objects.filter(session=session, user=user, subtask_id=session.current_subtask_id)
    return rows.filter(received_at__isnull=False).exists()


def report(user: User, session: LectureSession, status: str = "COMPLETED") -> None:
    assert session.current_subtask_id is not None
    update_progress(
        actor=cast.actor(user), command=UpdateProgress(subtask_id=session.current_subtask_id, status=status)
    )


def done_at(session: LectureSession, user: User) -> datetime | None:
    row = SeatStep.objects.filter(session=session, user=user, subtask_id=session.current_subtask_id).first()
    return row.done_at if row is not None else None


def go_on(session: LectureSession) -> None:
    services.advance_step(actor=classes.owner_of(session), session_ref=str(session.pk), command=AdvanceStep())
    session.refresh_from_db()


def show(user: User, session: LectureSession, *, visible: bool, subtask_id: int | None = None) -> None:
    services.report_page(
        actor=cast.actor(user), session_id=session.pk, command=ReportPage(visible=visible, subtask_id=subtask_id)
    )


# --- received


def test_a_phone_that_is_past_the_step_has_it(running: LectureSession, kim: User, lee: User) -> None:
    services.note_received({running.pk: {kim.pk: position(running), lee.pk: position(running) - 1}})
    assert (has(running, kim), has(running, lee)) == (True, False)
    assert [event.session_id for event in classes.events_of(RosterChanged)] == [running.pk]


def test_what_came_after_the_step_is_a_receipt_of_it(running: LectureSession, kim: User) -> None:
    services.pause_session(
        actor=classes.owner_of(running), session_ref=str(running.pk), command=PauseSession(message="쉬어요")
    )
    services.note_received({running.pk: {kim.pk: position(running)}})
    assert has(running, kim)


def test_a_receipt_of_the_step_before_says_nothing_of_this_one(running: LectureSession, kim: User) -> None:
    before = position(running)
    go_on(running)
    services.note_received({running.pk: {kim.pk: before}})
    assert not has(running, kim)


def test_a_receipt_that_was_kept_is_no_news(running: LectureSession, kim: User) -> None:
    for _ in range(2):
        services.note_received({running.pk: {kim.pk: position(running)}})
    assert len(classes.events_of(RosterChanged)) == 1


def test_a_step_to_which_the_class_returns_is_received_anew(running: LectureSession, kim: User) -> None:
    first = running.current_subtask_id
    services.note_received({running.pk: {kim.pk: position(running)}})
    before = SeatStep.objects.get(user=kim).received_at
    go_on(running)
    services.advance_step(
        actor=classes.owner_of(running), session_ref=str(running.pk), command=AdvanceStep(subtask_id=first)
    )
    running.refresh_from_db()
    services.note_received({running.pk: {kim.pk: position(running)}})
    after = SeatStep.objects.get(user=kim, subtask_id=first).received_at
    assert before is not None
    assert after is not None
    assert after > before


def test_strangers_and_who_was_removed_receive_nothing(running: LectureSession, kim: User, park: User) -> None:
    SessionParticipant.objects.filter(user=kim).update(removed_at=now())
    services.note_received({running.pk: {kim.pk: position(running), park.pk: position(running)}})
    assert not SeatStep.objects.exists()


def test_a_hall_is_written_in_a_few_statements(
    session: LectureSession, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    pupils = cast.students(60)
    for pupil in pupils:
        classes.seat(session, pupil)
    classes.start(session)
    at = position(session)
    with django_assert_max_num_queries(6):  # two reads, the receipts, the event, between a savepoint's two
        services.note_received({session.pk: dict.fromkeys((pupil.pk for pupil in pupils), at)})
    assert SeatStep.objects.filter(received_at__isnull=False).count() == 60


def test_nothing_is_received_before_the_class_has_started(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    services.note_received({session.pk: {kim.pk: 99}})
    assert not SeatStep.objects.exists()


def test_who_asks_over_http_for_what_comes_next_is_there_and_has_the_step(running: LectureSession, kim: User) -> None:
    services.mark_absent(running.pk, kim.pk)
    seat = SessionParticipant.objects.get(user=kim)
    services.follow_over_http(seat, position(running))
    seat.refresh_from_db()
    assert seat.is_present
    assert has(running, kim)


# --- to be seen


def test_a_page_says_that_it_is_hidden_and_shown_again(running: LectureSession, kim: User) -> None:
    seat = SessionParticipant.objects.filter(user=kim)
    show(kim, running, visible=False)
    since = seat.get().hidden_since
    show(kim, running, visible=False)
    assert seat.get().hidden_since == since is not None
    show(kim, running, visible=True)
    assert seat.get().hidden_since is None
    assert len(classes.events_of(RosterChanged)) == 2


def test_a_page_that_shows_the_step_has_it_and_one_that_shows_another_has_not(
    running: LectureSession, kim: User, lee: User
) -> None:
    show(kim, running, visible=True, subtask_id=running.current_subtask_id)
    show(lee, running, visible=True, subtask_id=(running.current_subtask_id or 0) + 1)
    assert (has(running, kim), has(running, lee)) == (True, False)


def test_only_students_have_a_page_in_class(running: LectureSession, park: User) -> None:
    with pytest.raises(Forbidden):
        show(park, running, visible=True)


def test_a_goodbye_is_no_cut_and_a_return_takes_it_back(running: LectureSession, kim: User) -> None:
    services.say_goodbye(actor=cast.actor(kim), session_id=running.pk)
    seat = SessionParticipant.objects.get(user=kim)
    assert (seat.is_present, seat.left_at is not None) == (False, True)
    assert len(classes.events_of(ParticipantLeft)) == 1
    classes.seat(running, kim)
    seat.refresh_from_db()
    assert (seat.is_present, seat.left_at) == (True, None)


# --- done


def test_a_step_is_done_in_the_running_class(running: LectureSession, kim: User) -> None:
    report(kim, running)
    first = done_at(running, kim)
    report(kim, running)
    assert done_at(running, kim) == first is not None
    assert has(running, kim)


def test_what_an_earlier_class_knows_is_said_anew_in_this_one(
    running: LectureSession, lecture: Lecture, kim: User
) -> None:
    report(kim, running)
    classes.end(running)
    second = classes.open_class(lecture)
    classes.seat(second, kim)
    classes.start(second)
    classes.forget_events_of(RosterChanged)
    assert done_at(second, kim) is None
    report(kim, second)
    assert done_at(second, kim) is not None
    assert [event.session_id for event in classes.events_of(RosterChanged)] == [second.pk]


def test_nothing_is_done_in_a_class_that_does_not_run(session: LectureSession, kim: User) -> None:
    classes.seat(session, kim)
    step = classes.steps(session.lecture)[0]
    update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=step.pk, status="COMPLETED"))
    assert not SeatStep.objects.exists()


# --- classes of before


def test_what_was_completed_within_an_earlier_class_was_done_there(
    running: LectureSession, lecture: Lecture, kim: User, lee: User
) -> None:
    one, two, three = classes.steps(lecture)
    classes.end(running)
    began, ended = now() - timedelta(hours=1), now() - timedelta(minutes=10)
    LectureSession.objects.filter(pk=running.pk).update(started_at=began, ended_at=ended)
    SeatStep.objects.all().delete()
    SubtaskProgress.objects.all().delete()
    for user, step, at in (
        (kim, one, began + timedelta(minutes=5)),
        (kim, two, began - timedelta(minutes=5)),
        (lee, three, ended + timedelta(minutes=5)),
    ):
        SubtaskProgress.objects.create(user=user, subtask=step, status="COMPLETED", completed_at=at)
    fill = import_module("mobilegpt.classroom.migrations.0005_steps_of_earlier_classes").FILL
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(fill)
    kept = SeatStep.objects.values_list("session_id", "user_id", "subtask_id", "done_at", "received_at")
    assert list(kept) == [(running.pk, kim.pk, one.pk, began + timedelta(minutes=5), None)]
