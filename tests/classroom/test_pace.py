"""How long a step usually takes, by what earlier classes of the lecture have shown (contract 11.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom import pace
from mobilegpt.classroom.models import LectureSession, SeatStep, SessionParticipant, StepAction, StepControl
from mobilegpt.classroom.pace import Usual, usual_times, usual_times_of
from mobilegpt.lectures.models import Lecture, Subtask
from tests import cast, classes

TEN = datetime(2025, 10, 28, 10, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def lecture() -> Lecture:
    return cast.lecture(cast.instructor_park())


@pytest.fixture
def step(lecture: Lecture) -> Subtask:
    return classes.steps(lecture)[0]


def held(step: Subtask, times: dict[User, float], *, began: datetime = TEN) -> LectureSession:
    """A class that came to the step at ``began``; each of these people has done it so many seconds later."""
    session = classes.open_class(step.task.lecture)
    came_to(session, step, began)
    for user, seconds in times.items():
        took(session, step, user, began + timedelta(seconds=seconds))
    return session


def came_to(session: LectureSession, step: Subtask, moment: datetime) -> None:
    control = StepControl.objects.create(session=session, subtask=step, action=StepAction.START_STEP)
    StepControl.objects.filter(pk=control.pk).update(created_at=moment)


def took(session: LectureSession, step: Subtask, user: User, done_at: datetime | None, joined: datetime = TEN) -> None:
    seat = SessionParticipant.objects.create(session=session, user=user)
    SessionParticipant.objects.filter(pk=seat.pk).update(joined_at=joined - timedelta(minutes=5))
    SeatStep.objects.create(session=session, user=user, subtask=step, done_at=done_at)


def test_the_middle_and_the_third_quarter_of_five_people(step: Subtask) -> None:
    held(step, dict(zip(cast.students(5), (10, 30, 40, 80, 300), strict=True)))
    assert usual_times(classes.open_class(step.task.lecture), step.pk) == Usual(5, 40, 80)


def test_four_people_say_too_little(step: Subtask) -> None:
    held(step, dict.fromkeys(cast.students(4), 40))
    assert usual_times(classes.open_class(step.task.lecture), step.pk) is None


def test_the_newest_time_of_a_person_counts_once(step: Subtask) -> None:
    people = cast.students(5)
    held(step, dict.fromkeys(people, 600))
    held(step, dict.fromkeys(people, 60), began=TEN + timedelta(days=7))
    assert usual_times(classes.open_class(step.task.lecture), step.pk) == Usual(5, 60, 60)


def test_neither_the_class_itself_nor_a_later_one_counts(step: Subtask) -> None:
    own = held(step, dict.fromkeys(cast.students(5), 40))
    held(step, dict.fromkeys(User.objects.filter(email__startswith="class"), 40))
    assert usual_times(own, step.pk) is None


def test_other_lectures_and_other_steps_do_not_count(lecture: Lecture, step: Subtask) -> None:
    people = cast.students(5)
    other = cast.lecture(lecture.instructor, title="유튜브")
    held(classes.steps(other)[0], dict.fromkeys(people, 40))
    held(classes.steps(lecture)[1], dict.fromkeys(people, 40))
    assert usual_times(classes.open_class(lecture), step.pk) is None


def test_who_came_late_began_late(step: Subtask) -> None:
    session = held(step, {})
    for user in cast.students(5):
        took(session, step, user, TEN + timedelta(minutes=20), joined=TEN + timedelta(minutes=20))
    assert usual_times(classes.open_class(step.task.lecture), step.pk) == Usual(5, 300, 300)


def test_a_class_that_came_back_to_the_step_began_it_anew(step: Subtask) -> None:
    session = held(step, dict.fromkeys(cast.students(5), 1000))
    came_to(session, step, TEN + timedelta(seconds=900))
    came_to(session, step, TEN + timedelta(seconds=2000))
    assert usual_times(classes.open_class(step.task.lecture), step.pk) == Usual(5, 100, 100)


def control(session: LectureSession, action: StepAction, second: float) -> None:
    row = StepControl.objects.create(session=session, action=action)
    StepControl.objects.filter(pk=row.pk).update(created_at=TEN + timedelta(seconds=second))


def test_a_pause_is_nobody_s_time(step: Subtask) -> None:
    """One that began before the step, one in its midst, one in which they finished, and one that came later."""
    session = held(step, dict.fromkeys(cast.students(5), 100))
    for action, second in (
        (StepAction.PAUSE, -20), (StepAction.RESUME, 5),
        (StepAction.PAUSE, 30), (StepAction.RESUME, 50),
        (StepAction.PAUSE, 90), (StepAction.RESUME, 700), (StepAction.PAUSE, 900),
    ):  # fmt: skip
        control(session, action, second)
    other = held(step, {})
    control(other, StepAction.PAUSE, 0)
    assert usual_times(classes.open_class(step.task.lecture), step.pk) == Usual(5, 65, 65)


def test_a_pause_without_an_end_goes_on(step: Subtask) -> None:
    session = held(step, dict.fromkeys(cast.students(5), 100))
    control(session, StepAction.PAUSE, 40)
    assert usual_times(classes.open_class(step.task.lecture), step.pk) == Usual(5, 40, 40)


def test_who_was_ahead_of_the_class_or_is_not_done_says_nothing(step: Subtask) -> None:
    *people, ahead, undone = cast.students(7)
    session = held(step, dict.fromkeys(people, 40))
    took(session, step, ahead, TEN - timedelta(seconds=1))
    took(session, step, undone, None)
    assert usual_times(classes.open_class(step.task.lecture), step.pk) == Usual(5, 40, 40)


def test_two_queries_for_many_classes_of_many_people(
    lecture: Lecture, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second, _ = classes.steps(lecture)
    people = cast.students(40)
    for day in range(3):
        held(first, dict.fromkeys(people, 40 + day))
        held(second, dict.fromkeys(people[:5], 90))
    running = [classes.open_class(lecture).pk for _ in range(3)]
    asked = [(session_id, step.pk) for session_id in running for step in (first, second)]
    with django_assert_num_queries(2):
        found = usual_times_of(asked)
    assert set(found) == set(asked)
    assert {key[1]: usual for key, usual in found.items()} == {
        first.pk: Usual(40, 42, 42),
        second.pk: Usual(5, 90, 90),
    }


def test_nobody_asked_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert usual_times_of([]) == {}


def test_the_newest_times_are_enough(step: Subtask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "TIMES_READ", 6)
    held(step, dict.fromkeys(cast.students(6), 40))
    held(step, dict.fromkeys(User.objects.filter(email__startswith="class")[:3], 90))
    assert usual_times(classes.open_class(step.task.lecture), step.pk) == Usual(6, 65, 90)
