"""Where somebody teaches or helps beside the owner (contract 11.8)."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery

from mobilegpt.classroom.models import LectureSession, SessionStatus
from mobilegpt.core.actor import Actor
from mobilegpt.lectures.models import Colleague
from mobilegpt.lectures.queries import colleague_roles

CLASSES_AT_ONCE = 100


class HelpedIn(NamedTuple):
    """Where somebody teaches or helps beside the owner: in which classes as what, and by which roles."""

    classes: list[tuple[LectureSession, str]]
    roles: list[Colleague]


def helped_in(actor: Actor) -> HelpedIn:
    """Classes that are not archived, those that run first and then the newest; two queries."""
    role = Subquery(colleague_roles(actor.user_id, OuterRef("lecture_id"), OuterRef("pk")))
    rows: Any = (
        LectureSession.objects.exclude(status=SessionStatus.ENDED)
        .annotate(role=role, is_live=Q(status__in=[SessionStatus.IN_PROGRESS, SessionStatus.PAUSED]))
        .filter(role__isnull=False, lecture__deleted_at__isnull=True)
        .exclude(lecture__instructor_id=actor.user_id)
        .select_related("lecture__instructor")
        .order_by("-is_live", "-id")[:CLASSES_AT_ONCE]
    )
    roles = Colleague.objects.filter(user_id=actor.user_id, lecture__deleted_at__isnull=True)
    mine = roles.exclude(lecture__instructor_id=actor.user_id).select_related("lecture__instructor").order_by("-id")
    return HelpedIn([(session, session.role) for session in rows], list(mine))
