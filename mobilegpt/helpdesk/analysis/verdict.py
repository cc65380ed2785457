"""What an analysis came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

MODEL_SOURCE = "MODEL"
"""The ``source`` of what a model says."""


class Basis(StrEnum):
    """What an answer rests on (contract 11.17)."""

    REASON = "REASON"
    WORDS = "WORDS"
    EXPECTATION = "EXPECTATION"
    TAPS = "TAPS"
    SCREEN = "SCREEN"
    PAGE = "PAGE"
    GUIDE = "GUIDE"
    SHARED = "SHARED"
    MODEL = "MODEL"


class ForTeacher(NamedTuple):
    """What only a teacher reads."""

    problem_diagnosis: str
    evidence: list[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``source`` is an ``AnswerSource``; ``finding`` names the rule that fits best.

    The answer is in the asker's language; ``problem_diagnosis`` and ``evidence`` are for the teacher, in Korean, and
    ``english`` has them in English.
    ``rests_on`` is what it was concluded from, ``withheld`` why nobody is given it (``Withheld``; empty: it is given).
    ``remembered_id`` is the remembered answer that is given again; ``app`` and ``screen`` are where the phone was.
    """

    source: str
    problem_diagnosis: str
    help_content: str
    voice_guide_text: str
    confidence_score: float
    finding: str = ""
    evidence: list[str] = field(default_factory=list)
    rests_on: tuple[Basis, ...] = ()
    withheld: str = ""
    english: ForTeacher | None = None
    remembered_id: int | None = None
    app: str = ""
    screen: str = ""

    @property
    def for_teacher(self) -> ForTeacher:
        return ForTeacher(self.problem_diagnosis, self.evidence)
