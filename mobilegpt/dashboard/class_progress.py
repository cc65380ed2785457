"""How far everybody has come in one class (contract 12). Reads only; what earlier classes did does not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from mobilegpt.classroom import lists, selectors
from mobilegpt.classroom.lesson import course_of_class
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.dashboard import figures
from mobilegpt.helpdesk.selectors import open_by_user, raised_hands_in
from mobilegpt.lectures.course import Course

DONE, GOING, LATE, NOT_BEGUN = "완료", "진행중", "지연", "미시작"
GROUPS = (DONE, GOING, LATE, NOT_BEGUN)
"""The console's own names, in whatever language it is asked."""


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who has a seat, with what they have done of the class's lesson, in the order in which it was done.

    ``asked``: how often they asked for help; ``waits``: a request of theirs is open.
    """

    seat: SessionParticipant
    done: list[int]
    group: str
    asked: int
    waits: bool


@dataclass(frozen=True, slots=True)
class ClassProgress:
    session: LectureSession
    course: Course
    place: int | None
    learners: list[Learner]

    @property
    def groups(self) -> dict[str, int]:
        """All four, also empty ones; each person is in one."""
        return {**dict.fromkeys(GROUPS, 0), **Counter(one.group for one in self.learners)}

    @property
    def average_rate(self) -> float:
        """The mean of everybody's share of the lesson; 0 without anybody."""
        return figures.rate(sum(len(one.done) for one in self.learners), len(self.learners) * len(self.course))


def progress_of_class(session: LectureSession) -> ClassProgress:
    """Four queries, whatever the number of people; who was removed is not among them."""
    course = course_of_class(session)
    current = course.get(session.current_subtask_id)
    place = current.position if current is not None else None
    seats = [seat for seat in selectors.all_seats(session) if seat.removed_at is None]
    done, asked = lists.done_by_person(session.pk), raised_hands_in([session.pk])
    waiting = open_by_user(session.pk, [seat.user_id for seat in seats])
    learners = []
    for seat in seats:
        mine = [step_id for step_id in done.get(seat.user_id, ()) if course.get(step_id) is not None]
        learners.append(
            Learner(
                seat,
                mine,
                group_of(mine, course, place),
                asked.get((session.pk, seat.user_id), 0),
                seat.user_id in waiting,
            )
        )
    return ClassProgress(session, course, place, learners)


def group_of(done: Collection[int], course: Course, place: int | None) -> str:
    """Who has done all is through, who has done nothing has not begun; of the others those are late who have not done
    everything that lies before the class's step."""
    if not done:
        return NOT_BEGUN
    if len(done) >= len(course):
        return DONE
    return LATE if place is not None and _before(done, course, place) < place - 1 else GOING


def _before(done: Iterable[int], course: Course, place: int) -> int:
    steps = (course.get(step_id) for step_id in done)
    return sum(1 for step in steps if step is not None and step.position < place)
