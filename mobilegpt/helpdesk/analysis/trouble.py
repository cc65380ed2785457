"""Whether what a phone tells shows that somebody needs help who has not asked (contract 11.2).

Time alone never does: who reads slowly, or works in another app, is in no trouble.
"""

from __future__ import annotations

from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.findings import find

SILENT = "silent"
_WRONG_PLACE = frozenset({"left_the_app", "wrong_app", "wrong_screen", "notification_shade"})
_NO_EFFECT = frozenset(
    {
        "not_responding",
        "repeated",
        "held_too_long",
        "tapped_too_short",
        "taps_for_scroll",
        "lost_in_scrolling",
        "back_and_forth",
    }
)
_WINDOWS = {"permission": "permission_window", "update": "update_window"}


def trouble(evidence: Evidence, *, silent: bool) -> str | None:
    """The name of what shows it: a finding, a window that wants an answer of them, or ``SILENT`` for a phone that told
    of taps before and tells no more.

    ``None`` for a client that tells of none, whatever else is known; and for who has done the step.
    """
    if not evidence.knows_taps:
        return None
    found = [finding.name for finding in find(evidence)]
    if "done" in found:
        return None
    if evidence.window in _WINDOWS:
        return _WINDOWS[evidence.window]
    shown = next((name for name in found if name in _WRONG_PLACE | _NO_EFFECT), None)
    return shown or (SILENT if silent else None)
