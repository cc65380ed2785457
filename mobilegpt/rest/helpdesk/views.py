"""R32–R34, R36 and the teacher's answer: help requests (contract 8.3)."""

from __future__ import annotations

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.clock import iso
from mobilegpt.helpdesk import analysing, selectors, services
from mobilegpt.helpdesk.commands import AnswerHelp, GiveFeedback, RequestHelp
from mobilegpt.helpdesk.models import HelpAnalysis, HelpRequest, HelpResponse
from mobilegpt.helpdesk.policies import teaches
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.paging import Pagination, id_from_query, page_of
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.wire.choices import AnswerSourceChoice, HelpStatusChoice, PriorityChoice, RequestTypeChoice


class HelpAskedBody(Struct, frozen=True, kw_only=True):
    """R32's answer."""

    help_request_id: int
    status: HelpStatusChoice
    message: str = "분석 중입니다. 잠시만 기다려주세요."


class HelpResponseBody(Struct, frozen=True, kw_only=True):
    id: int
    help_type: str
    help_content: str
    voice_guide_text: str
    created_at: str


class HelpAnalysisBody(Struct, frozen=True, kw_only=True):
    """``suggestion`` and ``evidence`` are the teacher's: what the analysis would say, and what it saw."""

    problem_diagnosis: str
    confidence_score: float
    suggestion: str | None = None
    evidence: list[str] | None = None


class HelpUser(Struct, frozen=True, kw_only=True):
    id: int
    name: str


class HelpSubtask(Struct, frozen=True, kw_only=True):
    id: int
    title: str


class HelpLecture(Struct, frozen=True, kw_only=True):
    id: int
    title: str


class HelpRequestBody(Struct, frozen=True, kw_only=True):
    """R33's answer. ``help_response`` and ``analysis`` are null before there is one."""

    help_request_id: int
    status: HelpStatusChoice
    help_response: HelpResponseBody | None
    analysis: HelpAnalysisBody | None
    user: HelpUser
    subtask: HelpSubtask
    session_id: int | None
    request_type: RequestTypeChoice
    priority: PriorityChoice
    created_at: str
    resolved_at: str | None
    closed_at: str | None


class FeedbackBody(Struct, frozen=True, kw_only=True):
    """R34's answer."""

    help_response_id: int
    message: str = "의견을 보내주셔서 감사합니다"


class PendingRequest(Struct, frozen=True, kw_only=True):
    """A row of R36. ``message`` is what the student wrote; ``answer_source`` whose answer they got last, if any,
    ``answer_rating`` what they think of it.

    ``asked_again``: an answer on this step was of no help to them within two hours (rated 1 or 2).
    """

    help_request_id: int
    id: int
    user: HelpUser
    subtask: HelpSubtask
    lecture: HelpLecture
    session_id: int | None
    request_type: RequestTypeChoice
    priority: PriorityChoice
    message: str
    stuck_duration_seconds: int | None
    analysis: HelpAnalysisBody | None
    answer_source: AnswerSourceChoice | None
    answer_rating: int | None
    asked_again: bool
    created_at: str
    status: HelpStatusChoice


class PendingList(Struct, frozen=True, kw_only=True):
    """R36's answer, most urgent first, then oldest; ``results`` is ``pending_requests``."""

    pending_requests: list[PendingRequest]
    results: list[PendingRequest]
    count: int
    pagination: Pagination


class AskForHelp(Endpoint):
    guests = True
    weighed = True
    _command: RequestHelp
    _call: services.Call

    def prepare(self) -> None:
        self._command = self.body(RequestHelp)
        self._call = services.read_call(actor=self.actor, command=self._command)

    @operation(
        "R32",
        "Ask for help with a step",
        request=RequestHelp,
        responses={201: HelpAskedBody, **error_responses(400, 401, 403, 404, 429)},
    )
    def post(self, request: Request) -> Response:
        """Asks for help with a step; an answer follows within a minute. A student of the lecture may; asking again
        while a request for the step is open in the same class gives that one. Refused: FORBIDDEN, NOT_ENROLLED and
        USER_ID_MISMATCH (403), RATE_LIMITED (429) beyond five a minute."""
        asked = services.request_help(actor=self.actor, command=self._command, call=self._call).request
        return Response(HelpAskedBody(help_request_id=asked.pk, status=asked.status), status=201)


class ShowRequest(Endpoint):
    guests = True
    audited = "read.help"

    @operation("R33", "A help request", responses={200: HelpRequestBody, **error_responses(401, 404)})
    def get(self, request: Request, request_id: int) -> Response:
        """A help request with its answer and analysis, once there are any. Its asker, the lecture's instructor and
        admins may; to others it is NOT_FOUND (404)."""
        found = selectors.request_seen_by(self.actor, request_id)
        if analysing.is_late(found):  # nobody came round to it: whoever asks does not wait longer
            analysing.finish({"request_id": request_id})
            found = selectors.request_seen_by(self.actor, request_id)
        return Response(_request_body(found, selectors.newest_response(found), for_teacher=teaches(self.actor, found)))


