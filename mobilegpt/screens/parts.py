"""The parts that many apps have: bars, rows, buttons, fields, keyboards, windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mobilegpt.screens import icons
from mobilegpt.screens.canvas import BLUE, GREEN, GREY, INK, LINE, WHITE, Box, Canvas, length, wrapped
from mobilegpt.screens.screen import Places


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands on top of an app: places ``back`` and one for each action, by its icon's name."""

    title: str
    actions: tuple[str, ...] = ()
    back: bool = True
    fill: str = WHITE
    ink: str = INK
    height: float = 104

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, self.fill)
        y, x = box.middle[1], 36.0
        if self.back:
            icons.draw("back", canvas, 52, y, 40, self.ink, self.fill)
            places["back"] = Box(12, y - 40, 80, 80)
            x = 100
        right = box.right - 52.0
        for action in reversed(self.actions):
            icons.draw(action, canvas, right, y, 46, self.ink, self.fill)
            places[action] = Box(right - 40, y - 40, 80, 80)
            right -= 88
        canvas.text(self.title, (x, y), 42, self.ink, bold=True, most=right - x + 20)
        places["title"] = Box(x - 14, y - 40, length(self.title, 42, bold=True) + 28, 80)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list; its place is ``key``, or its text. The place of a switch is ``key`` with ``:switch``."""

    text: str
    under: str = ""
    icon: str = ""
    colour: str = BLUE
    end: Literal["", "on", "off", "next", "check", "lock"] = ""
    note: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list. ``size`` is that of its texts."""

    rows: tuple[Row, ...]
    row_height: float = 128
    size: float = 38

    @property
    def height(self) -> float:
        return self.row_height * len(self.rows)

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, WHITE)
        for row, area in zip(self.rows, box.rows(len(self.rows)), strict=True):
            self._draw_row(canvas, row, area, places)
            canvas.box(Box(32, area.bottom - 2, area.w - 64, 2), LINE)

    def _draw_row(self, canvas: Canvas, row: Row, area: Box, places: Places) -> None:
        key, y, x = row.key or row.text, area.middle[1], 36.0
        places[key] = area
        if row.icon:
            canvas.circle(84, y, 42, row.colour)
            icons.draw(row.icon, canvas, 84, y, 46, WHITE, row.colour)
            x = 152
        right = area.right - 36
        if row.end in ("on", "off"):
            places[f"{key}:switch"] = draw_switch(canvas, right - 96, y, on=row.end == "on")
            right -= 124
        elif row.end:
            icons.draw(row.end, canvas, right - 20, y, 36, GREEN if row.end == "check" else GREY)
            right -= 60
        if row.note:
            canvas.text(row.note, (right, y), self.size * 0.75, GREY, align="right")
            right -= length(row.note, self.size * 0.75) + 16
        lift = self.size * 0.62 if row.under else 0
        canvas.text(row.text, (x, y - lift), self.size, INK, bold=True, most=right - x)
        if row.under:
            canvas.text(row.under, (x, y + self.size * 0.62), self.size * 0.76, GREY, most=right - x)


def draw_switch(canvas: Canvas, x: float, y: float, *, on: bool) -> Box:
    """Returns where it lies."""
    box = Box(x, y - 27, 96, 54)
    canvas.box(box, GREEN if on else "#AEB5BD", 27)
    canvas.circle(box.right - 27 if on else box.x + 27, y, 21, WHITE)
    return box


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    words: str
    size: float = 36
    colour: str = INK
    bold: bool = False
    align: Literal["left", "middle"] = "left"
    fill: str = ""
    least: float = 0
    key: str = ""

    @property
    def height(self) -> float:
        return max(self.least, len(wrapped(self.words, self.size, 648, bold=self.bold)) * self.size * 1.4 + 32)

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        if self.fill:
            canvas.box(box, self.fill)
        if self.key:
            places[self.key] = box.inset(20, 8)
        lines = wrapped(self.words, self.size, box.w - 72, bold=self.bold)
        above = max(0.0, (box.h - len(lines) * self.size * 1.4) / 2)
        inside = Box(box.x + 36, box.y + above, box.w - 72, box.h)
        canvas.paragraph(self.words, inside, self.size, self.colour, bold=self.bold, align=self.align)


