"""Progress by one rule (contract 6.11, 7.3, 7.6, 7.7)."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom.events import SessionProgress
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.errors import ErrorCode, Forbidden, Invalid, NotFound
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.events import CompletionRepeated, ProgressChanged
from mobilegpt.progress.models import Achievement, SubtaskProgress
from mobilegpt.progress.services import ProgressUpdated, update_progress
from tests import cast, classes

pytestmark = pytest.mark.django_db


def report(user: User, subtask: Subtask, status: str = "COMPLETED") -> ProgressUpdated:
    return update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=subtask.pk, status=status))


def changes() -> list[ProgressChanged]:
    return classes.events_of(ProgressChanged)


def test_a_step_is_begun_and_completed(lecture: Lecture, kim: User) -> None:
    cast.enroll(lecture, kim)
    one, two, _ = classes.steps(lecture)
    begun = report(kim, one, "in_progress ")
    assert (begun.status, begun.completed_at) == ("IN_PROGRESS", None)
    done = report(kim, one)
    row = SubtaskProgress.objects.get()
    assert done.completed_at == row.completed_at
    assert done.next_step is not None
    assert done.next_step.id == two.pk
    assert row.started_at is not None
    assert [(event.old_status, event.new_status, event.rate) for event in changes()] == [
        ("NOT_STARTED", "IN_PROGRESS", 0.0),
        ("IN_PROGRESS", "COMPLETED", pytest.approx(1 / 3)),
    ]


def test_the_next_step_runs_across_tasks_and_ends(lecture: Lecture, kim: User) -> None:
    cast.enroll(lecture, kim)
    _, two, three = classes.steps(lecture)
    following = report(kim, two).next_step
    assert following is not None
    assert (following.id, following.position, following.order_index) == (three.pk, 3, 1)
    assert report(kim, three).next_step is None


@pytest.mark.parametrize("later", ["NOT_STARTED", "IN_PROGRESS", "HELP_NEEDED", "COMPLETED"])
def test_completed_is_final(lecture: Lecture, kim: User, later: str) -> None:
    cast.enroll(lecture, kim)
    step = classes.steps(lecture)[0]
    first = report(kim, step)
    classes.forget_events()
    again = report(kim, step, later)
    assert (again.status, again.completed_at, again.changed) == ("COMPLETED", first.completed_at, False)
    assert classes.events_of(ProgressChanged) == []
    # Done once more, perhaps in another class: that class hears it (contract 11.1).
    assert len(classes.events_of(CompletionRepeated)) == (later == "COMPLETED")


def test_the_same_status_again_is_no_news(lecture: Lecture, kim: User) -> None:
    cast.enroll(lecture, kim)
    step = classes.steps(lecture)[0]
    report(kim, step, "IN_PROGRESS")
    classes.forget_events()
    assert not report(kim, step, "IN_PROGRESS").changed
    assert classes.events() == []


def test_a_step_may_be_taken_back(lecture: Lecture, kim: User) -> None:
    cast.enroll(lecture, kim)
    step = classes.steps(lecture)[0]
    report(kim, step, "IN_PROGRESS")
    report(kim, step, "NOT_STARTED")
    assert SubtaskProgress.objects.get().started_at is None


def test_who_may_report(lecture: Lecture, park: User, kim: User) -> None:
    step = classes.steps(lecture)[0]
    for user in (park, cast.admin_han()):
        with pytest.raises(Forbidden):
            report(user, step)
    with pytest.raises(Forbidden) as refusal:
        report(kim, step)
    assert refusal.value.code == ErrorCode.NOT_ENROLLED
    Lecture.objects.filter(pk=lecture.pk).update(is_active=False)
    with pytest.raises(NotFound):
        report(kim, step)
    assert not SubtaskProgress.objects.exists()


def test_a_guest_is_kept_to_its_lecture(lecture: Lecture, session: LectureSession) -> None:
    from mobilegpt.classroom.services import take_guest_seat

    guest = take_guest_seat(session=session, name="홍길동", device_id="test", address="192.0.2.1").login.user
    report(guest, classes.steps(lecture)[0])
    foreign = classes.steps(cast.lecture(cast.instructor_choi()))[0]
    with pytest.raises(Forbidden) as refusal:
        report(guest, foreign)
    assert refusal.value.code == ErrorCode.GUEST_NOT_ALLOWED


def test_bad_reports(lecture: Lecture, kim: User, lee: User) -> None:
    cast.enroll(lecture, kim)
    step = classes.steps(lecture)[0]
    with pytest.raises(Invalid):
        report(kim, step, "DONE")
    with pytest.raises(NotFound):
        update_progress(actor=cast.actor(kim), command=UpdateProgress(subtask_id=2**62, status="COMPLETED"))
    with pytest.raises(Forbidden) as refusal:
        update_progress(
            actor=cast.actor(kim),
            command=UpdateProgress(subtask_id=step.pk, status="COMPLETED", user_id=lee.pk),
        )
    assert refusal.value.code == ErrorCode.USER_ID_MISMATCH


def test_milestones_come_once_each(park: User, kim: User) -> None:
    lecture = cast.lecture(park, shape=(26,))
    cast.enroll(lecture, kim)
    for step in classes.steps(lecture):
        report(kim, step)
    assert [(number, event.achievements) for number, event in enumerate(changes(), start=1) if event.achievements] == [
        (10, [10]),
        (25, [25]),
    ]
    assert sorted(Achievement.objects.values_list("milestone", flat=True)) == [10, 25]


def test_milestones_count_over_all_lectures(park: User, kim: User) -> None:
    for lecture in (cast.lecture(park, shape=(6,)), cast.lecture(park, shape=(6,))):
        cast.enroll(lecture, kim)
        for step in classes.steps(lecture):
            report(kim, step)
    assert Achievement.objects.get().milestone == 10


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (4, [25, 50, 75, 100]),
        (3, [25, 50, 100]),
        (1, [100]),
        (8, [None, 25, None, 50, None, 75, None, 100]),
    ],
)
def test_encouragement_at_each_quarter(park: User, kim: User, steps: int, expected: list[int | None]) -> None:
    lecture = cast.lecture(park, shape=(steps,))
    cast.enroll(lecture, kim)
    for step in classes.steps(lecture):
        report(kim, step)
    assert [event.encouragement for event in changes()] == expected


def test_those_who_teach_hear_of_it_with_the_live_session(session: LectureSession, kim: User, lee: User) -> None:
    classes.seat(session, kim)
    cast.enroll(session.lecture, lee)
    step = classes.steps(session.lecture)[0]
    report(kim, step, "IN_PROGRESS")
    report(lee, step, "IN_PROGRESS")
    told, alone = classes.events_of(SessionProgress)
    assert told.room is not None
    assert (told.user.id, told.room.id, told.new_status) == (kim.pk, session.pk, "IN_PROGRESS")
    assert f"session-staff:{session.pk}" in told.streams()
    assert (alone.user.id, alone.room, alone.streams()) == (lee.pk, None, ())
    classes.end(session)
    report(kim, step)
    assert classes.events_of(SessionProgress)[-1].room is None


@pytest.mark.parametrize("size", [(2, 1), (40, 40)])
def test_the_queries_of_a_report_are_bounded(
    park: User, kim: User, size: tuple[int, int], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Eight at most, with the two savepoint statements of the test's own transaction on top; REST asks who calls."""
    lecture = cast.lecture(park, shape=size)
    session = classes.open_class(lecture)
    classes.seat(session, kim)
    one, two, *_ = classes.steps(lecture)
    report(kim, one, "IN_PROGRESS")  # the lecture's content is cached from here on
    with django_assert_max_num_queries(9 + 2):
        report(kim, one)
    with django_assert_max_num_queries(9 + 2):
        report(kim, two)
