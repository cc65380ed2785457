"""Which class of a lecture somebody is in who sits in several of them: one rule for what they do (contract 11.1).

It is the one that they name (the one whose socket it is), unless it is over. Else the one in which they are, before one
in which they were cut, before one that they said goodbye to; of these the one that stands on the step, a running one,
the newest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Subquery, When
from django.db.models.expressions import OrderBy

from mobilegpt.classroom.models import LIVE, RUNNING, LectureSession, SeatStep, SessionParticipant

_LIVE = [status.value for status in LIVE]
_RUNNING = [status.value for status in RUNNING]


class OwnClass(NamedTuple):
    """Of somebody who does something on a step of a lecture. ``session_id`` is the class that they name; 0: none."""

    user_id: int
    lecture_id: int
    subtask_id: int
    session_id: int = 0


def seats(own: OwnClass) -> QuerySet[SessionParticipant]:
    """Theirs in classes that are not over, the one that counts first."""
    found = SessionParticipant.objects.filter(
        user_id=own.user_id, session__lecture_id=own.lecture_id, session__status__in=_LIVE, removed_at__isnull=True
    )
    return found.order_by(
        _first(session_id=own.session_id),
        _first(is_present=True),
        _first(left_at__isnull=True),
        _first(session__current_subtask_id=own.subtask_id),
        _first(session__status__in=_RUNNING),
        "-id",
    )


def running(own: OwnClass) -> QuerySet[LectureSession]:
    """Their class, if it runs."""
    chosen = seats(own).values("session_id")[:1]
    return LectureSession.objects.filter(pk=Subquery(chosen), status__in=_RUNNING).order_by()


def where_done(own: OwnClass) -> QuerySet[LectureSession]:
    """Their class, if it runs and stands on the step, and they have done the step in it."""
    done = SeatStep.objects.filter(
        session_id=OuterRef("pk"), user_id=own.user_id, subtask_id=own.subtask_id, done_at__isnull=False
    )
    return running(own).filter(Exists(done), current_subtask_id=own.subtask_id)


def _first(**lookup: Any) -> OrderBy:
    return Case(When(**lookup, then=0), default=1, output_field=IntegerField()).asc()
