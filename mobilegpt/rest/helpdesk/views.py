"""R32–R34, R36 and the teacher's answer: help requests (contract 8.3)."""

from __future__ import annotations

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom.numbering import numbers_in
from mobilegpt.helpdesk import analysing, claims, commands, grouping, selectors, services, silencing, suggesting
from mobilegpt.helpdesk.commands import AnswerHelp, DismissNudge, GiveFeedback, RequestHelp
from mobilegpt.helpdesk.policies import helps
from mobilegpt.rest.helpdesk import answers, shapes
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.paging import id_from_query, page_of
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.wire.help_group import group_body

_ORDER = OpenApiParameter(
    "order",
    str,
    enum=["waiting"],
    description="`waiting`: for several who help, who waits longest first, then who was helped least",
)


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
        responses={201: shapes.HelpAskedBody, **error_responses(400, 401, 403, 404, 409, 429)},
    )
    def post(self, request: Request) -> Response:
        """Asks for help with a step; an answer follows within a minute. A student of the lecture may; asking again
        while a request for the step is open in the same class gives that one, which is analysed anew where the first
        had not said why. Refused: FORBIDDEN, NOT_ENROLLED and
        USER_ID_MISMATCH (403), AUTO_HELP_OFF (409) for an AUTO request in a class with automatic help off, RATE_LIMITED
        (429) beyond five a minute."""
        asked = services.request_help(actor=self.actor, command=self._command, call=self._call).request
        return Response(shapes.HelpAskedBody(help_request_id=asked.pk, status=asked.status), status=201)


class ShowRequest(Endpoint):
    guests = True
    audited = "read.help"

    @operation("R33", "A help request", responses={200: shapes.HelpRequestBody, **error_responses(401, 404)})
    def get(self, request: Request, request_id: int) -> Response:
        """A help request with its answer and analysis, once there are any. Its asker, the lecture's instructor and
        admins may; to others it is NOT_FOUND (404)."""
        found = selectors.request_seen_by(self.actor, request_id)
        if analysing.is_late(found):  # nobody came round to it: whoever asks does not wait longer
            analysing.finish({"request_id": request_id})
            found = selectors.request_seen_by(self.actor, request_id)
        return Response(
            answers.request_body(found, selectors.newest_response(found), for_teacher=helps(self.actor, found))
        )


