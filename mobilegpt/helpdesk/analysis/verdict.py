"""What an analysis came to."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Verdict:
    """``source`` is an ``AnswerSource``; ``finding`` names the rule that fits best; ``evidence`` is for the teacher.

    ``remembered_id`` is the remembered answer that is given again; ``app`` and ``screen`` are where the phone was.
    """

    source: str
    problem_diagnosis: str
    help_content: str
    voice_guide_text: str
    confidence_score: float
    finding: str = ""
    evidence: list[str] = field(default_factory=list)
    remembered_id: int | None = None
    app: str = ""
    screen: str = ""
