"""What a step expects of which nobody has said what done looks like: the app that its hint names, and no more."""

from __future__ import annotations

import re

from mobilegpt.guidance.expectation import Expectation, State
from mobilegpt.helpdesk.analysis.evidence import is_package

_OPENING = re.compile(r"열|실행|켜|시작|들어가|아이콘|그림|찾기|open|launch|start", re.IGNORECASE)


def expectation_by_hint(title: str, guide: str, hint: str, before: tuple[str, ...]) -> Expectation | None:
    """``None`` where the hint is no package. The first step that names an app, in words that say so, opens it.

    ``before``: the hints of the steps before. Of what is touched nothing is known, so no touch completes it.
    """
    if not is_package(hint):
        return None
    opens = hint not in before and _OPENING.search(f"{title} {guide}") is not None
    return Expectation(action="OPEN" if opens else "TAP", source="app", where=State(apps=[hint]))
