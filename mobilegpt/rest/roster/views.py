"""Who stands how in a class (contract 11.1), and what its phones show to be done (contract 11.15)."""

from __future__ import annotations

from django.urls import URLPattern
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.activity import accepting
from mobilegpt.activity.commands import DecideCompletion
from mobilegpt.classroom.selectors import helped_by
from mobilegpt.core.clock import iso
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.roster.selectors import page_of_seat, roster_of
from mobilegpt.wire.choices import CompletionDecisionChoice
from mobilegpt.wire.roster import RosterBody, SeatPageBody, roster_body


class CompletionDecided(Struct, frozen=True, kw_only=True):
    """On whose completion of a step was decided, by their seats."""

    session_id: int
    subtask_id: int
    decision: CompletionDecisionChoice
    participant_ids: list[int]


class ClassRoster(Endpoint):
    audited = "read.roster"

    @operation(
        "11.1",
        "Who stands how in a class",
        responses={200: RosterBody, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """Everybody in the class and how they stand on its current step, worst first, with the counts, how long the
        step usually takes, and the class's settings. The session's instructors, its supporters and admins may; students
        get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        return Response(roster_body(roster_of(helped_by(self.actor, session_ref))))


class SeatPage(Endpoint):
    audited = "read.roster"

    @operation(
        "11.1 (added)",
        "What a person's page told of the step",
        responses={200: SeatPageBody, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str, participant_id: int) -> Response:
        """What the page of one person in the class has told of the current step: since when it is shown, how often it
        was heard, enlarged or left, and whether the guide floats above other apps. What is missing is not known. The
        session's instructors, its supporters and admins may; students get FORBIDDEN (403), other instructors, and for a
        seat of another class everybody, NOT_FOUND (404)."""
        page = page_of_seat(helped_by(self.actor, session_ref), participant_id)
        return Response(
            SeatPageBody(
                participant_id=page.participant_id,
                subtask_id=page.subtask_id,
                shown_at=iso(page.evidence.shown_at),
                heard=page.evidence.heard,
                enlarged=page.evidence.enlarged,
                away=page.evidence.away,
                floating=page.evidence.floating,
            )
        )


class AcceptCompletion(Endpoint):
    @operation(
        "11.15 (added)",
        "Accept that a person has done the step",
        request=DecideCompletion,
        responses={200: CompletionDecided, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str, participant_id: int) -> Response:
        """Completes the step of the class for a person whose phone shows it to be done, as if they had said so; for who
        has done it already nothing changes. The session's instructors and admins may; students get FORBIDDEN (403),
        other instructors and supporters NOT_FOUND (404). INVALID_TRANSITION (409) where the class stands on another
        step, COMPLETION_NOT_SUGGESTED (409) where nothing is suggested of them."""
        command = self.body(DecideCompletion)
        done = accepting.accept(
            actor=self.actor, session_ref=session_ref, participant_id=participant_id, command=command
        )
        return Response(_decided(done, "ACCEPTED"))


class DeclineCompletion(Endpoint):
    @operation(
        "11.15 (added)",
        "Say that a person has not done the step",
        request=DecideCompletion,
        responses={200: CompletionDecided, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str, participant_id: int) -> Response:
        """Declines that a step is done which a person's phone shows to be: it is suggested of them on this step of the
        class no more. Who may is as for accepting it. INVALID_TRANSITION (409) where the class stands on another step,
        COMPLETION_NOT_SUGGESTED (409) where nothing is suggested of them, or they have done it."""
        command = self.body(DecideCompletion)
        done = accepting.decline(
            actor=self.actor, session_ref=session_ref, participant_id=participant_id, command=command
        )
        return Response(_decided(done, "DECLINED"))


class AcceptCompletions(Endpoint):
    @operation(
        "11.15 (added)",
        "Accept everybody who seems to have done the step",
        request=DecideCompletion,
        responses={200: CompletionDecided, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Completes the step of the class for everybody of whom it is suggested now, and tells who that was; nobody is
        left out for what is refused of another. Who may is as for one person. INVALID_TRANSITION (409) where the class
        stands on another step."""
        command = self.body(DecideCompletion)
        done = accepting.accept_all(actor=self.actor, session_ref=session_ref, command=command)
        return Response(_decided(done, "ACCEPTED"))


def _decided(done: accepting.Decided, decision: str) -> CompletionDecided:
    return CompletionDecided(
        session_id=done.session_id,
        subtask_id=done.subtask_id,
        decision=decision,
        participant_ids=done.participant_ids,
    )


urlpatterns: list[URLPattern] = [
    *both("api/sessions/<ref:session_ref>/roster", ClassRoster),
    *both("api/sessions/<ref:session_ref>/seats/<int:participant_id>/page", SeatPage),
    *both("api/sessions/<ref:session_ref>/seats/<int:participant_id>/completion/accept", AcceptCompletion),
    *both("api/sessions/<ref:session_ref>/seats/<int:participant_id>/completion/decline", DeclineCompletion),
    *both("api/sessions/<ref:session_ref>/completion/accept", AcceptCompletions),
]
