"""What the console's dashboard reads besides R35-R38, and its word for closing a request (contract 12)."""

from __future__ import annotations

from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.classroom.selectors import minutes_of, run_by
from mobilegpt.core.clock import iso, seoul_day
from mobilegpt.dashboard import class_progress, reports
from mobilegpt.dashboard.figures import rate, whole_percent
from mobilegpt.dashboard.selectors import board_of
from mobilegpt.helpdesk import selectors as helpdesk
from mobilegpt.helpdesk.policies import require_helps
from mobilegpt.helpdesk.services import close_help
from mobilegpt.rest.apps import shapes
from mobilegpt.rest.helpdesk.answers import request_body
from mobilegpt.rest.helpdesk.shapes import HelpRequestBody
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import app_error_responses


class ProgressStats(Endpoint):
    for_apps = True
    audited = "read.participants"

    @operation(
        "12",
        "How far everybody has come in a class",
        responses={200: shapes.ProgressStats, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, session_ref: str) -> Response:
        """How far everybody has come in a class, in four groups: done with all of it, late (something before the
        class's step is not done), not begun, and going along. The session's instructors and admins may; students get
        FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        found = class_progress.progress_of_class(run_by(self.actor, session_ref))
        people, steps = len(found.learners), len(found.course)
        return Response(
            shapes.ProgressStats(
                session_id=found.session.pk,
                total_students=people,
                total_subtasks=steps,
                current_session_step=found.place,
                groups=[
                    shapes.ProgressGroup(name=name, count=number, percentage=whole_percent(rate(number, people)))
                    for name, number in found.groups.items()
                ],
                progress_data=[_progress_row(one, steps) for one in found.learners],
            )
        )


def _progress_row(one: class_progress.Learner, steps: int) -> shapes.ProgressRow:
    share = rate(len(one.done), steps)
    return shapes.ProgressRow(
        participant_id=one.seat.pk,
        user_id=one.seat.user_id,
        name=one.seat.shown_name,
        group=one.group,
        completed_subtasks=len(one.done),
        total_subtasks=steps,
        progress_rate=round(share, 4),
        progress_percentage=whole_percent(share),
        current_subtask_id=one.seat.current_subtask_id,
        has_pending_help_request=one.waits,
    )


class StepAnalysis(Endpoint):
    for_apps = True

    @operation(
        "12",
        "A lecture step by step",
        responses={200: shapes.StepAnalysis, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """Of each step of a lecture how many of its students have done it, how long that took, and how often help was
        asked for. The lecture's instructor and admins may; students get FORBIDDEN (403), other instructors NOT_FOUND
        (404)."""
        board = board_of(self.actor, lecture_id)
        found = reports.steps_of(board)
        return Response(
            shapes.StepAnalysis(
                lecture_id=board.lecture.pk,
                lecture_name=board.lecture.title,
                total_students=found[0].students if found else 0,
                steps=[_step_figures(one) for one in found],
                count=len(found),
            )
        )


def _step_figures(one: reports.StepReport) -> shapes.StepFigures:
    return shapes.StepFigures(
        subtask_id=one.step.id,
        title=one.step.title,
        position=one.step.position,
        total_students=one.students,
        completed_count=one.completed,
        in_progress_count=one.in_progress,
        completion_rate=round(one.rate, 4),
        help_count=one.asked,
        auto_help_count=one.noticed,
        average_time_seconds=one.average_seconds,
        average_stuck_time_seconds=one.average_stuck_seconds,
    )


class SessionTrends(Endpoint):
    for_apps = True

    @operation(
        "12",
        "A lecture class by class",
        responses={200: shapes.SessionTrends, **app_error_responses(401, 403, 404)},
    )
    def get(self, request: Request, lecture_id: int) -> Response:
        """The newest classes of a lecture that began, oldest first: how many came and finished, how far they got, how
        long a step took, and how often help was asked for. The lecture's instructor and admins may; students get
        FORBIDDEN (403), other instructors NOT_FOUND (404)."""
        board = board_of(self.actor, lecture_id)
        found = [_class_figures(one) for one in reports.classes_of(board)]
        return Response(
            shapes.SessionTrends(
                lecture_id=board.lecture.pk, lecture_name=board.lecture.title, sessions=found, count=len(found)
            )
        )


def _class_figures(one: reports.ClassReport) -> shapes.ClassFigures:
    session = one.session
    return shapes.ClassFigures(
        session_id=session.pk,
        title=session.title,
        status=session.status,
        date=seoul_day(session.started_at or session.created_at).isoformat(),
        started_at=iso(session.started_at),
        ended_at=iso(session.ended_at),
        duration_minutes=minutes_of(session),
        total_participants=one.people,
        completed_participants=one.completed,
        completion_rate=round(one.completion_rate, 4),
        average_progress=round(one.rate, 4),
        help_count=one.help.asked,
        auto_help_count=one.help.noticed,
        average_step_seconds=one.average_seconds,
    )


class ResolveRequest(Endpoint):
    for_apps = True

    @operation(
        "12",
        "Close a help request, as who teaches or helps",
        responses={200: HelpRequestBody, **app_error_responses(401, 403, 404)},
    )
    def post(self, request: Request, request_id: int) -> Response:
        """Closes a help request as ``POST /api/help/request/{request_id}/close`` does; closing it again changes
        nothing. The lecture's instructors, supporters and admins may; students get FORBIDDEN (403), other instructors
        NOT_FOUND (404)."""
        require_helps(self.actor, helpdesk.requests().filter(pk=request_id).first())
        closed = close_help(actor=self.actor, request_id=request_id)
        return Response(request_body(closed, helpdesk.newest_response(closed), for_teacher=True))


urlpatterns: list[URLPattern] = [
    *both("api/help/request/<int:request_id>/resolve", ResolveRequest),
    *both("api/dashboard/sessions/<ref:session_ref>/progress-stats", ProgressStats),
    *both("api/dashboard/statistics/lecture/<id:lecture_id>/step-analysis", StepAnalysis),
    *both("api/dashboard/statistics/lecture/<id:lecture_id>/session-trends", SessionTrends),
]
