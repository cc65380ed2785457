"""An answer that is not given: the learner hears that the teacher was asked, the teacher decides (contract 11.15)."""

from __future__ import annotations

from mobilegpt.accounts.people import person_of_actor
from mobilegpt.classroom.models import LIVE
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode
from mobilegpt.core.locale import Language, Words, speaking
from mobilegpt.core.text import paragraph, words
from mobilegpt.events.outbox import emit, unit_of_work
from mobilegpt.helpdesk import answers, claims, policies, selectors
from mobilegpt.helpdesk.commands import ANSWER_LENGTH, SendSuggestion
from mobilegpt.helpdesk.events import HelpSuggested, SuggestionDecided
from mobilegpt.helpdesk.models import AnswerSource, Decision, HelpAnalysis, HelpRequest, HelpResponse, Withheld

_LOOKING = Words(
    "선생님이 보고 계세요. 화면을 그대로 두고 잠시만 기다려 주세요.",
    "Your teacher is looking at it. Leave the screen as it is and wait a moment.",
)
_LOOKING_AT_RISK = Words(
    "선생님이 보고 계세요. 아무것도 누르지 말고 화면을 그대로 두세요.",
    "Your teacher is looking at it. Press nothing and leave the screen as it is.",
)
_ASKED = Words(
    "선생님께 여쭤 두었어요. 선생님이 답하시면 여기에 보여 드릴게요.",
    "Your teacher was asked. The answer will be shown here.",
)
_ASKED_AT_RISK = Words(
    "선생님께 여쭤 두었어요. 그때까지 누르지 말고 그대로 두세요.",
    "Your teacher was asked. Press nothing until there is an answer.",
)


def withhold(request: HelpRequest, withheld: Withheld) -> None:
    """Tell the asker that their teacher looks, and the teachers that there is something to send.

    Inside of a unit of work, with the request locked and its analysis kept.
    """
    runs = request.session is not None and request.session.status in LIVE
    risky = withheld == Withheld.RISK
    with speaking(Language(request.language)):
        said = ((_LOOKING_AT_RISK if risky else _LOOKING) if runs else (_ASKED_AT_RISK if risky else _ASKED)).said()
    if request.closed_at is None:
        emit(HelpSuggested(case=selectors.case_of(request), withheld=withheld.value, at=now()))
    answers.deliver(request, source=AnswerSource.DEFERRED, content=said, spoken=said)


def send(*, actor: Actor, request_id: int, command: SendSuggestion) -> HelpResponse:
    """The caller's answer, as the analysis would say it or in other words.

    Raises ``Forbidden``, ``NotFound``, ``Invalid``, ``Conflict`` REQUEST_CLOSED, ALREADY_CLAIMED or NO_SUGGESTION.
    """
    with unit_of_work():
        request, analysis = _open_suggestion(actor, request_id)
        content, spoken = analysis.help_content, analysis.voice_guide_text
        if command.help_content is not None:
            content = spoken = words(command.help_content, "help_content", ANSWER_LENGTH)
        if command.voice_guide_text is not None:
            spoken = paragraph(command.voice_guide_text, "voice_guide_text", ANSWER_LENGTH) or content
        as_it_was = (content, spoken) == (analysis.help_content, analysis.voice_guide_text)
        _decide(actor, request, analysis, Decision.SENT if as_it_was else Decision.EDITED)
        return answers.deliver(
            request, source=AnswerSource.TEACHER, content=content, spoken=spoken, author_id=actor.user_id
        )


def decline(*, actor: Actor, request_id: int) -> HelpRequest:
    """Nothing of it is sent; the request stays. Raises what ``send`` raises."""
    with unit_of_work():
        request, analysis = _open_suggestion(actor, request_id)
        _decide(actor, request, analysis, Decision.DECLINED)
        return request


def _open_suggestion(actor: Actor, request_id: int) -> tuple[HelpRequest, HelpAnalysis]:
    """The request is locked, so two who decide at once do so one after the other."""
    request = policies.require_helps(actor, selectors.locked(request_id))
    policies.require_open(request)
    claims.require_not_anothers(request, actor)
    analysis = HelpAnalysis.objects.select_related("decided_by").filter(request_id=request.pk).first()
    if analysis is None or not analysis.withheld:
        raise Conflict(ErrorCode.NO_SUGGESTION, "No answer to this request was withheld")
    if analysis.decision:
        by = analysis.decided_by.name if analysis.decided_by is not None else None
        details = {"decision": analysis.decision, "by": by}
        raise Conflict(ErrorCode.NO_SUGGESTION, "This suggestion was decided already", details=details)
    return request, analysis


def _decide(actor: Actor, request: HelpRequest, analysis: HelpAnalysis, decision: Decision) -> None:
    analysis.decision, analysis.decided_by_id, analysis.decided_at = decision, actor.user_id, now()
    analysis.save(update_fields=["decision", "decided_by", "decided_at"])
    emit(
        SuggestionDecided(
            case=selectors.case_of(request),
            decision=decision.value,
            decided_by=person_of_actor(actor),
            at=analysis.decided_at,
        )
    )
