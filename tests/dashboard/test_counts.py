"""The questions behind the numbers, against the same numbers counted one by one (contract 7.4, 8.6)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from mobilegpt.accounts.models import User
from mobilegpt.classroom.models import SessionParticipant
from mobilegpt.dashboard import counts, figures, selectors
from mobilegpt.dashboard.counts import NO_PROGRESS, Progress
from mobilegpt.dashboard.selectors import Board
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask
from mobilegpt.progress.models import SubtaskProgress
from tests import cast, classes

NOW = datetime(2025, 10, 28, 3, tzinfo=UTC)  # noon in Seoul
STATUSES = ("NOT_STARTED", "IN_PROGRESS", "COMPLETED", "HELP_NEEDED")


# --- one person's steps as bits


def bits(statuses: Sequence[str]) -> Progress:
    """A person whose steps stand like this, in lecture order."""
    masks = {status: sum(1 << place for place, one in enumerate(statuses) if one == status) for status in STATUSES}
    return Progress(masks["COMPLETED"], masks["IN_PROGRESS"], masks["HELP_NEEDED"])


@given(st.lists(st.sampled_from(STATUSES), max_size=120))
def test_bits_say_what_a_list_would(statuses: list[str]) -> None:
    progress = bits(statuses)
    assert [progress.status_at(place) for place in range(len(statuses))] == statuses
    assert progress.done == statuses.count("COMPLETED")
    first_open = next((place for place, one in enumerate(statuses) if one != "COMPLETED"), len(statuses))
    assert progress.leading == first_open


def test_who_began_nothing_stands_before_the_first_step() -> None:
    assert (NO_PROGRESS.done, NO_PROGRESS.leading, NO_PROGRESS.status_at(99)) == (0, 0, "NOT_STARTED")


# --- many people's steps, from their rows


@dataclass(frozen=True)
class Hall:
    """A lecture, its students, somebody who is none any more, and how everybody stands."""

    board: Board
    students: list[User]
    leaver: User
    standing: dict[int, dict[int, str]]

    def statuses(self, user: User) -> list[str]:
        mine = self.standing.get(user.pk, {})
        return [mine.get(step, "NOT_STARTED") for step in self.board.steps]


def fill(park: User, seed: int, steps: int = 9, people: int = 12) -> Hall:
    """Rows by chance, always the same for one seed; among them some of another lecture."""
    chance = random.Random(seed)
    lecture, other = cast.lecture(park, (steps // 2, steps - steps // 2)), cast.lecture(park, (2,), title="다른 강의")
    *students, leaver = cast.students(people + 1)
    cast.enroll(lecture, *students)
    cast.enroll(other, *students, leaver)
    board = selectors.board_of(cast.actor(park), lecture.pk)
    standing: dict[int, dict[int, str]] = {}
    rows, asked = [], []
    for user in (*students, leaver):
        for step in board.steps:
            status = chance.choice((*STATUSES, None))
            if status is not None:
                standing.setdefault(user.pk, {})[step] = status
                rows.append(_row(user, step, status, NOW - timedelta(hours=chance.randrange(200))))
            if chance.random() < 0.2:
                closed = NOW if chance.random() < 0.5 else None
                stuck = chance.choice((None, 10, 45, 100))
                kind = chance.choice(("MANUAL", "MANUAL", "AUTO"))
                asked.append(
                    HelpRequest(
                        user=user,
                        subtask_id=step,
                        lecture=lecture,
                        request_type=kind,
                        closed_at=closed,
                        stuck_seconds=stuck,
                    )
                )
        rows += [_row(user, step.pk, "COMPLETED", NOW) for step in classes.steps(other)]
    SubtaskProgress.objects.bulk_create(rows)
    HelpRequest.objects.bulk_create(asked)
    return Hall(board, students, leaver, standing)


def _row(user: User, step: int, status: str, at: datetime) -> SubtaskProgress:
    done = at + timedelta(minutes=3) if status == "COMPLETED" else None
    begun = at if status != "NOT_STARTED" else None
    return SubtaskProgress(user=user, subtask_id=step, status=status, started_at=begun, completed_at=done)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_everybody_stands_where_their_rows_say(park: User, seed: int) -> None:
    hall = fill(park, seed)
    found = counts.progress_by_person(hall.board.steps)
    for user in (*hall.students, hall.leaver):
        progress = found.get(user.pk, NO_PROGRESS)
        assert [progress.status_at(place) for place in range(9)] == hall.statuses(user)
    some = [user.pk for user in hall.students[:3]]
    assert counts.progress_by_person(hall.board.steps, some) == {pk: found[pk] for pk in some if pk in found}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_the_summary_is_what_the_rows_add_up_to(park: User, seed: int) -> None:
    hall = fill(park, seed)
    shown = selectors.summary(hall.board)
    done = [hall.statuses(user).count("COMPLETED") for user in hall.students]
    assert (shown.total_students, shown.total_steps) == (12, 9)
    assert shown.average_rate == pytest.approx(sum(done) / 12 / 9)
    assert shown.completion_rate == pytest.approx(done.count(9) / 12)
    percents = [figures.whole_percent(one / 9) for one in done]
    assert list(shown.distribution.values()) == [
        sum(low <= one <= high for one in percents) for low, high in ((0, 25), (26, 50), (51, 75), (76, 100))
    ]
    every = HelpRequest.objects.filter(lecture=hall.board.lecture)
    asked = every.filter(request_type="MANUAL")
    assert (shown.total_help_requests, shown.total_auto_help_requests) == (asked.count(), every.count() - asked.count())
    for hard in shown.hardest:
        of_step = list(every.filter(subtask_id=hard.step_id).values_list("stuck_seconds", flat=True))
        known = [seconds for seconds in of_step if seconds is not None]
        assert hard.help_count == asked.filter(subtask_id=hard.step_id).count() > 0
        assert hard.auto_help_count == len(of_step) - hard.help_count
        assert hard.average_stuck_seconds == (round(sum(known) / len(known)) if known else 0)
    numbers = [hard.help_count for hard in shown.hardest]
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_the_list_says_the_same_of_each_as_the_overview(park: User, seed: int) -> None:
    hall = fill(park, seed)
    standings, total = selectors.list_students(hall.board)
    assert total == 12
    assert [one.student for one in standings] == selectors.overview(hall.board).students
    for user, standing in zip(hall.students, standings, strict=True):
        statuses = hall.statuses(user)
        place = next((place for place, one in enumerate(statuses) if one != "COMPLETED"), None)
        assert standing.student.completed == statuses.count("COMPLETED")
        assert standing.step_id == (hall.board.steps[place] if place is not None else None)
        assert standing.step_status == (statuses[place] if place is not None else None)
        every = HelpRequest.objects.filter(user=user, lecture=hall.board.lecture)
        asked = every.filter(request_type="MANUAL")
        assert standing.student.help_count == asked.count()
        assert standing.student.auto_help_count == every.count() - asked.count()
        assert standing.student.pending_help == asked.filter(closed_at__isnull=True).count()


@pytest.mark.django_db
@pytest.mark.parametrize("sort", selectors.SORTS)
@pytest.mark.parametrize("backwards", ["", "-"])
def test_pages_of_any_order_are_the_list_without_a_gap(park: User, sort: str, backwards: str) -> None:
    board = fill(park, 7).board
    whole, _ = selectors.list_students(board, sort=backwards + sort)
    pages = [selectors.list_students(board, sort=backwards + sort, window=slice(at, at + 5)) for at in (0, 5, 10)]
    assert [one for page, _ in pages for one in page] == whole
    assert {total for _, total in pages} == {12}
    assert len({one.student.user_id for one in whole}) == 12


@pytest.mark.django_db
def test_of_equals_the_earlier_enrolment_comes_first_in_either_direction(park: User) -> None:
    lecture = cast.lecture(park)
    students = cast.students(5)
    cast.enroll(lecture, *students)
    board = selectors.board_of(cast.actor(park), lecture.pk)
    for sort in ("progress_rate", "-progress_rate", "-help_count", "pending_help", "-last_activity"):
        shown, _ = selectors.list_students(board, sort=sort)
        assert [one.student.user_id for one in shown] == [user.pk for user in students]


@pytest.mark.django_db
def test_a_lecture_of_a_hundred_steps_is_still_one_question(
    park: User, kim: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Weights of more than 48 steps would not add up exactly in every database."""
    lecture = cast.lecture(park, (100,))
    cast.enroll(lecture, kim)
    board = selectors.board_of(cast.actor(park), lecture.pk)
    done = {0, 47, 48, 52, 53, 63, 64, 95, 96, 99}
    SubtaskProgress.objects.bulk_create(
        _row(kim, step, "COMPLETED" if place in done else "HELP_NEEDED", NOW)
        for place, step in enumerate(board.steps)
        if place != 50
    )
    SubtaskProgress.objects.update(updated_at=NOW)
    SubtaskProgress.objects.filter(subtask_id=board.steps[96]).update(updated_at=NOW + timedelta(minutes=3))
    with django_assert_num_queries(1):
        (progress,) = counts.progress_by_person(board.steps).values()
    assert {place for place in range(100) if progress.status_at(place) == "COMPLETED"} == done
    assert progress.status_at(50) == "NOT_STARTED"
    assert progress.changed_at == NOW + timedelta(minutes=3)


