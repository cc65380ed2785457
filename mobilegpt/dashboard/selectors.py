"""What an instructor's dashboards show of one lecture (contract 7.4, 7.5, 8.6). Reads only; nothing is stored here.

Every function asks a constant number of questions, whatever the number of students.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import msgspec
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from mobilegpt.accounts.models import shown_email
from mobilegpt.activity.selectors import last_at
from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import moment_in, now, seoul_day
from mobilegpt.core.errors import Invalid
from mobilegpt.core.text import finder
from mobilegpt.dashboard import counts, figures
from mobilegpt.dashboard.counts import NO_PROGRESS, Asked, AskedAtStep, Progress
from mobilegpt.lectures.course import Course
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask
from mobilegpt.lectures.revisions import lesson_at
from mobilegpt.lectures.step import Step
from mobilegpt.progress.policies import require_teacher
from mobilegpt.progress.queries import students_by_completed

EXPORT_BATCH = 2_000
_NEVER = Asked(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Board:
    """A lecture whose dashboard the caller may see, with its steps in order."""

    lecture: Lecture
    course: Course

    @property
    def steps(self) -> list[int]:
        return [step.id for step in self.course.steps]

    @property
    def total(self) -> int:
        return len(self.course)


# Structs: a list has a thousand of these, and a frozen dataclass takes six times as long to make.


class Student(msgspec.Struct, frozen=True, gc=False):
    """One enrolled person. ``help_count`` is how often they asked, ``pending_help`` how many of these are open;
    ``auto_help_count`` what the server noticed, which is never added to it (contract 11.3)."""

    user_id: int
    name: str
    email: str | None
    enrolled_at: datetime
    completed: int
    total: int
    help_count: int
    auto_help_count: int
    pending_help: int

    @property
    def rate(self) -> float:
        return figures.rate(self.completed, self.total)


class StudentFigures(msgspec.Struct, frozen=True, gc=False):
    """Where a student stands: the live class's step, else the first that is not completed (contract 6.11)."""

    student: Student
    step_id: int | None
    step_title: str | None
    step_status: str | None
    last_activity: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What a dashboard needs to begin with."""

    board: Board
    students: list[Student]
    pending_help: int


@dataclass(frozen=True, slots=True)
class HardStep:
    """A step with which help was asked for."""

    step_id: int
    title: str
    help_count: int
    auto_help_count: int
    average_stuck_seconds: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers that change while a class runs."""

    total_students: int
    total_steps: int
    average_rate: float
    completion_rate: float
    hardest: list[HardStep]
    total_help_requests: int
    total_auto_help_requests: int
    distribution: dict[str, int]


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    active_students: int
    help_requests: int
    auto_help_requests: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """R37: the summary, and what looks back."""

    summary: Summary
    session_count: int
    average_minutes: int
    days: list[Day]


@dataclass(frozen=True, slots=True)
class TrendDay:
    """The students' average rate at the end of the day, and the help requests of the day."""

    day: date
    average_rate: float
    help_requests: int


def board_of(actor: Actor, lecture_id: int) -> Board:
    """For the lecture's instructor and admins. Raises ``Forbidden`` for students, ``NotFound`` for others."""
    lecture = require_teacher(actor, Lecture.objects.filter(pk=lecture_id).first())
    return Board(lecture, Course.of(lecture))


def board(lecture_id: int) -> Board | None:
    """The same for the server itself, which tells those who follow the lecture; ``None`` when it is gone."""
    lecture = Lecture.objects.filter(pk=lecture_id).first()
    return Board(lecture, Course.of(lecture)) if lecture else None


# --- students


def overview(board: Board) -> Overview:
    """Everybody, in order of enrolment; three queries."""
    asked = counts.help_by_person(board.lecture.pk)
    return Overview(
        board=board,
        students=_students(board, _read(_enrollments(board)), counts.progress_by_person(board.steps), asked),
        pending_help=sum(person.pending for person in asked.values()),
    )


def _enrollments(board: Board) -> QuerySet[Enrollment]:
    return Enrollment.objects.filter(lecture_id=board.lecture.pk).order_by("id")


class _Enrolled(NamedTuple):
    """What is read of each student; models of a thousand people cost more than all the counting."""

    id: int
    user_id: int
    name: str
    email: str
    is_guest: bool
    enrolled_at: datetime


def _read(rows: QuerySet[Enrollment]) -> list[_Enrolled]:
    fields = ("id", "user_id", "user__name", "user__email", "user__is_guest", Cast("enrolled_at", TextField()))
    return [
        _Enrolled(pk, user_id, name, email, is_guest, moment_in(enrolled_at))
        for pk, user_id, name, email, is_guest, enrolled_at in rows.values_list(*fields)
    ]


