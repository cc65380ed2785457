"""Whether what a phone tells shows that somebody needs help who has not asked (contract 11.2).

Time alone never does: who reads slowly, or works in another app for a moment, is in no trouble.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mobilegpt.guidance.events import Kind
from mobilegpt.guidance.matcher import WRONG, Match, Verdict, advance
from mobilegpt.guidance.transparent import is_launcher
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.findings import find

SILENT = "silent"
PAGES = 3
"""A page in a browser tells of no taps; who comes back to it so often does not get on in the app."""
_A_LOOK = timedelta(seconds=25)
"""Who looks into a message, or waits for the phone, is back by then."""
_ON_THE_WAY = timedelta(seconds=90)
"""Who is on the home screen is between two things."""
_A_MOMENT = timedelta(seconds=5)
_STRAYED, _SCREENS = 3, 7
_NO_EFFECT = frozenset(
    {
        "repeated",
        "held_too_long",
        "tapped_too_short",
        "taps_for_scroll",
        "lost_in_scrolling",
        "back_and_forth",
    }
)
_WINDOWS = {
    "permission": "permission_window",
    "update": "update_window",
    "shade": "notification_shade",
    "error": "not_responding",
}


def trouble(evidence: Evidence, moment: datetime, *, silent: bool) -> str | None:
    """The name of what shows it: where they are, what they do without effect, a window that wants an answer of them, or
    ``SILENT`` for a phone that told of taps before and tells no more.

    ``None`` for a client that tells of no taps, whatever else is known; and for who has done the step.
    """
    if not evidence.knows_taps or evidence.match.verdict is Verdict.DONE:
        return None
    return _place(evidence, moment) or _acts(evidence, moment) or (SILENT if silent else None)


def _place(evidence: Evidence, moment: datetime) -> str | None:
    match, newest = evidence.match, _newest(evidence)
    if evidence.window in _WINDOWS and newest is not None and moment - newest >= _A_LOOK:
        return _WINDOWS[evidence.window]
    since, patience = _wrong_since(evidence), _ON_THE_WAY if is_launcher(match.place.app) else _A_LOOK
    if match.verdict in WRONG and (since is None or moment - since >= patience):
        return match.verdict.value
    screens = [event for event in evidence.of_kind(Kind.SCREEN) if event.window in ("", "launcher")]
    return "wandering" if match.strayed >= _STRAYED or len(screens) >= _SCREENS else None


def _acts(evidence: Evidence, moment: datetime) -> str | None:
    newest = _newest(evidence)
    if newest is None or moment - newest < _A_MOMENT:
        return None
    return next((finding.name for finding in find(evidence) if finding.name in _NO_EFFECT), None)


def _newest(evidence: Evidence) -> datetime | None:
    return max((event.at for event in evidence.events if event.at is not None), default=None)


def _wrong_since(evidence: Evidence) -> datetime | None:
    """Since when they are where the step is not; ``None`` where that is longer ago than what is known."""
    expected, match, since = evidence.step.expectation, Match(), None
    if expected is None:
        return None
    for event in evidence.events:
        before, match = match, advance(expected, match, event)
        if match.verdict in WRONG and before.verdict not in WRONG:
            since = event.at
    return since if match.verdict in WRONG else None
