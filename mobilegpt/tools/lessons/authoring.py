"""How a ready lesson is written down: words, the screen that they speak of, and what is touched on it.

Where a mark stands follows from where the screen draws the thing; nobody measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mobilegpt.lectures.step import PictureMark
from mobilegpt.screens.canvas import where_on
from mobilegpt.screens.screen import Drawn, Screen

Action = Literal["CLICK", "LONG_CLICK", "SCROLL", "INPUT", "NAVIGATE"]
_ACTIONS: dict[str, Action] = {"tap": "CLICK", "long_tap": "LONG_CLICK", "swipe": "SCROLL", "box": "NAVIGATE"}
_WIDE = 0.55
_DIRECTIONS = {"up": "위로", "down": "아래로", "left": "왼쪽으로", "right": "오른쪽으로"}


@dataclass(frozen=True, slots=True)
class Touch:
    """What is done at a place of a screen. ``words`` is what people call the thing."""

    kind: Literal["tap", "long_tap", "swipe", "box"]
    place: str
    words: str
    direction: Literal["up", "down", "left", "right"] | None = None

    def mark(self, drawn: Drawn) -> PictureMark:
        """Raises ``KeyError`` where the screen has no such place."""
        box = drawn.place(self.place)
        if self.kind == "box":
            return PictureMark(kind="box", x=_round(box.x), y=_round(box.y), w=_floor(box.w), h=_floor(box.h))
        x, y = box.middle
        if self.kind != "swipe" and box.w > _WIDE:
            x = box.x + box.w * 0.82  # beside the words, which begin on the left
        return PictureMark(kind=self.kind, x=_round(x), y=_round(y), direction=self.direction)

    def told(self, drawn: Drawn) -> str:
        """For the alternative text: what is where, and what is done with it."""
        where, thing = where_on(*drawn.place(self.place).middle), f"'{self.words}'"
        match self.kind:
            case "tap":
                return f"{where} {thing} 누르기"
            case "long_tap":
                return f"{where} {thing} 길게 누르기"
            case "box":
                return f"{where} {thing} 보기"
        return f"{where}에서 {_DIRECTIONS[self.direction or 'up']} 밀기"


def tap(place: str, words: str = "") -> Touch:
    return Touch("tap", place, words or place)


def long_tap(place: str, words: str = "") -> Touch:
    return Touch("long_tap", place, words or place)


def look(place: str, words: str = "") -> Touch:
    return Touch("box", place, words or place)


def swipe(place: str, direction: Literal["up", "down", "left", "right"]) -> Touch:
    return Touch("swipe", place, "", direction)


@dataclass(frozen=True, slots=True)
class Step:
    """One action: ``guide`` is read, ``voice`` is heard and tells a little more."""

    title: str
    title_en: str
    guide: str
    voice: str
    screen: Screen
    touch: Touch
    action: Action | None = None

    @property
    def does(self) -> Action:
        return self.action or _ACTIONS[self.touch.kind]


@dataclass(frozen=True, slots=True)
class Part:
    """One task of a lesson."""

    title: str
    title_en: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ReadyLesson:
    """``key`` names its file, and is its key in the library."""

    key: str
    title: str
    title_en: str
    description: str
    parts: tuple[Part, ...]

    @property
    def steps(self) -> list[Step]:
        return [step for part in self.parts for step in part.steps]


def _round(value: float) -> float:
    return round(value, 3)


def _floor(value: float) -> float:
    """Never beyond the edge, when added to a rounded corner."""
    return int(value * 1000 - 1) / 1000
