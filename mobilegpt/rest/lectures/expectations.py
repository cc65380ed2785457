"""What a step expects of a phone: read, said, taken away by who teaches it (contract 11.16)."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.guidance.expectation import Expectation
from mobilegpt.lectures import expecting
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.rest.lectures.answers import known_apps
from mobilegpt.rest.lectures.shapes import ExpectationBody, SetExpectation


class StepExpectation(Endpoint):
    @operation("11.16", "What a step expects", responses={200: ExpectationBody, **error_responses(401, 403, 404)})
    def get(self, request: Request, subtask_id: int) -> Response:
        """What a phone that reports taps is expected to do in this step, and what it shows afterwards; null where
        nobody said. With the apps that can be named. Who teaches the lecture may read it, others get FORBIDDEN
        (403)."""
        return Response(_body(expecting.expectation_of(self.actor, subtask_id)))

    @operation(
        "11.16",
        "Say what a step expects",
        request=SetExpectation,
        responses={200: ExpectationBody, **error_responses(400, 401, 403, 404)},
    )
    def put(self, request: Request, subtask_id: int) -> Response:
        """Says what is expected of a phone in this step, instead of what was said before; running classes keep what
        they are taught. Blank words are left out, and where nothing is left of a way it is INVALID_REQUEST (400), which
        names it. Who teaches the lecture may, others get FORBIDDEN (403)."""
        expectation = self.body(SetExpectation).expectation
        said = expecting.set_expectation(actor=self.actor, subtask_id=subtask_id, expectation=expectation)
        return Response(_body(said))

    @operation("11.16", "Expect nothing of a step", responses={204: None, **error_responses(401, 403, 404)})
    def delete(self, request: Request, subtask_id: int) -> Response:
        """Takes away what a step expects: nothing is known by itself any more. Again, it changes nothing. Who teaches
        the lecture may, others get FORBIDDEN (403)."""
        expecting.set_expectation(actor=self.actor, subtask_id=subtask_id, expectation=None)
        return Response(status=204)


def _body(expectation: Expectation | None) -> ExpectationBody:
    return ExpectationBody(expectation=expectation, known_apps=known_apps([expectation]))


urlpatterns: list[URLPattern] = [*both("api/subtasks/<id:subtask_id>/expectation", StepExpectation)]
