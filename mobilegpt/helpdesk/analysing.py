"""From a request to an answer, always within a minute (contract 8.3; reliability F13).

A job analyses. Whatever dies on the way, a sweep in any living process answers by the local rules, and whoever looks at
a request that is late answers it on the spot. The request's own row decides who was first: one analysed answer, and
none when a teacher's came before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Coalesce

from mobilegpt.core.clock import now
from mobilegpt.core.locale import Language, Words, speaking
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.helpdesk import answers, grouping, selectors, suggesting
from mobilegpt.helpdesk.analysis import local, memory, model, reading, withholding
from mobilegpt.helpdesk.analysis.complaints import says_why
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.verdict import MODEL_SOURCE, Basis, Verdict
from mobilegpt.helpdesk.models import AnswerSource, HelpAnalysis, HelpRequest, HelpResponse, RequestStatus, Withheld
from mobilegpt.jobs import enqueue, job
from mobilegpt.language.budget import budget_of
from mobilegpt.language.model import enabled

log = structlog.get_logger(__name__)

_Said = tuple[str | None, Any]
"""The picture that was pressed, and the words that were written."""

JOB = "helpdesk.analyse"
# A model takes at most two tries of ten seconds; who is taken up late goes without it. A sweep that dies at its work is
# followed within half a minute.
_MODEL_UNTIL_SECONDS = 15
_LATE_AFTER_SECONDS = 30
_SWEPT_AT_ONCE = 200
_COMFORT = Words(
    "지금은 답을 찾지 못했어요. 화면을 그대로 두고 손을 들어 선생님을 불러주세요.",
    "There is no answer now. Leave the screen as it is, raise your hand and call your teacher.",
)


def start(request: HelpRequest) -> None:
    """Have a new request analysed; inside the unit of work that made it."""
    enqueue(JOB, {"request_id": request.pk, "told": _told(request)}, key=f"help:{request.pk}")


def again(request: HelpRequest) -> None:
    """Have an open request analysed anew, since its asker says more; inside of the unit of work that locked it.

    The answer that was found without it gives way. What a person has said or decided stands, and what was rated.
    """
    given = HelpResponse.objects.filter(request=request)
    decided = HelpAnalysis.objects.filter(request=request).exclude(decision="")
    if decided.exists() or given.filter(Q(source=AnswerSource.TEACHER) | Q(rating__isnull=False)).exists():
        return
    HelpAnalysis.objects.filter(request=request).delete()
    if given.delete()[0]:  # the first word is due in the time of the first call, whatever is said before it comes
        request.asked_anew_at = now()
    request.status, request.resolved_at = RequestStatus.ANALYZING, None
    request.save(update_fields=["status", "resolved_at", "asked_anew_at"])
    _start_anew(request)


def _start_anew(request: HelpRequest) -> None:
    """Beside the jobs of what was said before, which may be running: each time more was said, so each has its key."""
    told = _told(request)
    payload = {"request_id": request.pk, "told": told, "said_at": now().isoformat()}
    enqueue(JOB, payload, key=f"help:{request.pk}:{told}")


def finish(payload: dict[str, Any]) -> None:
    """Answer by the local rules now, or with words of comfort when even they fail."""
    request = selectors.not_analysed(payload["request_id"])
    if request is None:
        return
    try:
        settle(request.pk, judge(request, ask_model=False), said=_said(request))
    except Exception:
        log.exception("local_analysis_failed", request_id=request.pk)
        give_up(request.pk)


@job(JOB, attempts=3, lease_seconds=30, on_dead=finish)
def analyse(payload: dict[str, Any]) -> None:
    """Find an answer and deliver it; one whom a teacher has answered meanwhile is analysed for the teacher only."""
    request = selectors.not_analysed(payload["request_id"])
    if request is None:
        return
    grouping.tell_if_many(request)
    waiting = request.status == RequestStatus.ANALYZING
    told = _told(request)
    if waiting and payload.get("told", told) < told:
        return  # whoever has said more has a job of their own for it, with its own time
    said_at = datetime.fromisoformat(payload["said_at"]) if "said_at" in payload else request.created_at
    young = now() - said_at < timedelta(seconds=_MODEL_UNTIL_SECONDS)
    settle(request.pk, judge(request, ask_model=waiting and young), said=_said(request))


def judge(request: HelpRequest, *, ask_model: bool) -> Verdict:
    """What a teacher shares, else what a model says, else what the rules say; withheld where it has to be (contract
    11.17). Holds no transaction."""
    evidence = reading.read(request)
    by_rules = {language: local.analyse_in(language, evidence) for language in Language}
    asker = Language(request.language)
    with speaking(asker):
        verdict = _judged(request, evidence, by_rules[asker], ask_model=ask_model)
        checked = withholding.checked(verdict, evidence, settings.HELP_THRESHOLD)
    return _told_to_teachers(checked, by_rules)


def _judged(request: HelpRequest, evidence: Evidence, by_rules: Verdict, *, ask_model: bool) -> Verdict:
    """What only a person may decide is asked of nobody else; what the phone shows surely needs no model."""
    if by_rules.withheld:
        return by_rules
    known = memory.recall(evidence, by_rules, reading.remembered(request.subtask_id))
    if known is not None:
        return known
    seen = Basis.EXPECTATION in by_rules.rests_on and by_rules.confidence_score >= settings.HELP_THRESHOLD
    if ask_model and enabled() and not seen:
        thought = model.analyse(evidence, reading.names_around(request), budget_of(request.user_id))
        if thought is not None:
            return replace(thought, finding=by_rules.finding)
    return by_rules


def _told_to_teachers(verdict: Verdict, by_rules: Mapping[Language, Verdict]) -> Verdict:
    """With what is for teachers in both languages; a model's diagnosis stays in its own words."""
    korean, english = by_rules[Language.KOREAN].for_teacher, by_rules[Language.ENGLISH].for_teacher
    if verdict.source == MODEL_SOURCE:
        korean = korean._replace(problem_diagnosis=verdict.problem_diagnosis)
        english = english._replace(problem_diagnosis=verdict.problem_diagnosis)
    if verdict.source == memory.SOURCE:
        korean = korean._replace(evidence=[*korean.evidence, memory.SHARED.ko])
        english = english._replace(evidence=[*english.evidence, memory.SHARED.en])
    return replace(verdict, problem_diagnosis=korean.problem_diagnosis, evidence=korean.evidence, english=english)


