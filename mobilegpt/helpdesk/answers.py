"""Delivering an answer, whoever made it: one row, one event, and the request is answered."""

from __future__ import annotations

from mobilegpt.events.outbox import emit
from mobilegpt.helpdesk import closing, selectors
from mobilegpt.helpdesk.events import HelpAnswered
from mobilegpt.helpdesk.models import AnswerSource, HelpRequest, HelpResponse, HelpType, RequestStatus, RequestType


def deliver(
    request: HelpRequest,
    *,
    source: AnswerSource,
    content: str,
    spoken: str,
    help_type: str = HelpType.TEXT,
    author_id: int | None = None,
    remembered_id: int | None = None,
    status: RequestStatus = RequestStatus.RESOLVED,
) -> HelpResponse:
    """Store an answer and tell the asker (W8); nobody is told when the request is closed already.

    Inside a unit of work, with the request locked.
    """
    response = HelpResponse.objects.create(
        request=request,
        source=source,
        help_type=help_type,
        help_content=content,
        voice_guide_text=spoken,
        author_id=author_id,
        remembered_id=remembered_id,
    )
    request.status, request.resolved_at = status, response.created_at
    request.save(update_fields=["status", "resolved_at"])
    if request.closed_at is None:
        emit(
            HelpAnswered(
                case=selectors.case_of(request),
                help_response_id=response.pk,
                source=response.source,
                help_type=response.help_type,
                help_content=response.help_content,
                voice_guide_text=response.voice_guide_text,
                image=selectors.image_of(request),
                at=response.created_at,
            )
        )
        if source != AnswerSource.DEFERRED or request.request_type == RequestType.AUTO:  # who asked waits for somebody
            closing.close_if_overtaken(request)
    return response