class AnswerRequest(Endpoint):
    @operation(
        "8.3",
        "Send the teacher's own answer",
        request=AnswerHelp,
        responses={200: HelpRequestBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, request_id: int) -> Response:
        """Sends the teacher's own answer to whoever asked. The lecture's instructor and admins may; students get
        FORBIDDEN (403), other instructors NOT_FOUND (404), and a closed request is REQUEST_CLOSED (409)."""
        command = self.body(AnswerHelp)
        response = services.answer_help(actor=self.actor, request_id=request_id, command=command)
        return Response(_request_body(response.request, response, for_teacher=True))


class CloseRequest(Endpoint):
    guests = True

    @operation(
        "8.3",
        "Close a help request",
        responses={200: HelpRequestBody, **error_responses(401, 404)},
    )
    def post(self, request: Request, request_id: int) -> Response:
        """Closes a help request; closing it again changes nothing. Its asker, the lecture's instructor and admins may;
        to others it is NOT_FOUND (404)."""
        closed = services.close_help(actor=self.actor, request_id=request_id)
        for_teacher = teaches(self.actor, closed)
        return Response(_request_body(closed, selectors.newest_response(closed), for_teacher=for_teacher))


class Feedback(Endpoint):
    guests = True

    @operation(
        "R34",
        "Say how much an answer helped",
        request=GiveFeedback,
        responses={200: FeedbackBody, **error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request) -> Response:
        """Keeps how much an answer helped, from 1 to 5, for the request that is named or the response. Its asker may;
        other roles get FORBIDDEN (403), and others' answers are NOT_FOUND (404)."""
        response = services.give_feedback(actor=self.actor, command=self.body(GiveFeedback))
        return Response(FeedbackBody(help_response_id=response.pk))


class Pending(Endpoint):
    audited = "read.help"

    @operation(
        "R36",
        "Open help requests of the caller's lectures",
        parameters=[OpenApiParameter("session_id", int), OpenApiParameter("lecture_id", int)],
        responses={200: PendingList, **error_responses(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Help requests that nobody has closed, most urgent first, of the caller's lectures; an admin's are all.
        Instructors and admins may; students get FORBIDDEN (403)."""
        query = request.query_params
        rows = selectors.pending(
            self.actor,
            session_id=id_from_query(query, "session_id"),
            lecture_id=id_from_query(query, "lecture_id"),
        )
        return Response(page_of(rows, query, "pending_requests", _pending))


def _request_body(request: HelpRequest, response: HelpResponse | None, *, for_teacher: bool) -> HelpRequestBody:
    return HelpRequestBody(
        help_request_id=request.pk,
        status=request.status,
        help_response=_response_body(response) if response else None,
        analysis=_analysis_body(selectors.analysis_of(request), for_teacher=for_teacher),
        user=HelpUser(id=request.user_id, name=request.user.name),
        subtask=HelpSubtask(id=request.subtask_id, title=request.subtask.title),
        session_id=request.session_id,
        request_type=request.request_type,
        priority=request.priority,
        created_at=iso(request.created_at),
        resolved_at=iso(request.resolved_at),
        closed_at=iso(request.closed_at),
    )


def _analysis_body(analysis: HelpAnalysis | None, *, for_teacher: bool) -> HelpAnalysisBody | None:
    if analysis is None:
        return None
    return HelpAnalysisBody(
        problem_diagnosis=analysis.problem_diagnosis,
        confidence_score=analysis.confidence_score,
        suggestion=analysis.help_content if for_teacher else None,
        evidence=list(analysis.evidence) if for_teacher else None,
    )


def _response_body(response: HelpResponse) -> HelpResponseBody:
    return HelpResponseBody(
        id=response.pk,
        help_type=response.help_type,
        help_content=response.help_content,
        voice_guide_text=response.voice_guide_text,
        created_at=iso(response.created_at),
    )


def _pending(request: HelpRequest) -> PendingRequest:
    return PendingRequest(
        help_request_id=request.pk,
        id=request.pk,
        user=HelpUser(id=request.user_id, name=request.user.name),
        subtask=HelpSubtask(id=request.subtask_id, title=request.subtask.title),
        lecture=HelpLecture(id=request.lecture_id, title=request.lecture.title),
        session_id=request.session_id,
        request_type=request.request_type,
        priority=request.priority,
        message=request.context_data.get("message") or "",
        stuck_duration_seconds=request.stuck_seconds,
        analysis=_analysis_body(selectors.analysis_of(request), for_teacher=True),
        answer_source=request.answer_source,  # type: ignore[attr-defined]  # annotated by pending()
        answer_rating=request.answer_rating,  # type: ignore[attr-defined]
        asked_again=request.asked_again,  # type: ignore[attr-defined]
        created_at=iso(request.created_at),
        status=request.status,
    )


urlpatterns: list[URLPattern] = [
    *both("api/help/request", AskForHelp),
    *both("api/help/request/<int:request_id>", ShowRequest),
    *both("api/help/request/<int:request_id>/answer", AnswerRequest),
    *both("api/help/request/<int:request_id>/close", CloseRequest),
    *both("api/help/feedback", Feedback),
    *both("api/dashboard/help-requests/pending", Pending),
]
