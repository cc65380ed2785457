"""Conversations: bubbles, the line where one writes, and what can be put into a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mobilegpt.screens import icons
from mobilegpt.screens.canvas import BLUE, GREY, INK, LINE, WHITE, Box, Canvas, length, wrapped
from mobilegpt.screens.scenes import draw_scene
from mobilegpt.screens.screen import Places

_MINE = "#CFE3FF"


@dataclass(frozen=True, slots=True)
class Said:
    """A bubble with words, or with the picture of a number. Its place is ``key``."""

    by: Literal["me", "other"]
    words: str = ""
    photo: int | None = None
    link: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Bubbles:
    """A conversation, the newest last."""

    said: tuple[Said, ...]
    paper: str = "#E9EEF3"
    size: float = 36
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, self.paper)
        y = box.y + 28
        for each in self.said:
            y += self._draw(canvas, each, box, y, places) + 26

    def _draw(self, canvas: Canvas, said: Said, box: Box, y: float, places: Places) -> float:
        left = box.x + 120 if said.by == "other" else 0.0
        if said.by == "other":
            canvas.circle(64, y + 40, 40, "#8C959E")
            icons.draw("person", canvas, 64, y + 40, 46, WHITE, "#8C959E")
        if said.photo is not None:
            wide, tall = 330.0, 330.0
        else:
            lines = wrapped(said.words, self.size, 430)
            wide = max(length(line, self.size) for line in [*lines, said.link]) + 52
            tall = len(lines) * self.size * 1.4 + 36 + (50 if said.link else 0)
        area = Box(left or box.right - 32 - wide, y, wide, tall)
        if said.photo is not None:
            draw_scene(canvas, said.photo, area)
            canvas.box(area, None, 0, WHITE, 6)
        else:
            canvas.box(area, WHITE if said.by == "other" else _MINE, 28)
            used = canvas.paragraph(said.words, area.inset(26, 18), self.size)
            if said.link:
                at = (area.x + 26, area.y + 18 + used + 24)
                canvas.text(said.link, at, 34, BLUE, bold=True)
                canvas.line([(at[0], at[1] + 22), (at[0] + length(said.link, 34, bold=True), at[1] + 22)], BLUE, 3)
                places["link"] = Box(area.x + 16, at[1] - 30, area.w - 32, 60)
        if said.key:
            places[said.key] = area
        return tall


@dataclass(frozen=True, slots=True)
class Writing:
    """The line below a conversation: places ``plus``, ``field``, ``send``."""

    words: str = ""
    hint: str = "글 쓰는 칸"
    height: float = 120

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, WHITE)
        canvas.box(Box(box.x, box.y, box.w, 2), LINE)
        y = box.middle[1]
        canvas.circle(62, y, 38, "#E3E7EB")
        icons.draw("plus", canvas, 62, y, 42, INK)
        area = Box(120, box.y + 18, box.w - 120 - 152, box.h - 36)
        canvas.box(area, "#F2F4F6", 40, LINE)
        canvas.text(self.words or self.hint, (area.x + 30, y), 36, INK if self.words else GREY, most=area.w - 50)
        send = Box(box.right - 138, box.y + 18, 116, box.h - 36)
        fill, ink = (BLUE, WHITE) if self.words else ("#E3E7EB", "#8C959E")
        canvas.box(send, fill, 24)
        icons.draw("send", canvas, *send.middle, 46, ink, fill)
        places |= {"plus": Box(16, y - 46, 92, 92), "field": area, "send": send}


@dataclass(frozen=True, slots=True)
class Choices:
    """Round buttons with words in rows of three, below a conversation: (icon, words, colour). Places are the words."""

    choices: tuple[tuple[str, str, str], ...]
    height: float = 420

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, WHITE)
        for index, (icon, words, colour) in enumerate(self.choices):
            row, column = divmod(index, 3)
            spot = box.inset(20, 12).rows(2)[row].columns(3)[column]
            canvas.circle(spot.middle[0], spot.y + 72, 58, colour)
            icons.draw(icon, canvas, spot.middle[0], spot.y + 72, 60, WHITE, colour)
            canvas.text(words, (spot.middle[0], spot.y + 160), 34, INK, align="middle")
            places[words] = Box(spot.middle[0] - 60, spot.y + 12, 120, 120)
