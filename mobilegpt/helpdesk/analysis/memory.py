"""Answers that helped before, by app, screen and step: given again, without asking a model.

The place must fit (same step, same app, much the same screen), and so must the problem: what somebody wrote is compared
by its letters; who wrote nothing in particular gets what helped others who wrote nothing in particular there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mobilegpt.core.safety import is_safe
from mobilegpt.helpdesk.analysis.complaints import is_generic
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.similarity import similarity
from mobilegpt.helpdesk.analysis.verdict import Verdict

SOURCE = "MEMORY"
_SAME_SCREEN = 0.5
_SAME_IN_ALL = re.compile(r"(?:Activity|Fragment|Screen)$")
_SAME_PROBLEM = 0.34
_BASE, _FOR_SCREEN, _FOR_PROBLEM, _FOR_RATING = 0.62, 0.1, 0.2, 0.03


@dataclass(frozen=True, slots=True)
class Remembered:
    """One answer, with where and for what it helped. ``finding`` is what the rules saw then; empty for a teacher's."""

    id: int
    app: str
    screen: str
    problem: str
    finding: str
    help_content: str
    voice_guide_text: str
    rating: int


def recall(evidence: Evidence, local: Verdict, remembered: Iterable[Remembered]) -> Verdict | None:
    """The best of the step's remembered answers that fits, or ``None``. ``local`` is what the rules say now."""
    fresh = [each for each in remembered if each.help_content not in evidence.tried]
    fitting = [(score, each) for each in fresh if (score := fit(evidence, local.finding, each)) > 0]
    if not fitting:
        return None
    score, best = max(fitting, key=lambda pair: (pair[0], pair[1].rating, pair[1].id))
    return Verdict(
        source=SOURCE,
        problem_diagnosis=local.problem_diagnosis,
        help_content=best.help_content,
        voice_guide_text=best.voice_guide_text,
        confidence_score=round(min(score, 0.95), 2),
        finding=local.finding,
        evidence=[*local.evidence, "같은 단계에서 도움이 되었던 답이에요"],
        remembered_id=best.id,
        app=evidence.app,
        screen=evidence.screen,
    )


def fit(evidence: Evidence, finding: str, answer: Remembered) -> float:
    """0 when it does not fit; else how sure one may be of it."""
    if evidence.app and answer.app and evidence.app != answer.app:
        return 0.0
    here, there = _SAME_IN_ALL.sub("", evidence.screen), _SAME_IN_ALL.sub("", answer.screen)
    screens = similarity(here, there) if here and there else None
    if screens is not None and screens < _SAME_SCREEN:
        return 0.0
    if answer.finding and answer.finding != finding:
        return 0.0
    problem = _problem_fit(evidence.message, answer.problem)
    if problem is None or not is_safe(answer.help_content, answer.voice_guide_text):
        return 0.0
    return _BASE + _FOR_SCREEN * (screens or 0.0) + _FOR_PROBLEM * problem + _FOR_RATING * (answer.rating - 4)


def _problem_fit(message: str, problem: str) -> float | None:
    asked, answered = not is_generic(message), not is_generic(problem)
    if not asked and not answered:
        return 0.5
    if asked != answered:
        return None
    alike = similarity(message, problem)
    return alike if alike >= _SAME_PROBLEM else None
