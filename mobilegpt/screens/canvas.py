"""What everything is drawn on: shapes and Korean text with smooth edges, in the picture's own pixels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
INK, GREY, LINE, PAPER, WHITE = "#1B1F24", "#5C6670", "#D5D9DE", "#F4F5F7", "#FFFFFF"
BLUE, GREEN, RED, YELLOW = "#0B5FFF", "#1A7F45", "#C62828", "#FFD54A"
_FINER = 2
"""Shapes have no smooth edges of their own: they are drawn so much larger, and made smaller at the end."""

Point = tuple[float, float]
Align = Literal["left", "middle", "right"]


class Box(NamedTuple):
    """A rectangle by its upper left corner, in pixels."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def middle(self) -> Point:
        return self.x + self.w / 2, self.y + self.h / 2

    def inset(self, across: float, along: float | None = None) -> Box:
        along = across if along is None else along
        return Box(self.x + across, self.y + along, self.w - 2 * across, self.h - 2 * along)

    def columns(self, count: int, gap: float = 0) -> list[Box]:
        width = (self.w - gap * (count - 1)) / count
        return [Box(self.x + index * (width + gap), self.y, width, self.h) for index in range(count)]

    def rows(self, count: int, gap: float = 0) -> list[Box]:
        height = (self.h - gap * (count - 1)) / count
        return [Box(self.x, self.y + index * (height + gap), self.w, height) for index in range(count)]


class Canvas:
    """A picture of ``width`` x ``height`` pixels, filled with ``paper``."""

    def __init__(self, width: int, height: int, paper: str = PAPER) -> None:
        self.width, self.height = width, height
        self._image = Image.new("RGB", (width * _FINER, height * _FINER), paper)
        self._draw = ImageDraw.Draw(self._image)

    @property
    def whole(self) -> Box:
        return Box(0, 0, self.width, self.height)

    def picture(self) -> Image.Image:
        """What was drawn, at its own size."""
        return self._image.resize((self.width, self.height), Image.Resampling.BOX)

    def box(
        self, box: Box, fill: str | None = None, radius: float = 0, outline: str | None = None, width: float = 3
    ) -> None:
        if box.w < 1 or box.h < 1:
            return
        corners = [_finer((box.x, box.y)), _finer((box.right - 0.5, box.bottom - 0.5))]
        radius = min(radius, box.w / 2, box.h / 2)
        self._draw.rounded_rectangle(corners, radius * _FINER, fill, outline, round(width * _FINER) if outline else 0)

    def circle(
        self, x: float, y: float, radius: float, fill: str | None = None, outline: str | None = None, width: float = 3
    ) -> None:
        self.box(Box(x - radius, y - radius, 2 * radius, 2 * radius), fill, radius, outline, width)

    def line(self, points: Sequence[Point], fill: str, width: float = 4) -> None:
        """With round ends and corners."""
        self._draw.line([_finer(point) for point in points], fill, round(width * _FINER), joint="curve")
        for x, y in points:
            self.circle(x, y, width / 2, fill)

    def arc(self, x: float, y: float, radius: float, start: float, end: float, fill: str, width: float = 4) -> None:
        """Degrees from the right, clockwise."""
        corners = [_finer((x - radius, y - radius)), _finer((x + radius, y + radius))]
        self._draw.arc(corners, start, end, fill, round(width * _FINER))

    def polygon(self, points: Sequence[Point], fill: str) -> None:
        self._draw.polygon([_finer(point) for point in points], fill)

    def paste(self, other: Canvas, box: Box) -> None:
        """Another drawing, at the upper left corner of ``box``."""
        self._image.paste(other._image, (round(box.x * _FINER), round(box.y * _FINER)))

    def dim(self) -> None:
        """What was drawn so far lies in the shade of what comes."""
        self._image.paste(Image.blend(self._image, Image.new("RGB", self._image.size, "#000000"), 0.5))

    def text(
        self,
        words: str,
        at: Point,
        size: float,
        fill: str = INK,
        *,
        bold: bool = False,
        align: Align = "left",
        most: float | None = None,
    ) -> None:
        """One line around the height ``at``; cut with an ellipsis where it is wider than ``most``."""
        font = _font(bold, round(size * _FINER))
        words = _cut(words, font, most * _FINER) if most is not None else words
        x, y = _finer(at)
        left = x - {"left": 0.0, "middle": 0.5, "right": 1.0}[align] * font.getlength(words)
        self._draw.text((left, y), words, fill, font, anchor="lm")

    def paragraph(
        self, words: str, box: Box, size: float, fill: str = INK, *, bold: bool = False, align: Align = "left"
    ) -> float:
        """Lines from the top of ``box``, as many as it holds. Returns the height that they took."""
        step, lines = size * 1.4, wrapped(words, size, box.w, bold=bold)
        shown = lines[: max(1, int(box.h // step))]
        x = {"left": box.x, "middle": box.x + box.w / 2, "right": box.right}[align]
        for index, line in enumerate(shown):
            self.text(line, (x, box.y + step * (index + 0.5)), size, fill, bold=bold, align=align, most=box.w)
        return step * len(shown)


def wrapped(words: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Lines that are at most ``width`` wide; broken between words, and inside of one only where it is too long."""
    font, lines = _font(bold, round(size * _FINER)), []
    for paragraph in words.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > width * _FINER:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def length(words: str, size: float, *, bold: bool = False) -> float:
    """How wide a line is."""
    return float(_font(bold, round(size * _FINER)).getlength(words)) / _FINER


def where_on(x: float, y: float) -> str:
    """A place in words ("오른쪽 아래"); ``x`` and ``y`` are fractions of the picture."""
    across = "왼쪽" if x < 0.36 else "오른쪽" if x > 0.64 else "가운데"
    along = "위" if y < 0.36 else "아래" if y > 0.64 else ""
    if not along:
        return "한가운데" if across == "가운데" else f"가운데 {across}"
    return f"{'' if across == '가운데' else across} {along}".strip()


def _finer(point: Point) -> Point:
    return point[0] * _FINER, point[1] * _FINER


def _cut(words: str, font: ImageFont.FreeTypeFont, most: float) -> str:
    if font.getlength(words) <= most:
        return words
    while words and font.getlength(f"{words}…") > most:
        words = words[:-1]
    return f"{words}…"


@lru_cache(maxsize=64)
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    # One layout engine everywhere: the other one is not in every build of Pillow.
    name = "NanumSquareB.ttf" if bold else "NanumSquareR.ttf"
    return ImageFont.truetype(FONTS / name, max(1, size), layout_engine=ImageFont.Layout.BASIC)
