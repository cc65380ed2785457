"""A screen: parts from top to bottom, and perhaps something that lies over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from PIL import Image

from mobilegpt.screens import icons
from mobilegpt.screens.canvas import GREY, INK, PAPER, WHITE, Box, Canvas

WIDTH, HEIGHT = 720, 1280

Places = dict[str, Box]
"""Where the things lie that can be touched, by their names; in pixels."""


class Part(Protocol):
    """One part of a screen. ``height`` is in pixels; parts of height 0 share what is left."""

    @property
    def height(self) -> float: ...

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        """Draw into ``box``, and put the things that can be touched into ``places``."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished picture, and where on it the things lie that can be touched."""

    picture: Image.Image
    places: Places

    def place(self, name: str) -> Box:
        """As fractions of the picture. Raises ``KeyError`` with what there is."""
        if name not in self.places:
            raise KeyError(f"{name!r} is not on the screen; there are: {', '.join(sorted(self.places))}")
        box, (width, height) = self.places[name], self.picture.size
        return Box(box.x / width, box.y / height, box.w / width, box.h / height)


@dataclass(frozen=True, slots=True)
class Screen:
    """``name`` is what people call it ("카메라 화면"). ``over`` lies on it, with all below in the shade."""

    name: str
    parts: tuple[Part, ...]
    over: Part | None = None
    paper: str = PAPER
    phone: bool = True
    """With a phone's status line and its three buttons; without them it is another machine."""
    dark: bool = False
    wifi: bool = True

    def draw(self) -> Drawn:
        canvas, places = Canvas(WIDTH, HEIGHT, self.paper), Places()
        rest = canvas.whole
        if self.phone:
            rest = Box(0, 56, WIDTH, HEIGHT - 56 - 80)
        shared = [part for part in self.parts if not part.height]
        left = rest.h - sum(part.height for part in self.parts)
        y = rest.y
        for part in self.parts:
            height = part.height or left / len(shared)
            part.draw(canvas, Box(0, y, WIDTH, height), places)
            y += height
        if self.over is not None:
            canvas.dim()
            places.clear()
            self.over.draw(canvas, rest, places)
        if self.phone:
            self._draw_frame(canvas, places)
        return Drawn(canvas.picture(), places)

    def _draw_frame(self, canvas: Canvas, places: Places) -> None:
        paper, ink = ("#111418", WHITE) if self.dark else (WHITE, INK)
        canvas.box(Box(0, 0, WIDTH, 56), paper)
        canvas.text("10:30", (30, 29), 28, ink, bold=True)
        if self.wifi:
            icons.draw("wifi", canvas, WIDTH - 108, 26, 30, ink, paper)
        canvas.box(Box(WIDTH - 76, 17, 46, 24), None, 6, ink, 3)
        canvas.box(Box(WIDTH - 71, 22, 28, 14), ink, 3)
        canvas.box(Box(WIDTH - 29, 24, 5, 10), ink, 2)
        bottom = Box(0, HEIGHT - 80, WIDTH, 80)
        grey = "#B9C0C8" if self.dark else GREY
        canvas.box(bottom, paper)
        recent, home, back = bottom.columns(3)
        for across in (-14, 0, 14):
            at = recent.middle[0] + across
            canvas.line([(at, recent.y + 26), (at, recent.y + 54)], grey, 5)
        x, y = home.middle
        canvas.box(Box(x - 18, y - 18, 36, 36), None, 10, grey, 5)
        icons.draw("back", canvas, *back.middle, 36, grey)
        places |= {
            "system_home": home,
            "system_back": back,
            "status": Box(0, 0, WIDTH, 56),
            "status_wifi": Box(WIDTH - 132, 4, 50, 46),
        }


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing, of a height."""

    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        """Leaves the screen's own colour."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Parts on a ground of their own colour, from top to bottom."""

    parts: tuple[Part, ...]
    paper: str = WHITE
    height: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "height", sum(part.height for part in self.parts))

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, self.paper)
        y = box.y
        for part in self.parts:
            part.draw(canvas, Box(box.x, y, box.w, part.height), places)
            y += part.height
