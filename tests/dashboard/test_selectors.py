"""What a dashboard shows of one lecture, counted from the rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.activity.models import ActivityLog
from mobilegpt.classroom import services as classroom
from mobilegpt.classroom.models import SessionParticipant
from mobilegpt.core.errors import Forbidden, Invalid, NotFound
from mobilegpt.dashboard import selectors
from mobilegpt.dashboard.selectors import Board, StudentFigures
from mobilegpt.helpdesk.commands import RequestHelp
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.helpdesk.services import close_help, request_help
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.lectures.services import delete_subtask
from mobilegpt.progress.commands import UpdateProgress
from mobilegpt.progress.services import update_progress
from tests import cast, classes

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 10, 28, 3, tzinfo=UTC)  # noon in Seoul


def report(user: User, step: Subtask, status: str = "COMPLETED") -> None:
    update_progress(actor=cast.actor(user), command=UpdateProgress(subtask_id=step.pk, status=status))


def ask(user: User, step: Subtask, **context: Any) -> HelpRequest:
    command = RequestHelp(subtask_id=step.pk, context_data=context or None)
    return request_help(actor=cast.actor(user), command=command).request


def of(user: User, found: list[StudentFigures]) -> StudentFigures:
    return next(standing for standing in found if standing.student.user_id == user.pk)


# --- who may


def test_only_the_lectures_own_instructor_and_admins_have_a_board(lecture: Lecture, park: User, kim: User) -> None:
    for user in (park, cast.admin_han()):
        assert selectors.board_of(cast.actor(user), lecture.pk).total == 4
    with pytest.raises(Forbidden):
        selectors.board_of(cast.actor(kim), lecture.pk)
    for lecture_id in (lecture.pk, 999_999):
        with pytest.raises(NotFound):
            selectors.board_of(
                cast.actor(cast.instructor_choi()) if lecture_id == lecture.pk else cast.actor(park), lecture_id
            )


# --- students


def test_an_overview_counts_distinct_steps_and_open_requests(
    board: Board, steps: list[Subtask], kim: User, lee: User
) -> None:
    for step in (steps[0], steps[2]):
        report(kim, step)
    report(kim, steps[0])  # again
    report(lee, steps[0], "IN_PROGRESS")
    ask(lee, steps[0])
    close_help(actor=cast.actor(lee), request_id=ask(lee, steps[1]).pk)
    shown = selectors.overview(board)
    rows = [(one.name, one.completed, one.total, one.rate, one.help_count, one.pending_help) for one in shown.students]
    assert rows == [("김학생", 2, 4, 0.5, 0, 0), ("이학생", 0, 4, 0.0, 2, 1), ("학생1", 0, 4, 0.0, 0, 0)]
    assert shown.pending_help == 1


def test_other_lectures_count_nothing_here(board: Board, park: User, kim: User) -> None:
    other = cast.lecture(park, title="다른 강의")
    cast.enroll(other, kim)
    for step in classes.steps(other):
        report(kim, step)
        ask(kim, step)
    standing = of(kim, selectors.list_students(board)[0])
    assert (standing.student.completed, standing.student.help_count, standing.last_activity) == (0, 0, None)
    assert selectors.summary(board).total_help_requests == 0


def test_a_student_stands_on_the_first_step_that_is_open(board: Board, steps: list[Subtask], kim: User) -> None:
    def standing() -> tuple[str | None, str | None]:
        found = of(kim, selectors.list_students(board)[0])
        return found.step_title, found.step_status

    assert standing() == (steps[0].title, "NOT_STARTED")
    report(kim, steps[0], "IN_PROGRESS")
    assert standing() == (steps[0].title, "IN_PROGRESS")
    report(kim, steps[2])  # ahead of oneself
    assert standing() == (steps[0].title, "IN_PROGRESS")
    report(kim, steps[0])
    ask(kim, steps[1])
    assert standing() == (steps[1].title, "HELP_NEEDED")
    report(kim, steps[1])
    assert standing() == (steps[3].title, "NOT_STARTED")
    report(kim, steps[3])
    assert standing() == (None, None)


def test_in_a_class_a_student_stands_where_the_class_does(
    board: Board, lecture: Lecture, steps: list[Subtask], kim: User, lee: User
) -> None:
    session = classes.open_class(lecture)
    classes.seat(session, kim)
    classes.start(session)
    report(kim, steps[0])
    found = selectors.list_students(board)[0]
    assert (of(kim, found).step_id, of(kim, found).step_status) == (steps[0].pk, "COMPLETED")
    assert (of(lee, found).step_id, of(lee, found).step_status) == (steps[0].pk, "NOT_STARTED")
    classes.end(session)
    assert of(kim, selectors.list_students(board)[0]).step_id == steps[1].pk


def test_the_last_activity_is_the_latest_of_three(
    board: Board, lecture: Lecture, steps: list[Subtask], kim: User
) -> None:
    def last() -> datetime | None:
        return of(kim, selectors.list_students(board)[0]).last_activity

    assert last() is None
    with time_machine.travel(NOW, tick=False):
        report(kim, steps[0], "IN_PROGRESS")
    assert last() == NOW
    seat = classes.seat(classes.open_class(lecture), kim)
    SessionParticipant.objects.filter(pk=seat.pk).update(last_seen_at=NOW + timedelta(minutes=1))
    assert last() == NOW + timedelta(minutes=1)
    for minutes in (3, 2):
        ActivityLog.objects.create(user=kim, event_type="CLICK", received_at=NOW + timedelta(minutes=minutes))
    assert last() == NOW + timedelta(minutes=3)


def test_a_guest_is_a_student_without_an_email(board: Board, lecture: Lecture) -> None:
    session = classes.open_class(lecture)
    classroom.take_guest_seat(session=session, name="홍길동", device_id="kX2vQ9fR7bLm4TzN8cYw1A", address="192.0.2.1")
    student = selectors.overview(board).students[-1]
    assert (student.name, student.email) == ("홍길동", None)
    assert [row.student.name for row in selectors.list_students(board, search="guest-")[0]] == []


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", ["김학생", "이학생", "학생1"]),
        ("name", ["김학생", "이학생", "학생1"]),
        ("-name", ["학생1", "이학생", "김학생"]),
        ("-progress_rate", ["이학생", "김학생", "학생1"]),
        ("progress_rate", ["학생1", "김학생", "이학생"]),
        ("-help_count", ["학생1", "김학생", "이학생"]),
        ("-pending_help", ["학생1", "김학생", "이학생"]),
        ("-last_activity", ["학생1", "김학생", "이학생"]),
        ("enrolled_at", ["김학생", "이학생", "학생1"]),
    ],
)
def test_the_list_in_any_order(
    board: Board, steps: list[Subtask], kim: User, lee: User, sort: str, names: list[str]
) -> None:
    third = User.objects.get(name="학생1")
    for hours, (user, step) in enumerate([(lee, 0), (lee, 1), (kim, 0)]):
        with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
            report(user, steps[step])
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        ask(third, steps[0])
    whole, total = selectors.list_students(board, sort=sort)
    assert ([row.student.name for row in whole], total) == (names, 3)
    part, total = selectors.list_students(board, sort=sort, window=slice(1, 2))
    assert (part, total) == (whole[1:2], 3)


def test_searching_by_name_and_email(board: Board) -> None:
    for text, names in (
        ("김", ["김학생"]),
        ("STUDENT2@", ["이학생"]),
        ("학생", ["김학생", "이학생", "학생1"]),
        ("%", []),
    ):
        assert [row.student.name for row in selectors.list_students(board, search=text)[0]] == names
    found, total = selectors.list_students(board, search="학생", sort="-name", window=slice(0, 1))
    assert ([row.student.name for row in found], total) == (["학생1"], 3)


def test_an_unknown_order_is_refused(board: Board) -> None:
    for sort in ("password", "-", "--name", "user__name"):
        with pytest.raises(Invalid):
            selectors.list_students(board, sort=sort)


def test_an_export_reads_everybody_once(board: Board, lecture: Lecture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "EXPORT_BATCH", 2)
    everybody = list(selectors.every_student(board))
    assert everybody == selectors.list_students(board)[0]
    assert len(everybody) == 3


# --- statistics


def test_the_summary(board: Board, steps: list[Subtask], kim: User, lee: User) -> None:
    for step in steps:
        report(kim, step)
    report(lee, steps[0])
    for user, place, stuck in ((kim, 1, 100), (lee, 1, 141), (lee, 2, None), (lee, 3, 0)):
        ask(user, steps[place], **({} if stuck is None else {"stuck_duration_seconds": stuck}))
    shown = selectors.summary(board)
    assert (shown.total_students, shown.total_steps, shown.total_help_requests) == (3, 4, 4)
    assert shown.average_rate == pytest.approx((1 + 0.25 + 0) / 3)
    assert shown.distribution == {"0-25%": 2, "26-50%": 0, "51-75%": 0, "76-100%": 1}
    hardest = [(row.step_id, row.help_count, row.average_stuck_seconds) for row in shown.hardest]
    assert hardest == [(steps[1].pk, 2, 120), (steps[2].pk, 1, 0), (steps[3].pk, 1, 0)]


def test_a_step_that_was_deleted_takes_no_help_out_of_the_report(
    board: Board, steps: list[Subtask], park: User, kim: User, lee: User
) -> None:
    for user, place in ((kim, 1), (lee, 1), (lee, 0), (kim, 2)):
        ask(user, steps[place])
    for step in (steps[1], steps[0]):
        delete_subtask(actor=cast.actor(park), subtask_id=step.pk)
    shown = selectors.summary(selectors.board_of(cast.actor(park), board.lecture.pk))
    assert (shown.total_steps, shown.total_help_requests) == (2, 4)
    hardest = [(row.step_id, row.title, row.help_count) for row in shown.hardest]
    assert hardest == [(steps[place].pk, steps[place].title, number) for place, number in ((1, 2), (2, 1), (0, 1))]


def test_at_most_five_steps_are_hard(park: User, kim: User) -> None:
    long = cast.lecture(park, (7,), title="긴 강의")
    cast.enroll(long, kim)
    HelpRequest.objects.bulk_create(HelpRequest(user=kim, subtask=step, lecture=long) for step in classes.steps(long))
    hardest = selectors.summary(selectors.board_of(cast.actor(park), long.pk)).hardest
    assert [row.step_id for row in hardest] == [step.pk for step in classes.steps(long)[:5]]


def test_who_is_not_enrolled_is_no_student(board: Board, lecture: Lecture, steps: list[Subtask], kim: User) -> None:
    for step in steps:
        report(kim, step)
    lecture.enrollments.filter(user=kim).delete()
    shown = selectors.statistics(board, days=7)
    assert (shown.summary.total_students, shown.summary.average_rate, shown.average_minutes) == (2, 0.0, 0)
    assert [day.active_students for day in shown.days] == [0] * 7
    assert [day.average_rate for day in selectors.trend(board, days=2)] == [0.0, 0.0]


def test_the_time_to_finish_is_of_those_who_finished(board: Board, steps: list[Subtask], kim: User, lee: User) -> None:
    for user, minutes in ((kim, 10), (lee, 16)):
        for number, step in enumerate(steps):
            with time_machine.travel(NOW + timedelta(minutes=minutes * number), tick=False):
                report(user, step, "IN_PROGRESS")
                if user is kim or number < 3:
                    report(user, step)
    assert selectors.statistics(board, days=7).average_minutes == 30
    with time_machine.travel(NOW + timedelta(minutes=60), tick=False):
        report(lee, steps[3])
    assert selectors.statistics(board, days=7).average_minutes == 45


def test_days_are_those_of_seoul_and_none_is_left_out(
    board: Board, lecture: Lecture, steps: list[Subtask], kim: User, lee: User
) -> None:
    lecture.enrollments.update(enrolled_at=NOW - timedelta(days=30))
    at_night = datetime(2025, 10, 26, 15, 0, tzinfo=UTC)  # midnight: the 27th begins
    with time_machine.travel(at_night - timedelta(seconds=1), tick=False):
        report(kim, steps[0])
    with time_machine.travel(at_night, tick=False):
        report(kim, steps[1])
        report(lee, steps[0], "IN_PROGRESS")
        ask(lee, steps[0])
    with time_machine.travel(NOW, tick=False):
        days = selectors.statistics(board, days=7).days
        assert [day.day for day in days] == [date(2025, 10, number) for number in range(22, 29)]
        assert [(day.active_students, day.help_requests) for day in days[4:]] == [(1, 0), (2, 1), (0, 0)]
        assert [(day.active_students, day.help_requests) for day in days[:4]] == [(0, 0)] * 4
        shown = selectors.trend(board, days=4)
        assert [(day.day.day, day.average_rate, day.help_requests) for day in shown] == [
            (25, 0.0, 0),
            (26, pytest.approx(1 / 12), 0),
            (27, pytest.approx(2 / 12), 1),
            (28, pytest.approx(2 / 12), 0),
        ]
        earlier = selectors.trend(board, days=2, until=date(2025, 10, 26))
        assert [day.average_rate for day in earlier] == [0.0, pytest.approx(1 / 12)]


def test_a_student_counts_from_the_day_of_enrolment(
    board: Board, lecture: Lecture, steps: list[Subtask], kim: User, lee: User
) -> None:
    first = lecture.enrollments.order_by("id").first()
    assert first is not None
    lecture.enrollments.update(enrolled_at=NOW)
    lecture.enrollments.filter(pk=first.pk).update(enrolled_at=NOW - timedelta(days=5))
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        report(kim, steps[0])
    with time_machine.travel(NOW, tick=False):
        report(lee, steps[0])
        assert [day.average_rate for day in selectors.trend(board, days=3)] == [0.0, 0.25, pytest.approx(2 / 12)]


def test_an_average_never_exceeds_the_whole(
    board: Board, lecture: Lecture, steps: list[Subtask], kim: User, lee: User
) -> None:
    """Who is enrolled anew has done more than there was to do on the days before."""
    first = lecture.enrollments.order_by("id").first()
    assert first is not None
    lecture.enrollments.exclude(pk=first.pk).update(enrolled_at=NOW)
    lecture.enrollments.filter(pk=first.pk).update(enrolled_at=NOW - timedelta(days=5))
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        for user in (kim, lee):
            for step in steps:
                report(user, step)
    with time_machine.travel(NOW, tick=False):
        assert [day.average_rate for day in selectors.trend(board, days=2)] == [1.0, pytest.approx(8 / 12)]


def test_todays_trend_is_the_average_of_the_statistics(
    board: Board, steps: list[Subtask], kim: User, lee: User
) -> None:
    for user, number in ((kim, 3), (lee, 1)):
        for step in steps[:number]:
            report(user, step)
    average = selectors.summary(board).average_rate
    assert average > 0
    assert selectors.trend(board, days=7)[-1].average_rate == pytest.approx(average)
    everybody = [row.student.rate for row in selectors.list_students(board)[0]]
    assert sum(everybody) / len(everybody) == pytest.approx(average)


def test_an_empty_lecture_has_zeros(park: User) -> None:
    empty = Lecture.objects.create(instructor=park, title="빈 강의")
    board = selectors.board_of(cast.actor(park), empty.pk)
    assert selectors.overview(board).students == []
    assert selectors.list_students(board) == ([], 0)
    shown = selectors.statistics(board, days=7)
    assert (shown.summary.total_students, shown.summary.average_rate, shown.summary.hardest) == (0, 0.0, [])
    assert sum(shown.summary.distribution.values()) == 0
    assert [day.average_rate for day in selectors.trend(board, days=7)] == [0.0] * 7


def test_a_lecture_without_steps_still_has_its_students(park: User, kim: User) -> None:
    empty = Lecture.objects.create(instructor=park, title="빈 강의")
    cast.enroll(empty, kim)
    board = selectors.board_of(cast.actor(park), empty.pk)
    (standing,) = selectors.list_students(board)[0]
    assert (standing.student.rate, standing.step_id) == (0.0, None)
    assert selectors.summary(board).distribution["0-25%"] == 1


# --- cost


@pytest.mark.parametrize("number", [1, 40])
def test_the_number_of_questions_does_not_depend_on_the_number_of_students(
    board: Board, lecture: Lecture, steps: list[Subtask], number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [cast.person(f"p{place}@example.com", f"사람{place}") for place in range(number)]
    cast.enroll(lecture, *people)
    session = classes.open_class(lecture)
    for person in people[:5]:
        classes.seat(session, person)
        report(person, steps[0])
        ask(person, steps[1])
    for questions, work in (
        (3, lambda: selectors.overview(board)),
        (2, lambda: selectors.summary(board)),
        (6, lambda: selectors.list_students(board)),
        (7, lambda: selectors.list_students(board, window=slice(0, 5))),
        (7, lambda: selectors.list_students(board, sort="-progress_rate", window=slice(0, 5))),
        (9, lambda: selectors.list_students(board, sort="-last_activity", window=slice(0, 5))),
        (6, lambda: selectors.statistics(board, days=7)),
        (3, lambda: selectors.trend(board, days=30)),
    ):
        with django_assert_num_queries(questions):
            work()
