"""What a caller sees of lectures, and what it costs (contract 5.2, 5.3, 5.5)."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import create_guests
from mobilegpt.core.errors import ErrorCode, NotFound
from mobilegpt.lectures import queries, selectors, services
from mobilegpt.lectures.commands import UpdateSubtask
from mobilegpt.lectures.models import Enrollment, Lecture, Task
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def seen(user: User, **filters: Any) -> list[str]:
    return [lecture.title for lecture in selectors.visible_lectures(cast.actor(user), **filters)]


@pytest.fixture
def hidden(park: User) -> Lecture:
    made = cast.lecture(park, (1,), title="숨긴 강의")
    Lecture.objects.filter(pk=made.pk).update(is_active=False)
    return made


# --- the list


def test_a_student_sees_active_lectures_and_their_own(lecture: Lecture, hidden: Lecture, kim: User, lee: User) -> None:
    cast.enroll(hidden, kim)
    assert seen(kim) == ["숨긴 강의", "카카오톡 기초"]
    assert seen(lee) == ["카카오톡 기초"]


def test_an_instructor_sees_their_own_inactive_lectures_only(lecture: Lecture, hidden: Lecture, park: User) -> None:
    assert seen(park) == ["숨긴 강의", "카카오톡 기초"]
    assert seen(cast.instructor_choi()) == ["카카오톡 기초"]


def test_an_admin_sees_every_lecture(lecture: Lecture, hidden: Lecture) -> None:
    assert seen(cast.admin_han()) == ["숨긴 강의", "카카오톡 기초"]


def test_filters_show_no_more_than_the_caller_may_see(hidden: Lecture, park: User, kim: User) -> None:
    assert seen(kim, is_active=False) == []
    assert seen(kim, instructor_id=park.pk) == []
    assert seen(park, is_active=False, instructor_id=park.pk) == ["숨긴 강의"]


def test_a_row_knows_its_numbers(lecture: Lecture, kim: User, lee: User) -> None:
    cast.enroll(lecture, kim, lee)
    classes.open_class(lecture)
    classes.open_class(lecture)
    row: Any = selectors.visible_lectures(cast.actor(kim)).get()
    assert (row.is_enrolled, row.enrolled_count, row.total_subtasks, row.session_count) == (True, 2, 3, 2)


def test_a_lecture_without_anything_counts_zero(park: User, kim: User) -> None:
    cast.lecture(park, ())
    row: Any = selectors.visible_lectures(cast.actor(kim)).get()
    assert (row.is_enrolled, row.enrolled_count, row.total_subtasks, row.session_count) == (False, 0, 0, 0)


def test_numbers_of_one_lecture_do_not_multiply_each_other(park: User) -> None:
    """Steps, students and classes are three tables that a single join would multiply."""
    lecture = cast.lecture(park, (3, 4))
    cast.enroll(lecture, *cast.students(5))
    for _ in range(2):
        classes.open_class(lecture)
    row: Any = selectors.visible_lectures(cast.actor(park)).get()
    assert (row.enrolled_count, row.total_subtasks, row.session_count) == (5, 7, 2)


def test_a_page_of_lectures_with_their_instructors_is_one_query(
    park: User, kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for shape in ((1,), (2, 2), ()):
        cast.lecture(park, shape)
    with django_assert_num_queries(1):
        assert [row.instructor.name for row in selectors.visible_lectures(cast.actor(kim))] == ["박강사"] * 3


# --- one lecture


def test_a_lecture_as_its_student_sees_it(lecture: Lecture, kim: User) -> None:
    cast.enroll(lecture, kim)
    view = selectors.lecture_for(cast.actor(kim), lecture.pk)
    assert (view.lecture, view.enrolled, view.enrolled_count, view.session_count) == (lecture, True, 1, 0)
    assert [[step.position for step in task.subtasks] for task in view.outline.tasks] == [[1, 2], [3]]


def test_a_lecture_that_is_read_again_is_one_query(
    lecture: Lecture, kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader = cast.actor(kim)
    with django_assert_num_queries(3):
        selectors.lecture_for(reader, lecture.pk)
    with django_assert_num_queries(1):
        selectors.lecture_for(reader, lecture.pk)


def test_students_and_strangers_share_the_cached_content_and_not_their_enrolment(
    lecture: Lecture, kim: User, lee: User
) -> None:
    cast.enroll(lecture, kim)
    first, second = (selectors.lecture_for(cast.actor(user), lecture.pk) for user in (kim, lee))
    assert first.outline == second.outline
    assert (first.enrolled, second.enrolled) == (True, False)


def test_a_guest_cannot_tell_an_absent_lecture_from_a_foreign_one(lecture: Lecture) -> None:
    (guest,) = create_guests(["이웃"], session_id=1)
    for lecture_id in (lecture.pk, 999_999):
        with refused(ErrorCode.GUEST_NOT_ALLOWED):
            selectors.lecture_for(cast.actor(guest), lecture_id)
    for task_id in (Task.objects.values_list("pk", flat=True)[0], 999_999):
        with refused(ErrorCode.GUEST_NOT_ALLOWED):
            selectors.task_for(cast.actor(guest), task_id)


def test_a_task_is_for_the_people_of_its_lecture(lecture: Lecture, kim: User, lee: User, park: User) -> None:
    cast.enroll(lecture, kim)
    task = Task.objects.filter(lecture=lecture).last()
    assert task is not None
    for user in (kim, park, cast.admin_han()):
        shown = selectors.task_for(cast.actor(user), task.pk)
        assert (shown.id, shown.lecture_id, [step.position for step in shown.subtasks]) == (task.pk, lecture.pk, [3])
    with refused(ErrorCode.NOT_ENROLLED):
        selectors.task_for(cast.actor(lee), task.pk)
    with refused(ErrorCode.FORBIDDEN):
        selectors.task_for(cast.actor(cast.instructor_choi()), task.pk)


def test_a_step_is_read_in_its_place_in_the_whole(lecture: Lecture) -> None:
    *_, last = classes.steps(lecture)
    shown = selectors.subtask_of(lecture.pk, last.pk)
    assert (shown.id, shown.order_index, shown.position, shown.task_id) == (last.pk, 1, 3, last.task_id)


def test_who_has_just_written_a_step_reads_what_was_written(lecture: Lecture, park: User) -> None:
    step = classes.steps(lecture)[0]
    selectors.subtask_of(lecture.pk, step.pk)
    command = UpdateSubtask(guide_text="노란 그림을 누르세요")
    services.update_subtask(actor=cast.actor(park), subtask_id=step.pk, command=command)
    assert selectors.subtask_of(lecture.pk, step.pk).guide_text == "노란 그림을 누르세요"


def test_a_step_of_another_lecture_is_not_found_in_this_one(lecture: Lecture, park: User) -> None:
    foreign = classes.steps(cast.lecture(park, (1,)))[0]
    for lecture_id, step_id in ((lecture.pk, foreign.pk), (lecture.pk, 999_999), (999_999, foreign.pk)):
        with pytest.raises(NotFound):
            selectors.subtask_of(lecture_id, step_id)


def test_what_follows_a_step_of_another_lecture_is_nothing(lecture: Lecture, park: User) -> None:
    foreign = classes.steps(cast.lecture(park, (2,)))[0]
    assert selectors.next_subtask_after(lecture.pk, foreign.pk) is None
    assert selectors.position_of(lecture.pk, foreign.pk) is None


# --- who knows whom


def test_students_of_a_class_know_each_other_and_their_teacher(
    lecture: Lecture, kim: User, lee: User, park: User
) -> None:
    cast.enroll(lecture, kim, lee)
    everybody = [user.pk for user in (kim, lee, park)]
    assert selectors.companions(kim.pk, everybody) == set(everybody)
    assert selectors.companions(park.pk, [kim.pk, lee.pk]) == {kim.pk, lee.pk}


def test_only_those_who_were_asked_about_are_told_of(lecture: Lecture, kim: User, lee: User, park: User) -> None:
    cast.enroll(lecture, kim, lee)
    assert selectors.companions(kim.pk, [lee.pk]) == {lee.pk}
    assert selectors.companions(kim.pk, []) == set()


def test_enrolling_oneself_makes_nobody_known_but_the_teacher(
    lecture: Lecture, kim: User, lee: User, park: User
) -> None:
    cast.enroll(lecture, kim)
    services.enroll(actor=cast.actor(lee), lecture_id=lecture.pk)
    everybody = [user.pk for user in (kim, lee, park)]
    assert selectors.companions(lee.pk, everybody) == {park.pk}
    assert selectors.companions(kim.pk, everybody) == {kim.pk, park.pk}
    assert selectors.companions(park.pk, everybody) == {kim.pk, lee.pk}


def test_people_of_different_lectures_do_not_know_each_other(
    lecture: Lecture, kim: User, lee: User, park: User
) -> None:
    choi = cast.instructor_choi()
    cast.enroll(lecture, kim)
    cast.enroll(cast.lecture(choi, (1,)), lee)
    assert selectors.companions(kim.pk, [lee.pk, choi.pk, park.pk]) == {park.pk}
    assert selectors.companions(choi.pk, [kim.pk, lee.pk]) == {lee.pk}


def test_who_knows_whom_is_five_queries_for_any_number_of_people(
    lecture: Lecture, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    crowd = cast.students(30)
    cast.enroll(lecture, *crowd)
    with django_assert_num_queries(5):
        assert len(selectors.companions(crowd[0].pk, [user.pk for user in crowd])) == 30


def test_an_enrolment_by_oneself_opens_the_lecture_and_no_class(lecture: Lecture, kim: User) -> None:
    services.enroll(actor=cast.actor(kim), lecture_id=lecture.pk)
    assert queries.enrolments_of(kim.pk, lecture.pk).exists()
    assert not queries.enrolments_for_classes(kim.pk, lecture.pk).exists()
    Enrollment.objects.update(opens_classes=True)
    assert queries.enrolments_for_classes(kim.pk, lecture.pk).exists()
