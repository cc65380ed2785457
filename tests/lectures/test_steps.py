"""The content of a lecture, cached and walked through: places, what follows, versions (contract 5.2, 5.5, 7.7)."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.lectures import cache, outline, selectors, services
from mobilegpt.lectures.commands import UpdateSubtask
from mobilegpt.lectures.course import Course, course_of
from mobilegpt.lectures.models import Lecture, Subtask, Task
from mobilegpt.lectures.outline import Outline
from mobilegpt.lectures.step import Step
from tests import cast, classes

database = pytest.mark.django_db


def steps(*sizes: int) -> list[Step]:
    """The steps of a lecture whose tasks have these many; ids count from 100."""
    places = [(task, place) for task, size in enumerate(sizes, start=1) for place in range(1, size + 1)]
    return [
        Step(
            id=99 + position,
            task_id=task,
            title=f"{position}번째",
            order_index=place,
            position=position,
            target_action=None,
            guide_text="",
            voice_guide_text="",
        )
        for position, (task, place) in enumerate(places, start=1)
    ]


# --- walking


def test_a_course_begins_with_its_first_step_and_ends_after_its_last() -> None:
    one, two, three = steps(2, 1)
    course = Course([one, two, three])
    assert [course.after(None), course.after(one.id), course.after(two.id)] == [one, two, three]
    assert course.after(three.id) is None
    assert (course.last, len(course)) == (three, 3)


def test_an_empty_course_has_neither_beginning_nor_end() -> None:
    course = Course([])
    assert (course.after(None), course.last, len(course), course.get(1)) == (None, None, 0, None)


def test_after_a_step_that_is_gone_the_course_begins_again() -> None:
    """A class stood on a step that has been deleted: "next" leads to the beginning, not nowhere."""
    one, *_ = steps(2)
    assert Course(steps(2)).after(999) == one


def test_nobody_stands_on_no_step() -> None:
    assert Course(steps(1)).get(None) is None


@given(some.lists(some.integers(0, 4), max_size=5))
def test_walking_visits_every_step_once(sizes: list[int]) -> None:
    course = Course(steps(*sizes))
    walked: list[Step] = []
    following = course.after(None)
    while following is not None:
        walked.append(following)
        following = course.after(following.id)
    assert walked == list(course.steps)
    assert (walked[-1] if walked else None) == course.last


# --- reading


@database
def test_empty_tasks_take_no_position(park: User) -> None:
    read = outline.load(cast.lecture(park, (0, 2, 0, 1)).pk, 0)
    assert [[step.position for step in task.subtasks] for task in read.tasks] == [[], [1, 2], [], [3]]
    assert read.total_subtasks == 3


@database
def test_content_is_read_with_two_queries_however_long(
    park: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lecture = cast.lecture(park, (6, 6, 6))
    with django_assert_num_queries(2):
        assert outline.load(lecture.pk, 0).total_subtasks == 18


@database
def test_a_lecture_that_is_gone_has_no_content() -> None:
    assert outline.load(999_999, 3) == Outline(version=3, tasks=[])


@database
def test_tasks_and_steps_are_found_by_their_ids(lecture: Lecture, park: User) -> None:
    foreign = classes.steps(cast.lecture(park, (1,)))[0]
    read = outline.load(lecture.pk, 0)
    *_, last = classes.steps(lecture)
    task, step = read.task(last.task_id), read.subtask(last.pk)
    assert task is not None
    assert step is not None
    assert (task.title, step.position, step.task_id) == ("과제 2", 3, task.id)
    assert (read.task(foreign.task_id), read.subtask(foreign.pk)) == (None, None)


@database
def test_a_step_is_told_as_it_was_written(lecture: Lecture) -> None:
    first = classes.steps(lecture)[0]
    step = Course.of(lecture).get(first.pk)
    assert step == Step(
        id=first.pk,
        task_id=first.task_id,
        title="카카오톡 앱 열기",
        order_index=1,
        position=1,
        target_action="CLICK",
        guide_text="카카오톡 앱 열기: 화면을 눌러주세요",
        voice_guide_text="카카오톡 앱 열기: 화면을 눌러주세요",
    )


# --- keeping


@database
def test_a_course_of_the_same_version_is_read_once(
    lecture: Lecture, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = course_of(lecture.pk, 0)
    with django_assert_num_queries(0):
        assert course_of(lecture.pk, 0) is first


@database
def test_a_process_that_was_not_told_shows_nothing_old(lecture: Lecture, park: User) -> None:
    step = classes.steps(lecture)[0]
    assert Course.of(lecture).steps[0].title == "카카오톡 앱 열기"
    command = UpdateSubtask(title="노란 그림 누르기")
    services.update_subtask(actor=cast.actor(park), subtask_id=step.pk, command=command)
    lecture.refresh_from_db()
    assert Course.of(lecture).steps[0].title == "노란 그림 누르기"


@database
def test_what_the_cache_gives_back_is_what_was_read(lecture: Lecture) -> None:
    read = outline.load(lecture.pk, 0)
    cache.outline_of(lecture.pk, 0)
    kept = cache.outline_of(lecture.pk, 0)
    assert kept == read
    assert msgspec.convert(msgspec.to_builtins(kept), Outline) == read


@database
def test_an_older_version_does_not_replace_what_newer_readers_see(lecture: Lecture) -> None:
    newer = cache.outline_of(lecture.pk, 2)
    assert cache.outline_of(lecture.pk, 1).version == 1
    assert cache.outline_of(lecture.pk, 2) == newer


@database
def test_forgetting_one_lecture_keeps_the_others(
    lecture: Lecture, park: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = cast.lecture(park, (1,))
    for one in (lecture, other):
        cache.outline_of(one.pk, 0)
    cache.forget(lecture.pk)
    with django_assert_num_queries(0):
        cache.outline_of(other.pk, 0)
    with django_assert_num_queries(2):
        cache.outline_of(lecture.pk, 0)


@database
def test_rows_and_cached_content_have_the_same_order(park: User) -> None:
    """Numbers with gaps, and tasks that were made in another order than they are held in."""
    lecture = cast.lecture(park, (2, 2))
    Task.objects.filter(lecture=lecture, order_index=1).update(order_index=50)
    Subtask.objects.filter(order_index=1).update(order_index=7)
    rows = [step.pk for step in selectors.ordered_subtasks(lecture.pk)]
    assert [step.id for step in Course.of(lecture).steps] == rows
    assert [selectors.position_of(lecture.pk, pk) for pk in rows] == [1, 2, 3, 4]