@pytest.mark.django_db
def test_nobody_and_nothing_cost_no_question(board: Board, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert counts.progress_by_person([]) == {}
        assert counts.progress_by_person(board.steps, []) == {}


# --- days


@pytest.fixture
def days() -> list[date]:
    return figures.days_until(date(2025, 10, 28), 3)


def enrolled_at(lecture: Lecture, user: User, moment: datetime) -> None:
    Enrollment.objects.filter(lecture=lecture, user=user).update(enrolled_at=moment)


def moments(day: date) -> Iterator[tuple[datetime, date]]:
    """The first and the last second of a day in Seoul, and their neighbours."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
    yield start - timedelta(seconds=1), day - timedelta(days=1)
    yield start, day
    yield start + timedelta(hours=23, minutes=59, seconds=59), day
    yield start + timedelta(days=1), day + timedelta(days=1)


@pytest.mark.django_db
def test_a_day_begins_and_ends_in_seoul(lecture: Lecture, steps: list[Subtask], kim: User, days: list[date]) -> None:
    for moment, day in moments(date(2025, 10, 27)):
        HelpRequest.objects.all().delete()
        asked = HelpRequest.objects.create(user=kim, subtask=steps[0], lecture=lecture)
        HelpRequest.objects.filter(pk=asked.pk).update(created_at=moment)
        assert counts.help_by_day(lecture.pk, days) == {day: (1, 0)}


@pytest.mark.django_db
def test_students_are_counted_from_their_day_on_also_those_of_long_ago(
    lecture: Lecture, kim: User, lee: User, days: list[date]
) -> None:
    Enrollment.objects.filter(lecture=lecture).update(enrolled_at=NOW + timedelta(days=5))  # after the last day
    enrolled_at(lecture, kim, NOW - timedelta(days=400))
    enrolled_at(lecture, lee, NOW - timedelta(days=1))
    assert counts.students_at_end_of(lecture.pk, days) == [1, 2, 2]


@pytest.mark.django_db
def test_whoever_does_several_things_on_a_day_was_there_once(
    board: Board, lecture: Lecture, steps: list[Subtask], kim: User, lee: User, days: list[date]
) -> None:
    SubtaskProgress.objects.bulk_create(_row(kim, step.pk, "COMPLETED", NOW) for step in steps)
    HelpRequest.objects.create(user=kim, subtask=steps[0], lecture=lecture)
    HelpRequest.objects.update(created_at=NOW)
    SubtaskProgress.objects.bulk_create([_row(lee, steps[0].pk, "IN_PROGRESS", NOW - timedelta(days=1))])
    seat = classes.seat(classes.open_class(lecture), lee)
    type(seat).objects.update(joined_at=NOW)
    assert counts.active_by_day(lecture.pk, board.steps, days) == {date(2025, 10, 27): 1, date(2025, 10, 28): 2}


@pytest.mark.django_db
def test_who_finished_without_a_known_beginning_has_no_time(
    board: Board, steps: list[Subtask], kim: User, lee: User
) -> None:
    """Rows that were brought over from an earlier system know the end alone."""
    for user, begun in ((kim, True), (lee, False)):
        rows = [_row(user, step.pk, "COMPLETED", NOW + timedelta(minutes=place)) for place, step in enumerate(steps)]
        for row in rows:
            row.started_at = row.started_at if begun else None
        SubtaskProgress.objects.bulk_create(rows)
    assert counts.finished(board.lecture.pk, board.steps) == [(NOW, NOW + timedelta(minutes=6))]
    assert selectors.statistics(board, days=1).average_minutes == 6


@pytest.mark.django_db
def test_the_newest_class_says_where_somebody_is(board: Board, lecture: Lecture, kim: User, lee: User) -> None:
    first, second = classes.open_class(lecture), classes.open_class(lecture)
    for session in (first, second):
        classes.seat(session, kim)
    classes.seat(first, lee)

    def live(users: list[int] | None = None) -> dict[int, int]:
        return {user: step.subtask_id for user, step in counts.live_steps(lecture.pk, users).items()}

    assert live() == {}, "in the waiting room nobody is on a step"
    classes.start(first)
    assert live() == {kim.pk: first.current_subtask_id, lee.pk: first.current_subtask_id}
    classes.start(second)
    type(second).objects.filter(pk=second.pk).update(current_subtask=board.steps[2])
    assert live([kim.pk]) == {kim.pk: board.steps[2]}
    classes.end(second)
    assert live()[kim.pk] == first.current_subtask_id
    SessionParticipant.objects.filter(session=first, user=lee).update(removed_at=NOW)
    assert live() == {kim.pk: first.current_subtask_id}, "who was removed follows the class no more"


@pytest.mark.django_db
def test_a_board_of_a_lecture_that_is_gone_is_none(park: User) -> None:
    """Those who follow it are told nothing more."""
    lecture = cast.lecture(park)
    board = selectors.board(lecture.pk)
    assert board is not None
    assert board.total == 3
    lecture.delete()
    assert selectors.board(board.lecture.pk) is None
