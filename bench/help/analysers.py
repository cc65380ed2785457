"""Who is asked for help: the help desk's own rules, given what the server would read from the same events.

They see what a client posts and nothing else: ``Event.part`` and the labels stay here.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.help.previous_rules import evidence_of
from bench.help.scoring import Given
from bench.help.trace import Trace
from mobilegpt.helpdesk.analysis.local import analyse


def help_desk(traces: Sequence[Trace]) -> list[Given]:
    """The rules of this version, without a model and without shared answers."""
    return [_given(trace) for trace in traces]


def _given(trace: Trace) -> Given:
    verdict = analyse(evidence_of(trace))
    return Given(verdict.help_content, verdict.confidence_score, finding=verdict.finding)
