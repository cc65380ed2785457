"""What is known when somebody asks for help. Plain values: the rules that read them need no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mobilegpt.activity.page_events import NOTHING_TOLD, PageEvidence
from mobilegpt.guidance.events import TOUCHES as TOUCHES
from mobilegpt.guidance.events import Kind as Kind
from mobilegpt.guidance.events import kind_of as kind_of
from mobilegpt.guidance.events import phone_event

_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the screen, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Happening:
    """One log event. Empty where the client did not say; ``seconds_ago`` by the server's clock."""

    kind: Kind
    seconds_ago: float = 0.0
    app: str = ""
    screen: str = ""
    element: str = ""
    text: str = ""
    x: float | None = None
    y: float | None = None

    @property
    def name(self) -> str:
        """What a person would call the thing that was touched; empty when only a program could name it."""
        return self.text or (self.element if not _is_technical(self.element) else "")


@dataclass(frozen=True, slots=True)
class StepFacts:
    """The step that somebody is stuck on. ``before`` are the hints of the steps up to it, nearest last."""

    title: str
    guide: str = ""
    spoken: str = ""
    description: str = ""
    action: str | None = None
    hint: str = ""
    lecture: str = ""
    previous_title: str = ""
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything an analysis may look at. ``happenings`` are in the order in which they happened.

    ``app`` and ``screen`` are where the phone is now; ``target`` is where the thing to touch lies, if the phone knows.
    ``tried`` are answers that the same learner got on this step a moment ago, and that did not solve it.
    ``reports_taps``: the client told of taps earlier in this class. ``page`` is what a page in a browser knows.
    """

    step: StepFacts
    level: str = "BEGINNER"
    happenings: tuple[Happening, ...] = ()
    reports_taps: bool = False
    message: str = ""
    app: str = ""
    screen: str = ""
    stuck_seconds: int | None = None
    target: Box | None = None
    tried: tuple[str, ...] = ()
    page: PageEvidence = NOTHING_TOLD

    @property
    def knows_taps(self) -> bool:
        """A page in a browser tells of none: then nothing is known of what was touched, and nothing is said of it."""
        return self.reports_taps or bool(self.of_kind(*TOUCHES))

    def of_kind(self, *kinds: Kind) -> list[Happening]:
        return [each for each in self.happenings if each.kind in kinds]


def happening(
    event_type: str, event_data: Mapping[str, Any], screen_info: Mapping[str, Any], seconds_ago: float
) -> Happening:
    """A log event as clients of any kind write it; unknown keys and odd values are passed over."""
    event = phone_event(event_type, event_data, screen_info)
    return Happening(
        kind=event.kind,
        seconds_ago=seconds_ago,
        app=event.app[:_LENGTH],
        screen=event.place[:_LENGTH],
        element=(event.element or event.widget)[:_LENGTH],
        text=event.label[:_LENGTH],
        x=event.x,
        y=event.y,
    )


def box_from(value: Any) -> Box | None:
    """``{left, top, right, bottom}`` or ``{x, y, width, height}``; anything else is no box."""
    if not isinstance(value, Mapping):
        return None
    sides = [_number(value.get(name)) for name in ("left", "top", "right", "bottom")]
    if None in sides:
        x, y, width, height = (_number(value.get(name)) for name in ("x", "y", "width", "height"))
        if x is None or y is None or width is None or height is None:
            return None
        sides = [x, y, x + width, y + height]
    left, top, right, bottom = (side or 0.0 for side in sides)
    return Box(left, top, right, bottom) if left < right and top < bottom else None


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


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -100_000 < value < 100_000:
        return None
    return float(value)


def _is_technical(element: str) -> bool:
    """``android.widget.Button``, ``btn_send``, ``Button#submit``: nothing to say to a learner."""
    return element.isascii()
