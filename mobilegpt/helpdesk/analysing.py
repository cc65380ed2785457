"""From a request to an answer, always within a minute (contract 8.3; reliability F13).

A job analyses. Whatever dies on the way, a sweep in any living process answers by the local rules, and whoever looks at
a request that is late answers it on the spot. The request's own row decides who was first: one analysed answer, and
none when a teacher's came before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from mobilegpt.core.clock import now
from mobilegpt.core.locale import Language, Words, speaking
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.helpdesk import answers, grouping, selectors, suggesting
from mobilegpt.helpdesk.analysis import local, memory, model, reading
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.verdict import Verdict
from mobilegpt.helpdesk.models import AnswerSource, HelpAnalysis, HelpRequest, RequestStatus, Withheld
from mobilegpt.jobs import enqueue, job
from mobilegpt.language.budget import budget_of
from mobilegpt.language.model import enabled

log = structlog.get_logger(__name__)

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
    enqueue(JOB, {"request_id": request.pk}, key=f"help:{request.pk}")


def finish(payload: dict[str, Any]) -> None:
    """Answer by the local rules now, or with words of comfort when even they fail."""
    request = selectors.not_analysed(payload["request_id"])
    if request is None:
        return
    try:
        settle(request.pk, judge(request, ask_model=False))
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
    young = now() - request.created_at < timedelta(seconds=_MODEL_UNTIL_SECONDS)
    settle(request.pk, judge(request, ask_model=waiting and young))


def judge(request: HelpRequest, *, ask_model: bool) -> Verdict:
    """What a teacher shares, else what a model says, else what the rules say. Holds no transaction."""
    evidence = reading.read(request)
    by_rules = {language: local.analyse_in(language, evidence) for language in Language}
    asker = Language(request.language)
    with speaking(asker):
        verdict = _judged(request, evidence, by_rules[asker], ask_model=ask_model)
    return _told_to_teachers(verdict, by_rules)


def _judged(request: HelpRequest, evidence: Evidence, by_rules: Verdict, *, ask_model: bool) -> Verdict:
    known = memory.recall(evidence, by_rules, reading.remembered(request.subtask_id))
    if known is not None:
        return known
    if ask_model and enabled():
        thought = model.analyse(evidence, reading.names_around(request), budget_of(request.user_id))
        if thought is not None:
            return thought
    return by_rules


def _told_to_teachers(verdict: Verdict, by_rules: Mapping[Language, Verdict]) -> Verdict:
    """With what is for teachers in both languages; a model's diagnosis stays in its own words."""
    korean, english = by_rules[Language.KOREAN].for_teacher, by_rules[Language.ENGLISH].for_teacher
    if verdict.source == model.SOURCE:
        korean = korean._replace(problem_diagnosis=verdict.problem_diagnosis)
        english = english._replace(problem_diagnosis=verdict.problem_diagnosis)
    if verdict.source == memory.SOURCE:
        korean = korean._replace(evidence=[*korean.evidence, memory.SHARED.ko])
        english = english._replace(evidence=[*english.evidence, memory.SHARED.en])
    return replace(verdict, problem_diagnosis=korean.problem_diagnosis, evidence=korean.evidence, english=english)


def settle(request_id: int, verdict: Verdict) -> None:
    """Keep the analysis; unless the request has an answer, deliver this one, or word that the teacher was asked."""
    with unit_of_work():
        request = selectors.locked(request_id)
        if request is None:
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
    late = HelpRequest.objects.filter(
        status=RequestStatus.ANALYZING, created_at__lt=now() - timedelta(seconds=seconds)
    ).order_by("created_at")
    found = list(late.values_list("pk", flat=True)[:_SWEPT_AT_ONCE])
    for request_id in found:
        finish({"request_id": request_id})
    return len(found)


def is_late(request: HelpRequest) -> bool:
    return request.status == RequestStatus.ANALYZING and now() - request.created_at > timedelta(
        seconds=_LATE_AFTER_SECONDS
    )


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
