"""The order of tasks and steps: after any edits every place is taken once, and positions have no gap (contract 5.2)."""

from __future__ import annotations

import threading
from typing import Any

import msgspec
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from mobilegpt.accounts.models import User
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.lectures import outline, selectors, services
from mobilegpt.lectures.commands import CreateSubtask, CreateTask, Reorder, UpdateSubtask, UpdateTask
from mobilegpt.lectures.course import Course
from mobilegpt.lectures.models import Lecture, Subtask, Task
from tests import cast, classes
from tests.refusals import refused

pytestmark = pytest.mark.django_db

Order = list[tuple[int, list[int]]]


def order_of(lecture: Lecture) -> Order:
    """Tasks with their steps, as rows have them."""
    tasks = Task.objects.filter(lecture=lecture).order_by("order_index")
    return [(task.pk, list(task.subtasks.order_by("order_index").values_list("pk", flat=True))) for task in tasks]


def reorder(actor: Actor, lecture: Lecture, order: Order) -> None:
    tasks = [{"id": task_id, "subtasks": steps} for task_id, steps in order]
    command = msgspec.convert({"tasks": tasks}, Reorder)
    services.reorder(actor=actor, lecture_id=lecture.pk, command=command)


def places(lecture: Lecture) -> list[tuple[int, list[int]]]:
    """``order_index`` of each task, with those of its steps."""
    tasks = Task.objects.filter(lecture=lecture).order_by("order_index")
    return [
        (task.order_index, list(task.subtasks.order_by("order_index").values_list("order_index", flat=True)))
        for task in tasks
    ]


# --- one at a time


def test_tasks_and_steps_come_last_unless_told_otherwise(park: User) -> None:
    owner, lecture = cast.actor(park), cast.lecture(park, ())
    first, second = (
        services.create_task(actor=owner, lecture_id=lecture.pk, command=CreateTask(title=title))
        for title in ("과제 1", "과제 2")
    )
    for task in (first, second, first):
        services.create_subtask(actor=owner, task_id=task.pk, command=CreateSubtask(title="단계"))
    assert places(lecture) == [(1, [1, 2]), (2, [1])]


def test_a_place_beyond_the_last_is_kept_and_the_next_comes_after_it(lecture: Lecture, park: User) -> None:
    for command in (CreateTask(title="나중", order_index=70), CreateTask(title="끝")):
        services.create_task(actor=cast.actor(park), lecture_id=lecture.pk, command=command)
    assert [index for index, _ in places(lecture)] == [1, 2, 70, 71]


def test_place_zero_is_before_all(lecture: Lecture, park: User) -> None:
    made = services.create_task(
        actor=cast.actor(park), lecture_id=lecture.pk, command=CreateTask(title="인사", order_index=0)
    )
    step = services.create_subtask(actor=cast.actor(park), task_id=made.pk, command=CreateSubtask(title="손 흔들기"))
    assert selectors.position_of(lecture.pk, step.pk) == 1


def test_a_step_that_moves_to_another_task_comes_last_there(lecture: Lecture, park: User) -> None:
    one, two, three = (step.pk for step in classes.steps(lecture))
    (first, _), (second, _) = order_of(lecture)
    services.update_subtask(actor=cast.actor(park), subtask_id=one, command=UpdateSubtask(task_id=second))
    assert order_of(lecture) == [(first, [two]), (second, [three, one])]
    assert places(lecture) == [(1, [2]), (2, [1, 2])]


def test_a_step_that_names_its_own_task_stays_in_its_place(lecture: Lecture, park: User) -> None:
    before = order_of(lecture)
    command = UpdateSubtask(task_id=before[0][0], title="새 이름")
    services.update_subtask(actor=cast.actor(park), subtask_id=before[0][1][0], command=command)
    assert order_of(lecture) == before


