"""Answers that a teacher shares, by app, screen and step: given again, without asking a model.

The place must fit (same step, same app, much the same screen), and so must the problem: what somebody wrote is of the
same kind, or like the teacher's wording; who wrote nothing in particular gets what is for nothing in particular.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from mobilegpt.core.locale import Words
from mobilegpt.helpdesk.analysis.complaints import is_generic
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.finding import complaint
from mobilegpt.helpdesk.analysis.local import basis
from mobilegpt.helpdesk.analysis.similarity import similarity
from mobilegpt.helpdesk.analysis.verdict import Basis, Verdict
from mobilegpt.language.safety import is_safe

SOURCE = "MEMORY"
SHARED = Words("선생님이 이 단계에서 함께 쓰기로 한 답이에요", "An answer that a teacher shares on this step")
_SAME_SCREEN = 0.5
_SAME_IN_ALL = re.compile(r"(?:Activity|Fragment|Screen)$")
_SAME_PROBLEM = 0.34
_SAME_KIND = 0.5
_BASE, _FOR_SCREEN, _FOR_PROBLEM, _FOR_RATING = 0.62, 0.1, 0.2, 0.03


@dataclass(frozen=True, slots=True)
class Remembered:
    """One answer, with where and for what it helped; ``problem`` in the teacher's words, ``complaint`` by its kind.

    ``step_words`` is the version of the step that it was shared for; empty for those of before, which fit any.
    """

    id: int
    app: str
    screen: str
    problem: str
    complaint: str
    help_content: str
    voice_guide_text: str
    rating: int
    step_words: str = ""
    pinned: bool = False


def step_version(title: str, guide: str, spoken: str, action: str | None) -> str:
    """Another one for other words or another act: what helped with these may not help with those (contract 11.19)."""
    return hashlib.sha256("\x1f".join((title, guide, spoken, action or "")).encode()).hexdigest()


def recall(evidence: Evidence, local: Verdict, remembered: Iterable[Remembered]) -> Verdict | None:
    """The best of the step's remembered answers that fits, or ``None``. ``local`` is what the rules say now."""
    fresh = [each for each in remembered if each.help_content not in evidence.tried]
    fitting = [(score, each) for each in fresh if (score := fit(evidence, each)) > 0]
    if not fitting:
        return None
    score, best = max(fitting, key=lambda pair: (pair[1].pinned, pair[0], pair[1].rating, pair[1].id))
    return Verdict(
        source=SOURCE,
        problem_diagnosis=local.problem_diagnosis,
        help_content=best.help_content,
        voice_guide_text=best.voice_guide_text,
        confidence_score=round(min(score, 0.95), 2),
        finding=local.finding,
        evidence=local.evidence,
        rests_on=basis(evidence, Basis.SHARED),
        remembered_id=best.id,
        app=evidence.app,
        screen=evidence.screen,
    )


def fit(evidence: Evidence, answer: Remembered) -> float:
    """0 when it does not fit; else how sure one may be of it."""
    step = evidence.step
    if answer.step_words not in ("", step_version(step.title, step.guide, step.spoken, step.action)):
        return 0.0
    if evidence.app and answer.app and evidence.app != answer.app:
        return 0.0
    here, there = _SAME_IN_ALL.sub("", evidence.screen), _SAME_IN_ALL.sub("", answer.screen)
    screens = similarity(here, there) if here and there else None
    if screens is not None and screens < _SAME_SCREEN:
        return 0.0
    problem = _problem_fit(evidence, answer)
    if problem is None or not is_safe(answer.help_content, answer.voice_guide_text):
        return 0.0
    return _BASE + _FOR_SCREEN * (screens or 0.0) + _FOR_PROBLEM * problem + _FOR_RATING * (answer.rating - 4)


def _problem_fit(evidence: Evidence, answer: Remembered) -> float | None:
    message, kind = evidence.message, complaint(evidence)
    asked, answered = not is_generic(message), not is_generic(answer.problem)
    if not asked and kind is None:
        return None if answered or answer.complaint else 0.5
    if asked and answered and (alike := similarity(message, answer.problem)) >= _SAME_PROBLEM:
        return alike
    return _SAME_KIND if kind is not None and answer.complaint == kind.name else None
