"""Writes of the help desk: asking, answering, closing, feedback (contract 8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from mobilegpt.accounts.models import User
from mobilegpt.accounts.people import person_of, person_of_actor
from mobilegpt.accounts.person import Person
from mobilegpt.classroom.events import RosterChanged
from mobilegpt.classroom.models import LectureSession
from mobilegpt.classroom.own_class import OwnClass
from mobilegpt.classroom.queries import live_room
from mobilegpt.classroom.selectors import seat_of
from mobilegpt.core import locale
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, Invalid, NotFound, RateLimited
from mobilegpt.core.fields import MESSAGE_LENGTH
from mobilegpt.core.text import is_blank, paragraph, words
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.helpdesk import analysing, answers, claims, closing, policies, queries, remembering, selectors
from mobilegpt.helpdesk.analysis.complaints import says_why
from mobilegpt.helpdesk.commands import ANSWER_LENGTH, PICTURE, AnswerHelp, GiveFeedback, RequestHelp
from mobilegpt.helpdesk.events import HelpRequested
from mobilegpt.helpdesk.models import (
    AnswerSource,
    CloseReason,
    HelpRequest,
    HelpResponse,
    HelpType,
    Priority,
    Reason,
    RequestType,
)
from mobilegpt.privacy.masking import mask_context, mask_text
from mobilegpt.progress import policies as progress_policies
from mobilegpt.progress.models import ProgressStatus, SubtaskProgress
from mobilegpt.progress.selectors import Place, place_of
from mobilegpt.progress.services import set_status

REQUESTS_A_MINUTE = 5
HIGH_FROM_SECONDS = 60
CONTEXT_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """The request that stands now. ``created`` is false when it was open already."""

    request: HelpRequest
    created: bool


class Call(NamedTuple):
    """A call for help that was read: of which kind, and what is kept of what came with it."""

    kind: RequestType
    context: dict[str, Any]


def read_call(*, actor: Actor, command: RequestHelp, session: LectureSession | None = None) -> Call:
    """Size and rate first, then the context is masked: before any transaction. Raises as ``request_help``."""
    progress_policies.require_student(actor)
    progress_policies.require_same_user(actor, command.user_id)
    kind = _request_type(command.request_type)
    # The picture of the screen is not kept: it is full of people, and nothing masks it.
    given = {name: value for name, value in (command.context_data or {}).items() if name != PICTURE}
    _refuse_too_large(given)
    subtask_id = command.subtask_id or (session.current_subtask_id if session else None)
    if subtask_id is None or not queries.has_open_request(actor.user_id, subtask_id):
        _refuse_too_many(actor.user_id)
    return Call(kind, _context(command, given))


def request_help(
    *, actor: Actor, command: RequestHelp, session: LectureSession | None = None, call: Call | None = None
) -> HelpAsked:
    """R32. One open request per learner, step and class: a second one finds the first and publishes nothing, but may
    say what is wrong, once (contract 11.17).

    ``session`` is the socket's own; without one, the session that the command names, else the live one of the lecture.
    ``call`` is the command, read already. Raises ``Invalid``, ``NotFound``, ``Forbidden``, ``Conflict`` AUTO_HELP_OFF
    for an AUTO request where the class wants none, and ``RateLimited`` beyond 5 requests a minute.
    """
    kind, context = call or read_call(actor=actor, command=command, session=session)
    with unit_of_work():
        place = _place(actor, command, session)
        asked_in = _session(actor, command, session, place)
        if kind == RequestType.AUTO and asked_in is not None:
            _refuse_unwanted(asked_in)
        open_request = _open_request(actor.user_id, place.step.id, asked_in)
        if open_request is not None:
            if kind == RequestType.MANUAL:
                news = _news(open_request, context)
                _asked_after_all(actor, place, open_request, context)
                _say_more(open_request, news)
            return HelpAsked(open_request, created=False)
        _refuse_too_many(actor.user_id)
        stuck = _stuck_seconds(context)
        wanted = HelpRequest(
            session=asked_in,
            request_type=kind,
            priority=_priority(kind, stuck),
            language=locale.spoken().value,
            context_data=context,
            stuck_seconds=stuck,
        )
        return open_request_for(person_of_actor(actor), place, wanted)


def open_request_for(user: Person, place: Place, wanted: HelpRequest) -> HelpAsked:
    """Store a request, tell everybody whom it concerns, and have it analysed. Inside of a unit of work.

    ``wanted`` is unsaved and lacks only whose it is and where. Finds the open one when somebody was faster.
    """
    wanted.user_id, wanted.subtask_id, wanted.lecture_id = user.id, place.step.id, place.lecture_id
    try:
        with transaction.atomic():
            wanted.save()
    except IntegrityError:
        faster = _open_request(user.id, place.step.id, wanted.session)
        if faster is None:
            raise
        return HelpAsked(faster, created=False)
    request = selectors.requests().get(pk=wanted.pk)
    _tell(request)
    analysing.start(request)
    _mark(user, place, request)
    return HelpAsked(request, created=True)


def answer_help(*, actor: Actor, request_id: int, command: AnswerHelp) -> HelpResponse:
    """The teacher's own answer; the request is RESOLVED and stays open until it is closed.

    A supporter leaves what another has claimed to them; who leads there answers all the same. Raises ``Forbidden``,
    ``NotFound``, ``Invalid``, ``Conflict`` REQUEST_CLOSED, or ALREADY_CLAIMED with the name of who goes.
    """
    with unit_of_work():
        request = policies.require_helps(actor, selectors.locked(request_id))
        content = words(command.help_content, "help_content", ANSWER_LENGTH)
        spoken = paragraph(command.voice_guide_text, "voice_guide_text", ANSWER_LENGTH)
        help_type = _choice(HelpType, command.help_type, "help_type")
        policies.require_open(request)
        claims.require_not_anothers(request, actor)
        return answers.deliver(
            request,
            source=AnswerSource.TEACHER,
            content=content,
            spoken=spoken or content,
            help_type=help_type,
            author_id=actor.user_id,
        )


def close_help(*, actor: Actor, request_id: int) -> HelpRequest:
    """By its asker or its teacher; closing again changes nothing. Raises ``NotFound``."""
    with unit_of_work():
        request = _locked(request_id)
        policies.require_may_see(actor, request)
        if request.closed_at is None:
            closing.close(request, CloseReason.CLOSED)
            _back_to_work(request)
        return request


def give_feedback(*, actor: Actor, command: GiveFeedback) -> HelpResponse:
    """R34: how much an answer helped. Raises ``Forbidden`` for other roles, ``NotFound`` for others' answers."""
    progress_policies.require_student(actor)
    with unit_of_work():
        mine = HelpResponse.objects.select_for_update().filter(request__user_id=actor.user_id)
        if command.help_response_id is not None:
            mine = mine.filter(pk=command.help_response_id)
        elif command.help_request_id is not None:
            mine = mine.filter(request_id=command.help_request_id)
        else:
            raise Invalid(message="help_response_id is missing", details={"field": "help_response_id"})
        response = mine.order_by("-id").first()
        if response is None:
            raise NotFound("Help response")
        response.rating = command.rating
        response.feedback_text = paragraph(command.feedback_text, "feedback_text", ANSWER_LENGTH)
        response.save(update_fields=["rating", "feedback_text"])
        remembering.rated(response)
        if (session_id := response.request.session_id) is not None:
            emit(RosterChanged(session_id=session_id))  # an answer that was of no help answers nothing
        return response


