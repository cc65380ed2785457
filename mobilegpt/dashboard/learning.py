"""What one learner has done and may practise, for themselves (contract 11.14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, prefetch_related_objects

from mobilegpt.classroom.models import LectureSession, SessionParticipant, SessionStatus
from mobilegpt.core.actor import Actor
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.helpdesk.selectors import ASKED
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.step import Step
from mobilegpt.progress.models import Achievement, ProgressStatus
from mobilegpt.progress.policies import require_student
from mobilegpt.progress.selectors import LectureProgress, of_learner


@dataclass(frozen=True, slots=True)
class Practice:
    """A step to practise. ``asked_for_help``: it is done, and was not easy; else it is the first that is not done."""

    step: Step
    status: str
    asked_for_help: bool


@dataclass(frozen=True, slots=True)
class AttendedClass:
    """``is_open``: its doors are, for this learner. Nothing opens a class that is archived, or from which they were
    removed for good."""

    session: LectureSession
    is_open: bool


@dataclass(frozen=True, slots=True)
class LearnedLecture:
    """A lecture as it is now: steps that were deleted count neither as done nor in the total.

    ``classes``: those that the learner attended, newest first.
    """

    lecture: Lecture
    done: int
    total: int
    practice: Practice | None
    classes: list[AttendedClass]


@dataclass(frozen=True, slots=True)
class Learning:
    lectures: list[LearnedLecture]
    achievements: list[Achievement]


def learning_of(actor: Actor) -> Learning:
    """The caller's own, newest lecture first; seven queries. Raises ``Forbidden`` for who is no student."""
    require_student(actor)
    asked = set(
        HelpRequest.objects.filter(ASKED, user_id=actor.user_id).order_by().values_list("subtask_id", flat=True)
    )
    attended = _attended(actor.user_id)
    mine = [one for one in of_learner(actor.user_id) if one.lecture.deleted_at is None]
    prefetch_related_objects([one.lecture for one in mine], "instructor")
    return Learning(
        lectures=[_learned(one, asked, attended[one.lecture.pk]) for one in reversed(mine)],
        achievements=list(Achievement.objects.filter(user_id=actor.user_id).order_by("milestone")),
    )


def _attended(user_id: int) -> dict[int, list[AttendedClass]]:
    """By lecture: the classes that began, and for which the learner was there; newest first."""
    began = F("session__started_at")
    seats = SessionParticipant.objects.filter(
        Q(left_at__isnull=True) | Q(left_at__gte=began),
        Q(removed_at__isnull=True) | Q(removed_at__gte=began),
        user_id=user_id,
        session__started_at__isnull=False,
    )
    classes: dict[int, list[AttendedClass]] = defaultdict(list)
    for seat in seats.select_related("session").order_by("-session_id"):
        is_open = seat.session.status != SessionStatus.ENDED and not seat.is_barred
        classes[seat.session.lecture_id].append(AttendedClass(seat.session, is_open))
    return classes


def _learned(mine: LectureProgress, asked: Collection[int], classes: list[AttendedClass]) -> LearnedLecture:
    steps = mine.steps  # of the lecture as it is now: no class was asked
    done = [step for step in steps if mine.status_of(step.id) == ProgressStatus.COMPLETED]
    return LearnedLecture(mine.lecture, len(done), len(steps), _practice(mine, steps, asked), classes)


def _practice(mine: LectureProgress, steps: Sequence[Step], asked: Collection[int]) -> Practice | None:
    """The first step that is not done; when all are, the first with which they asked for help."""
    undone = next((step for step in steps if mine.status_of(step.id) != ProgressStatus.COMPLETED), None)
    chosen = undone or next((step for step in steps if step.id in asked), None)
    if chosen is None:
        return None
    return Practice(chosen, mine.status_of(chosen.id), asked_for_help=undone is None)
