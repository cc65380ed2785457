"""Reads of progress. No row means NOT_STARTED; counts are of distinct subtasks (contract 7.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from mobilegpt.accounts.models import User
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.lectures.course import Course, course_of
from mobilegpt.lectures.models import Enrollment, Lecture, Subtask
from mobilegpt.lectures.outline import subtask_outline
from mobilegpt.lectures.revisions import Lesson, lesson_at
from mobilegpt.lectures.step import Step
from mobilegpt.progress import following, policies, queries
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress


@dataclass(frozen=True, slots=True)
class LectureProgress:
    """One learner in one lecture: its steps in order, as the learner's class teaches them, and the rows that exist."""

    lecture: Lecture
    steps: Sequence[Step]
    rows: dict[int, SubtaskProgress]
    task_titles: Mapping[int, str]

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def completed(self) -> int:
        return sum(1 for row in self.rows.values() if row.status == ProgressStatus.COMPLETED)

    @property
    def rate(self) -> float:
        return self.completed / self.total if self.total else 0.0

    def status_of(self, subtask_id: int) -> str:
        row = self.rows.get(subtask_id)
        return row.status if row else ProgressStatus.NOT_STARTED.value

    def first_open(self) -> Step | None:
        """The first step by position that is not completed."""
        return next((step for step in self.steps if self.status_of(step.id) != ProgressStatus.COMPLETED), None)

    def current(self, live_subtask_id: int | None) -> Step | None:
        """The live session's step, else the first that is not completed (contract 6.11)."""
        live = next((step for step in self.steps if step.id == live_subtask_id), None)
        return live or self.first_open()


Taught = Mapping[int, Lesson]
"""By lecture, what the class of a learner teaches while it runs (contract 11.5)."""


def of_learner(
    user_id: int, lecture_id: int | None = None, taught: Taught = MappingProxyType({})
) -> list[LectureProgress]:
    """Progress in every enrolled lecture, or in one of them; three queries."""
    enrollments = Enrollment.objects.filter(user_id=user_id, lecture__deleted_at__isnull=True)
    if lecture_id is not None:
        enrollments = enrollments.filter(lecture_id=lecture_id)
    lectures = [enrollment.lecture for enrollment in enrollments.select_related("lecture").order_by("id")]
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
    return [_progress(lecture, subtasks[lecture.pk], rows[lecture.pk], taught.get(lecture.pk)) for lecture in lectures]


def _progress(
    lecture: Lecture, subtasks: list[Subtask], rows: dict[int, SubtaskProgress], lesson: Lesson | None
) -> LectureProgress:
    """By the lecture's own ``subtasks``, or by ``lesson`` where a class teaches it; nothing else counts."""
    steps: Sequence[Step]
    if lesson is not None:
        steps, titles = lesson.course.steps, {task.id: task.title for task in lesson.tasks}
    else:
        steps = [subtask_outline(subtask, place) for place, subtask in enumerate(subtasks, start=1)]
        titles = {subtask.task_id: subtask.task.title for subtask in subtasks}
    mine = {step.id: rows[step.id] for step in steps if step.id in rows}
    return LectureProgress(lecture, steps, mine, titles)


def my_lectures(actor: Actor, lecture_id: int | None, taught: Taught = MappingProxyType({})) -> list[LectureProgress]:
    """The caller's own progress. Raises ``NotFound``, or ``Forbidden`` for a lecture without enrolment."""
    policies.require_student(actor)
    mine = of_learner(actor.user_id, lecture_id, taught)
    if lecture_id is not None and not mine:
        lecture = Lecture.objects.filter(pk=lecture_id).first()
        if lecture is None:
            raise NotFound("Lecture")
        policies.require_enrolled(actor, enrolled=False, active=lecture.is_active)
    return mine


def of_student(
    actor: Actor, user_id: int, lecture_id: int, taught: Callable[[int], Taught] = lambda _: {}
) -> tuple[User, LectureProgress]:
    """A student's progress for the lecture's teacher (R29); ``taught`` says what that student's classes teach.

    Raises ``Forbidden`` and ``NotFound``.
    """
    policies.require_teacher(actor, Lecture.objects.filter(pk=lecture_id).first())
    user = User.objects.filter(pk=user_id, enrollments__lecture_id=lecture_id).first()
    found = of_learner(user.pk, lecture_id, taught(user.pk)) if user else []
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

    By what the learner's class teaches while it runs; else by the lecture as it is, and last by the classes that they
    sat in, which review steps that the lecture may have lost (contract 11.5). One lean query (this is what every tap of
    every phone asks first); the texts come from what is cached of the lecture.
    """
    found = queries.lecture_of_step(user_id, subtask_id)
    if found is None:
        raise NotFound("Subtask")
    for course in _courses(user_id, found):
        step = course.get(subtask_id)
        if step is not None:
            return Place(
                step=step,
                course=course,
                lecture_id=found.lecture_id,
                instructor_id=found.instructor_id,
                active=found.is_active,
                enrolled=found.is_enrolled,
            )
    raise NotFound("Subtask")


def _courses(user_id: int, found: queries.LectureOfStep) -> Iterator[Course]:
    if found.taught_version is not None:
        yield lesson_at(found.lecture_id, found.taught_version).course
    yield course_of(found.lecture_id, found.version)
    for version in following.versions_attended(user_id, found.lecture_id):
        yield lesson_at(found.lecture_id, version).course
