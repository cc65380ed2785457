"""Lectures below the REST door: order of steps, deletions that are refused, the cache (contract 5)."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.core.cache import cache as django_cache
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from mobilegpt.core.errors import Conflict, DomainError, ErrorCode
from mobilegpt.events import event
from mobilegpt.events.event import Event, react
from mobilegpt.events.models import StreamEntry
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.lectures import cache, selectors, services
from mobilegpt.lectures.commands import CreateTask, UpdateLecture
from mobilegpt.lectures.events import LectureRemoved, SubtasksRemoved
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask, Task
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    django_cache.clear()
    yield
    django_cache.clear()


@pytest.fixture
def _no_reactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a test registers itself reacts."""
    monkeypatch.setattr(event, "_REACTIONS", {})


def test_steps_follow_the_order_of_tasks_and_then_their_own() -> None:
    lecture = cast.lecture(cast.instructor_park(), (2, 1, 0, 2))
    Task.objects.filter(lecture=lecture, order_index=1).update(order_index=9)
    ordered = selectors.ordered_subtasks(lecture.pk)

    assert [(step.task.order_index, step.order_index) for step in ordered] == [(2, 1), (4, 1), (4, 2), (9, 1), (9, 2)]
    assert [selectors.position_of(lecture.pk, step.pk) for step in ordered] == [1, 2, 3, 4, 5]
    assert selectors.next_subtask_after(lecture.pk, None) == ordered[0]
    assert selectors.next_subtask_after(lecture.pk, ordered[0].pk) == ordered[1]
    assert selectors.next_subtask_after(lecture.pk, ordered[4].pk) is None
    assert selectors.position_of(lecture.pk, 999_999) is None


def test_a_lecture_without_steps_has_no_first_one() -> None:
    lecture = cast.lecture(cast.instructor_park(), ())
    assert selectors.next_subtask_after(lecture.pk, None) is None


def test_the_order_of_a_long_lecture_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    lecture = cast.lecture(cast.instructor_park(), (5, 5, 5))
    with django_assert_num_queries(1):
        assert len([step.task.title for step in selectors.ordered_subtasks(lecture.pk)]) == 15


def test_ensure_enrolled_enrols_once() -> None:
    lecture, kim = cast.lecture(cast.instructor_park()), cast.student_kim()
    assert services.ensure_enrolled([kim.pk], lecture.pk) == 1
    assert services.ensure_enrolled([kim.pk], lecture.pk) == 0
    assert Enrollment.objects.count() == 1
    assert selectors.is_enrolled(kim.pk, lecture.pk)


def test_ensure_enrolled_opens_the_classes_to_who_is_there_and_exists() -> None:
    lecture, kim, lee = cast.lecture(cast.instructor_park()), cast.student_kim(), cast.student_lee()
    Enrollment.objects.create(user=kim, lecture=lecture, opens_classes=False)
    assert services.ensure_enrolled([kim.pk, lee.pk, lee.pk + 1000], lecture.pk) == 2
    enrolled = Enrollment.objects.filter(lecture=lecture).order_by("user_id")
    assert list(enrolled.values_list("user_id", "opens_classes")) == [(kim.pk, True), (lee.pk, True)]


@pytest.mark.usefixtures("_no_reactions")
@pytest.mark.parametrize("kind", [SubtasksRemoved, LectureRemoved])
def test_a_deletion_that_a_domain_above_refuses_changes_nothing(kind: type[Event]) -> None:
    park = cast.instructor_park()
    lecture = cast.lecture(park)

    def refuse(_: Event) -> None:
        raise Conflict(ErrorCode.IN_USE, "A live session stands on it")

    react(kind, refuse)
    with pytest.raises(Conflict):
        services.delete_lecture(actor=cast.actor(park), lecture_id=lecture.pk)
    assert Subtask.objects.filter(task__lecture=lecture).count() == 3
    assert not StreamEntry.objects.exists()


@pytest.mark.usefixtures("_no_reactions")
def test_what_is_about_to_go_is_named() -> None:
    park = cast.instructor_park()
    lecture = cast.lecture(park, (2, 1))
    first, second, third = selectors.ordered_subtasks(lecture.pk)
    told: list[SubtasksRemoved] = []
    react(SubtasksRemoved, told.append)

    services.delete_subtask(actor=cast.actor(park), subtask_id=first.pk)
    services.delete_task(actor=cast.actor(park), task_id=second.task_id)
    services.delete_lecture(actor=cast.actor(park), lecture_id=lecture.pk)
    assert [(removed.lecture_id, removed.subtask_ids) for removed in told] == [
        (lecture.pk, [first.pk]),
        (lecture.pk, [second.pk]),
        (lecture.pk, [third.pk]),
    ]


def test_a_reader_that_read_before_a_change_cannot_leave_old_content_behind() -> None:
    lecture = cast.lecture(cast.instructor_park())
    cache.outline_of(lecture.pk, lecture.version)
    with unit_of_work():
        Task.objects.filter(lecture=lecture, order_index=1).update(title="새 과제")
        services.lecture_changed(lecture.pk)
    # A slow reader stores what it read before the change, after everybody was told to forget.
    old = cache.outline_of(lecture.pk, lecture.version)
    assert old.tasks[0].title == "과제 1"

    lecture.refresh_from_db()
    assert cache.outline_of(lecture.pk, lecture.version).tasks[0].title == "새 과제"


def test_forgetting_a_lecture_frees_it(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    lecture = cast.lecture(cast.instructor_park())
    with django_assert_num_queries(2):
        cache.outline_of(lecture.pk, lecture.version)
    with django_assert_num_queries(0):
        cache.outline_of(lecture.pk, lecture.version)
    cache.forget(lecture.pk)
    with django_assert_num_queries(2):
        cache.outline_of(lecture.pk, lecture.version)


def test_a_refused_edit_leaves_the_version_alone() -> None:
    lecture = cast.lecture(cast.instructor_park())
    choi = cast.actor(cast.instructor_choi())
    with pytest.raises(DomainError):
        services.update_lecture(actor=choi, lecture_id=lecture.pk, command=UpdateLecture(title="내 것"))
    assert Lecture.objects.values_list("version", "title").get() == (0, "카카오톡 기초")


@pytest.mark.django_db(transaction=True)
def test_tasks_that_are_added_at_once_get_places_of_their_own() -> None:
    park = cast.instructor_park()
    lecture, actor = cast.lecture(park, ()), cast.actor(park)
    start = threading.Barrier(8)

    def run(number: int) -> None:
        start.wait()
        try:
            command = CreateTask(title=f"과제 {number}")
            services.create_task(actor=actor, lecture_id=lecture.pk, command=command)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Task.objects.values_list("order_index", flat=True)) == list(range(1, 9))
