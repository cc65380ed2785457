"""Reads of the help desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

import msgspec
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncMinute
from msgspec.structs import replace

from mobilegpt.accounts.people import person_of
from mobilegpt.accounts.person import Person
from mobilegpt.classroom.lesson import kept_lesson
from mobilegpt.classroom.models import SessionParticipant
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import NotFound
from mobilegpt.core.locale import Language, spoken
from mobilegpt.helpdesk import policies
from mobilegpt.helpdesk.analysis.verdict import ForTeacher
from mobilegpt.helpdesk.events import HelpCase
from mobilegpt.helpdesk.models import (
    ANSWERS_NOTHING,
    HelpAnalysis,
    HelpRequest,
    HelpResponse,
    Reason,
    RequestType,
)
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.lectures.queries import colleagues_in
from mobilegpt.lectures.revisions import Lesson
from mobilegpt.lectures.step import Step, StepImage

_Row = TypeVar("_Row", HelpRequest, HelpResponse)
USELESS = 2
_A_LESSON = timedelta(hours=2)
ASKED = Q(request_type=RequestType.MANUAL)
NOTICED = Q(request_type=RequestType.AUTO)
"""What people ask and what the server notices are counted apart (contract 11.3)."""
_URGENCY = Case(
    *(When(priority=priority, then=Value(place)) for place, priority in enumerate(("HIGH", "NORMAL", "LOW"))),
    default=Value(1),
    output_field=IntegerField(),
)


def requests() -> QuerySet[HelpRequest]:
    """Requests with everything that answers and events show of them."""
    return _requests().select_related("claimed_by")


def _requests() -> QuerySet[HelpRequest]:
    """With ``called``: what the class in which they asked calls them (contract 11.4), where it does."""
    seats = SessionParticipant.objects.filter(session_id=OuterRef("session_id"), user_id=OuterRef("user_id"))
    rows = HelpRequest.objects.select_related("user", "subtask", "lecture", "session")
    return rows.annotate(called=Subquery(seats.order_by().values("name")))


def open_requests() -> QuerySet[HelpRequest]:
    """As ``requests``, those that nobody has closed."""
    return requests().filter(closed_at__isnull=True)


def request_seen_by(actor: Actor, request_id: int) -> HelpRequest:
    """R33. Raises ``NotFound`` for everybody but its asker and its teacher."""
    request = requests().filter(pk=request_id).first()
    if request is None:
        raise NotFound("Help request")
    policies.require_may_see(actor, request)
    return request


def locked(request_id: int) -> HelpRequest | None:
    """For writing, inside of a unit of work.

    Whoever claimed it is asked for later: PostgreSQL, having waited for the row, joins what it was before.
    """
    return for_writing().filter(pk=request_id).first()


def for_writing() -> QuerySet[HelpRequest]:
    """As ``locked``, of many."""
    return _requests().select_for_update(of=("self",))


def not_analysed(request_id: int) -> HelpRequest | None:
    """A request that nobody has analysed yet."""
    return requests().filter(pk=request_id, analysis__isnull=True).first()


def newest_response(request: HelpRequest) -> HelpResponse | None:
    """With its author."""
    return HelpResponse.objects.filter(request_id=request.pk).select_related("author").order_by("-id").first()


def analysis_of(request: HelpRequest) -> HelpAnalysis | None:
    """What the analysis came to; no query when it was loaded along."""
    return getattr(request, "analysis", None)


def step_of(request: HelpRequest) -> Step | Subtask:
    """The step as the class of the request teaches it; its row where there is no class, or it kept no lesson."""
    lesson = kept_lesson(request.session) if request.session is not None else None
    taught = lesson.course.get(request.subtask_id) if lesson is not None else None
    return taught or request.subtask


def image_of(request: HelpRequest) -> StepImage | None:
    """The picture of the step, as the class of the request teaches it."""
    step = step_of(request)
    return msgspec.convert(step.image, StepImage | None) if isinstance(step, Subtask) else step.image


def reason_of(request: HelpRequest) -> str | None:
    """Which picture was pressed; ``None`` for none, and for words that are none of ours."""
    said = request.context_data.get("reason") if isinstance(request.context_data, dict) else None
    return said if said in Reason.values else None


def lecture_of(request: HelpRequest) -> Lesson | Lecture:
    """As ``step_of``."""
    lesson = kept_lesson(request.session) if request.session is not None else None
    return lesson or request.lecture


def read_by(analysis: HelpAnalysis) -> ForTeacher:
    """The diagnosis and its evidence in the language of whoever reads it; in Korean when there is no other."""
    if spoken() is Language.ENGLISH and analysis.english is not None:
        return ForTeacher(**analysis.english)
    return ForTeacher(analysis.problem_diagnosis, analysis.evidence)


def asker_of(request: HelpRequest) -> Person:
    """Whose request it is, as those who help there know them; loaded by ``requests()``."""
    called: str | None = request.called  # type: ignore[attr-defined] # annotated
    person = person_of(request.user)
    return replace(person, name=called) if called else person


def case_of(request: HelpRequest) -> HelpCase:
    """The request as its events name it; loaded by ``requests()``."""
    session = request.session
    return HelpCase(
        id=request.pk,
        user=asker_of(request),
        subtask_id=request.subtask_id,
        subtask_title=step_of(request).title,
        lecture_id=request.lecture_id,
        lecture_title=lecture_of(request).title,
        instructor_id=request.lecture.instructor_id,
        session_id=session.pk if session else None,
        session_code=session.code if session else None,
    )


def pending(actor: Actor, *, session_id: int | None = None, lecture_id: int | None = None) -> QuerySet[HelpRequest]:
    """R36: what is not closed, those who asked before what was noticed, then most urgent and oldest first.

    Of the lectures and classes in which the caller teaches or helps, an admin's of all. With ``answer_source``, whose
    answer was delivered last, its ``answer_rating``, and ``asked_again``. Raises ``Forbidden``.
    """
    policies.require_helping_role(actor)
    newest = HelpResponse.objects.filter(request_id=OuterRef("pk")).order_by("-id")
    found = (
        open_requests()
        .select_related("analysis__decided_by")
        .annotate(
            answer_source=Subquery(newest.values("source")[:1]),
            answer_rating=Subquery(newest.values("rating")[:1]),
            asked_again=asked_again(),
            urgency=_URGENCY,
            helps_so_far=_helps_so_far(),
        )
    )
    found = found.order_by("-request_type", "urgency", "id")  # MANUAL, AUTO
    if not actor.is_admin:
        found = found.filter(_helped_by(actor))
    if session_id is not None:
        found = found.filter(session_id=session_id)
    if lecture_id is not None:
        found = found.filter(lecture_id=lecture_id)
    return found


def asked_again() -> Exists:
    """Of the request in the query around it: whether an answer on the same step in the same class was of no help to its
    asker; where there is no class, within two hours."""
    recent = Q(request__session_id__isnull=False) | Q(created_at__gte=now() - _A_LESSON)
    useless = HelpResponse.objects.alias(place=Coalesce("request__session_id", 0)).filter(
        recent,
        place=Coalesce(OuterRef("session_id"), 0),
        request__user_id=OuterRef("user_id"),
        request__subtask_id=OuterRef("subtask_id"),
        rating__lte=USELESS,
    )
    return Exists(useless)


def in_helpers_order(rows: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Those of ``pending`` as several who help take them: who asked themselves and waits longest, in whole minutes;
    of who asked in the same minute, who was helped least (contract 11.8)."""
    return rows.annotate(minute=TruncMinute("created_at")).order_by("-request_type", "minute", "helps_so_far", "id")


