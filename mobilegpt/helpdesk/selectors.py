"""Reads of the help desk."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from mobilegpt.accounts.people import person_of
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import NotFound
from mobilegpt.helpdesk import policies
from mobilegpt.helpdesk.events import HelpCase
from mobilegpt.helpdesk.models import HelpRequest, HelpResponse

_PEOPLE = ("user", "subtask", "lecture", "session")


def requests() -> QuerySet[HelpRequest]:
    """Requests with everything that answers and events show of them."""
    return HelpRequest.objects.select_related(*_PEOPLE)


def request_seen_by(actor: Actor, request_id: int) -> HelpRequest:
    """R33. Raises ``NotFound`` for everybody but its asker and its teacher."""
    request = requests().filter(pk=request_id).first()
    if request is None:
        raise NotFound("Help request")
    policies.require_may_see(actor, request)
    return request


def newest_response(request: HelpRequest) -> HelpResponse | None:
    return HelpResponse.objects.filter(request_id=request.pk).order_by("-id").first()


def case_of(request: HelpRequest) -> HelpCase:
    """The request as its events name it; loaded by ``requests()``."""
    session = request.session
    return HelpCase(
        id=request.pk,
        user=person_of(request.user),
        subtask_id=request.subtask_id,
        subtask_title=request.subtask.title,
        lecture_id=request.lecture_id,
        lecture_title=request.lecture.title,
        instructor_id=request.lecture.instructor_id,
        session_id=session.pk if session else None,
        session_code=session.code if session else None,
    )


def pending(actor: Actor, *, session_id: int | None = None, lecture_id: int | None = None) -> QuerySet[HelpRequest]:
    """R36: what is not closed, oldest first: an instructor's own lectures, an admin's all. Raises ``Forbidden``."""
    policies.require_teaching_role(actor)
    found = requests().filter(closed_at__isnull=True).order_by("id")
    if not actor.is_admin:
        found = found.filter(lecture__instructor_id=actor.user_id)
    if session_id is not None:
        found = found.filter(session_id=session_id)
    if lecture_id is not None:
        found = found.filter(lecture_id=lecture_id)
    return found


def open_by_user(session_id: int, user_ids: Iterable[int]) -> dict[int, int]:
    """The open request of each of these people in a session; the newest one."""
    rows = HelpRequest.objects.filter(session_id=session_id, user_id__in=list(user_ids), closed_at__isnull=True)
    return dict(rows.order_by("id").values_list("user_id", "id"))


def counts_by_subtask(session_id: int) -> dict[int, int]:
    """How often help was asked for in a session, per step."""
    rows = HelpRequest.objects.filter(session_id=session_id).values_list("subtask_id")
    return dict(rows.annotate(Count("id")).order_by())
