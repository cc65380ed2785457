"""What is known when somebody asks for help. Plain values: the rules that read them need no database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from mobilegpt.activity.page_events import NOTHING_TOLD, PageEvidence
from mobilegpt.guidance.events import TOUCHES, Kind, PhoneEvent
from mobilegpt.guidance.expectation import Expectation, State
from mobilegpt.guidance.matcher import Match, advance, match_events
from mobilegpt.guidance.transparent import Window, window_of
from mobilegpt.guidance.ways import step_of

_GESTURES = {"CLICK": "TAP", "LONG_CLICK": "LONG_TAP", "SCROLL": "SCROLL", "INPUT": "INPUT", "NAVIGATE": "OPEN"}
SHOWS = (Kind.SCREEN, Kind.TAP, Kind.LONG_TAP, Kind.INPUT)
"""Events that tell what stands on the phone."""


@dataclass(frozen=True, slots=True)
class StepFacts:
    """The step that somebody is stuck on. ``expectation`` is what done looks like; ``by_hint``: nobody has said it,
    only the app is known."""

    title: str
    guide: str = ""
    spoken: str = ""
    description: str = ""
    action: str | None = None
    hint: str = ""
    lecture: str = ""
    previous_title: str = ""
    expectation: Expectation | None = None
    by_hint: bool = False

    @property
    def gesture(self) -> str:
        """What a finger does, in the words of ``Expectation``; empty when nobody said."""
        said = self.expectation is not None and not self.by_hint
        return self.expectation.action if said and self.expectation else _GESTURES.get(self.action or "", "")

    @property
    def thing(self) -> str:
        """What to touch, as people call it; empty when nobody said. A hint of a ready lesson is ``thing @ screen``."""
        labels = self.expectation.target.labels if self.expectation is not None else []
        hint = self.hint.partition(" @ ")[0]
        return next(iter(labels), "") or ("" if hint.isascii() else hint)

    @property
    def states(self) -> list[State]:
        """Everything that the step expects a phone to show."""
        if self.expectation is None:
            return []
        expected = self.expectation
        others = [state for way in expected.alternatives for state in (way.where, way.after)]
        return [state for state in (expected.where, expected.after, *others) if state is not None]


@dataclass(frozen=True)
class Evidence:
    """Everything an analysis may look at. ``events`` are what the phone told on this step, in the order in which it
    happened.

    ``app`` and ``screen`` are where the phone is now, ``reason`` the picture that was pressed (``models.Reason``).
    ``tried`` are answers that the same learner got on this step a moment ago, and that did not solve it.
    ``reports_taps``: the client told of taps earlier in this class. ``page`` is what a page in a browser knows.
    ``followed`` is what was kept of following the phone (contract 11.15); ``None``: it was not followed.
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
    tried: tuple[str, ...] = ()
    page: PageEvidence = NOTHING_TOLD
    followed: Match | None = None

    @property
    def knows_taps(self) -> bool:
        """A page in a browser tells of none: then nothing is known of what was touched, and nothing is said of it."""
        return self.reports_taps or bool(self.of_kind(*TOUCHES))

    @cached_property
    def match(self) -> Match:
        """How what the phone shows compares with what the step expects; ``Match()`` where either is not known."""
        expected = self.step.expectation
        if expected is None:
            return Match()
        match = self.followed or match_events(expected, self.events)
        if self.app and self.app not in (match.place.app, self._told_last):  # the request came after the last event
            window = window_of(self.app, self.screen, self.screen)
            now = PhoneEvent(kind=Kind.SCREEN, app=self.app, screen=self.screen, window=window)
            match = advance(expected, match, now)
        return match

    @property
    def _told_last(self) -> str:
        """The app of which the phone told last."""
        return next((event.app for event in reversed(self.events) if event.kind in SHOWS), "")

    @cached_property
    def window(self) -> Window:
        """What stands over the screen (``guidance/transparent.py``); the step's own window is none. What goes on in the
        background tells nothing of it."""
        newest = next((event for event in reversed(self.events) if event.kind in SHOWS), None)
        if newest is None:
            return window_of(self.app, self.screen, self.screen)
        expected = self.step.expectation
        return newest.window if expected is None else step_of(expected).window_of(newest)

    def of_kind(self, *kinds: Kind) -> list[PhoneEvent]:
        return [each for each in self.events if each.kind in kinds]

    def on_screen(self) -> Iterator[str]:
        """Names and words of the screen that is shown now, newest first."""
        yield self.screen
        for event in reversed(self.events):
            if event.kind in SHOWS:
                yield from (event.title, event.screen)
            if event.kind in (Kind.SCREEN, Kind.CONTENT):
                yield from (*event.texts, *event.shown)
            if event.kind is Kind.SCREEN and event.window != "toast":
                return


def name_of(event: PhoneEvent) -> str:
    """What a person would call the thing that was touched; empty when only a program could name it. What was typed is
    no name."""
    if event.kind is Kind.INPUT:
        return event.hint or event.description
    return event.label or ("" if event.element.isascii() else event.element)


def place_now(current_screen: str, events: Sequence[PhoneEvent]) -> tuple[str, str]:
    """Where the phone is: as the request says, else as its newest event does; the event may know the screen's title."""
    app, screen = app_and_screen(current_screen)
    newest = next((each for each in reversed(events) if each.kind in SHOWS and (each.app or each.place)), None)
    if newest is None:
        return app, screen
    if not app and not screen:
        return newest.app, newest.place
    return (app, newest.place or screen) if newest.app == app else (app, screen)


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
