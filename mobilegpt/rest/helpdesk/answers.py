"""Help requests as the answers of their REST family; what only a teacher sees is left out for others."""

from __future__ import annotations

from collections.abc import Mapping

from mobilegpt.classroom.presence_log import Place
from mobilegpt.core.clock import iso
from mobilegpt.helpdesk import selectors
from mobilegpt.helpdesk.models import HelpAnalysis, HelpRequest, HelpResponse
from mobilegpt.rest.helpdesk import shapes
from mobilegpt.wire.people import Named


def request_body(request: HelpRequest, response: HelpResponse | None, *, for_teacher: bool) -> shapes.HelpRequestBody:
    return shapes.HelpRequestBody(
        help_request_id=request.pk,
        status=request.status,
        help_response=_response(response) if response else None,
        analysis=_analysis(selectors.analysis_of(request), for_teacher=for_teacher),
        user=shapes.HelpUser.of(selectors.asker_of(request)),
        subtask=shapes.HelpSubtask.of(selectors.step_of(request)),
        session_id=request.session_id,
        request_type=request.request_type,
        priority=request.priority,
        created_at=iso(request.created_at),
        resolved_at=iso(request.resolved_at),
        closed_at=iso(request.closed_at),
    )


def _analysis(analysis: HelpAnalysis | None, *, for_teacher: bool) -> shapes.HelpAnalysisBody | None:
    if analysis is None:
        return None
    read = selectors.read_by(analysis)
    return shapes.HelpAnalysisBody(
        problem_diagnosis=read.problem_diagnosis,
        confidence_score=analysis.confidence_score,
        suggestion=analysis.help_content if for_teacher else None,
        evidence=read.evidence if for_teacher else None,
    )


def _response(response: HelpResponse) -> shapes.HelpResponseBody:
    return shapes.HelpResponseBody(
        id=response.pk,
        help_type=response.help_type,
        help_content=response.help_content,
        voice_guide_text=response.voice_guide_text,
        author=Named.of(response.author) if response.author is not None else None,
        created_at=iso(response.created_at),
    )


def pending_row(request: HelpRequest, numbers: Mapping[Place, int]) -> shapes.PendingRequest:
    return shapes.PendingRequest(
        help_request_id=request.pk,
        id=request.pk,
        user=shapes.HelpUser.of(selectors.asker_of(request)),
        same_name_number=numbers.get((request.session_id or 0, request.user_id)),
        subtask=shapes.HelpSubtask.of(selectors.step_of(request)),
        lecture=shapes.HelpLecture.of(selectors.lecture_of(request)),
        session_id=request.session_id,
        request_type=request.request_type,
        priority=request.priority,
        message=request.context_data.get("message") or "",
        stuck_duration_seconds=request.stuck_seconds,
        analysis=_analysis(selectors.analysis_of(request), for_teacher=True),
        past_step=selectors.is_past_step(request),
        answer_source=request.answer_source,  # type: ignore[attr-defined]  # annotated by pending()
        answer_rating=request.answer_rating,  # type: ignore[attr-defined]
        asked_again=request.asked_again,  # type: ignore[attr-defined]
        claimed_by=_claimed_by(request),
        helps_so_far=request.helps_so_far,  # type: ignore[attr-defined]
        created_at=iso(request.created_at),
        status=request.status,
    )


def claim_body(request: HelpRequest) -> shapes.ClaimBody:
    return shapes.ClaimBody(
        help_request_id=request.pk, claimed_by=_claimed_by(request), claimed_at=iso(request.claimed_at)
    )


def _claimed_by(request: HelpRequest) -> Named | None:
    return Named.of(request.claimed_by) if request.claimed_by is not None else None
