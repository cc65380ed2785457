"""The history of a lecture: what was there can come back, by whom and when it was changed is known (contract 11.11)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from mobilegpt.accounts.models import User
from mobilegpt.audit.origin import Origin, coming_from
from mobilegpt.classroom.lesson import course_of_class
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode
from mobilegpt.lectures import duplicating, history, moving, restoring, revisions, services
from mobilegpt.lectures.commands import (
    CreateSubtask,
    MoveSubtask,
    MoveTask,
    Reorder,
    RestoreVersion,
    TaskOrder,
    UpdateLecture,
    UpdateSubtask,
)
from mobilegpt.lectures.models import Lecture, LectureRevision, Subtask, Task
from mobilegpt.lectures.outline import load
from mobilegpt.progress.models import SubtaskProgress
from tests import cast
from tests.classes import open_class, start
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def park() -> User:
    return cast.instructor_park()


@pytest.fixture
def han() -> User:
    return cast.admin_han()


@pytest.fixture
def lecture(park: User) -> Lecture:
    return cast.lecture(park, (2, 2))


@pytest.fixture(autouse=True)
def _asked_by_park(park: User) -> Iterator[None]:
    with coming_from(Origin(actor_id=park.pk)):
        yield


def titles(lecture: Lecture) -> list[list[str]]:
    return [[step.title for step in task.subtasks] for task in load(lecture.pk, 0).tasks]


def steps(lecture: Lecture) -> list[int]:
    return [step.id for task in load(lecture.pk, 0).tasks for step in task.subtasks]


def rename(user: User, step: int, title: str) -> None:
    with coming_from(Origin(actor_id=user.pk)):
        services.update_subtask(actor=cast.actor(user), subtask_id=step, command=UpdateSubtask(title=title))


def started(lecture: Lecture) -> LectureSession:
    session = open_class(lecture)
    start(session)
    session.refresh_from_db()
    return session


def versions(lecture: Lecture) -> list[int]:
    return list(LectureRevision.objects.filter(lecture=lecture).order_by("version").values_list("version", flat=True))


def go_back(user: User, lecture: Lecture, version: int, seen: int | None = None) -> None:
    command = RestoreVersion(seen_version=seen)
    restoring.restore(actor=cast.actor(user), lecture_id=lecture.pk, version=version, command=command)


# --- what is kept


def test_the_first_edit_keeps_what_was_there_before(park: User, lecture: Lecture) -> None:
    before = titles(lecture)
    rename(park, steps(lecture)[0], "새 이름")
    oldest, newest = LectureRevision.objects.filter(lecture=lecture).order_by("version")
    assert [[step.title for step in task.subtasks] for task in revisions.content_of(oldest).tasks] == before
    assert (oldest.author, newest.author_id, newest.taught) == (None, park.pk, False)


def test_what_one_person_changes_within_minutes_is_one_entry(park: User, lecture: Lecture) -> None:
    step = steps(lecture)[0]
    with time_machine.travel(now(), tick=False) as clock:
        rename(park, step, "하나")
        clock.shift(timedelta(minutes=9))
        rename(park, step, "둘")
        assert len(versions(lecture)) == 2
        clock.shift(timedelta(minutes=2))
        rename(park, step, "셋")
    assert len(versions(lecture)) == 3
    _, entries = history.history_of(cast.actor(park), lecture.pk)
    assert [entry.content.tasks[0].subtasks[0].title for entry in entries][:2] == ["셋", "둘"]


def test_what_another_changes_is_another_entry(park: User, han: User, lecture: Lecture) -> None:
    step = steps(lecture)[0]
    for user in (park, han, park):
        rename(user, step, f"{user.name}의")
    _, entries = history.history_of(cast.actor(park), lecture.pk)
    assert [entry.author for entry in entries] == [park, han, park, None]


def test_of_entries_that_nobody_was_taught_the_newest_are_kept(
    park: User, han: User, lecture: Lecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "MOST_ENTRIES", 3)
    taught = revisions.keep(lecture.pk)
    step = steps(lecture)[0]
    for number in range(6):
        rename(han if number % 2 else park, step, f"이름 {number}")
    assert LectureRevision.objects.filter(lecture=lecture, taught=False).count() == 3
    assert taught in versions(lecture)


def test_what_a_class_was_taught_is_changed_by_no_edit(park: User, lecture: Lecture) -> None:
    step = steps(lecture)[0]
    rename(park, step, "가르친 것")
    session = started(lecture)
    rename(park, step, "나중 것")
    assert course_of_class(session).steps[0].title == "가르친 것"
    revision = LectureRevision.objects.get(lecture=lecture, version=session.lecture_version or 0)
    assert revision.taught


def test_a_change_is_told_in_numbers(park: User, han: User, lecture: Lecture) -> None:
    first, second, *_ = steps(lecture)
    task = Task.objects.filter(lecture=lecture).order_by("order_index")[1]
    rename(han, first, "처음")
    actor = cast.actor(park)
    services.delete_subtask(actor=actor, subtask_id=second)
    services.create_subtask(actor=actor, task_id=task.pk, command=CreateSubtask(title="끝"))
    services.update_lecture(actor=actor, lecture_id=lecture.pk, command=UpdateLecture(title="다른 제목"))
    _, (newest, named, oldest) = history.history_of(actor, lecture.pk)
    change = newest.change
    assert change is not None
    assert (change.words, change.added, change.removed, change.changed, change.step) == (True, 1, 1, 0, None)
    assert named.change is not None
    assert (named.change.changed, named.change.step) == (1, "처음")
    assert oldest.change is None


def test_another_order_is_told(park: User, han: User, lecture: Lecture) -> None:
    rename(han, steps(lecture)[0], "이름")
    tasks = list(Task.objects.filter(lecture=lecture).order_by("order_index"))
    order = [
        TaskOrder(id=task.pk, subtasks=list(Subtask.objects.filter(task=task).values_list("pk", flat=True)))
        for task in tasks[::-1]
    ]
    services.reorder(actor=cast.actor(park), lecture_id=lecture.pk, command=Reorder(tasks=order))
    change = history.history_of(cast.actor(park), lecture.pk)[1][0].change
    assert change is not None
    assert (change.reordered, change.added, change.changed) == (True, 0, 0)


def test_a_switch_that_changes_no_word_is_no_entry(park: User, lecture: Lecture) -> None:
    rename(park, steps(lecture)[0], "이름")
    services.update_lecture(actor=cast.actor(park), lecture_id=lecture.pk, command=UpdateLecture(is_active=False))
    assert len(versions(lecture)) == 2


# --- the way back


def test_going_back_brings_everything_back_as_it_was(park: User, lecture: Lecture) -> None:
    Subtask.objects.filter(pk=steps(lecture)[0]).update(
        image={"alt": "그림", "marks": [], "sizes": [{"file": "a.webp", "width": 1, "height": 1}]}
    )
    before = load(lecture.pk, 0)
    rename(park, steps(lecture)[1], "이름")
    first = versions(lecture)[0]
    actor = cast.actor(park)
    task = Task.objects.filter(lecture=lecture).order_by("order_index")[0]
    services.delete_task(actor=actor, task_id=task.pk)
    services.update_lecture(actor=actor, lecture_id=lecture.pk, command=UpdateLecture(title="다른 제목"))
    rest = Task.objects.get(lecture=lecture)
    services.create_subtask(actor=actor, task_id=rest.pk, command=CreateSubtask(title="더한 것"))
    go_back(park, lecture, first)
    assert load(lecture.pk, 0) == before
    assert Lecture.objects.get(pk=lecture.pk).title == lecture.title


def test_what_was_learned_of_a_step_counts_again(park: User, lecture: Lecture) -> None:
    kim = cast.student_kim()
    step = steps(lecture)[0]
    SubtaskProgress.objects.create(user=kim, subtask_id=step, status="COMPLETED")
    rename(park, steps(lecture)[1], "이름")
    first = versions(lecture)[0]
    services.delete_subtask(actor=cast.actor(park), subtask_id=step)
    go_back(park, lecture, first)
    assert steps(lecture)[0] == step
    assert SubtaskProgress.objects.get(user=kim).subtask_id == step


def test_going_back_can_be_taken_back(park: User, lecture: Lecture) -> None:
    rename(park, steps(lecture)[0], "이름")
    before, after = versions(lecture)
    go_back(park, lecture, before)
    go_back(park, lecture, after)
    assert titles(lecture)[0][0] == "이름"
    assert len(versions(lecture)) == 4


def test_what_is_gone_for_good_is_made_anew(park: User, lecture: Lecture) -> None:
    before = titles(lecture)
    rename(park, steps(lecture)[0], "이름")
    first = versions(lecture)[0]
    Task.objects.filter(lecture=lecture).first().delete()  # type: ignore[union-attr]
    go_back(park, lecture, first)
    assert titles(lecture) == before


def test_who_looked_before_another_changed_it_is_told(park: User, han: User, lecture: Lecture) -> None:
    rename(park, steps(lecture)[0], "이름")
    seen = Lecture.objects.get(pk=lecture.pk).version
    rename(han, steps(lecture)[0], "다른 이름")
    with refused(ErrorCode.LECTURE_CHANGED, Subtask, LectureRevision):
        go_back(park, lecture, versions(lecture)[0], seen=seen)


def test_a_step_on_which_a_class_stands_is_not_taken_away(park: User, lecture: Lecture) -> None:
    task = Task.objects.filter(lecture=lecture).order_by("order_index")[0]
    rename(park, steps(lecture)[0], "이름")
    first = versions(lecture)[0]
    new = services.create_subtask(
        actor=cast.actor(park), task_id=task.pk, command=CreateSubtask(title="앞", order_index=0)
    )
    session = started(lecture)
    assert session.current_subtask_id == new.pk
    with refused(ErrorCode.IN_USE, Subtask, LectureRevision):
        go_back(park, lecture, first)


def test_a_version_that_is_not_kept_is_not_found(park: User, lecture: Lecture) -> None:
    with refused(ErrorCode.NOT_FOUND, Subtask):
        go_back(park, lecture, 99)


@pytest.mark.django_db(transaction=True)
def test_of_an_edit_and_a_way_back_one_comes_first(park: User, lecture: Lecture) -> None:
    """Twenty times at once: whichever was second finds the whole of the other, and nothing is half."""
    step = steps(lecture)[0]
    rename(park, step, "이름")
    first, original = versions(lecture)[0], cast.actor(park)
    failures: list[Exception] = []

    def doing(work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    for number in range(10):
        edit = UpdateSubtask(title=f"동시에 {number}")
        works = [
            lambda: go_back(park, lecture, first),
            lambda edit=edit: services.update_subtask(actor=original, subtask_id=step, command=edit),
        ]
        threads = [threading.Thread(target=doing, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert titles(lecture)[0][0] in (f"동시에 {number}", titles_at(lecture, first))
        assert len(steps(lecture)) == 4
    assert failures == []
    newest = LectureRevision.objects.filter(lecture=lecture).order_by("-version")[0]
    assert revisions.content_of(newest).tasks == load(lecture.pk, 0).tasks


def titles_at(lecture: Lecture, version: int) -> str:
    return revisions.content_at(lecture.pk, version).tasks[0].subtasks[0].title


# --- copies and moves


def test_a_step_is_copied_right_behind_itself(park: User, lecture: Lecture) -> None:
    step = steps(lecture)[0]
    image = {"alt": "그림", "marks": [], "sizes": [{"file": "a.webp", "width": 1, "height": 1}]}
    Subtask.objects.filter(pk=step).update(image=image)
    copy = duplicating.duplicate_subtask(actor=cast.actor(park), subtask_id=step)
    assert steps(lecture)[1] == copy.pk
    assert (copy.image, copy.title) == (image, Subtask.objects.get(pk=step).title)
    assert len(steps(lecture)) == 5


def test_a_task_is_copied_with_its_steps(park: User, lecture: Lecture) -> None:
    task = Task.objects.filter(lecture=lecture).order_by("order_index")[0]
    copy = duplicating.duplicate_task(actor=cast.actor(park), task_id=task.pk)
    shown = titles(lecture)
    assert shown[1] == shown[0]
    assert [each.id for each in load(lecture.pk, 0).tasks][1] == copy.pk


def test_within_a_lecture_a_step_stays_the_same_step(park: User, lecture: Lecture) -> None:
    step, task = steps(lecture)[0], Task.objects.filter(lecture=lecture).order_by("order_index")[1]
    moved = moving.move_subtask(actor=cast.actor(park), subtask_id=step, command=MoveSubtask(task_id=task.pk))
    assert moved.pk == step
    assert steps(lecture)[-1] == step


def test_in_another_lecture_it_is_a_new_step_and_classes_keep_the_old_one(park: User, lecture: Lecture) -> None:
    other = cast.lecture(park, (1,))
    step, target = steps(lecture)[1], Task.objects.get(lecture=other)
    session = started(lecture)
    moved = moving.move_subtask(actor=cast.actor(park), subtask_id=step, command=MoveSubtask(task_id=target.pk))
    assert moved.pk != step
    assert steps(other)[-1] == moved.pk
    assert step not in steps(lecture)
    assert step in [each.id for each in course_of_class(session).steps]


def test_a_step_on_which_a_class_stands_does_not_leave_its_lecture(park: User, lecture: Lecture) -> None:
    other = cast.lecture(park, (1,))
    session = started(lecture)
    assert session.current_subtask_id is not None
    command = MoveSubtask(task_id=Task.objects.get(lecture=other).pk)
    with refused(ErrorCode.IN_USE, Subtask, LectureRevision):
        moving.move_subtask(actor=cast.actor(park), subtask_id=session.current_subtask_id, command=command)


def test_a_task_goes_to_another_lecture_with_its_steps(park: User, lecture: Lecture) -> None:
    other = cast.lecture(park, (1,))
    task = Task.objects.filter(lecture=lecture).order_by("order_index")[0]
    names = titles(lecture)
    moving.move_task(actor=cast.actor(park), task_id=task.pk, command=MoveTask(lecture_id=other.pk))
    assert (titles(other)[-1], titles(lecture)) == (names[0], names[1:])


def test_nothing_goes_to_a_lecture_of_another(park: User, lecture: Lecture) -> None:
    theirs = cast.lecture(cast.instructor_choi(), (1,))
    step, task = steps(lecture)[0], Task.objects.get(lecture=theirs)
    for give in (
        lambda: moving.move_subtask(actor=cast.actor(park), subtask_id=step, command=MoveSubtask(task_id=task.pk)),
        lambda: moving.move_task(actor=cast.actor(park), task_id=task.pk, command=MoveTask(lecture_id=lecture.pk)),
    ):
        with refused(ErrorCode.FORBIDDEN, Subtask, Task, LectureRevision):
            give()