def _students(
    board: Board, enrolled: Sequence[_Enrolled], progress: dict[int, Progress], asked: dict[int, Asked]
) -> list[Student]:
    total = board.total
    students = []
    for one in enrolled:
        help_requests = asked.get(one.user_id, _NEVER)
        student = Student(
            user_id=one.user_id,
            name=one.name,
            email=shown_email(one.email, is_guest=one.is_guest),
            enrolled_at=one.enrolled_at,
            completed=progress.get(one.user_id, NO_PROGRESS).done,
            total=total,
            help_count=help_requests.by_themselves,
            auto_help_count=help_requests.noticed,
            pending_help=help_requests.pending,
        )
        students.append(student)
    return students


@dataclass(frozen=True, slots=True)
class _Signs:
    """What tells when each person was last there."""

    progress: dict[int, Progress]
    seen: dict[int, datetime]
    heard: dict[int, datetime]

    def last_of(self, user: int) -> datetime | None:
        changed = self.progress.get(user, NO_PROGRESS).changed_at
        return figures.latest(changed, self.seen.get(user), self.heard.get(user))


def _signs(board: Board, users: counts.Users) -> _Signs:
    """Three queries."""
    # A thousand numbers in a statement take the driver longer than PostgreSQL the whole of it.
    people = _enrollments(board).order_by().values("user_id") if users is None else users
    progress = counts.progress_by_person(board.steps, users)
    return _Signs(progress, counts.last_seen(board.lecture.pk, users), last_at(people))


def _standings(board: Board, enrolled: Sequence[_Enrolled], *, everybody: bool) -> list[StudentFigures]:
    """Five queries."""
    lecture_id, course = board.lecture.pk, board.course
    users = None if everybody else [one.user_id for one in enrolled]
    signs, live = _signs(board, users), _live_steps(board, users)
    left = sorted({step.id for step in live.values()} - set(board.steps))
    lost = counts.progress_by_person(left, users)  # of steps that a class teaches and the lecture has lost: rarely any
    places = {step_id: place for place, step_id in enumerate(board.steps)}

    def status_of(user: int, step: Step) -> str:
        if step.id in places:
            return signs.progress.get(user, NO_PROGRESS).status_at(places[step.id])
        return lost.get(user, NO_PROGRESS).status_at(left.index(step.id))

    standings = []
    for student in _students(board, enrolled, signs.progress, counts.help_by_person(lecture_id, users)):
        mine = signs.progress.get(student.user_id, NO_PROGRESS)
        step = live.get(student.user_id) or _step_at(course, mine.leading)
        standings.append(
            StudentFigures(
                student=student,
                step_id=step.id if step else None,
                step_title=step.title if step else None,
                step_status=status_of(student.user_id, step) if step else None,
                last_activity=signs.last_of(student.user_id),
            )
        )
    return standings


def _live_steps(board: Board, users: counts.Users) -> dict[int, Step]:
    """The step of each person's live class, as the class teaches it."""
    steps: dict[int, Step] = {}
    for user, (subtask_id, version) in counts.live_steps(board.lecture.pk, users).items():
        course = board.course if version is None else lesson_at(board.lecture.pk, version).course
        if step := course.get(subtask_id):
            steps[user] = step
    return steps


def _step_at(course: Course, place: int) -> Step | None:
    return course.steps[place] if place < len(course) else None


def _help_counts(board: Board, users: counts.Users) -> dict[int, float]:
    return {user: asked.by_themselves for user, asked in counts.help_by_person(board.lecture.pk, users).items()}


def _pending_help(board: Board, users: counts.Users) -> dict[int, float]:
    return {user: asked.pending for user, asked in counts.help_by_person(board.lecture.pk, users).items()}


def _completed(board: Board, users: counts.Users) -> dict[int, float]:
    return {user: progress.done for user, progress in counts.progress_by_person(board.steps, users).items()}


def _last_activity(board: Board, users: counts.Users) -> dict[int, float]:
    signs = _signs(board, users)
    people = {*signs.progress, *signs.seen, *signs.heard}
    return {user: last.timestamp() for user in people if (last := signs.last_of(user)) is not None}


_COLUMNS = {"enrolled_at": "enrolled_at", "name": "user__name"}
# What no column holds: asked for everybody, so that the rest is asked for the shown part only.
_FIGURES: dict[str, Callable[[Board, counts.Users], dict[int, float]]] = {
    "help_count": _help_counts,
    "last_activity": _last_activity,
    "pending_help": _pending_help,
    "progress_rate": _completed,
}
SORTS = (*sorted([*_COLUMNS, *_FIGURES]),)


