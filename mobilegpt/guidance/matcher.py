"""A phone's events read against what a step expects, one after the other: done, on the way, or where it went astray.

State in, event in, state out: it runs live, event by event, and over a list. Pure. What is not known is ``UNKNOWN``,
which blames nobody and completes nothing. A right act is never called wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from mobilegpt.guidance.events import PhoneEvent
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.guidance.transparent import Window


class Verdict(StrEnum):
    UNKNOWN = "unknown"
    ON_THE_WAY = "on_the_way"
    DONE = "done"
    WRONG_SCREEN = "wrong_screen"
    WRONG_APP = "wrong_app"
    INTERRUPTED = "interrupted"


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a phone is, as far as it told: a package, a class, a title."""

    app: str = ""
    screen: str = ""
    title: str = ""


class Divergence(msgspec.Struct, frozen=True, omit_defaults=True):
    """The first thing that led away from the step: ``index`` of the event, what was touched (``label``), and where that
    led."""

    index: int
    at: datetime | None = None
    label: str = ""
    place: Place = Place()


class Match(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where somebody is with a step, by the events up to now. ``Match()`` before the first.

    ``done_by``: the act itself, an alternative, or the state that was there already. ``window``: what stands over the
    screen, when it is ``INTERRUPTED`` a permission window, a call or an update. ``divergence``: the first that is not
    made good. ``strayed``: how often they left the way. ``came`` and ``acted`` are the matcher's own.
    """

    verdict: Verdict = Verdict.UNKNOWN
    place: Place = Place()
    window: Window = ""
    done_by: Literal["", "act", "alternative", "state"] = ""
    divergence: Divergence | None = None
    strayed: int = 0
    count: int = 0
    came: bool = False
    acted: int | None = None


class WayBack(msgspec.Struct, frozen=True):
    """What leads back to the step: finish what interrupts, close what covers it, go back, or open the app."""

    act: Literal["finish", "close", "back", "open"]
    place: Place = Place()


def advance(expectation: Expectation, match: Match, event: PhoneEvent) -> Match:
    """What is known after one more event. What is done stays done."""
    raise NotImplementedError


def match_events(expectation: Expectation, events: Iterable[PhoneEvent]) -> Match:
    """Of a list of events, in order of time."""
    match = Match()
    for event in events:
        match = advance(expectation, match, event)
    return match


def way_back(expectation: Expectation, match: Match) -> WayBack | None:
    """``None`` where nobody has to go back."""
    raise NotImplementedError
