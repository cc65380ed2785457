"""A language model's verdict on a request, or none: its answer is checked before anybody gets it."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from mobilegpt.core.locale import Words
from mobilegpt.helpdesk.analysis import prompt
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.local import basis, seen
from mobilegpt.helpdesk.analysis.repeating import repeats
from mobilegpt.helpdesk.analysis.verdict import MODEL_SOURCE, Basis, Verdict
from mobilegpt.helpdesk.analysis.withholding import speaks_of_taps
from mobilegpt.language.model import Budget, Question, ask
from mobilegpt.language.safety import is_safe, plain_text

log = structlog.get_logger(__name__)

_DIAGNOSIS_LENGTH = 500
_SAID_NOTHING = Words("무엇이 문제인지 말하지 않았어요", "It did not say what the problem is")


def analyse(evidence: Evidence, names: Iterable[str], budget: Budget) -> Verdict | None:
    """The model's verdict, or ``None``: not configured, away, over budget, or an answer that nobody should get."""
    question = Question("help", prompt.messages(evidence, names), prompt.SCHEMA, prompt.Reply)
    reply = ask(question, budget)
    return None if reply is None else _verdict(reply, evidence)


def _verdict(reply: prompt.Reply, evidence: Evidence) -> Verdict | None:
    content = plain_text(reply.help_content)
    spoken = plain_text(reply.voice_guide_text) or content
    diagnosis = plain_text(reply.problem_diagnosis, _DIAGNOSIS_LENGTH)
    said = f"{content} {spoken}"
    unknown = not evidence.knows_taps and speaks_of_taps(said)
    if not content or not is_safe(content, spoken) or repeats(said, evidence) or unknown:
        log.warning("model_answer_refused", empty=not content)
        return None
    return Verdict(
        source=MODEL_SOURCE,
        problem_diagnosis=diagnosis or _SAID_NOTHING.said(),
        help_content=content,
        voice_guide_text=spoken,
        confidence_score=round(min(max(reply.confidence_score, 0.0), 1.0), 2),
        evidence=seen(evidence),
        rests_on=basis(evidence, Basis.MODEL),
        app=evidence.app,
        screen=evidence.screen,
    )
