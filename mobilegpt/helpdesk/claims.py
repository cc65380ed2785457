"""Who goes to help: of several who see a request one takes it, and the others see that (contract 11.8)."""

from __future__ import annotations

from mobilegpt.accounts.people import person_of_actor
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.helpdesk import policies, selectors
from mobilegpt.helpdesk.events import HelpClaimed
from mobilegpt.helpdesk.models import HelpRequest
from mobilegpt.lectures.events import ColleaguesChanged
from mobilegpt.lectures.queries import role_in


def claim_help(*, actor: Actor, request_id: int) -> HelpRequest:
    """The caller goes to help; doing so again changes nothing.

    Raises ``Forbidden``, ``NotFound``, ``Conflict`` REQUEST_CLOSED, or ALREADY_CLAIMED with the name of who was first.
    """
    with unit_of_work():
        request = policies.require_helps(actor, selectors.locked(request_id))
        policies.require_open(request)
        _refuse_if_others(request, actor)
        if request.claimed_by_id is None:
            request.claimed_by_id, request.claimed_at = actor.user_id, now()
            request.save(update_fields=["claimed_by", "claimed_at"])
            case, by = selectors.case_of(request), person_of_actor(actor)
            emit(HelpClaimed(case=case, claimed_by=by, at=request.claimed_at))
        return request


def give_back(*, actor: Actor, request_id: int) -> HelpRequest:
    """Whoever claimed it goes not after all; who leads there may say so for them. Raises what ``claim_help`` raises."""
    with unit_of_work():
        request = policies.require_helps(actor, selectors.locked(request_id))
        policies.require_open(request)
        require_not_anothers(request, actor)
        if request.claimed_by_id is not None:
            _release(request)
        return request


def release(event: ColleaguesChanged) -> None:
    """What somebody claimed and helps with no more is anybody's again (see ``config/reactions.py``)."""
    claimed = (
        selectors.open_requests()
        .select_for_update(of=("self",))
        .filter(lecture_id=event.lecture_id, claimed_by_id=event.user_id)
    )
    for request in claimed.exclude(lecture__instructor_id=event.user_id):
        if role_in(event.user_id, request.lecture_id, request.session_id) is None:
            _release(request)


def _release(request: HelpRequest) -> None:
    request.claimed_by, request.claimed_at = None, None
    request.save(update_fields=["claimed_by", "claimed_at"])
    emit(HelpClaimed(case=selectors.case_of(request), claimed_by=None, at=now()))


def require_not_anothers(request: HelpRequest, actor: Actor) -> None:
    """Who leads there may step in; a supporter leaves alone what another has claimed. Raises ALREADY_CLAIMED."""
    if is_anothers(request, actor):
        _refuse_if_others(request, actor)


def is_anothers(request: HelpRequest, actor: Actor) -> bool:
    """Whether the caller, who supports there, leaves the request to whoever goes."""
    return request.claimed_by_id not in (None, actor.user_id) and not policies.leads(actor, request)


def _refuse_if_others(request: HelpRequest, actor: Actor) -> None:
    by = request.claimed_by
    if by is not None and by.pk != actor.user_id:
        details = {"user_id": by.pk, "name": by.name}
        raise Conflict(ErrorCode.ALREADY_CLAIMED, f"{by.name} goes to help", details=details)