@dataclass(frozen=True, slots=True)
class Button:
    """``key`` names its place, or its words do."""

    words: str
    fill: str = BLUE
    ink: str = WHITE
    icon: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Buttons:
    """Side by side."""

    buttons: tuple[Button, ...]
    height: float = 136
    size: float = 38

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        for button, area in zip(self.buttons, box.inset(32, 18).columns(len(self.buttons), 24), strict=True):
            draw_button(canvas, button, area, self.size)
            places[button.key or button.words] = area


def draw_button(canvas: Canvas, button: Button, area: Box, size: float) -> None:
    canvas.box(area, button.fill, 20, LINE if button.fill == WHITE else None)
    x, y = area.middle
    if button.icon:
        wide = length(button.words, size, bold=True)
        icons.draw(button.icon, canvas, x - wide / 2 - 12, y, size * 1.1, button.ink, button.fill)
        x += size * 0.7
    canvas.text(button.words, (x, y), size, button.ink, bold=True, align="middle", most=area.w - 20)


@dataclass(frozen=True, slots=True)
class Field:
    """Where something is written or searched: place ``field``, or ``key``."""

    words: str = ""
    hint: str = ""
    icon: str = ""
    key: str = "field"
    active: bool = False
    height: float = 128

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        area = box.inset(32, 18)
        canvas.box(area, WHITE, 20, BLUE if self.active else "#9AA3AD", 4)
        x, y = area.x + 28, area.middle[1]
        if self.icon:
            icons.draw(self.icon, canvas, x + 20, y, 42, GREY)
            x += 64
        canvas.text(self.words or self.hint, (x, y), 36, INK if self.words else "#7A838C", most=area.right - x - 20)
        if self.active:
            x += length(self.words, 36) + 8
            canvas.line([(x, y - 24), (x, y + 24)], BLUE, 4)
        places[self.key] = area


