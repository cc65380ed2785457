"""R15–R19 and what surrounds them: running a class (contract 6)."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom import selectors, services
from mobilegpt.classroom.commands import (
    Announce,
    BeginBreak,
    EndSession,
    PauseSession,
    ResumeSession,
    StartSession,
)
from mobilegpt.classroom.summary import summary
from mobilegpt.core.clock import now
from mobilegpt.rest.classroom import answers, shapes
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses


class Start(Endpoint):
    @operation(
        "R15",
        "Start the class",
        request=StartSession,
        responses={200: shapes.StartedBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Starts a WAITING session on its first step or the one that is named; everybody in the waiting room becomes
        active. The session's instructor and admins may. Another state is INVALID_TRANSITION, a lecture without steps
        NO_NEXT_STEP (409), a step of another lecture WRONG_LECTURE (400)."""
        command = self.body(StartSession)
        done = services.start_session(actor=self.actor, session_ref=session_ref, command=command)
        return Response(answers.started_body(done))


class NextStep(Endpoint):
    @operation(
        "R16",
        "Go to the next step, or to the one that is named",
        request=shapes.NextStepRequest,
        responses={200: shapes.StepBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Moves the class to the next step in the lecture's order, or to the one that is named. The session's
        instructor and admins may, while it runs. Past the last step is NO_NEXT_STEP, another state or a second press at
        the same moment INVALID_TRANSITION (409), a step of another lecture WRONG_LECTURE (400)."""
        command = self.body(shapes.NextStepRequest).command()
        done = services.advance_step(actor=self.actor, session_ref=session_ref, command=command)
        return Response(answers.step_body(done))


class Pause(Endpoint):
    @operation(
        "R17",
        "Pause the class",
        request=PauseSession,
        responses={200: shapes.PausedBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Pauses a running class, with a word to everybody if ``message`` is sent. The session's instructor and admins
        may; another state is INVALID_TRANSITION (409)."""
        command = self.body(PauseSession)
        done = services.pause_session(actor=self.actor, session_ref=session_ref, command=command)
        return Response(answers.paused_body(done))


class Resume(Endpoint):
    @operation(
        "R18",
        "Go on after a pause",
        request=ResumeSession,
        responses={200: shapes.ResumedBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Goes on with a paused class, on the step where it stood. The session's instructor and admins may; another
        state is INVALID_TRANSITION (409)."""
        command = self.body(ResumeSession)
        done = services.resume_session(actor=self.actor, session_ref=session_ref, command=command)
        return Response(answers.resumed_body(done))


class Break(Endpoint):
    guests = True

    @operation(
        "11.13 (added)",
        "Until when the class pauses",
        responses={200: shapes.BreakState, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """When the break of a paused class ends, and the server's time to count down by; null without one. Those who
        may ask for the current state may; others get NOT_FOUND (404)."""
        session = selectors.visit_of_member(self.actor, session_ref).session
        return Response(answers.break_state(session, now()))

    @operation(
        "11.13 (added)",
        "Pause the class for some minutes",
        request=BeginBreak,
        responses={200: shapes.BreakState, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Pauses a running class for 1 to 60 ``minutes``, with a word to everybody if ``message`` is sent; a class that
        is paused already gets this end. It goes on when somebody resumes it, never by itself. The session's instructor
        and admins may; another state is INVALID_TRANSITION (409)."""
        done = services.begin_break(actor=self.actor, session_ref=session_ref, command=self.body(BeginBreak))
        return Response(answers.break_state(done.session, done.at))

    @operation(
        "11.13 (added)",
        "Leave open when the class goes on",
        responses={200: shapes.BreakState, **error_responses(401, 403, 404, 409)},
    )
    def delete(self, request: Request, session_ref: str) -> Response:
        """Takes away the end of a break; the class stays paused until it is resumed. The session's instructor and
        admins may; a class that is not paused is INVALID_TRANSITION (409)."""
        done = services.end_break(actor=self.actor, session_ref=session_ref)
        return Response(answers.break_state(done.session, done.at))


class End(Endpoint):
    @operation(
        "R19",
        "End the class; review begins",
        request=EndSession,
        responses={200: shapes.EndedBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Ends the class: it goes into review, keeps its seats and takes no new ones. The session's instructor and
        admins may; a session that is over already is INVALID_TRANSITION (409)."""
        command = self.body(EndSession)
        done = services.end_session(actor=self.actor, session_ref=session_ref, command=command)
        return Response(answers.ended_body(summary(done.session), done.at))


class AnnounceToAll(Endpoint):
    @operation(
        "6 (added)",
        "A word to everybody",
        request=Announce,
        responses={200: shapes.AnnouncedBody, **error_responses(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, session_ref: str) -> Response:
        """Sends the instructor's own words to all phones; state and step stay. The session's instructor and admins may,
        until the session is archived (INVALID_TRANSITION, 409); an empty text is INVALID_REQUEST (400)."""
        command = self.body(Announce)
        done = services.announce(actor=self.actor, session_ref=session_ref, command=command)
        return Response(answers.announced_body(done))


urlpatterns: list[URLPattern] = [
    *both("api/sessions/<ref:session_ref>/start", Start),
    *both("api/sessions/<ref:session_ref>/next-step", NextStep),
    *both("api/sessions/<ref:session_ref>/pause", Pause),
    *both("api/sessions/<ref:session_ref>/resume", Resume),
    *both("api/sessions/<ref:session_ref>/break", Break),
    *both("api/sessions/<ref:session_ref>/end", End),
    *both("api/sessions/<ref:session_ref>/announce", AnnounceToAll),
]
