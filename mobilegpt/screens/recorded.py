"""A screen drawn from boxes, words and roles that a phone told: recognised by its shape, and nothing invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from mobilegpt.screens import icons
from mobilegpt.screens.canvas import BLUE, GREY, INK, LINE, WHITE, Box, Canvas
from mobilegpt.screens.parts import draw_switch

WIDTH = 720
_SHORTEST, _LONGEST = 480, 1600
_SMALLEST, _LARGEST_TEXT = 18.0, 44.0


@dataclass(frozen=True, slots=True)
class Thing:
    """``box`` is in fractions of the screen; ``role`` one of ``recordings.acts``' words for it, or empty."""

    box: Box
    words: str = ""
    role: str = ""


def draw_recorded(things: Sequence[Thing], shape: float, title: str = "") -> Image.Image:
    """``shape`` is the screen's height by its width. What is large is drawn first, so that it covers nothing."""
    height = round(min(_LONGEST, max(_SHORTEST, WIDTH * shape)))
    canvas = Canvas(WIDTH, height)
    canvas.box(Box(0, 0, WIDTH, 44), WHITE)
    icons.draw("wifi", canvas, WIDTH - 90, 22, 26, INK)
    canvas.box(Box(WIDTH - 62, 13, 36, 18), None, 5, INK, 3)
    top = min((thing.box.y for thing in things), default=1.0) * height
    if title and top >= 110:
        canvas.text(title, (36, 44 + min(52.0, (top - 44) / 2)), 38, INK, bold=True, most=WIDTH - 72)
    for thing in sorted(things, key=lambda each: each.box.w * each.box.h, reverse=True):
        box = thing.box
        _draw(canvas, thing, Box(box.x * WIDTH, box.y * height, box.w * WIDTH, box.h * height))
    return canvas.picture()


def _draw(canvas: Canvas, thing: Thing, box: Box) -> None:
    x, y = box.middle
    if not thing.words and thing.role in ("항목", "") and box.h >= 40 and box.w >= 120:
        canvas.box(box.inset(1), WHITE, 0 if thing.role else 10, LINE, 2)
        canvas.box(Box(box.x + 36, y - 12, min(box.w - 72, 300), 24), "#E3E7EB", 12)
        return
    size = max(_SMALLEST, min(_LARGEST_TEXT, box.h * 0.42))
    match thing.role:
        case "단추":
            canvas.box(box.inset(2), BLUE, 16)
            canvas.text(thing.words, (x, y), size, WHITE, bold=True, align="middle", most=box.w - 12)
        case "칸":
            canvas.box(box.inset(2), WHITE, 14, "#9AA3AD", 3)
            canvas.text(thing.words, (box.x + 20, y), size, GREY, most=box.w - 40)
        case "스위치" if box.w >= 96 and box.h >= 54:
            canvas.text(thing.words, (box.x + 16, y), size, INK, most=box.w - 140)
            draw_switch(canvas, box.right - 104, y, on=True)
        case "네모 칸":
            canvas.box(Box(box.x + 6, y - 18, 36, 36), WHITE, 6, GREY, 4)
            canvas.text(thing.words, (box.x + 56, y), size, INK, most=box.w - 60)
        case "그림":
            canvas.box(box.inset(2), "#E3E7EB", 16)
            if min(box.w, box.h) >= 40:
                icons.draw("photo", canvas, x, y - (size * 0.6 if thing.words else 0), min(box.w, box.h, 140) * 0.45,
                           GREY, "#E3E7EB")  # fmt: skip
            if thing.words and box.h >= 90:
                canvas.text(thing.words, (x, box.bottom - 26), _SMALLEST + 6, INK, align="middle", most=box.w - 8)
        case "탭":
            canvas.box(box, WHITE, 0, LINE, 2)
            canvas.text(thing.words, (x, y), min(size, 34), INK, bold=True, align="middle", most=box.w - 8)
        case "항목":
            canvas.box(box, WHITE)
            canvas.box(Box(box.x + 20, box.bottom - 2, max(1.0, box.w - 40), 2), LINE)
            canvas.text(thing.words, (box.x + 36, y), min(size, 36), INK, bold=True, most=box.w - 60)
        case _:
            canvas.box(box.inset(1), WHITE, 10, LINE, 2)
            canvas.text(thing.words, (box.x + 20, y), min(size, 36), INK, most=box.w - 32)
