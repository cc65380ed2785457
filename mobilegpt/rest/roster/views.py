"""Who stands how in a class (contract 11.1)."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom.selectors import helped_by
from mobilegpt.core.clock import iso
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.roster.selectors import page_of_seat, roster_of
from mobilegpt.wire.roster import RosterBody, SeatPageBody, roster_body


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


urlpatterns: list[URLPattern] = [
    *both("api/sessions/<ref:session_ref>/roster", ClassRoster),
    *both("api/sessions/<ref:session_ref>/seats/<int:participant_id>/page", SeatPage),
]
