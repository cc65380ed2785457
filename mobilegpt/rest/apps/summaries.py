"""A class's summary with what the console and the student app read beside it (contract 12)."""

from __future__ import annotations

from msgspec.structs import asdict

from mobilegpt.classroom.models import LectureSession, SessionParticipant
from mobilegpt.classroom.summary import summary
from mobilegpt.dashboard.class_progress import ClassProgress, Learner, progress_of_class
from mobilegpt.dashboard.figures import rate
from mobilegpt.helpdesk.selectors import counts_by_subtask
from mobilegpt.rest.apps import shapes
from mobilegpt.rest.classroom.answers import summary_body
from mobilegpt.rest.classroom.shapes import SummaryBody
from mobilegpt.wire.apps import AppLecture


def summary_of(session: LectureSession, seat: SessionParticipant | None) -> shapes.AppSummary:
    """For who runs the class; with ``seat`` for who sits there, who is told of nobody else."""
    asked = counts_by_subtask(session.pk)
    body = summary_body(summary(session, asked), asked)
    progress = progress_of_class(session)
    told = [one for one in progress.learners if seat is None or one.seat.pk == seat.pk]
    return shapes.AppSummary(
        **asdict(body),
        session_info=_info(body),
        statistics=_figures(body, progress),
        participants_summary=[_person(one, len(progress.course)) for one in told],
        total_steps=len(body.steps),
        completed_steps=_completed_steps(body, seat, told),
        help_request_count=body.total_help_requests if seat is None else sum(one.asked for one in told),
    )


def _completed_steps(body: SummaryBody, seat: SessionParticipant | None, told: list[Learner]) -> int:
    """Of a class: the steps that anybody has done in it."""
    if seat is None:
        return sum(1 for step in body.steps if step.completed_participants)
    return sum(len(one.done) for one in told)


def _info(body: SummaryBody) -> shapes.SessionInfo:
    return shapes.SessionInfo(
        id=body.id,
        title=body.title,
        session_code=body.session_code,
        status=body.status,
        lecture=AppLecture(id=body.lecture.id, title=body.lecture.title),
        started_at=body.started_at,
        ended_at=body.ended_at,
        duration_minutes=body.duration_minutes,
    )


def _figures(body: SummaryBody, progress: ClassProgress) -> shapes.SummaryFigures:
    return shapes.SummaryFigures(
        total_participants=body.total_participants,
        completed_participants=body.completed_participants,
        completion_rate=round(rate(body.completed_participants, body.total_participants), 4),
        average_progress=round(progress.average_rate, 4),
        total_steps=len(body.steps),
        total_help_requests=body.total_help_requests,
        total_auto_help_requests=body.total_auto_help_requests,
        duration_minutes=body.duration_minutes,
    )


def _person(one: Learner, total: int) -> shapes.ParticipantSummary:
    return shapes.ParticipantSummary(
        participant_id=one.seat.pk,
        user_id=one.seat.user_id,
        name=one.seat.shown_name,
        status=one.seat.status,
        completed_subtasks=len(one.done),
        total_subtasks=total,
        completion_rate=round(rate(len(one.done), total), 4),
        help_request_count=one.asked,
    )
