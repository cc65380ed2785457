"""A class as the apps ask for it: its steps, who is done, a word to all, another lecture (contract 12)."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom import lists, selectors, services
from mobilegpt.classroom.commands import Announce, SwitchLecture
from mobilegpt.classroom.lesson import lesson_of_class
from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.core.errors import NotFound
from mobilegpt.rest.apps import answers, shapes, summaries
from mobilegpt.rest.apps.device import DEVICE, DeviceEndpoint
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import app_error_responses, error_responses


class ReportCompletion(DeviceEndpoint):
    @operation(
        "12",
        "Say that a step of the class is done",
        request=shapes.CompletionRequest,
        responses={200: shapes.CompletionBody, **app_error_responses(400, 401, 403, 404)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Puts a step of the class's lesson to done for the caller, or with ``is_completed`` false takes it back while
        the class stands on it; again changes nothing. A student who has a seat may, by a token or by the ``device_id``
        of their phone (UNAUTHENTICATED, 401, for a phone that brought nobody there). A step of another lesson is
        WRONG_LECTURE (400)."""
        body = self.body(shapes.CompletionRequest)
        is_done = body.is_completed is not False
        reported = services.report_step(
            actor=self.actor, session_ref=session_ref, subtask_id=body.subtask_id, is_done=is_done
        )
        return Response(answers.completion(reported))


class CompletionStatus(Endpoint):
    for_apps = True
    audited = "read.participants"

    @operation(
        "12",
        "Who has done which steps of the class",
        responses={200: shapes.CompletionStatus, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """Everybody who has a seat, with the steps that they have done in this class. The session's instructors and
        admins may; students get FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        session = selectors.run_by(self.actor, session_ref)
        return Response(answers.completion_status(session, lists.done_by_person(session.pk)))


class ClassSteps(DeviceEndpoint):
    @operation(
        "12",
        "The steps of a class",
        responses={200: shapes.ClassSteps, **app_error_responses(401, 403, 404)},
        parameters=[DEVICE],
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """The steps of the class's lesson in order, with what each expects. Who has a seat may, by a token or by the
        ``device_id`` of their phone, and who runs the class; others get NOT_FOUND (404)."""
        session, _ = _seen_by(self, session_ref)
        return Response(answers.class_steps(session, lesson_of_class(session)))


class SessionSummary(DeviceEndpoint):
    for_apps = False  # our own pages ask for it, too

    audited = "read.participants"

    @operation(
        "6 (added)",
        "How the class went",
        responses={200: shapes.AppSummary, **error_responses(401, 403, 404)},
        parameters=[DEVICE],
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """How the class went: who came, who finished, and of each step how many were done with it and asked for help.
        The session's instructors and admins may, and are told of everybody; who has a seat is told of nobody but
        themselves. Others get NOT_FOUND (404)."""
        session, seat = _seen_by(self, session_ref)
        return Response(summaries.summary_of(session, seat))


def _seen_by(view: Endpoint, session_ref: str) -> tuple[LectureSession, SessionParticipant | None]:
    """The class, and the caller's seat in it; null for who runs it. Raises ``NotFound``, ``Forbidden``."""
    if not view.actor.is_student:
        return selectors.run_by(view.actor, session_ref), None
    visit = selectors.visit_of_member(view.actor, session_ref)
    if visit.seat is None:
        raise NotFound("Session")
    return visit.session, visit.seat


class InstructorActive(Endpoint):
    for_apps = True

    @operation(
        "12",
        "The classes that the caller teaches now",
        responses={200: shapes.ActiveSessions, **app_error_responses(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The classes that wait, run or are paused, of lectures that the caller owns or teaches as a co-instructor,
        newest first. Students get FORBIDDEN (403)."""
        shown = [answers.session_of(session, None) for session in lists.taught_now(self.actor)]
        return Response(shapes.ActiveSessions(active_sessions=shown, count=len(shown)))


class Broadcast(Endpoint):
    for_apps = True

    @operation(
        "12",
        "A word to everybody, for the console",
        request=Announce,
        responses={200: shapes.BroadcastBody, **app_error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Sends the instructor's own words to all phones as ``POST /api/sessions/{session_ref}/announce`` does, and
        says how many people are there. The session's instructors and admins may, until it is archived
        (INVALID_TRANSITION, 409); an empty text is INVALID_REQUEST (400)."""
        done = services.announce(actor=self.actor, session_ref=session_ref, command=self.body(Announce))
        return Response(answers.broadcast(done, lists.present_count(done.session.pk)))


class Switch(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Hold a class that waits on another lecture",
        request=SwitchLecture,
        responses={200: shapes.SwitchedBody, **app_error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Gives a class that waits another lecture of its instructor; who is there stays, and is enrolled in it. Who
        runs the class and teaches both lectures may; a lecture of another instructor is FORBIDDEN (403), a class that
        has started INVALID_TRANSITION (409)."""
        command = self.body(SwitchLecture)
        done = services.switch_lecture(actor=self.actor, session_ref=session_ref, command=command)
        return Response(answers.switched(done))


urlpatterns: list[URLPattern] = [
    *both("api/sessions/instructor-active", InstructorActive),
    *both("api/sessions/<ref:session_ref>/report-completion", ReportCompletion),
    *both("api/sessions/<ref:session_ref>/completion-status", CompletionStatus),
    *both("api/sessions/<ref:session_ref>/subtasks", ClassSteps),
    *both("api/sessions/<ref:session_ref>/summary", SessionSummary),
    *both("api/sessions/<ref:session_ref>/broadcast", Broadcast),
    *both("api/sessions/<ref:session_ref>/switch-lecture", Switch),
]
