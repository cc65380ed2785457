"""What a learner has done, for the learner: contract 11.14."""

from __future__ import annotations

from django.urls import URLPattern
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.clock import iso
from mobilegpt.dashboard.learning import AttendedClass, LearnedLecture, Learning, Practice, learning_of
from mobilegpt.progress.models import Achievement
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.wire.choices import SessionStatusChoice
from mobilegpt.wire.step import MyStep, my_step


class LearnedClass(Struct, frozen=True, kw_only=True):
    """A class that began and that the learner attended. ``session_code`` is null where it opens
    nothing: the class is archived, or they were removed from it for good."""

    session_id: int
    session_code: str | None
    title: str
    status: SessionStatusChoice
    started_at: str | None


class PracticeBody(Struct, frozen=True, kw_only=True):
    """``asked_for_help``: all steps are done, and this is the first that was not easy; else the first not done."""

    step: MyStep
    asked_for_help: bool


class LearnedLectureBody(Struct, frozen=True, kw_only=True):
    """A lecture as it is now, and how much of it is done."""

    id: int
    title: str
    instructor_name: str
    completed_subtasks: int
    total_subtasks: int
    practice: PracticeBody | None
    classes: list[LearnedClass]


class AchievementBody(Struct, frozen=True, kw_only=True):
    """``milestone``: how many steps had been done (contract 7.6)."""

    milestone: int
    unlocked_at: str


class LearningBody(Struct, frozen=True, kw_only=True):
    """What somebody has learned, newest lecture first."""

    lectures: list[LearnedLectureBody]
    achievements: list[AchievementBody]


class MyLearning(Endpoint):
    guests = True

    @operation(
        "11.14",
        "What the caller has learned, and what to practise next",
        responses={200: LearningBody, **error_responses(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The calling student's lectures with the steps done of how many, the classes attended, the achievements, and
        the step to practise next. Guests get what their phone has done; other roles get FORBIDDEN (403)."""
        return Response(_learning(learning_of(self.actor)))


def _learning(found: Learning) -> LearningBody:
    return LearningBody(
        lectures=[_lecture(one) for one in found.lectures],
        achievements=[_achievement(one) for one in found.achievements],
    )


def _lecture(learned: LearnedLecture) -> LearnedLectureBody:
    lecture = learned.lecture
    return LearnedLectureBody(
        id=lecture.pk,
        title=lecture.title,
        instructor_name=lecture.instructor.name,
        completed_subtasks=learned.done,
        total_subtasks=learned.total,
        practice=_practice(lecture.pk, learned.practice),
        classes=[_attended(one) for one in learned.classes],
    )


def _practice(lecture_id: int, practice: Practice | None) -> PracticeBody | None:
    if practice is None:
        return None
    step = my_step(practice.step, lecture_id, practice.status)
    return PracticeBody(step=step, asked_for_help=practice.asked_for_help)


def _attended(attended: AttendedClass) -> LearnedClass:
    session = attended.session
    return LearnedClass(
        session_id=session.pk,
        session_code=session.code if attended.is_open else None,
        title=session.title,
        status=session.status,
        started_at=iso(session.started_at),
    )


def _achievement(unlocked: Achievement) -> AchievementBody:
    return AchievementBody(milestone=unlocked.milestone, unlocked_at=iso(unlocked.unlocked_at))


urlpatterns: list[URLPattern] = both("api/me/learning", MyLearning)
