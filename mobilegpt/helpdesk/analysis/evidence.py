"""What is known when somebody asks for help. Plain values: the rules that read them need no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from mobilegpt.activity.page_events import NOTHING_TOLD, PageEvidence
from mobilegpt.guidance.boxes import Box
from mobilegpt.guidance.events import TOUCHES, Kind, PhoneEvent
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.guidance.matcher import Match, match_events
from mobilegpt.guidance.transparent import window_of


@dataclass(frozen=True, slots=True)
class StepFacts:
    """The step that somebody is stuck on. ``expectation`` is what done looks like, where anybody knows."""

    title: str
    guide: str = ""
    spoken: str = ""
    description: str = ""
    action: str | None = None
    hint: str = ""
    lecture: str = ""
    previous_title: str = ""
    expectation: Expectation | None = None

    @property
    def gesture(self) -> str:
        """What a finger does, in the words of ``Expectation``; empty when nobody said."""
        if self.expectation is not None:
            return self.expectation.action
        return _GESTURES.get(self.action or "", "")

    @property
    def apps(self) -> list[str]:
        """Where the step is; it opens the app of its own state afterwards."""
        expected = self.expectation
        return [] if expected is None else [*expected.where.apps, *(expected.after.apps if expected.after else [])]


_GESTURES = {"CLICK": "TAP", "LONG_CLICK": "LONG_TAP", "SCROLL": "SCROLL", "INPUT": "INPUT", "NAVIGATE": "OPEN"}


@dataclass(frozen=True)
class Evidence:
    """Everything an analysis may look at. ``events`` are what the phone told on this step, in the order in which it
    happened.

    ``app`` and ``screen`` are where the phone is now; ``target`` is where the thing to touch lies, if the phone knows.
    ``reason`` is the picture that the learner pressed (``models.Reason``).
    ``tried`` are answers that the same learner got on this step a moment ago, and that did not solve it.
    ``reports_taps``: the client told of taps earlier in this class. ``page`` is what a page in a browser knows.
    """

    step: StepFacts
    level: str = "BEGINNER"
    events: tuple[PhoneEvent, ...] = ()
    reports_taps: bool = False
    message: str = ""
    reason: str = ""
    app: str = ""
    screen: str = ""
    stuck_seconds: int | None = None
    target: Box | None = None
    tried: tuple[str, ...] = ()
    page: PageEvidence = NOTHING_TOLD
    read_at: datetime | None = None

    @property
    def knows_taps(self) -> bool:
        """A page in a browser tells of none: then nothing is known of what was touched, and nothing is said of it."""
        return self.reports_taps or bool(self.of_kind(*TOUCHES))

    @cached_property
    def match(self) -> Match | None:
        """How the phone's events compare with what the step expects; ``None`` where either is not known."""
        if self.step.expectation is None or not self.knows_taps:
            return None
        return match_events(self.step.expectation, self.events)

    @cached_property
    def window(self) -> str:
        """What stands over the screen (``guidance/transparent.py``); by the request where no event told."""
        for event in reversed(self.events):
            if event.kind in (Kind.SCREEN, Kind.TAP, Kind.LONG_TAP, Kind.INPUT, Kind.BACK, Kind.HOME):
                return event.window if event.kind is Kind.SCREEN or event.window else ""
        return window_of(self.app, self.screen)

    def of_kind(self, *kinds: Kind) -> list[PhoneEvent]:
        return [each for each in self.events if each.kind in kinds]

    def on_screen(self) -> Iterator[str]:
        """Words of the screen that is shown now, and names of it, newest first."""
        for event in reversed(self.events):
            yield from (event.title, event.screen, *event.texts, *event.shown)
            if event.kind is Kind.SCREEN and event.window not in ("toast",):
                return


def app_and_screen(current_screen: str) -> tuple[str, str]:
    """``com.kakao.talk.MainActivity`` is an app and a screen; anything else is a screen."""
    package, dot, last = current_screen.strip().rpartition(".")
    if dot and is_package(package) and last[:1].isupper():
        return package, last
    return (current_screen.strip(), "") if is_package(current_screen.strip()) else ("", current_screen.strip())


def is_package(text: str) -> bool:
    """``com.kakao.talk``: at least two lower-case parts."""
    parts = text.split(".")
    return len(parts) > 1 and all(part.isascii() and part.isidentifier() and part == part.lower() for part in parts)
