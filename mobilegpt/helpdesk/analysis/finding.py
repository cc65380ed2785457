"""What a rule finds, and what somebody said: the pieces of which rules are made."""

from __future__ import annotations

from dataclasses import dataclass

from mobilegpt.guidance.matcher import Verdict
from mobilegpt.helpdesk.analysis.complaints import Complaint, said
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.verdict import Basis

SEEN: tuple[Basis, ...] = (Basis.EXPECTATION, Basis.SCREEN)
TOUCHED: tuple[Basis, ...] = (Basis.TAPS,)


@dataclass(frozen=True, slots=True)
class Finding:
    """``name`` is stable. ``diagnosis`` speaks to the teacher, ``advice`` to the learner, in the language of the
    moment.

    ``guide``: the step's own words follow. ``rests_on``: what it was concluded from.
    """

    name: str
    diagnosis: str
    advice: str = ""
    guide: bool = False
    rests_on: tuple[Basis, ...] = ()


def complaint(evidence: Evidence) -> Complaint | None:
    return said(evidence.message, evidence.reason)


def says(evidence: Evidence, *names: str) -> bool:
    found = complaint(evidence)
    return found is not None and found.name.removeprefix("said_") in names


def of_words(evidence: Evidence, wanted: str = "", *, name: str = "") -> Finding | None:
    """Only what they wrote, or the picture that they pressed, says so."""
    found = complaint(evidence)
    if found is None or (wanted and found.name != f"said_{wanted}"):
        return None
    if found.name == "said_what_next" and evidence.match.verdict is Verdict.ON_THE_WAY:
        return None  # the step itself is next
    by_reason = said(evidence.message) is None
    rests: tuple[Basis, ...] = (Basis.REASON if by_reason else Basis.WORDS,)
    return Finding(name or found.name, found.diagnosis.said(), found.advice.said(), found.guide, rests)
