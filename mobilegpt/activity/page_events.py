"""What a class's page in a browser tells of itself, and what is known by it (contract 11.1). Imports no Django.

It sees itself and nothing else: whether a step stands on it, whether it is hidden, what was heard and enlarged. It
never tells of taps in another app, so it is no phone that reports taps (contract 11.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple


class PageEvent(StrEnum):
    """``event_type`` of what the page sends by itself (``web/src/along/evidence.ts``)."""

    STEP_SHOWN = "page.step_shown"
    HIDDEN = "page.hidden"
    BACK = "page.back"
    CLIP_HEARD = "page.clip_heard"
    PICTURE_ENLARGED = "page.picture_enlarged"
    GUIDE_FLOATED = "page.guide_floated"
    GUIDE_CLOSED = "page.guide_closed"


PAGE_EVENTS = frozenset(event.value for event in PageEvent)


class PageReport(NamedTuple):
    """One of them: when it happened by the server's clock, on which step, and what came with it."""

    at: datetime
    event: str
    subtask_id: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEvidence:
    """What the page has told of one step. Nothing in it says that something was not done: a page that is asleep, or an
    older one, tells nothing.

    ``shown_at``: since when the step was first on it. ``heard``: how often the guide was heard to its end, ``enlarged``
    the picture made big, ``away`` the page left for something else. ``floating``: the guide stands above other apps.
    """

    shown_at: datetime | None = None
    heard: int = 0
    enlarged: int = 0
    away: int = 0
    floating: bool = False


NOTHING_TOLD = PageEvidence()


def page_evidence(reports: Sequence[PageReport], subtask_id: int) -> PageEvidence:
    """``reports``: of one person, oldest first, of this step and of those before it (a window stays open from step to
    step)."""
    mine = [report for report in reports if report.subtask_id == subtask_id]
    count = Counter(report.event for report in mine)
    return PageEvidence(
        shown_at=next((report.at for report in mine if report.event == PageEvent.STEP_SHOWN), None),
        heard=count[PageEvent.CLIP_HEARD],
        enlarged=count[PageEvent.PICTURE_ENLARGED],
        away=count[PageEvent.HIDDEN],
        floating=bool(reports) and reports[-1].data.get("floating") is True,
    )