def _request_type(text: str) -> RequestType:
    return RequestType(_choice(RequestType, text, "request_type"))


def _choice(choices: Any, text: str, field: str) -> str:
    value = text.strip().upper()
    if value not in choices.values:
        raise Invalid(message=f"{field} is one of {', '.join(choices.values)}", details={"field": field})
    return value


def _context(command: RequestHelp, given: dict[str, Any]) -> dict[str, Any]:
    context = mask_context(given)
    if command.reason is not None:
        context["reason"] = command.reason
    if command.message is not None:
        context["message"] = mask_text(paragraph(command.message, "message", MESSAGE_LENGTH))
    elif "message" in context and not isinstance(context["message"], str):
        raise Invalid(message="context_data.message is a text", details={"field": "context_data.message"})
    elif "message" in context and is_blank(context["message"]):
        context["message"] = ""
    return context


def _refuse_too_large(context: dict[str, Any]) -> None:
    if len(msgspec.json.encode(context)) > CONTEXT_BYTES:
        raise Invalid(message=f"context_data has at most {CONTEXT_BYTES} bytes", details={"field": "context_data"})


def _stuck_seconds(context: dict[str, Any]) -> int | None:
    value = context.get("stuck_duration_seconds")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**9:
        return None
    return int(value)


def _priority(kind: RequestType, stuck: int | None) -> Priority:
    if stuck is not None and stuck >= HIGH_FROM_SECONDS:
        return Priority.HIGH
    return Priority.LOW if kind == RequestType.AUTO else Priority.NORMAL


def _place(actor: Actor, command: RequestHelp, session: LectureSession | None) -> Place:
    subtask_id = command.subtask_id or (session.current_subtask_id if session else None)
    if subtask_id is None:
        raise Invalid(message="subtask_id is missing", details={"field": "subtask_id"})
    place = place_of(actor.user_id, subtask_id)
    progress_policies.require_enrolled(actor, enrolled=place.enrolled, active=place.active)
    return place


