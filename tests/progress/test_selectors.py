"""Reads of progress: no row is NOT_STARTED, each step counts once, and who reads whose (contract 6.11, 7.4)."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import create_guests
from mobilegpt.core.errors import ErrorCode, NotFound
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress import queries, selectors
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress
from mobilegpt.progress.selectors import LectureProgress
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def put(user: User, step: Subtask, status: ProgressStatus = ProgressStatus.COMPLETED) -> None:
    SubtaskProgress.objects.create(user=user, subtask=step, status=status)


@pytest.fixture
def enrolled(lecture: Lecture, kim: User) -> Lecture:
    cast.enroll(lecture, kim)
    return lecture


def only(user: User) -> LectureProgress:
    (found,) = selectors.of_learner(user.pk)
    return found


def opens_at(found: LectureProgress) -> int | None:
    """The first step that is not completed."""
    step = found.first_open()
    return step.id if step is not None else None


# --- one learner in one lecture


def test_who_has_done_nothing_stands_before_the_first_step(enrolled: Lecture, kim: User) -> None:
    found, steps = only(kim), classes.steps(enrolled)
    assert (found.total, found.completed, found.rate) == (3, 0, 0.0)
    assert {found.status_of(step.pk) for step in steps} == {"NOT_STARTED"}
    assert opens_at(found) == steps[0].pk


def test_only_completed_steps_count(enrolled: Lecture, kim: User) -> None:
    one, two, three = classes.steps(enrolled)
    put(kim, one, ProgressStatus.HELP_NEEDED)
    put(kim, two)
    put(kim, three, ProgressStatus.IN_PROGRESS)
    found = only(kim)
    assert found.completed == 1
    assert found.rate == pytest.approx(1 / 3)
    assert [found.status_of(step.pk) for step in (one, two, three)] == ["HELP_NEEDED", "COMPLETED", "IN_PROGRESS"]


def test_the_first_open_step_goes_by_position_and_not_by_what_was_done_last(enrolled: Lecture, kim: User) -> None:
    one, two, three = classes.steps(enrolled)
    put(kim, three)
    assert opens_at(only(kim)) == one.pk
    put(kim, one)
    assert opens_at(only(kim)) == two.pk
    put(kim, two)
    assert only(kim).first_open() is None


def test_the_class_decides_which_step_is_the_current_one(enrolled: Lecture, kim: User) -> None:
    one, _, three = classes.steps(enrolled)
    put(kim, three)
    found = only(kim)
    chosen = [found.current(live) for live in (three.pk, None, 999_999)]
    assert [step and step.id for step in chosen] == [three.pk, one.pk, one.pk]


def test_a_lecture_without_steps_is_at_no_percent(park: User, kim: User) -> None:
    cast.enroll(cast.lecture(park, ()), kim)
    found = only(kim)
    assert (found.total, found.rate, found.first_open(), found.current(None)) == (0, 0.0, None, None)


def test_what_others_did_is_not_ones_own(enrolled: Lecture, kim: User, lee: User) -> None:
    cast.enroll(enrolled, lee)
    for step in classes.steps(enrolled):
        put(lee, step)
    assert (only(kim).completed, only(lee).completed) == (0, 3)


# --- all lectures of one learner


def test_lectures_come_in_order_of_enrolling_each_with_its_own_steps(enrolled: Lecture, park: User, kim: User) -> None:
    other = cast.lecture(park, (1,), title="다른 강의")
    cast.lecture(park, (4,), title="남의 강의")
    cast.enroll(other, kim)
    for step in classes.steps(other):
        put(kim, step)
    found = selectors.of_learner(kim.pk)
    assert [(one.lecture, one.total, one.completed) for one in found] == [(enrolled, 3, 0), (other, 1, 1)]
    assert [one.lecture for one in selectors.of_learner(kim.pk, other.pk)] == [other]


def test_who_is_enrolled_nowhere_asks_once(lee: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert selectors.of_learner(lee.pk) == []


def test_any_number_of_lectures_is_three_queries(
    park: User, kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        lecture = cast.lecture(park, (2, 2), title=f"강의 {number}")
        cast.enroll(lecture, kim)
        put(kim, classes.steps(lecture)[number % 4])
    with django_assert_num_queries(3):
        found = selectors.of_learner(kim.pk)
        assert [one.completed for one in found] == [1] * 6
        assert {title for one in found for title in one.task_titles.values()} == {"과제 1", "과제 2"}


def test_completed_steps_are_those_of_all_lectures(enrolled: Lecture, park: User, kim: User) -> None:
    """Of lectures too that one is not enrolled in any more: milestones count them (contract 7.6)."""
    mine, foreign = classes.steps(enrolled), classes.steps(cast.lecture(park, (1,)))
    put(kim, mine[0])
    put(kim, mine[1], ProgressStatus.IN_PROGRESS)
    put(kim, foreign[0])
    assert sorted(queries.completed_subtasks(kim.pk)) == [mine[0].pk, foreign[0].pk]


# --- who reads whose


def test_a_lecture_without_enrolment_is_refused_by_what_one_may_know(lecture: Lecture, lee: User) -> None:
    reader = cast.actor(lee)
    with refused(ErrorCode.NOT_ENROLLED):
        selectors.my_lectures(reader, lecture.pk)
    Lecture.objects.update(is_active=False)
    for lecture_id in (lecture.pk, 999_999):
        with refused(ErrorCode.NOT_FOUND):
            selectors.my_lectures(reader, lecture_id)


def test_a_guest_reads_its_own_lecture_only(lecture: Lecture, park: User) -> None:
    (guest,) = create_guests(["이웃"], session_id=1)
    cast.enroll(lecture, guest)
    assert [one.lecture for one in selectors.my_lectures(cast.actor(guest), None)] == [lecture]
    with refused(ErrorCode.GUEST_NOT_ALLOWED):
        selectors.my_lectures(cast.actor(guest), cast.lecture(park, (1,)).pk)


@pytest.mark.parametrize("lecture_id", [None, 1])
def test_who_teaches_has_no_lectures_to_learn(park: User, lecture_id: int | None) -> None:
    for user in (park, cast.admin_han()):
        with refused(ErrorCode.FORBIDDEN):
            selectors.my_lectures(cast.actor(user), lecture_id)


def test_a_hidden_lecture_goes_on_for_its_students(enrolled: Lecture, kim: User) -> None:
    Lecture.objects.update(is_active=False)
    assert [one.lecture for one in selectors.my_lectures(cast.actor(kim), enrolled.pk)] == [enrolled]


def test_the_teacher_reads_a_student_of_this_lecture(enrolled: Lecture, park: User, kim: User) -> None:
    put(kim, classes.steps(enrolled)[0])
    for reader in (park, cast.admin_han()):
        user, found = selectors.of_student(cast.actor(reader), kim.pk, enrolled.pk)
        assert (user, found.lecture, found.completed) == (kim, enrolled, 1)


def test_a_student_of_another_lecture_of_the_same_teacher_is_absent(enrolled: Lecture, park: User, kim: User) -> None:
    other = cast.lecture(park, (1,), title="다른 강의")
    for user_id, lecture_id in ((kim.pk, other.pk), (park.pk, enrolled.pk), (999_999, enrolled.pk)):
        with refused(ErrorCode.NOT_FOUND):
            selectors.of_student(cast.actor(park), user_id, lecture_id)


def test_students_do_not_read_each_other(enrolled: Lecture, kim: User, lee: User) -> None:
    cast.enroll(enrolled, lee)
    for reader in (lee, kim):
        with refused(ErrorCode.FORBIDDEN):
            selectors.of_student(cast.actor(reader), kim.pk, enrolled.pk)
    with refused(ErrorCode.NOT_FOUND):
        selectors.of_student(cast.actor(cast.instructor_choi()), kim.pk, enrolled.pk)


# --- where a step belongs


def test_a_step_knows_its_lecture_and_whether_one_is_enrolled(enrolled: Lecture, kim: User, lee: User) -> None:
    *_, three = classes.steps(enrolled)
    place = selectors.place_of(kim.pk, three.pk)
    assert (place.step.id, place.step.position, place.lecture_id) == (three.pk, 3, enrolled.pk)
    assert (place.instructor_id, place.active, place.enrolled) == (enrolled.instructor_id, True, True)
    assert not selectors.place_of(lee.pk, three.pk).enrolled


def test_a_step_that_is_gone_is_not_found(enrolled: Lecture, kim: User) -> None:
    step = classes.steps(enrolled)[0]
    selectors.place_of(kim.pk, step.pk)
    step.delete()
    with pytest.raises(NotFound):
        selectors.place_of(kim.pk, step.pk)


def test_every_tap_asks_one_question(
    enrolled: Lecture, kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one, two, _ = classes.steps(enrolled)
    selectors.place_of(kim.pk, one.pk)  # from here on the content is cached
    with django_assert_num_queries(1):
        selectors.place_of(kim.pk, two.pk)