def settle(request_id: int, verdict: Verdict, *, said: _Said | None = None) -> None:
    """Keep the analysis; unless the request has an answer, deliver this one, or word that the teacher was asked.

    ``said`` is what the verdict was made of: who has said more meanwhile is answered by that.
    """
    with unit_of_work():
        request = selectors.locked(request_id)
        if request is None:
            return
        if said is not None and said != _said(request):
            _start_anew(request)
            return
        _keep(request, verdict)
        if request.status != RequestStatus.ANALYZING:
            return
        if verdict.withheld:
            suggesting.withhold(request, Withheld(verdict.withheld))
        else:
            answers.deliver(
                request,
                source=AnswerSource(verdict.source),
                content=verdict.help_content,
                spoken=verdict.voice_guide_text,
                remembered_id=verdict.remembered_id,
            )


def give_up(request_id: int) -> None:
    """FAILED, with words that do not leave anybody alone; the request stays on the teacher's list."""
    with unit_of_work():
        request = selectors.locked(request_id)
        if request is not None and request.status == RequestStatus.ANALYZING:
            with speaking(Language(request.language)):
                words = _COMFORT.said()
            answers.deliver(
                request, source=AnswerSource.FALLBACK, content=words, spoken=words, status=RequestStatus.FAILED
            )


def finish_late(seconds: float = _LATE_AFTER_SECONDS) -> int:
    """Answer what should have been answered by now, whatever became of its job. Returns how many."""
    late = (
        HelpRequest.objects.filter(status=RequestStatus.ANALYZING)
        .alias(awaited_since=Coalesce("asked_anew_at", "created_at"))
        .filter(awaited_since__lt=now() - timedelta(seconds=seconds))
        .order_by("awaited_since")
    )
    found = list(late.values_list("pk", flat=True)[:_SWEPT_AT_ONCE])
    for request_id in found:
        finish({"request_id": request_id})
    return len(found)


def is_late(request: HelpRequest) -> bool:
    waited = now() - (request.asked_anew_at or request.created_at)
    return request.status == RequestStatus.ANALYZING and waited > timedelta(seconds=_LATE_AFTER_SECONDS)


def _said(request: HelpRequest) -> _Said:
    return selectors.reason_of(request), request.context_data.get("message")


def _told(request: HelpRequest) -> int:
    """How much was said of what is wrong; it only grows."""
    return sum((selectors.reason_of(request) is not None, says_why(request.context_data.get("message"))))


def _keep(request: HelpRequest, verdict: Verdict) -> None:
    HelpAnalysis.objects.get_or_create(
        request=request,
        defaults={
            "source": verdict.source,
            "problem_diagnosis": verdict.problem_diagnosis,
            "confidence_score": verdict.confidence_score,
            "help_content": verdict.help_content,
            "voice_guide_text": verdict.voice_guide_text,
            "finding": verdict.finding,
            "evidence": verdict.evidence,
            "rests_on": list(verdict.rests_on),
            "withheld": verdict.withheld,
            "english": verdict.english._asdict() if verdict.english else None,
            "app": verdict.app[:200],
            "screen": verdict.screen[:200],
        },
    )
