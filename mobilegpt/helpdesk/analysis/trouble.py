"""Whether what a phone tells shows that somebody needs help who has not asked (contract 11.2).

Time alone never does: who reads slowly, or works in another app, is in no trouble.
"""

from __future__ import annotations

from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.findings import find

SILENT = "silent"
_WRONG_PLACE = frozenset({"permission_window", "notification_shade", "wrong_app", "left_the_app"})
_NO_EFFECT = frozenset(
    {
        "near_miss",
        "impatient",
        "repeated_elsewhere",
        "held_too_long",
        "tapped_too_short",
        "taps_for_scroll",
        "lost_in_scrolling",
        "back_and_forth",
    }
)


def trouble(evidence: Evidence, *, silent: bool) -> str | None:
    """The name of what shows it: a finding, or ``SILENT`` for a phone that told of taps before and tells no more.

    ``None`` for a client that tells of none, whatever else is known.
    """
    if not evidence.knows_taps:
        return None
    telling = _WRONG_PLACE | _NO_EFFECT
    shown = next((finding.name for finding in find(evidence) if finding.name in telling), None)
    return shown or (SILENT if silent else None)
