"""An answer that is not given: the learner hears that the teacher was asked, the teacher decides (contract 11.17)."""

from __future__ import annotations

from mobilegpt.accounts.people import person_of_actor
from mobilegpt.classroom.models import LIVE
from mobilegpt.classroom.selectors import is_attended
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

_LOOKING = Words("선생님이 보고 계세요.", "Your teacher is looking at it.")
_ASKED = Words("선생님께 알려 드렸어요.", "Your teacher has been told.")
_UNTIL_THEN = {
    (Withheld.NOT_SURE, True): Words(
        "화면을 그대로 두고 잠시만 기다려 주세요.", "Leave the screen as it is and wait a moment."
    ),
    (Withheld.RISK, True): Words(
        "아무것도 누르지 말고 화면을 그대로 두세요.", "Press nothing and leave the screen as it is."
    ),
    (Withheld.NOT_SURE, False): Words(
        "선생님이 답하시면 여기에 나와요.", "When your teacher answers, you will see it here."
    ),
    (Withheld.RISK, False): Words(
        "선생님이 답하시기 전에는 누르지 마세요.", "Do not press it before your teacher has answered."
    ),
}
"""By why it was withheld, and whether the class runs: what to do."""


def _word(request: HelpRequest, withheld: Withheld) -> str:
    """What the asker hears, to read and to hear alike, and only what is so: the teachers have the request on their
    list in any case; that one of them looks is said where one is known to be there, or goes to help."""
    session = request.session
    runs = session is not None and session.status in LIVE
    there = request.claimed_by_id is not None or (session is not None and is_attended(session))
    teacher = _LOOKING if runs and there else _ASKED
    return f"{teacher.said()} {_UNTIL_THEN[withheld, runs].said()}"


def withhold(request: HelpRequest, withheld: Withheld) -> None:
    """Tell the asker that their teacher was asked, and the teachers that there is something to send.

    Inside of a unit of work, with the request locked and its analysis kept.
    """
    with speaking(Language(request.language)):
        said = _word(request, withheld)
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