_KOREAN = ("1234567890", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ")
_LATIN = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Korean, or ``latin``. Places are its letters, ``space``, ``erase`` and ``enter``, on which ``enter`` stands."""

    enter: str = "완료"
    latin: bool = False
    height: float = 440

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, "#D3D7DD")
        rows = box.inset(8, 10).rows(5, 10)
        for letters, row in zip(_LATIN if self.latin else _KOREAN, rows[:4], strict=True):
            key_width = (row.w - 9 * 8) / 10
            wide = len(letters) * (key_width + 8) - 8
            start = row.x + (row.w - wide) / 2
            for index, letter in enumerate(letters):
                area = Box(start + index * (key_width + 8), row.y, key_width, row.h)
                self._key(canvas, area, letter, 34)
                places[letter] = area
        row = rows[3]
        erase = Box(row.right - 92, row.y, 92, row.h)
        canvas.box(erase, "#AEB6C0", 10)
        icons.draw("back", canvas, *erase.middle, 30, INK)
        places["erase"] = erase
        self._last_row(canvas, rows[4], places)

    def _last_row(self, canvas: Canvas, row: Box, places: Places) -> None:
        symbols = Box(row.x, row.y, 110, row.h)
        language = Box(symbols.right + 8, row.y, 100, row.h)
        enter = Box(row.right - 150, row.y, 150, row.h)
        space = Box(language.right + 8, row.y, enter.x - language.right - 16, row.h)
        self._key(canvas, symbols, "!#1", 28, "#AEB6C0")
        self._key(canvas, language, "한/영", 28, "#AEB6C0")
        self._key(canvas, space, "띄어쓰기", 28)
        canvas.box(enter, BLUE, 10)
        canvas.text(self.enter, enter.middle, 32, WHITE, bold=True, align="middle")
        places |= {"language": language, "space": space, "enter": enter}

    def _key(self, canvas: Canvas, area: Box, words: str, size: float, fill: str = WHITE) -> None:
        canvas.box(area, fill, 10)
        canvas.text(words, area.middle, size, align="middle")


@dataclass(frozen=True, slots=True)
class Tabs:
    """Along the bottom of an app: (icon, words); the one in colour is open. Places are the words."""

    tabs: tuple[tuple[str, str], ...]
    active: str = ""
    height: float = 124

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, WHITE)
        canvas.box(Box(box.x, box.y, box.w, 2), LINE)
        for (icon, words), area in zip(self.tabs, box.columns(len(self.tabs)), strict=True):
            colour = BLUE if words == self.active else GREY
            icons.draw(icon, canvas, area.middle[0], area.y + 44, 50, colour)
            canvas.text(words, (area.middle[0], area.y + 94), 28, colour, bold=words == self.active, align="middle")
            places[words] = Box(area.middle[0] - 44, area.y, 88, 88)


@dataclass(frozen=True, slots=True)
class Window:
    """A question over the screen, in its middle or from its bottom. The places are its buttons."""

    title: str
    words: str = ""
    buttons: tuple[Button, ...] = ()
    field: str | None = None
    upright: bool = False
    low: bool = False
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        inside = box.w - 64 - 80
        titles = len(wrapped(self.title, 42, inside, bold=True)) * 42 * 1.4
        lines = len(wrapped(self.words, 36, inside)) * 36 * 1.4 if self.words else 0
        rows = len(self.buttons) if self.upright else 1
        field = 120 if self.field is not None else 0
        tall = 40 + titles + 20 + lines + field + 30 + rows * 104 + 28
        y = box.bottom - tall - 24 if self.low else box.y + (box.h - tall) * (0.22 if field else 0.5)
        area = Box(32, y, box.w - 64, tall)
        canvas.box(area, WHITE, 32)
        x, y = area.x + 40, area.y + 40
        canvas.paragraph(self.title, Box(x, y, inside, titles + 1), 42, bold=True)
        y += titles + 20
        if self.words:
            canvas.paragraph(self.words, Box(x, y, inside, lines + 1), 36, GREY)
            y += lines
        if self.field is not None:
            Field(self.field, "", key="field", active=True, height=120).draw(
                canvas, Box(area.x + 8, y, area.w - 16, 120), places
            )
            y += 120
        y += 30
        below = Box(x - 8, y, inside + 16, rows * 104)
        spots = below.rows(rows) if self.upright else below.columns(len(self.buttons), 20)
        for button, spot in zip(self.buttons, spots, strict=True):
            spot = spot.inset(0, 8)
            draw_button(canvas, button, spot, 36)
            places[button.key or button.words] = spot


@dataclass(frozen=True, slots=True)
class Slider:
    """A line with small and large letters at its ends: places ``smaller``, ``larger``, ``knob``."""

    value: float
    left: str = "가"
    right: str = "가"
    height: float = 150

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, WHITE)
        y = box.middle[1]
        canvas.text(self.left, (60, y), 30, bold=True, align="middle")
        canvas.text(self.right, (box.right - 64, y), 58, bold=True, align="middle")
        start, end = 120.0, box.right - 136
        knob = start + (end - start) * self.value
        canvas.line([(start, y), (end, y)], "#B9C0C8", 10)
        canvas.line([(start, y), (knob, y)], BLUE, 10)
        for index in range(6):
            canvas.circle(start + (end - start) * index / 5, y, 9, "#8C959E")
        canvas.circle(knob, y, 26, BLUE)
        canvas.circle(knob, y, 10, WHITE)
        places |= {
            "smaller": Box(20, y - 50, 80, 100),
            "larger": Box(box.right - 110, y - 50, 92, 100),
            "knob": Box(knob - 40, y - 40, 80, 80),
            "line": Box(start, y - 40, end - start, 80),
        }
