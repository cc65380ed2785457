"""What happens to a class while its lecture is edited, handed over or deleted, and as time goes by (5.3, 6.1, 3.9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
import time_machine

from mobilegpt.accounts.models import User
from mobilegpt.classroom import selectors, services
from mobilegpt.classroom.commands import AdvanceStep
from mobilegpt.classroom.events import SessionArchived, SessionProgress
from mobilegpt.classroom.models import LectureSession, SessionParticipant, StepControl
from mobilegpt.classroom.summary import summary
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import services as lectures
from mobilegpt.lectures.commands import CreateSubtask, Reorder
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def advance(session: LectureSession) -> int | None:
    """To the next step; its id."""
    command = AdvanceStep()
    moved = services.advance_step(actor=classes.owner_of(session), session_ref=session.code, command=command)
    session.refresh_from_db()
    return moved.step.id if moved.step is not None else None


def days_later(days: float) -> time_machine.travel:
    return time_machine.travel(now() + timedelta(days=days), tick=False)


@pytest.fixture
def running(session: LectureSession, kim: User) -> LectureSession:
    classes.seat(session, kim)
    classes.start(session)
    return session


# --- the lecture is edited


def test_a_step_that_is_added_comes_next_once_the_lesson_is_taken_anew(running: LectureSession) -> None:
    one, *_ = classes.steps(running.lecture)
    Subtask.objects.filter(task=one.task, order_index=2).update(order_index=8)
    command = CreateSubtask(title="덧붙인 단계", order_index=5)
    added = lectures.create_subtask(actor=classes.owner_of(running), task_id=one.task_id, command=command)
    with refused(ErrorCode.WRONG_LECTURE, LectureSession, StepControl):
        services.advance_step(
            actor=classes.owner_of(running), session_ref=running.code, command=AdvanceStep(subtask_id=added.pk)
        )
    services.refresh_lesson(actor=classes.owner_of(running), session_ref=running.code)
    assert advance(running) == added.pk


def test_a_step_that_is_deleted_is_taught_until_the_lesson_is_taken_anew(running: LectureSession) -> None:
    _, two, three = classes.steps(running.lecture)
    for step in (two, three):
        lectures.delete_subtask(actor=classes.owner_of(running), subtask_id=step.pk)
    assert advance(running) == two.pk
    assert advance(running) == three.pk


def test_a_step_that_the_refreshed_lesson_lacks_is_passed_over(running: LectureSession) -> None:
    _, two, three = classes.steps(running.lecture)
    lectures.delete_subtask(actor=classes.owner_of(running), subtask_id=two.pk)
    services.refresh_lesson(actor=classes.owner_of(running), session_ref=running.code)
    assert advance(running) == three.pk
    log = StepControl.objects.order_by("id").values_list("action", flat=True)
    assert list(log) == ["START_STEP", "END_STEP", "START_STEP"]


def test_the_class_goes_on_by_the_new_order_once_it_is_told_to(running: LectureSession) -> None:
    one, two, three = (step.pk for step in classes.steps(running.lecture))
    first, second = Task.objects.filter(lecture=running.lecture)
    order = [{"id": first.pk, "subtasks": [two]}, {"id": second.pk, "subtasks": [three, one]}]
    command = msgspec.convert({"tasks": order}, Reorder)
    lectures.reorder(actor=classes.owner_of(running), lecture_id=running.lecture_id, command=command)
    services.refresh_lesson(actor=classes.owner_of(running), session_ref=running.code)
    with refused(ErrorCode.NO_NEXT_STEP, LectureSession, StepControl):
        advance(running)
    view = selectors.viewed_by(classes.owner_of(running), running.code)
    assert view.step is not None
    assert (view.step.id, view.step.position, view.total_steps) == (one, 3, 3)


def test_what_the_class_stands_on_stays_and_the_rest_may_go(running: LectureSession) -> None:
    owner = classes.owner_of(running)
    one, _, three = classes.steps(running.lecture)
    content = (Lecture, Task, Subtask, LectureSession)
    with refused(ErrorCode.IN_USE, *content):
        lectures.delete_subtask(actor=owner, subtask_id=one.pk)
    with refused(ErrorCode.IN_USE, *content):
        lectures.delete_task(actor=owner, task_id=one.task_id)
    with refused(ErrorCode.IN_USE, *content):
        lectures.delete_lecture(actor=owner, lecture_id=running.lecture_id)
    lectures.delete_task(actor=owner, task_id=three.task_id)
    assert Subtask.objects.count() == 2


def test_after_the_class_its_step_may_go_and_the_class_keeps_it(running: LectureSession) -> None:
    one, *_ = classes.steps(running.lecture)
    classes.end(running)
    lectures.delete_subtask(actor=classes.owner_of(running), subtask_id=one.pk)
    running.refresh_from_db()
    assert (running.status, running.current_subtask_id) == ("REVIEW_MODE", one.pk)
    view = selectors.viewed_by(classes.owner_of(running), running.code)
    assert view.step is not None
    assert (view.step.title, view.total_steps) == (one.title, 3)
    log = StepControl.objects.filter(subtask=one).order_by("id").values_list("action", flat=True)
    assert list(log) == ["START_STEP", "END_STEP"]


def test_a_lecture_that_is_deleted_leaves_its_classes(running: LectureSession, kim: User) -> None:
    classes.end(running)
    owner = classes.owner_of(running)
    lectures.delete_lecture(actor=owner, lecture_id=running.lecture_id)
    assert not Lecture.objects.exists()
    assert selectors.viewed_by(cast.actor(kim), running.code).total_steps == 3
    assert summary(selectors.run_by(owner, running.code)).total_participants == 1


def test_a_lecture_that_is_erased_takes_its_classes(running: LectureSession, kim: User) -> None:
    classes.end(running)
    with unit_of_work():
        lectures.erase_lecture(running.lecture_id)
    assert not LectureSession.objects.exists()
    assert not SessionParticipant.objects.exists()
    assert User.objects.filter(pk=kim.pk).exists()


# --- somebody learns


def test_progress_is_told_to_the_room_in_which_one_sits(running: LectureSession, kim: User) -> None:
    one, *_ = classes.steps(running.lecture)
    update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=one.pk, status="COMPLETED"))
    (told,) = classes.events_of(SessionProgress)
    assert told.room == selectors.room_of(running)
    assert (told.user.id, told.old_status, told.new_status) == (kim.pk, "IN_PROGRESS", "COMPLETED")
    assert (told.subtask_id, told.subtask_title, told.completed_at is None) == (one.pk, one.title, False)
    assert told.rate == pytest.approx(1 / 3)


def test_of_two_classes_of_the_lecture_the_newest_is_told(running: LectureSession, kim: User) -> None:
    newer = classes.open_class(running.lecture)
    classes.seat(newer, kim)
    classes.start(newer)
    one, *_ = classes.steps(running.lecture)
    update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=one.pk, status="COMPLETED"))
    (told,) = classes.events_of(SessionProgress)
    assert told.room == selectors.room_of(newer)


def test_progress_in_another_lecture_is_not_told_to_the_room(running: LectureSession, park: User, kim: User) -> None:
    other = cast.lecture(park, (1,), title="다른 강의")
    cast.enroll(other, kim)
    command = UpdateProgress(subtask_id=classes.steps(other)[0].pk, status="COMPLETED")
    update_progress(actor=cast.actor(kim), command=command)
    (told,) = classes.events_of(SessionProgress)
    assert (told.room, told.lecture_id) == (None, other.pk)


# --- time goes by


def test_only_classes_whose_review_is_over_are_archived(lecture: Lecture, settings: Any) -> None:
    settings.REVIEW_DAYS = 7
    waiting, old, young = (classes.open_class(lecture) for _ in range(3))
    classes.end(old)
    with days_later(5):
        classes.end(young)
    with days_later(8):
        assert services.archive_old_sessions() == 1
    assert dict(LectureSession.objects.values_list("pk", "status")) == {
        waiting.pk: "WAITING",
        old.pk: "ENDED",
        young.pk: "REVIEW_MODE",
    }
    assert [event.room.id for event in classes.events_of(SessionArchived)] == [old.pk]


def test_an_archived_class_keeps_its_seats_and_its_log(running: LectureSession) -> None:
    classes.end(running)
    assert services.archive_session(running.pk)
    assert not services.archive_session(running.pk)
    assert SessionParticipant.objects.count() == 1
    assert StepControl.objects.count() == 2
    assert len(classes.events_of(SessionArchived)) == 1


def test_a_class_that_is_gone_cannot_be_archived() -> None:
    with refused(ErrorCode.NOT_FOUND):
        services.archive_session(999_999)


def guest_of(session: LectureSession) -> User:
    return services.take_guest_seat(
        session=session, name="이웃", device_id=f"phone {session.pk}", address="192.0.2.1"
    ).login.user


@pytest.mark.parametrize(
    ("fields", "deleted"),
    [
        ({}, 1),
        ({"scheduled_at": 5}, 0),
        ({"scheduled_at": -40}, 1),
        ({"started_at": -10}, 0),
        ({"started_at": -40}, 1),
        ({"started_at": -40, "scheduled_at": 5}, 0),
        ({"ended_at": -10, "started_at": -40}, 0),
        ({"ended_at": -31}, 1),
    ],
)
def test_guests_are_kept_for_thirty_days_after_the_last_date_of_their_class(
    fields: dict[str, int], deleted: int, session: LectureSession, kim: User
) -> None:
    """Made 40 days ago; each field is so many days from now."""
    guest = guest_of(session)
    classes.seat(session, kim)
    dates = {field: now() + timedelta(days=days) for field, days in fields.items()}
    LectureSession.objects.update(created_at=now() - timedelta(days=40), **dates)
    assert services.delete_expired_guests() == deleted
    assert User.objects.filter(pk=guest.pk).count() == 1 - deleted
    assert User.objects.filter(pk=kim.pk).exists()


def test_a_guests_seat_and_enrolment_go_with_it(session: LectureSession, settings: Any) -> None:
    settings.GUEST_RETENTION_DAYS = 3
    guest_of(session)
    young = guest_of(classes.open_class(session.lecture))
    LectureSession.objects.filter(pk=session.pk).update(ended_at=now() - timedelta(days=4))
    assert services.delete_expired_guests() == 1
    assert services.delete_expired_guests() == 0
    assert [seat.user_id for seat in SessionParticipant.objects.all()] == [young.pk]
    assert list(session.lecture.enrollments.values_list("user_id", flat=True)) == [young.pk]
