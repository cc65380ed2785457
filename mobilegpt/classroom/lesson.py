"""What a class teaches (contract 11.5): the lesson that it kept when it started, the lecture as it is before.

Everything that speaks of a class asks here for its steps and their words.
"""

from __future__ import annotations

from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.errors import ErrorCode, Invalid, NotFound
from mobilegpt.lectures.course import Course
from mobilegpt.lectures.models import Subtask
from mobilegpt.lectures.revisions import Lesson, lesson_at, lesson_of
from mobilegpt.lectures.step import Step


def lesson_of_class(session: LectureSession) -> Lesson:
    """With ``session.lecture`` loaded; no query when the process knows the lesson."""
    return kept_lesson(session) or lesson_of(session.lecture)


def kept_lesson(session: LectureSession) -> Lesson | None:
    """The class's own; ``None`` for one that waits, or that a server of before has started: the lecture as it is."""
    if session.lecture_version is None:
        return None
    return lesson_at(session.lecture_id, session.lecture_version)


def course_of_class(session: LectureSession) -> Course:
    """The steps of ``lesson_of_class``; while it waits, without unpacking the whole lecture from the cache."""
    kept = kept_lesson(session)
    return kept.course if kept is not None else Course.of(session.lecture)


def step_in(course: Course, subtask_id: int) -> Step:
    """The step that somebody names, of what the class teaches. Raises ``NotFound``, or ``Invalid`` WRONG_LECTURE."""
    step = course.get(subtask_id)
    if step is not None:
        return step
    if Subtask.everything.filter(pk=subtask_id).exists():
        raise Invalid(ErrorCode.WRONG_LECTURE, "This subtask is not one of this class's lesson")
    raise NotFound("Subtask")
