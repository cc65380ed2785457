"""What the happenings on a phone look like side by side: presses on one spot, to and fro, how far from the target."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from mobilegpt.helpdesk.analysis.evidence import Box, Evidence, Happening, Kind

REPEATED = 3
_SAME_SPOT = 48.0


def repeated_spot(evidence: Evidence) -> tuple[Happening, int] | None:
    """What was pressed most among the last ten presses, if at least three times."""
    taps = evidence.of_kind(Kind.TAP, Kind.LONG_TAP)[-10:]
    spots = [_spot(each) for each in taps]
    counted = Counter(spot for spot in spots if spot is not None)
    if not counted:
        return None
    spot, count = counted.most_common(1)[0]
    return (taps[spots.index(spot)], count) if count >= REPEATED else None


def _spot(tap: Happening) -> tuple[str, str] | None:
    if tap.text:
        return ("text", tap.text)
    if tap.x is not None and tap.y is not None:
        return ("place", f"{round(tap.x / _SAME_SPOT)}:{round(tap.y / _SAME_SPOT)}")
    return ("element", tap.element) if tap.element else None


def returns(evidence: Evidence) -> int:
    """How often the screen changed between only two of them."""
    places = [(each.app, each.screen) for each in evidence.happenings if each.app or each.screen]
    changes = [(one, other) for one, other in pairwise(places) if one != other]
    return len(changes) if len({place for change in changes for place in change}) == 2 else 0


def gap(target: Box, tap: Happening) -> float:
    """Pixels from the target's edge; 0 inside."""
    x, y = tap.x or 0.0, tap.y or 0.0
    dx = max(target.left - x, 0.0, x - target.right)
    dy = max(target.top - y, 0.0, y - target.bottom)
    return max(dx, dy)
