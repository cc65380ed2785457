"""Which classes somebody is in, or teaches, and what was done in one of them (contract 12)."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q

from mobilegpt.classroom import policies
from mobilegpt.classroom.models import LIVE, LectureSession, SeatStep, SessionParticipant, SessionStatus
from mobilegpt.core.actor import Actor
from mobilegpt.lectures.models import ColleagueRole
from mobilegpt.lectures.queries import colleagues_in

MOST = 100
"""Of one person's classes, the newest."""


def seats_of(actor: Actor, *, running: bool = False) -> list[SessionParticipant]:
    """The caller's seats, the newest class first: those of archived classes and removed ones are none any more.

    ``running``: in classes that wait, run or are paused. Raises ``Forbidden`` for who is no student.
    """
    policies.require_student(actor)
    seats = SessionParticipant.objects.filter(user_id=actor.user_id, removed_at__isnull=True)
    seats = seats.filter(session__status__in=LIVE) if running else seats.exclude(session__status=SessionStatus.ENDED)
    return list(seats.select_related("session__lecture__instructor").order_by("-session_id")[:MOST])


def taught_now(actor: Actor) -> list[LectureSession]:
    """Classes that the caller owns or teaches as a co-instructor, and that have not ended, the newest first.

    Raises ``Forbidden`` for students.
    """
    policies.require_staff_role(actor)
    beside = colleagues_in(OuterRef("lecture_id"), OuterRef("pk")).filter(
        user_id=actor.user_id, role=ColleagueRole.CO_INSTRUCTOR
    )
    own = Q(lecture__instructor_id=actor.user_id) | Q(Exists(beside))
    rows = LectureSession.objects.filter(own, status__in=LIVE).select_related("lecture__instructor")
    return list(rows.order_by("-id")[:MOST])


def done_by_person(session_id: int) -> dict[int, list[int]]:
    """By user: the steps that they have done in this class; who has done none is not in it."""
    done: dict[int, list[int]] = defaultdict(list)
    rows = SeatStep.objects.filter(session_id=session_id, done_at__isnull=False).order_by("done_at", "id")
    for user_id, subtask_id in rows.values_list("user_id", "subtask_id"):
        done[user_id].append(subtask_id)
    return done


def present_count(session_id: int) -> int:
    """How many people are there: their phones hear what is said to everybody."""
    seats = SessionParticipant.objects.filter(session_id=session_id, is_present=True, removed_at__isnull=True)
    return seats.count()