def _helps_so_far() -> Coalesce:
    """How many answers of people the asker has had in this class."""
    helped = HelpResponse.objects.filter(
        request__user_id=OuterRef("user_id"), request__session_id=OuterRef("session_id"), author__isnull=False
    )
    counted = helped.order_by().values("request__user_id").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _helped_by(actor: Actor) -> Q | Exists:
    """The rows that ``policies.helps`` would let the caller see."""
    colleagues = colleagues_in(OuterRef("lecture_id"), OuterRef("session_id")).filter(user_id=actor.user_id)
    if not actor.is_instructor:
        return Exists(colleagues)
    return Q(lecture__instructor_id=actor.user_id) | Q(Exists(colleagues))


def is_past_step(request: HelpRequest) -> bool:
    """Whether the class has left the step that the request is about (contract 11.3); its session is loaded."""
    session = request.session
    return session is not None and session.current_subtask_id not in (None, request.subtask_id)


def open_by_user(session_id: int, user_ids: Iterable[int]) -> dict[int, int]:
    """The open request of each of these people in a session, that they made themselves; the newest one."""
    rows = HelpRequest.objects.filter(ASKED, session_id=session_id, user_id__in=list(user_ids), closed_at__isnull=True)
    return dict(rows.order_by("id").values_list("user_id", "id"))


class StepHelp(NamedTuple):
    """How often people asked for help with a step, and how often the server noticed something."""

    asked: int = 0
    noticed: int = 0


def counts_by_subtask(session_id: int) -> dict[int, StepHelp]:
    """Of one session, per step; a step without is not in it."""
    rows = _while_held(HelpRequest.objects.filter(session_id=session_id), "session__ended_at")
    steps = rows.order_by().values_list("subtask_id")
    counted = steps.annotate(asked=Count("pk", filter=ASKED), noticed=Count("pk", filter=NOTICED))
    return {subtask_id: StepHelp(asked, noticed) for subtask_id, asked, noticed in counted}


def help_in(session_ids: Collection[int]) -> dict[int, StepHelp]:
    """By session: as ``StepHelp``, of all of its steps; one without is not in it."""
    rows = _while_held(HelpRequest.objects.filter(session_id__in=session_ids), "session__ended_at")
    counted = rows.order_by().values_list("session_id")
    counts = counted.annotate(asked=Count("pk", filter=ASKED), noticed=Count("pk", filter=NOTICED))
    return {session_id: StepHelp(asked, noticed) for session_id, asked, noticed in counts}


def raised_hands_in(session_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """By session and person: how often they asked for help themselves (MANUAL)."""
    rows = _while_held(HelpRequest.objects.filter(ASKED, session_id__in=session_ids), "session__ended_at")
    return _counted(rows.values_list("session_id", "user_id"))


def answers_in(session_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """By session and person: how many answers reached them while they waited, whoever gave them.

    What is said when no analysis was ready in time, or a teacher was asked, is no answer.
    """
    told = Q(request__closed_at__isnull=True) | Q(created_at__lte=F("request__closed_at"))
    rows = HelpResponse.objects.filter(told, request__session_id__in=session_ids).exclude(source__in=ANSWERS_NOTHING)
    rows = _while_held(rows, "request__session__ended_at")
    return _counted(rows.values_list("request__session_id", "request__user_id"))


def _while_held(rows: QuerySet[_Row], ended_at: str) -> QuerySet[_Row]:
    """Without what came after the end: a class that is reviewed is not held (contract 11.5)."""
    return rows.exclude(created_at__gt=F(ended_at))


def _counted(rows: QuerySet[Any, Any]) -> dict[tuple[int, int], int]:
    return {(session_id, user_id): number for session_id, user_id, number in rows.order_by().annotate(Count("pk"))}