def test_a_step_may_move_and_take_a_place_at_once(lecture: Lecture, park: User) -> None:
    one, two, three = (step.pk for step in classes.steps(lecture))
    (first, _), (second, _) = order_of(lecture)
    command = UpdateSubtask(task_id=second, order_index=0)
    services.update_subtask(actor=cast.actor(park), subtask_id=two, command=command)
    assert order_of(lecture) == [(first, [one]), (second, [two, three])]


def test_a_place_in_the_task_that_it_leaves_is_no_obstacle(lecture: Lecture, park: User) -> None:
    """Place 2 is taken in the first task, and free in the second."""
    one, *_ = (step.pk for step in classes.steps(lecture))
    second = order_of(lecture)[1][0]
    command = UpdateSubtask(task_id=second, order_index=2)
    services.update_subtask(actor=cast.actor(park), subtask_id=one, command=command)
    assert places(lecture) == [(1, [2]), (2, [1, 2])]


# --- all at once


def test_a_new_order_closes_every_gap(lecture: Lecture, park: User) -> None:
    (first, [one, two]), (second, [three]) = order_of(lecture)
    owner = cast.actor(park)
    services.update_task(actor=owner, task_id=first, command=UpdateTask(order_index=40))
    services.update_subtask(actor=owner, subtask_id=one, command=UpdateSubtask(order_index=9))
    reorder(owner, lecture, [(second, [one, three]), (first, [two])])
    assert places(lecture) == [(1, [1, 2]), (2, [1])]


def test_every_step_may_end_up_in_one_task(lecture: Lecture, park: User) -> None:
    (first, [one, two]), (second, [three]) = order_of(lecture)
    wanted = [(first, []), (second, [two, three, one])]
    reorder(cast.actor(park), lecture, wanted)
    assert order_of(lecture) == wanted


def test_a_lecture_without_tasks_has_an_order_too(park: User) -> None:
    lecture = cast.lecture(park, ())
    reorder(cast.actor(park), lecture, [])
    lecture.refresh_from_db()
    assert (order_of(lecture), lecture.version) == ([], 1)


def test_what_is_missing_and_what_is_unknown_is_said(lecture: Lecture, park: User) -> None:
    (first, [one, two]), (second, [three]) = order_of(lecture)
    with refused(ErrorCode.INVALID_REQUEST, Task, Subtask) as refusal:
        reorder(cast.actor(park), lecture, [(first, [one, two]), (second, [999_999])])
    assert refusal.value.details == {"field": "subtasks", "missing": [three], "unknown": [999_999]}
    with refused(ErrorCode.INVALID_REQUEST, Task, Subtask) as refusal:
        reorder(cast.actor(park), lecture, [(first, [one, two, three]), (999_998, [])])
    assert refusal.value.details == {"field": "tasks", "missing": [second], "unknown": [999_998]}


def test_a_step_that_is_named_twice_is_refused_although_none_is_missing(lecture: Lecture, park: User) -> None:
    (first, [one, two]), (second, [three]) = order_of(lecture)
    with refused(ErrorCode.INVALID_REQUEST, Task, Subtask) as refusal:
        reorder(cast.actor(park), lecture, [(first, [one, two]), (second, [three, one])])
    assert refusal.value.details == {"field": "subtasks", "missing": [], "unknown": []}


def test_texts_and_ids_survive_a_new_order(lecture: Lecture, park: User) -> None:
    before = dict(Subtask.objects.values_list("pk", "title"))
    reorder(cast.actor(park), lecture, [(task, steps[::-1]) for task, steps in order_of(lecture)[::-1]])
    assert dict(Subtask.objects.values_list("pk", "title")) == before


@pytest.mark.django_db(transaction=True)
def test_orders_that_are_set_at_once_follow_each_other(park: User) -> None:
    """Each is whole: the last one stands, and no place is taken twice on the way."""
    lecture, owner = cast.lecture(park, (3, 3)), cast.actor(park)
    (first, one), (second, two) = order_of(lecture)
    wanted: list[Order] = [[(second, [*two, *one]), (first, [])], [(first, [*one[::-1], *two]), (second, [])]]
    gate = threading.Barrier(len(wanted))

    def run(order: Order) -> None:
        gate.wait()
        try:
            reorder(owner, lecture, order)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(order,)) for order in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lecture.refresh_from_db()
    assert order_of(lecture) in wanted
    assert lecture.version == 2


