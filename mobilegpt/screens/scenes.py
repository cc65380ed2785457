"""Views that we draw instead of photographs: a landscape for each number, and what shows them."""

from __future__ import annotations

from dataclasses import dataclass

from mobilegpt.screens import icons
from mobilegpt.screens.canvas import BLUE, GREY, INK, WHITE, Box, Canvas
from mobilegpt.screens.screen import Places

SCENES = ("산", "꽃", "바다", "나무", "케이크", "집")


def draw_scene(canvas: Canvas, number: int, box: Box) -> None:
    """One of ``SCENES``, by its place."""
    (_mountain, _flower, _sea, _tree, _cake, _house)[number % len(SCENES)](canvas, box)


class _Frame:
    """Fractions of a box as places in the picture."""

    def __init__(self, canvas: Canvas, box: Box) -> None:
        self.canvas, self.box = canvas, box
        self.unit = min(box.w, box.h)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.box.x + self.box.w * x, self.box.y + self.box.h * y

    def ground(self, colour: str, top: float = 0.0, bottom: float = 1.0) -> None:
        box = self.box
        self.canvas.box(Box(box.x, box.y + box.h * top, box.w, box.h * (bottom - top)), colour)

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        self.canvas.circle(*self.at(x, y), radius * self.unit, colour)

    def shape(self, colour: str, *points: tuple[float, float]) -> None:
        self.canvas.polygon([self.at(*point) for point in points], colour)

    def block(self, colour: str, x: float, y: float, w: float, h: float, radius: float = 0) -> None:
        left, top = self.at(x, y)
        self.canvas.box(Box(left, top, self.box.w * w, self.box.h * h), colour, radius)


def _mountain(canvas: Canvas, box: Box) -> None:
    frame = _Frame(canvas, box)
    frame.ground("#BFE3F5")
    frame.dot(0.78, 0.22, 0.09, "#FFD54A")
    frame.shape("#6E8B74", (0.0, 0.75), (0.35, 0.25), (0.7, 0.75))
    frame.shape("#FFFFFF", (0.35, 0.25), (0.43, 0.365), (0.27, 0.365))
    frame.shape("#557A5E", (0.4, 0.75), (0.75, 0.38), (1.0, 0.64), (1.0, 0.75))
    frame.ground("#8BB174", 0.74)


def _flower(canvas: Canvas, box: Box) -> None:
    frame = _Frame(canvas, box)
    frame.ground("#DDEFC8")
    canvas.line([frame.at(0.5, 0.5), frame.at(0.5, 0.95)], "#3F7D3A", 0.04 * frame.unit)
    for x, y in (
        (-0.16, 0),
        (0.16, 0),
        (0, -0.16),
        (0, 0.16),
        (-0.11, -0.11),
        (0.11, -0.11),
        (0.11, 0.11),
        (-0.11, 0.11),
    ):
        cx, cy = frame.at(0.5, 0.42)
        canvas.circle(cx + x * frame.unit, cy + y * frame.unit, 0.1 * frame.unit, "#E8638B")
    frame.dot(0.5, 0.42, 0.12, "#FFD54A")


def _sea(canvas: Canvas, box: Box) -> None:
    frame = _Frame(canvas, box)
    frame.ground("#FDE3C0")
    frame.dot(0.5, 0.45, 0.16, "#F58B54")
    frame.ground("#3E86C2", 0.5, 0.82)
    frame.ground("#EAD7A4", 0.82)
    frame.shape("#FFFFFF", (0.22, 0.62), (0.22, 0.36), (0.38, 0.62))
    frame.shape("#8A4B2A", (0.12, 0.64), (0.42, 0.64), (0.36, 0.71), (0.18, 0.71))


def _tree(canvas: Canvas, box: Box) -> None:
    frame = _Frame(canvas, box)
    frame.ground("#F6E7D0")
    frame.ground("#C9B183", 0.8)
    frame.block("#7A4E2D", 0.46, 0.5, 0.08, 0.38)
    for x, y in ((0.36, 0.42), (0.64, 0.42), (0.5, 0.28), (0.5, 0.46)):
        frame.dot(x, y, 0.18, "#D2691E" if y < 0.45 else "#E08A2E")


def _cake(canvas: Canvas, box: Box) -> None:
    frame = _Frame(canvas, box)
    frame.ground("#FCE4EC")
    frame.ground("#D7B899", 0.82)
    frame.block("#FFFFFF", 0.22, 0.5, 0.56, 0.34, 10)
    frame.block("#F48FB1", 0.22, 0.46, 0.56, 0.12, 10)
    for x in (0.34, 0.5, 0.66):
        frame.block("#64B5F6", x - 0.015, 0.3, 0.03, 0.17)
        frame.dot(x, 0.27, 0.035, "#FFB300")


def _house(canvas: Canvas, box: Box) -> None:
    frame = _Frame(canvas, box)
    frame.ground("#CDE7F7")
    frame.ground("#9CC58B", 0.74)
    frame.block("#F7E2B8", 0.28, 0.44, 0.44, 0.36)
    frame.shape("#B5523B", (0.2, 0.46), (0.5, 0.2), (0.8, 0.46))
    frame.block("#8A5A36", 0.45, 0.58, 0.11, 0.22)
    frame.block("#9AD0F0", 0.33, 0.54, 0.09, 0.1)


