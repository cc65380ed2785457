"""A lecture step by step, and class by class (contract 12). Reads only; a constant number of questions each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from mobilegpt.classroom.intervals import Interval
from mobilegpt.classroom.lesson import course_of_class
from mobilegpt.classroom.models import (
    LectureSession,
    ParticipantStatus,
    SeatStep,
    SessionParticipant,
    StepAction,
    StepControl,
)
from mobilegpt.classroom.pace import paused_within, pauses_of
from mobilegpt.dashboard import counts, figures
from mobilegpt.dashboard.counts import AskedAtStep
from mobilegpt.dashboard.selectors import Board
from mobilegpt.helpdesk.selectors import StepHelp, help_in
from mobilegpt.lectures.step import Step

CLASSES = 20
"""Of a lecture, the newest that began."""
_NO_HELP = AskedAtStep(0, 0, 0, None)


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step over all students of the lecture."""

    step: Step
    students: int
    completed: int
    in_progress: int
    asked: int
    noticed: int
    average_seconds: int
    average_stuck_seconds: int

    @property
    def rate(self) -> float:
        return figures.rate(self.completed, self.students)


@dataclass(frozen=True, slots=True)
class ClassReport:
    """One class over everybody who has a seat; ``rate`` is the mean of their shares of its lesson."""

    session: LectureSession
    people: int
    completed: int
    rate: float
    help: StepHelp
    average_seconds: int

    @property
    def completion_rate(self) -> float:
        return figures.rate(self.completed, self.people)


def steps_of(board: Board) -> list[StepReport]:
    """In the lecture's order. Three queries."""
    asked = {row.subtask_id: row for row in counts.help_by_step(board.lecture.pk)}
    students, stood = counts.standing_by_step(board.lecture.pk, board.steps)
    reports = []
    for step in board.course.steps:
        one, helped = stood.get(step.id, counts.NOBODY), asked.get(step.id, _NO_HELP)
        reports.append(
            StepReport(
                step=step,
                students=students,
                completed=one.completed,
                in_progress=one.in_progress,
                asked=helped.asked,
                noticed=helped.noticed,
                average_seconds=figures.average_seconds(one.seconds),
                average_stuck_seconds=figures.average_seconds(helped.stuck_seconds),
            )
        )
    return reports


def classes_of(board: Board) -> list[ClassReport]:
    """The newest ``CLASSES`` that began, oldest first. Six queries."""
    rows = LectureSession.objects.filter(lecture_id=board.lecture.pk, started_at__isnull=False)
    sessions = list(rows.select_related("lecture").order_by("-started_at", "-id")[:CLASSES])[::-1]
    ids = [session.pk for session in sessions]
    seated = {"all": Count("pk"), "through": Count("pk", filter=Q(status=ParticipantStatus.COMPLETED))}
    seats = SessionParticipant.objects.filter(session_id__in=ids, removed_at__isnull=True)
    people = {row[0]: row[1:] for row in seats.order_by().values_list("session_id").annotate(**seated)}
    helped = help_in(ids)
    done, seconds = _done_and_seconds(sessions)
    return [
        ClassReport(
            session=session,
            people=(counted := people.get(session.pk, (0, 0)))[0],
            completed=counted[1],
            rate=figures.rate(done[session.pk], counted[0] * len(course_of_class(session))),
            help=helped.get(session.pk, StepHelp()),
            average_seconds=figures.average_seconds(_mean(seconds[session.pk])),
        )
        for session in sessions
    ]


def _done_and_seconds(sessions: Sequence[LectureSession]) -> tuple[Counter[int], Mapping[int, list[float]]]:
    """By class: how many steps of its lesson its people have done, and how long each took, as ``classroom.pace`` says:
    from when the class came to it, or they came to the class; a pause is nobody's time."""
    ids = [session.pk for session in sessions]
    courses = {session.pk: course_of_class(session) for session in sessions}
    came = _arrivals(ids)
    seats = SessionParticipant.objects.filter(session_id__in=ids, removed_at__isnull=True)
    joined = {(session, user): at for session, user, at in seats.values_list("session_id", "user_id", "joined_at")}
    pauses = pauses_of(ids)
    done: Counter[int] = Counter()
    seconds: dict[int, list[float]] = defaultdict(list)
    rows = SeatStep.objects.filter(session_id__in=ids, done_at__isnull=False).order_by()
    for session, user, step, at in rows.values_list("session_id", "user_id", "subtask_id", "done_at").iterator():
        if at is None or (session, user) not in joined or courses[session].get(step) is None:
            continue
        done[session] += 1
        began = came.get((session, step))
        if began is not None and (since := max(began, joined[session, user])) <= at:
            seconds[session].append(_seconds(pauses.get(session, ()), since, at))
    return done, seconds


def _arrivals(ids: Sequence[int]) -> dict[tuple[int, int], datetime]:
    """When each class came to each step for the first time."""
    rows = StepControl.objects.filter(session_id__in=ids, action=StepAction.START_STEP, subtask__isnull=False)
    found: dict[tuple[int, int], datetime] = {}
    for session, step, at in rows.order_by("id").values_list("session_id", "subtask_id", "created_at"):
        found.setdefault((session, step or 0), at)
    return found


def _seconds(pauses: Sequence[Interval], began: datetime, done: datetime) -> float:
    return (done - began - paused_within(pauses, began, done)).total_seconds()


def _mean(seconds: Sequence[float]) -> float | None:
    return sum(seconds) / len(seconds) if seconds else None
