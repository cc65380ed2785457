"""A learner's recording beside the lesson of their class, or one that the caller teaches (contract 11.16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from mobilegpt.classroom.lesson import course_of_class
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Forbidden, Invalid, NotFound
from mobilegpt.guidance.events import phone_event
from mobilegpt.lectures.course import Course
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.policies import require_teaches
from mobilegpt.lectures.step import Step
from mobilegpt.recordings import selectors
from mobilegpt.recordings.comparison import Compared, compare

MOST_EVENTS = 20_000
"""Of a recording that are held against a lesson: hours of taps, and about two seconds of work."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``compared`` has one of each of ``steps``; ``left_out`` counts the recording's events beyond ``MOST_EVENTS``."""

    steps: Sequence[Step]
    compared: Sequence[Compared]
    left_out: int


def comparison_of(*, actor: Actor, recording_id: int, lecture_id: int | None = None) -> Comparison:
    """With the lecture that is named, else with what the recording's class taught.

    Raises ``Forbidden`` for students, ``NotFound``, ``Invalid`` where no lecture is named and it is of no class.
    """
    if actor.is_student:
        raise Forbidden(message="Only instructors compare recordings")
    recording = selectors.seen_by(actor, recording_id)
    if lecture_id is not None:
        course = _taught(actor, lecture_id)
    elif recording.session is not None:
        course = course_of_class(recording.session)
    else:
        raise Invalid(message="lecture_id is missing", details={"field": "lecture_id"})
    acts = islice(selectors.acts_of(recording), MOST_EVENTS)
    compared = compare(
        [step.expectation for step in course.steps], (phone_event(kind, data, at=at) for kind, at, data in acts)
    )
    return Comparison(course.steps, compared, left_out=max(0, recording.event_count - MOST_EVENTS))


def _taught(actor: Actor, lecture_id: int) -> Course:
    lecture = Lecture.objects.filter(pk=lecture_id).first()
    if lecture is None:
        raise NotFound("Lecture")
    require_teaches(actor, lecture)
    return Course.of(lecture)
