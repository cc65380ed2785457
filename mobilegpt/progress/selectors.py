"""Reads of progress. No row means NOT_STARTED; counts are of distinct subtasks (contract 7.4)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from mobilegpt.accounts.models import User
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.lectures.course import Course, course_of
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask
from mobilegpt.lectures.outline import subtask_outline
from mobilegpt.lectures.step import Step
from mobilegpt.progress import policies, queries
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress


@dataclass(frozen=True, slots=True)
class LectureProgress:
    """One learner in one lecture: its subtasks in order, and the rows that exist."""

    lecture: Lecture
    subtasks: list[Subtask]
    rows: dict[int, SubtaskProgress]

    @property
    def total(self) -> int:
        return len(self.subtasks)

    @property
    def completed(self) -> int:
        return sum(1 for row in self.rows.values() if row.status == ProgressStatus.COMPLETED)

    @property
    def rate(self) -> float:
        return self.completed / self.total if self.total else 0.0

    def status_of(self, subtask_id: int) -> str:
        row = self.rows.get(subtask_id)
        return row.status if row else ProgressStatus.NOT_STARTED.value

    def step(self, subtask: Subtask) -> Step:
        """One of ``subtasks``, with its place in the lecture."""
        return subtask_outline(subtask, self.subtasks.index(subtask) + 1)

    def first_open(self) -> Subtask | None:
        """The first subtask by position that is not completed."""
        return next((each for each in self.subtasks if self.status_of(each.pk) != ProgressStatus.COMPLETED), None)

    def current(self, live_subtask_id: int | None) -> Subtask | None:
        """The live session's step, else the first that is not completed (contract 6.11)."""
        live = next((each for each in self.subtasks if each.pk == live_subtask_id), None)
        return live or self.first_open()


def of_learner(user_id: int, lecture_id: int | None = None) -> list[LectureProgress]:
    """Progress in every enrolled lecture, or in one of them; three queries."""
    enrollments = Enrollment.objects.filter(user_id=user_id).select_related("lecture").order_by("id")
    if lecture_id is not None:
        enrollments = enrollments.filter(lecture_id=lecture_id)
    lectures = [enrollment.lecture for enrollment in enrollments]
    if not lectures:
        return []
    ids = [lecture.pk for lecture in lectures]
    subtasks = defaultdict(list)
    ordered = Subtask.objects.filter(task__lecture_id__in=ids).select_related("task")
    for subtask in ordered.order_by("task__order_index", "task_id", "order_index", "id"):
        subtasks[subtask.task.lecture_id].append(subtask)
    rows: dict[int, dict[int, SubtaskProgress]] = defaultdict(dict)
    done = SubtaskProgress.objects.filter(user_id=user_id, subtask__task__lecture_id__in=ids)
    for row in done.select_related("subtask__task"):
        rows[row.subtask.task.lecture_id][row.subtask_id] = row
    return [LectureProgress(lecture, subtasks[lecture.pk], rows[lecture.pk]) for lecture in lectures]


def my_lectures(actor: Actor, lecture_id: int | None) -> list[LectureProgress]:
    """The caller's own progress. Raises ``NotFound``, or ``Forbidden`` for a lecture without enrolment."""
    policies.require_student(actor)
    mine = of_learner(actor.user_id, lecture_id)
    if lecture_id is not None and not mine:
        lecture = Lecture.objects.filter(pk=lecture_id).first()
        if lecture is None:
            raise NotFound("Lecture")
        policies.require_enrolled(actor, enrolled=False, active=lecture.is_active)
    return mine


def of_student(actor: Actor, user_id: int, lecture_id: int) -> tuple[User, LectureProgress]:
    """A student's progress for the lecture's teacher (R29). Raises ``Forbidden`` and ``NotFound``."""
    policies.require_teacher(actor, Lecture.objects.filter(pk=lecture_id).first())
    user = User.objects.filter(pk=user_id, enrollments__lecture_id=lecture_id).first()
    found = of_learner(user.pk, lecture_id) if user else []
    if user is None or not found:
        raise NotFound("Student")
    return user, found[0]


@dataclass(frozen=True, slots=True)
class Place:
    """One step in its lecture, as far as progress needs to know it."""

    step: Step
    course: Course
    lecture_id: int
    instructor_id: int
    active: bool
    enrolled: bool


def place_of(user_id: int, subtask_id: int) -> Place:
    """Where a step belongs, and whether the user is enrolled there. Raises ``NotFound``.

    One lean query (this is what every tap of every phone asks first); the texts come from the lecture's cached content.
    """
    found = queries.lecture_of_step(user_id, subtask_id)
    course = course_of(found.lecture_id, found.version) if found is not None else None
    step = course.get(subtask_id) if course is not None else None
    if found is None or course is None or step is None:
        raise NotFound("Subtask")
    return Place(
        step=step,
        course=course,
        lecture_id=found.lecture_id,
        instructor_id=found.instructor_id,
        active=found.is_active,
        enrolled=found.is_enrolled,
    )
