"""Closing requests, each with its reason; what the class leaves behind closes with it (contract 11.3)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from mobilegpt.classroom.events import SeatRemoved, SessionEnded, StepChanged
from mobilegpt.classroom.models import LIVE, SessionParticipant
from mobilegpt.core.clock import now
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.helpdesk import queries, selectors
from mobilegpt.helpdesk.events import HelpClosed
from mobilegpt.helpdesk.models import (
    ANSWERS_NOTHING,
    AnswerSource,
    CloseReason,
    HelpRequest,
    HelpResponse,
    RequestStatus,
    RequestType,
)
from mobilegpt.progress.events import CompletionRepeated, ProgressChanged
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress


def close_left_behind(event: StepChanged) -> None:
    """The class moves on: what the server noticed, and what was answered, belongs to a step that it has left.

    Who asked and has no answer that helped keeps their request; so does who asked again after one that did not, until a
    teacher has answered: they were told that a person knows. A few statements for any number of people.
    """
    if event.initial or not queries.has_open_requests_in(event.room.id):
        return
    newest = HelpResponse.objects.filter(request_id=OuterRef("pk")).order_by("-id")
    useless = HelpResponse.objects.filter(
        request__user_id=OuterRef("user_id"),
        request__subtask_id=OuterRef("subtask_id"),
        request__session_id=event.room.id,
        rating__lte=selectors.USELESS,
    )
    left = selectors.open_requests().filter(session_id=event.room.id).exclude(subtask_id=event.step.id)
    left = left.annotate(
        newest_rating=Subquery(newest.values("rating")[:1]), newest_source=Subquery(newest.values("source")[:1])
    )
    helped = Q(newest_rating__isnull=True) | Q(newest_rating__gt=selectors.USELESS)
    helped &= Q(newest_source=AnswerSource.TEACHER) | Q(~Exists(useless))
    answered = Q(status=RequestStatus.RESOLVED) & ~Q(newest_source__in=ANSWERS_NOTHING)
    pointless = Q(request_type=RequestType.AUTO) | (answered & helped)
    close_all(left.filter(pointless), CloseReason.MOVED_ON)


def close_ended(event: SessionEnded) -> None:
    """The class is over: nobody in it waits any longer. A few statements for any number of people."""
    close_all(selectors.open_requests().filter(session_id=event.room.id), CloseReason.ENDED)
    # Who only set their progress to HELP_NEEDED has no request that could be closed.
    seated = SessionParticipant.objects.filter(session_id=event.room.id).values("user_id")
    _unmark(Q(user_id__in=seated, subtask__task__lecture_id=event.room.lecture_id))


def close_removed(event: SeatRemoved) -> None:
    """Who was taken out of the class waits there no longer."""
    mine = selectors.open_requests().filter(session_id=event.room.id, user_id=event.user_id)
    close_all(mine, CloseReason.CLOSED)


def close_completed(event: ProgressChanged) -> None:
    """Who completes a step needs no more help with it."""
    if event.new_status == ProgressStatus.COMPLETED:
        _close_own(event.user.id, event.subtask_id)


def close_repeated(event: CompletionRepeated) -> None:
    """As ``close_completed``, of a step that they had done before, in an earlier class."""
    _close_own(event.user_id, event.subtask_id)


def _close_own(user_id: int, subtask_id: int) -> None:
    if not queries.has_open_request(user_id, subtask_id):  # nearly always, and the cheapest thing to ask
        return
    mine = selectors.open_requests().filter(user_id=user_id, subtask_id=subtask_id)
    close_all(mine, CloseReason.COMPLETED)


def close_all(requests: QuerySet[HelpRequest], reason: CloseReason) -> None:
    """Close these and tell who watches; nobody stays marked as needing help for whom no open request speaks.

    The marks go without events, as steps begin without (contract 6.11): the class has left them behind.
    """
    with unit_of_work():
        closing = list(requests.select_for_update(of=("self",)).order_by("pk"))
        if not closing:
            return
        at, ids = now(), [request.pk for request in closing]
        HelpRequest.objects.filter(pk__in=ids).update(closed_at=at, close_reason=reason)
        for request in closing:
            request.closed_at, request.close_reason = at, reason
            _tell(request)
        _unmark(Exists(_of_the_same().filter(pk__in=ids)))


def close(request: HelpRequest, reason: CloseReason) -> None:
    """One request; inside of a unit of work, with the request locked."""
    request.closed_at, request.close_reason = now(), reason
    request.save(update_fields=["closed_at", "close_reason"])
    _tell(request)


def close_if_overtaken(request: HelpRequest) -> None:
    """What was asked as the class ended or moved on, and what was noticed then, waits for nothing once it is answered.

    As ``close``; ``request`` is loaded with its session.
    """
    session = request.session
    if request.closed_at is not None or session is None:
        return
    if session.status not in LIVE:
        close(request, CloseReason.ENDED)
    elif request.request_type == RequestType.AUTO and session.current_subtask_id != request.subtask_id:
        close(request, CloseReason.MOVED_ON)


def _tell(request: HelpRequest) -> None:
    assert request.closed_at is not None
    emit(HelpClosed(case=selectors.case_of(request), request_type=request.request_type, at=request.closed_at))


def _of_the_same() -> QuerySet[HelpRequest]:
    """The requests of a row of progress, inside of a query for it."""
    return HelpRequest.objects.filter(user_id=OuterRef("user_id"), subtask_id=OuterRef("subtask_id"))


def _unmark(whose: Q | Exists) -> None:
    """HELP_NEEDED becomes IN_PROGRESS where no request is open; one statement."""
    marked = SubtaskProgress.objects.filter(whose, status=ProgressStatus.HELP_NEEDED)
    marked.exclude(Exists(_of_the_same().filter(closed_at__isnull=True))).update(status=ProgressStatus.IN_PROGRESS)
