"""Help requests as the answers of their REST family; what only a teacher sees is left out for others."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from mobilegpt.classroom.presence_log import Place
from mobilegpt.core.clock import iso
from mobilegpt.helpdesk import selectors
from mobilegpt.helpdesk.commands import AnswerGroup
from mobilegpt.helpdesk.grouping import GroupAnswered
from mobilegpt.helpdesk.models import HelpAnalysis, HelpRequest, HelpResponse
from mobilegpt.rest.helpdesk import shapes
from mobilegpt.wire.people import Named
from mobilegpt.wire.step import ImageBody, image_body


def request_body(request: HelpRequest, response: HelpResponse | None, *, for_teacher: bool) -> shapes.HelpRequestBody:
    return shapes.HelpRequestBody(
        help_request_id=request.pk,
        status=request.status,
        help_response=_response(request, response) if response else None,
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
    """The asker is told nothing of what was withheld: it may be wrong."""
    if analysis is None or (analysis.withheld and not for_teacher):
        return None
    read = selectors.read_by(analysis)
    told = shapes.HelpAnalysisBody(problem_diagnosis=read.problem_diagnosis, confidence_score=analysis.confidence_score)
    if not for_teacher:
        return told
    return replace(
        told,
        suggestion=analysis.help_content,
        suggestion_voice=analysis.voice_guide_text,
        evidence=read.evidence,
        rests_on=analysis.rests_on,
        withheld=analysis.withheld or None,
        decision=analysis.decision or None,
        decided_by=Named.of(analysis.decided_by) if analysis.decided_by is not None else None,
    )


def _response(request: HelpRequest, response: HelpResponse) -> shapes.HelpResponseBody:
    return shapes.HelpResponseBody(
        id=response.pk,
        help_type=response.help_type,
        help_content=response.help_content,
        voice_guide_text=response.voice_guide_text,
        source=response.source,
        image=_image(request),
        author=Named.of(response.author) if response.author is not None else None,
        created_at=iso(response.created_at),
    )


def _image(request: HelpRequest) -> ImageBody | None:
    image = selectors.image_of(request)
    return image_body(image) if image is not None else None


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
        reason=selectors.reason_of(request),
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


def group_answered_body(command: AnswerGroup, done: GroupAnswered) -> shapes.GroupAnsweredBody:
    return shapes.GroupAnsweredBody(
        session_id=command.session_id,
        subtask_id=command.subtask_id,
        answered=done.answered,
        left=[
            shapes.GroupAnsweredRow(help_request_id=request.pk, claimed_by=_claimed_by(request))
            for request in done.left
        ],
    )


def claim_body(request: HelpRequest) -> shapes.ClaimBody:
    return shapes.ClaimBody(
        help_request_id=request.pk, claimed_by=_claimed_by(request), claimed_at=iso(request.claimed_at)
    )


def _claimed_by(request: HelpRequest) -> Named | None:
    return Named.of(request.claimed_by) if request.claimed_by is not None else None