@dataclass(frozen=True, slots=True)
class Album:
    """Small pictures in rows of three: places ``photo1`` …; ``chosen`` are numbers from 1."""

    count: int = 9
    chosen: tuple[int, ...] = ()
    ticks: bool = False
    gap: float = 8
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, WHITE)
        side = (box.w - self.gap * 4) / 3
        for index in range(self.count):
            row, column = divmod(index, 3)
            area = Box(
                box.x + self.gap + column * (side + self.gap), box.y + self.gap + row * (side + self.gap), side, side
            )
            if area.bottom > box.bottom:
                break
            draw_scene(canvas, index, area)
            if self.ticks:
                self._tick(canvas, area, index + 1)
            places[f"photo{index + 1}"] = area

    def _tick(self, canvas: Canvas, area: Box, number: int) -> None:
        x, y = area.right - 38, area.y + 38
        if number in self.chosen:
            canvas.box(area, None, 0, BLUE, 10)
            canvas.circle(x, y, 28, BLUE)
            canvas.text(str(self.chosen.index(number) + 1), (x, y), 34, WHITE, bold=True, align="middle")
        else:
            canvas.circle(x, y, 24, "#FFFFFF", "#5C6670", 4)


@dataclass(frozen=True, slots=True)
class Photo:
    """One picture as large as there is room: place ``photo``."""

    number: int = 0
    paper: str = "#111418"
    tall: bool = False
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, self.paper)
        high = box.h if self.tall else min(box.h - 40, box.w)
        area = Box(box.x, box.y + (box.h - high) / 2, box.w, high)
        draw_scene(canvas, self.number, area)
        places["photo"] = area


@dataclass(frozen=True, slots=True)
class Shutter:
    """Below a camera's view: places ``last`` (the picture taken last), ``shutter``, ``turn``."""

    last: int | None = None
    height: float = 260

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, "#111418")
        left, middle, right = box.columns(3)
        y = box.y + 60
        canvas.text("사진", (middle.middle[0], box.y + 34), 32, "#FFD54A", bold=True, align="middle")
        canvas.text("동영상", (left.middle[0] + 60, box.y + 34), 30, "#B9C0C8", align="middle")
        y = box.y + 156
        small = Box(left.middle[0] - 48, y - 48, 96, 96)
        if self.last is None:
            canvas.box(small, "#3A4048", 16)
        else:
            draw_scene(canvas, self.last, small)
            canvas.box(small, None, 16, WHITE, 5)
        canvas.circle(middle.middle[0], y, 78, None, WHITE, 8)
        canvas.circle(middle.middle[0], y, 62, WHITE)
        canvas.circle(right.middle[0], y, 48, "#3A4048")
        icons.draw("turn", canvas, right.middle[0], y, 52, WHITE, "#3A4048")
        places |= {
            "last": small,
            "shutter": Box(middle.middle[0] - 78, y - 78, 156, 156),
            "turn": Box(right.middle[0] - 48, y - 48, 96, 96),
        }


@dataclass(frozen=True, slots=True)
class Player:
    """A video that plays, or stands with its buttons over it: places ``video``, ``play``, ``sound``, ``full``."""

    number: int = 0
    buttons: bool = False
    playing: bool = True
    done: float = 0.3
    height: float = 420

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        draw_scene(canvas, self.number, box)
        places["video"] = box
        y = box.bottom - 16
        canvas.line([(16, y), (box.right - 16, y)], "#B9C0C8", 8)
        canvas.line([(16, y), (16 + (box.w - 32) * self.done, y)], "#C62828", 8)
        if self.buttons:
            x, middle = box.middle
            canvas.circle(x, middle, 64, "#1B1F24")
            icons.draw("pause" if self.playing else "play", canvas, x, middle, 64, WHITE, "#1B1F24")
            canvas.circle(box.right - 64, y - 60, 40, "#1B1F24")
            icons.draw("full", canvas, box.right - 64, y - 60, 44, WHITE)
            canvas.box(Box(16, y - 84, 210, 54), "#1B1F24", 12)
            canvas.text("3:05 / 10:02", (121, y - 56), 32, WHITE, bold=True, align="middle")
            places |= {
                "play": Box(x - 64, middle - 64, 128, 128),
                "full": Box(box.right - 104, y - 100, 80, 80),
            }


@dataclass(frozen=True, slots=True)
class Videos:
    """A list of videos: (number of the scene, title, length). Places ``video1`` …"""

    videos: tuple[tuple[int, str, str], ...]
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, WHITE)
        each, y = 236.0, box.y + 12
        for index, (number, title, long) in enumerate(self.videos, start=1):
            if y + each > box.bottom:
                break
            small = Box(24, y + 8, 300, 204)
            draw_scene(canvas, number, small)
            canvas.box(Box(small.right - 92, small.bottom - 44, 84, 38), "#1B1F24", 6)
            canvas.text(long, (small.right - 50, small.bottom - 25), 26, WHITE, bold=True, align="middle")
            canvas.paragraph(title, Box(348, y + 12, box.w - 372, 150), 34, INK, bold=True)
            canvas.text("조회수 1만 회", (348, y + 186), 26, GREY)
            places[f"video{index}"] = small
            y += each
