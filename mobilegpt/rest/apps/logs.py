"""What a phone without a token reports (contract 8.1, 12)."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.activity import services
from mobilegpt.classroom.lesson import course_of_class
from mobilegpt.core.errors import DomainError, ErrorCode, Forbidden
from mobilegpt.lectures.queries import lectures_of_steps
from mobilegpt.rest.activity.views import LogSavedBody, saved_as
from mobilegpt.rest.apps.device import DeviceEndpoint
from mobilegpt.rest.apps.shapes import AppLog
from mobilegpt.rest.http.endpoint import operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import app_error_responses


class AnonymousLog(DeviceEndpoint):
    weighed = True
    _reports: list[services.Report]

    def prepare(self) -> None:
        log = self.body(AppLog)
        self._require_step_of_class(log.subtask)
        self._reports = services.read(actor=self.actor, events=[log.event()])

    @operation(
        "12",
        "Report something that was done on a phone that has no token",
        request=AppLog,
        responses={201: LogSavedBody, **app_error_responses(400, 401, 403, 404, 413, 429)},
    )
    def post(self, request: Request) -> Response:
        """Keeps one thing that was done on a phone as ``POST /api/logs/activity`` does, for the guest who sits in
        ``session`` with this ``device_id``; a phone that brought nobody there is UNAUTHENTICATED (401), a step of
        another lecture GUEST_NOT_ALLOWED (403). Personal data is masked; TOO_LARGE (413) and RATE_LIMITED (429) as
        there."""
        recorded = services.record(actor=self.actor, reports=self._reports)
        (outcome,) = recorded.outcomes
        if isinstance(outcome, DomainError):
            raise outcome
        return Response(LogSavedBody(log_id=outcome, status=saved_as(recorded.queued)), status=201)

    def _require_step_of_class(self, step_id: int | None) -> None:
        """Within its class a phone is somebody, and in no other lecture, whatever else they learn. A step that the
        class has lost is one of its lecture still."""
        if step_id is None or self.session is None or course_of_class(self.session).get(step_id) is not None:
            return
        if lectures_of_steps({step_id}).get(step_id) != self.session.lecture_id:
            raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "This step is not of your class")


urlpatterns: list[URLPattern] = [*both("api/logs/activity/anonymous", AnonymousLog)]