# --- any edits in any order

edits = some.lists(
    some.tuples(
        some.sampled_from(["task", "step", "move_task", "move_step", "drop_task", "drop_step", "shuffle"]),
        some.integers(0, 5),
        some.integers(0, 5),
        some.none() | some.integers(0, 4),
    ),
    min_size=1,
    max_size=8,
)


def edit(owner: Actor, lecture: Lecture, kind: str, which: int, whither: int, place: int | None) -> None:
    order = order_of(lecture)
    tasks, steps = [task for task, _ in order], [step for _, inside in order for step in inside]
    of_a_task: dict[str, Any] = {} if place is None else {"order_index": place}
    if kind == "task":
        command = CreateTask(title="과제", order_index=place)
        services.create_task(actor=owner, lecture_id=lecture.pk, command=command)
    elif kind == "step" and tasks:
        made = CreateSubtask(title="단계", order_index=place)
        services.create_subtask(actor=owner, task_id=tasks[which % len(tasks)], command=made)
    elif kind == "move_task" and tasks:
        services.update_task(actor=owner, task_id=tasks[which % len(tasks)], command=UpdateTask(**of_a_task))
    elif kind == "move_step" and steps:
        moved = UpdateSubtask(task_id=tasks[whither % len(tasks)], **of_a_task)
        services.update_subtask(actor=owner, subtask_id=steps[which % len(steps)], command=moved)
    elif kind == "drop_task" and tasks:
        services.delete_task(actor=owner, task_id=tasks[which % len(tasks)])
    elif kind == "drop_step" and steps:
        services.delete_subtask(actor=owner, subtask_id=steps[which % len(steps)])
    elif kind == "shuffle":
        at = which % (len(tasks) or 1)
        reorder(owner, lecture, [(task, inside[::-1]) for task, inside in order[at:] + order[:at]])


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(edits)
def test_no_order_of_edits_leaves_a_gap_or_a_double(park: User, wanted: list[tuple[str, int, int, int | None]]) -> None:
    lecture, owner = cast.lecture(park), cast.actor(park)
    for one in wanted:
        before = (order_of(lecture), places(lecture), Lecture.objects.get(pk=lecture.pk).version)
        try:
            edit(owner, lecture, *one)
        except Conflict:  # the place is taken
            after = (order_of(lecture), places(lecture), Lecture.objects.get(pk=lecture.pk).version)
            assert after == before
        if one[0] == "shuffle":
            made = places(lecture)
            assert made == [(at, list(range(1, len(inside) + 1))) for at, (_, inside) in enumerate(made, start=1)]
    lecture.refresh_from_db()
    read = outline.load(lecture.pk, lecture.version)
    ids = [step for _, inside in order_of(lecture) for step in inside]
    shown = [step for task in read.tasks for step in task.subtasks]
    assert [step.id for step in shown] == ids
    assert [step.position for step in shown] == list(range(1, len(ids) + 1))
    for _, inside in places(lecture):
        assert len(set(inside)) == len(inside)
    assert [step.pk for step in selectors.ordered_subtasks(lecture.pk)] == ids
    assert [step.id for step in Course.of(lecture).steps] == ids


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(some.permutations(range(6)), some.lists(some.integers(0, 2), min_size=6, max_size=6))
def test_any_order_that_is_set_is_the_order_that_is_read(park: User, steps: list[int], tasks: list[int]) -> None:
    lecture = cast.lecture(park, (3, 2, 1))
    ids = [step.pk for step in classes.steps(lecture)]
    wanted = [
        (task_id, [ids[step] for step, place in zip(steps, tasks, strict=True) if place == at])
        for at, (task_id, _) in enumerate(order_of(lecture))
    ]
    reorder(cast.actor(park), lecture, wanted)
    assert order_of(lecture) == wanted
