"""What every answer has to pass before a learner gets it, whoever made it (contract 11.17).

What only a person may decide is theirs; so is what is not likely to help, and what nobody has understood. Of a phone
that reports no taps nothing is said of taps.
"""

from __future__ import annotations

import re
from dataclasses import replace

from mobilegpt.helpdesk.analysis.complaints import is_cry, said
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.risks import Risk, risk_of, risk_told
from mobilegpt.helpdesk.analysis.verdict import MODEL_SOURCE, Verdict

USUAL_THRESHOLD = 0.7
FOR_TEACHER = frozenset({"said_is_it_right", "done_and_more", "pressed_and_asks", "strayed_or_done"})
"""Findings of which only a person can see whether all is well."""
RISK, NOT_SURE = "RISK", "NOT_SURE"
_OF_TAPS = re.compile(
    r"누르셨|눌렀|누르지 ?않|누른 ?(?:적|것|거|곳|기록)|누르신|누르고 ?계|터치하셨|건드리셨|쓰지 ?않으셨|"
    r"입력하지 ?않으셨|밀지 ?않으셨|넘기셨|"
    r"\byou(?:'ve| have)?(?: not| never| already| just)? (?:pressed|tapped|clicked|touched|typed)|"
    r"\byou (?:did|have)(?:n't| not) (?:press|tap|click|touch|type)",
    re.IGNORECASE,
)


def checked(verdict: Verdict, evidence: Evidence, threshold: float = USUAL_THRESHOLD) -> Verdict:
    """The verdict, withheld where it has to be."""
    if verdict.withheld:
        return verdict
    if risk_of(evidence) is not None:
        return replace(verdict, withheld=RISK)
    risk = _told_by_a_model(verdict, evidence)
    if risk is not None:  # nobody is offered to send it, either
        instead = risk.suggestion.said()
        return replace(verdict, withheld=RISK, help_content=instead, voice_guide_text=instead)
    given = verdict.confidence_score >= threshold and verdict.finding not in FOR_TEACHER
    understood = verdict.remembered_id is not None or is_understood(evidence)
    return verdict if given and understood else replace(verdict, withheld=NOT_SURE)


def _told_by_a_model(verdict: Verdict, evidence: Evidence) -> Risk | None:
    """The words of the rules are known, and shared ones are a teacher's."""
    if verdict.source != MODEL_SOURCE:
        return None
    return risk_told(f"{verdict.help_content} {verdict.voice_guide_text}", evidence.step)


def is_understood(evidence: Evidence) -> bool:
    """Whether it is known what they ask: no more than that they ask is known, too."""
    return said(evidence.message) is not None or is_cry(evidence.message)


def speaks_of_taps(text: str) -> bool:
    """Whether somebody is told what they touched, or did not."""
    return _OF_TAPS.search(text) is not None