def list_students(
    board: Board, *, search: str = "", sort: str = "", window: slice | None = None
) -> tuple[list[StudentFigures], int]:
    """R35: the students of a part of the list, and how many there are in all.

    ``search`` is a part of a name or an e-mail; ``sort`` one of ``SORTS``, after ``-`` the other way round; without it
    the order of enrolment. Raises ``Invalid`` for another ``sort``.
    """
    key, backwards = sort.removeprefix("-"), sort.startswith("-")
    if sort and key not in SORTS:
        raise Invalid(message=f"sort is one of {', '.join(SORTS)}, or one of them after -", details={"field": "sort"})
    rows = _enrollments(board)
    if search:
        rows = rows.filter(pk__in=_found(rows, search))
    if key in _COLUMNS:
        rows = rows.order_by(f"{'-' if backwards else ''}{_COLUMNS[key]}", "id")
    if key in _FIGURES:
        found = _read(rows)
        figure = _FIGURES[key](board, [one.user_id for one in found] if search else None)
        found.sort(key=lambda one: figure.get(one.user_id, 0), reverse=backwards)
        chosen, total = (found[window] if window else found), len(found)
    else:
        chosen = _read(rows[window] if window else rows)
        total = rows.count() if window else len(chosen)
    return _standings(board, chosen, everybody=not (search or window)), total


def _found(rows: QuerySet[Enrollment], search: str) -> list[int]:
    """Not by the database: it knows neither width nor initials, and SQLite no capitals but those of English."""
    is_found = finder(search)
    people = rows.values_list("pk", "user__name", "user__email", "user__is_guest")
    return [pk for pk, name, email, is_guest in people if is_found(name) or (not is_guest and is_found(email))]


def every_student(board: Board) -> Iterator[StudentFigures]:
    """All students in order of enrolment, read in batches: an export of any size takes little memory."""
    after = 0
    while True:
        batch = _read(_enrollments(board).filter(pk__gt=after)[:EXPORT_BATCH])
        is_last = len(batch) < EXPORT_BATCH
        # Naming a thousand people in each query takes longer than counting for all of the lecture.
        yield from _standings(board, batch, everybody=is_last and after == 0)
        if is_last:
            return
        after = batch[-1].id


# --- statistics


def summary(board: Board) -> Summary:
    """Two queries; one more where help was asked for with a step that the lecture has lost."""
    by_completed = students_by_completed(board.lecture.pk, board.steps)
    asked = counts.help_by_step(board.lecture.pk)
    through = by_completed.get(board.total, 0) if board.total else 0
    return Summary(
        total_students=sum(by_completed.values()),
        total_steps=board.total,
        average_rate=figures.average_rate(by_completed, board.total),
        completion_rate=figures.rate(through, sum(by_completed.values())),
        hardest=_hardest(board.course, asked),
        total_help_requests=sum(row.asked for row in asked),
        total_auto_help_requests=sum(row.noticed for row in asked),
        distribution=figures.distribution(by_completed, board.total),
    )


def _hardest(course: Course, asked: list[AskedAtStep]) -> list[HardStep]:
    """The steps with which most people asked for help; of equals the earlier one, and last what the lecture has lost:
    a step that is deleted takes no help out of the reports (contract 11.5)."""
    order = {step.id: step.position for step in course.steps}
    rows = [row for row in asked if row.asked]
    rows.sort(key=lambda row: (-row.asked, order.get(row.subtask_id, len(course) + row.subtask_id)))
    hardest = rows[: figures.HARDEST]
    titles = {step.id: step.title for step in course.steps}
    if lost := [row.subtask_id for row in hardest if row.subtask_id not in titles]:
        titles |= dict(Subtask.everything.filter(pk__in=lost).values_list("pk", "title"))
    return [
        HardStep(
            row.subtask_id,
            titles[row.subtask_id],
            row.asked,
            row.noticed,
            figures.average_seconds(row.stuck_seconds),
        )
        for row in hardest
    ]


def statistics(board: Board, *, days: int, until: date | None = None) -> Statistics:
    """Six queries and one as in ``summary``. ``until`` is the last of the ``days`` days; today without it."""
    lecture_id, chosen = board.lecture.pk, figures.days_until(until or seoul_day(now()), days)
    active = counts.active_by_day(lecture_id, board.steps, chosen)
    asked = counts.help_by_day(lecture_id, chosen)
    return Statistics(
        summary=summary(board),
        session_count=LectureSession.objects.filter(lecture_id=lecture_id).count(),
        average_minutes=figures.average_minutes(counts.finished(lecture_id, board.steps)) if board.steps else 0,
        days=[Day(day, active.get(day, 0), *asked.get(day, (0, 0))) for day in chosen],
    )


def trend(board: Board, *, days: int, until: date | None = None) -> list[TrendDay]:
    """R38; three queries. A student counts from the day of enrolment on, and today's average is the one of R37."""
    lecture_id, chosen = board.lecture.pk, figures.days_until(until or seoul_day(now()), days)
    students = counts.students_at_end_of(lecture_id, chosen)
    completed = counts.completions_at_end_of(lecture_id, board.steps, chosen)
    asked = counts.help_by_day(lecture_id, chosen)
    return [
        TrendDay(day, min(figures.rate(done, number * board.total), 1.0), asked.get(day, (0, 0))[0])
        for day, number, done in zip(chosen, students, completed, strict=True)
    ]
