"""What events on a phone look like side by side: presses on one spot, screens to and fro."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from mobilegpt.guidance.events import Kind, PhoneEvent
from mobilegpt.helpdesk.analysis.evidence import Evidence

REPEATED = 3
_SAME_SPOT = 48.0


def repeated_presses(evidence: Evidence) -> int:
    """How often the newest presses were on one spot, with no new screen since; 0 when fewer than ``REPEATED``."""
    taps: list[PhoneEvent] = []
    for event in evidence.events:
        if event.kind is Kind.SCREEN and event.window == "":
            taps = []
        elif event.kind in (Kind.TAP, Kind.LONG_TAP) and event.window != "keyboard":
            taps.append(event)
    counted = Counter(spot for tap in taps[-10:] if (spot := _spot(tap)) is not None)
    most = max(counted.values(), default=0)
    return most if most >= REPEATED else 0


def _spot(tap: PhoneEvent) -> tuple[str, str] | None:
    if tap.label:
        return ("label", tap.label)
    if tap.x is not None and tap.y is not None:
        return ("place", f"{round(tap.x / _SAME_SPOT)}:{round(tap.y / _SAME_SPOT)}")
    return ("element", f"{tap.element}{tap.bounds or ''}") if tap.element or tap.bounds else None


def returns(evidence: Evidence) -> int:
    """How often the screen changed between only two of them."""
    shown = [each for each in evidence.of_kind(Kind.SCREEN) if each.window == ""]
    places = [(each.app, each.place) for each in shown if each.app or each.place]
    changes = [(one, other) for one, other in pairwise(places) if one != other]
    return len(changes) if len({place for change in changes for place in change}) == 2 else 0


def led_elsewhere(evidence: Evidence) -> bool:
    """Whether the newest press brought another screen of the same app than the one that it was on."""
    events = [each for each in evidence.events if each.kind in (Kind.TAP, Kind.LONG_TAP, Kind.SCREEN, Kind.BACK)]
    events = [each for each in events if each.window == ""]
    if len(events) < 2 or events[-1].kind is not Kind.SCREEN or events[-2].kind not in (Kind.TAP, Kind.LONG_TAP):
        return False
    before = next((each for each in reversed(events[:-2]) if each.kind is Kind.SCREEN), events[-2])
    after = events[-1]
    return after.app == before.app and (after.screen, after.title) != (before.screen, before.title)