def _asked_after_all(actor: Actor, place: Place, request: HelpRequest, context: dict[str, Any]) -> None:
    """Who was noticed and now asks stands in line with those who asked, and their teacher hears of it."""
    if request.request_type == RequestType.AUTO:
        request.request_type = RequestType.MANUAL
        request.priority = _priority(RequestType.MANUAL, _stuck_seconds(context))
        request.context_data = {**request.context_data, **context}
        request.save(update_fields=["request_type", "priority", "context_data"])
        _tell(request)
        _mark(person_of_actor(actor), place, request)


def _news(request: HelpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What somebody says of what is wrong that they have not said yet: a picture once, words once, none after a
    picture. What was put down when they were noticed is not their saying."""
    known = {} if request.request_type == RequestType.AUTO else request.context_data
    news = {}
    if known.get("reason") not in Reason.values:
        if context.get("reason") in Reason.values:
            news["reason"] = context["reason"]
        if says_why(context.get("message")) and not says_why(known.get("message")):
            news["message"] = context["message"]
    return news


def _say_more(request: HelpRequest, news: dict[str, Any]) -> None:
    """Who has asked, and now presses a picture, or says in words what they had only cried, is answered by that."""
    if news:
        request.context_data = {**request.context_data, **news}
        request.save(update_fields=["context_data"])
        analysing.again(request)


def _tell(request: HelpRequest) -> None:
    """Everybody whom it concerns; ``request`` is loaded by ``selectors.requests()``."""
    emit(
        HelpRequested(
            case=selectors.case_of(request),
            request_type=request.request_type,
            priority=request.priority,
            message=request.context_data.get("message"),
            stuck_seconds=request.stuck_seconds,
            at=request.created_at,
        )
    )


def _mark(user: Person, place: Place, request: HelpRequest) -> None:
    """Only who says so needs help (contract 11.2): nothing is put down in anybody's name."""
    if request.request_type == RequestType.MANUAL:
        set_status(user, place, ProgressStatus.HELP_NEEDED, session_id=request.session_id)


def _session(actor: Actor, command: RequestHelp, session: LectureSession | None, place: Place) -> LectureSession | None:
    """The session whose instructors hear of it: one of this lecture in which the learner has a seat."""
    lecture_id = place.lecture_id
    if session is not None:
        return session if session.lecture_id == lecture_id else None
    if command.session_id is None:
        live = live_room(OwnClass(actor.user_id, lecture_id, place.step.id))
        return LectureSession.objects.get(pk=live[0]) if live else None
    seat = seat_of(actor.user_id, command.session_id)
    seated = seat is not None and seat.removed_at is None
    named = LectureSession.objects.filter(pk=command.session_id, lecture_id=lecture_id).first() if seated else None
    if named is None:
        raise NotFound("Session")
    return named


def _open_requests(user_id: int, subtask_id: int) -> QuerySet[HelpRequest]:
    """Locked; of every class in which the learner asked, and of none."""
    requests = selectors.open_requests().select_for_update(of=("self",))
    return requests.filter(user_id=user_id, subtask_id=subtask_id)


def _open_request(user_id: int, subtask_id: int, session: LectureSession | None) -> HelpRequest | None:
    """The one of this class: one that was left open in another must not silence it (contract 8.3)."""
    if session is None:  # no constraint counts these, since a class that is deleted leaves its requests without one
        list(User.objects.select_for_update(no_key=True).filter(pk=user_id).values_list("pk"))
    return _open_requests(user_id, subtask_id).filter(session=session).first()


def _refuse_unwanted(session: LectureSession) -> None:
    """Off means off for clients, too, that notice by themselves (contract 11.2)."""
    if not session.auto_help:
        raise Conflict(ErrorCode.AUTO_HELP_OFF, "This class has automatic help off; ask with request_type MANUAL")


def _refuse_too_many(user_id: int) -> None:
    since = now() - timedelta(minutes=1)
    recent = HelpRequest.objects.filter(user_id=user_id, created_at__gte=since).count()
    if recent >= REQUESTS_A_MINUTE:
        raise RateLimited(message="Too many requests for help within a minute", retry_after=60)


def _locked(request_id: int) -> HelpRequest:
    request = selectors.locked(request_id)
    if request is None:
        raise NotFound("Help request")
    return request


def _back_to_work(request: HelpRequest) -> None:
    """A closed request leaves nobody marked as needing help."""
    waiting = SubtaskProgress.objects.filter(
        user_id=request.user_id, subtask_id=request.subtask_id, status=ProgressStatus.HELP_NEEDED
    )
    if waiting.exists() and not _open_requests(request.user_id, request.subtask_id).exists():
        try:
            place = place_of(request.user_id, request.subtask_id)
        except NotFound:  # the step has left its lecture, and was in no class of theirs: nobody counts it any more
            return
        set_status(person_of(request.user), place, ProgressStatus.IN_PROGRESS, session_id=request.session_id)