class AnswerRequest(Endpoint):
    @operation(
        "8.3",
        "Send the teacher's own answer",
        request=AnswerHelp,
        responses={200: shapes.HelpRequestBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, request_id: int) -> Response:
        """Sends the teacher's own answer to whoever asked. The lecture's instructor and admins may; students get
        FORBIDDEN (403), other instructors NOT_FOUND (404), and a closed request is REQUEST_CLOSED (409). To supporters
        what somebody else has claimed is ALREADY_CLAIMED (409) with the name."""
        command = self.body(AnswerHelp)
        response = services.answer_help(actor=self.actor, request_id=request_id, command=command)
        return Response(answers.request_body(response.request, response, for_teacher=True))


class SendSuggestion(Endpoint):
    @operation(
        "11.17",
        "Send what the analysis would say",
        request=commands.SendSuggestion,
        responses={200: shapes.HelpRequestBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, request_id: int) -> Response:
        """Sends an answer that was withheld, as it is or in the words that are sent, as the caller's own. The lecture's
        instructors, supporters and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404). Where
        nothing was withheld, or it was decided, it is NO_SUGGESTION (409); a closed request is REQUEST_CLOSED, and to
        supporters what another has claimed ALREADY_CLAIMED (409)."""
        command = self.body(commands.SendSuggestion)
        response = suggesting.send(actor=self.actor, request_id=request_id, command=command)
        return Response(answers.request_body(response.request, response, for_teacher=True))


class DeclineSuggestion(Endpoint):
    @operation(
        "11.17",
        "Send nothing of what the analysis would say",
        responses={200: shapes.HelpRequestBody, **error_responses(401, 403, 404, 409)},
    )
    def post(self, request: Request, request_id: int) -> Response:
        """Says that an answer that was withheld is not sent; the request stays open. Who may is as for sending it.
        Where nothing was withheld, or it was decided, it is NO_SUGGESTION (409), a closed one REQUEST_CLOSED (409)."""
        declined = suggesting.decline(actor=self.actor, request_id=request_id)
        return Response(answers.request_body(declined, selectors.newest_response(declined), for_teacher=True))


class AnswerGroup(Endpoint):
    @operation(
        "11.18",
        "Answer everybody who waits on a step of a class",
        request=commands.AnswerGroup,
        responses={200: shapes.GroupAnsweredBody, **error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request) -> Response:
        """Sends one answer to each who asked on this step of the class and has no answer of a person that helped. The
        lecture's instructors, supporters and admins may; students get FORBIDDEN (403); where nobody waits whom the
        caller helps it is NOT_FOUND (404). Supporters leave alone what others have claimed."""
        command = self.body(commands.AnswerGroup)
        done = grouping.answer_group(actor=self.actor, command=command)
        return Response(answers.group_answered_body(command, done))


class ClaimRequest(Endpoint):
    @operation(
        "11.8",
        "Go to help: claim a request",
        responses={200: shapes.ClaimBody, **error_responses(401, 403, 404, 409)},
    )
    def post(self, request: Request, request_id: int) -> Response:
        """Says that the caller goes to help; everybody who helps there sees it. The lecture's instructors, supporters
        and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404). Of several one wins, the others
        get ALREADY_CLAIMED (409) with the name; a closed request is REQUEST_CLOSED (409)."""
        return Response(answers.claim_body(claims.claim_help(actor=self.actor, request_id=request_id)))

    @operation(
        "11.8",
        "Give a claimed request back",
        responses={200: shapes.ClaimBody, **error_responses(401, 403, 404, 409)},
    )
    def delete(self, request: Request, request_id: int) -> Response:
        """Gives a claimed request back to everybody who helps. Whoever claimed it and the lecture's instructors may;
        for other supporters it is ALREADY_CLAIMED (409), a closed request is REQUEST_CLOSED (409), to everybody else it
        is as for claiming."""
        return Response(answers.claim_body(claims.give_back(actor=self.actor, request_id=request_id)))


class CloseRequest(Endpoint):
    guests = True

    @operation(
        "8.3",
        "Close a help request",
        responses={200: shapes.HelpRequestBody, **error_responses(401, 404)},
    )
    def post(self, request: Request, request_id: int) -> Response:
        """Closes a help request; closing it again changes nothing. Its asker, the lecture's instructor and admins may;
        to others it is NOT_FOUND (404)."""
        closed = services.close_help(actor=self.actor, request_id=request_id)
        for_teacher = helps(self.actor, closed)
        return Response(answers.request_body(closed, selectors.newest_response(closed), for_teacher=for_teacher))


class FineAlone(Endpoint):
    guests = True

    @operation(
        "11.2 (added)",
        "Say that no help is needed with a step",
        request=DismissNudge,
        responses={204: None, **error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request) -> Response:
        """Ends automatic help for the caller on one step of their class: no nudge, and no request that nobody made. A
        student with a seat in the class may; without one it is NOT_FOUND (404), other roles get FORBIDDEN (403)."""
        silencing.dismiss_nudge(actor=self.actor, command=self.body(DismissNudge))
        return Response(status=204)


class Feedback(Endpoint):
    guests = True

    @operation(
        "R34",
        "Say how much an answer helped",
        request=GiveFeedback,
        responses={200: shapes.FeedbackBody, **error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request) -> Response:
        """Keeps how much an answer helped, from 1 to 5, for the request that is named or the response. Its asker may;
        other roles get FORBIDDEN (403), and others' answers are NOT_FOUND (404)."""
        response = services.give_feedback(actor=self.actor, command=self.body(GiveFeedback))
        return Response(shapes.FeedbackBody(help_response_id=response.pk))


class Pending(Endpoint):
    audited = "read.help"

    @operation(
        "R36",
        "Open help requests of the caller's lectures",
        parameters=[OpenApiParameter("session_id", int), OpenApiParameter("lecture_id", int), _ORDER],
        responses={200: shapes.PendingList, **error_responses(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Help requests that nobody has closed, those who asked before what the server noticed, most urgent first: of
        the lectures and classes that the caller teaches or supports, an admin's of all. Instructors, supporters and
        admins may; other students get FORBIDDEN (403)."""
        query = request.query_params
        rows = selectors.pending(
            self.actor,
            session_id=id_from_query(query, "session_id"),
            lecture_id=id_from_query(query, "lecture_id"),
        )
        if query.get("order") == "waiting":
            rows = selectors.in_helpers_order(rows)
        numbers = numbers_in(rows.order_by().values("session_id"))
        page = page_of(rows, query, "pending_requests", lambda row: answers.pending_row(row, numbers))
        asked = rows.filter(selectors.ASKED).count()
        groups = grouping.groups_of(rows) if asked >= grouping.MANY else []
        bodies = [group_body(group) for group in groups]
        return Response({**page, "count": asked, "auto_count": page["count"] - asked, "groups": bodies})


urlpatterns: list[URLPattern] = [
    *both("api/help/request", AskForHelp),
    *both("api/help/request/<int:request_id>", ShowRequest),
    *both("api/help/request/<int:request_id>/answer", AnswerRequest),
    *both("api/help/request/<int:request_id>/suggestion/send", SendSuggestion),
    *both("api/help/request/<int:request_id>/suggestion/decline", DeclineSuggestion),
    *both("api/help/request/<int:request_id>/claim", ClaimRequest),
    *both("api/help/request/<int:request_id>/close", CloseRequest),
    *both("api/help/groups/answer", AnswerGroup),
    *both("api/help/nudge/dismiss", FineAlone),
    *both("api/help/feedback", Feedback),
    *both("api/dashboard/help-requests/pending", Pending),
]
