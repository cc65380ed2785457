"""Who stands how in a class (contract 11.1)."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom.selectors import helped_by
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.roster.selectors import roster_of
from mobilegpt.wire.roster import RosterBody, roster_body


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


urlpatterns: list[URLPattern] = both("api/sessions/<ref:session_ref>/roster", ClassRoster)
