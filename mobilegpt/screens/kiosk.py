"""A machine in a shop at which one orders and pays by oneself."""

from __future__ import annotations

from dataclasses import dataclass

from mobilegpt.screens import icons
from mobilegpt.screens.canvas import GREY, INK, LINE, WHITE, Box, Canvas
from mobilegpt.screens.parts import Button, draw_button
from mobilegpt.screens.screen import Places

DEEP = "#5D3A1A"


@dataclass(frozen=True, slots=True)
class Banner:
    """What the machine says on top."""

    words: str
    under: str = ""
    height: float = 170

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, DEEP)
        x, y = box.middle
        canvas.text(
            self.words, (x, y - (28 if self.under else 0)), 50, WHITE, bold=True, align="middle", most=box.w - 40
        )
        canvas.text(self.under, (x, y + 42), 34, "#F3E3D0", align="middle", most=box.w - 40)


@dataclass(frozen=True, slots=True)
class Kinds:
    """Along the top: which kind of things is shown. Places are the words."""

    kinds: tuple[str, ...]
    active: str
    height: float = 104

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, "#F3E3D0")
        for words, area in zip(self.kinds, box.columns(len(self.kinds)), strict=True):
            on = words == self.active
            canvas.box(area.inset(8, 12), DEEP if on else WHITE, 20)
            canvas.text(words, area.middle, 36, WHITE if on else INK, bold=True, align="middle")
            places[words] = area.inset(8, 12)


@dataclass(frozen=True, slots=True)
class Goods:
    """What can be bought, in rows of two: (icon, name, price). Places are the names."""

    goods: tuple[tuple[str, str, str], ...]
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, "#FBF6F0")
        rows = box.inset(20, 16).rows((len(self.goods) + 1) // 2, 16)
        for index, (icon, name, price) in enumerate(self.goods):
            area = rows[index // 2].columns(2, 16)[index % 2]
            canvas.box(area, WHITE, 24, LINE)
            x = area.middle[0]
            canvas.circle(x, area.y + area.h * 0.36, area.h * 0.27, "#F3E3D0")
            icons.draw(icon, canvas, x, area.y + area.h * 0.36, area.h * 0.32, DEEP, "#F3E3D0")
            canvas.text(name, (x, area.bottom - area.h * 0.25), 36, INK, bold=True, align="middle")
            canvas.text(price, (x, area.bottom - area.h * 0.1), 32, "#B3261E", bold=True, align="middle")
            places[name] = Box(x - area.h * 0.27, area.y + area.h * 0.09, area.h * 0.54, area.h * 0.54)


@dataclass(frozen=True, slots=True)
class Big:
    """Large choices, side by side or one below the other: (icon, words, words below). Places are the words."""

    choices: tuple[tuple[str, str, str], ...]
    upright: bool = False
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        inside = box.inset(32, 40)
        areas = inside.rows(len(self.choices), 28) if self.upright else inside.columns(len(self.choices), 28)
        for (icon, words, under), area in zip(self.choices, areas, strict=True):
            if not self.upright:
                area = Box(area.x, area.y + max(0.0, area.h - 520) / 2, area.w, min(area.h, 520))
            canvas.box(area, WHITE, 32, DEEP, 5)
            x, y = area.middle
            icons.draw(icon, canvas, x, y - 56, 120, DEEP)
            canvas.text(words, (x, y + 56), 46, INK, bold=True, align="middle", most=area.w - 20)
            canvas.text(under, (x, y + 108), 32, GREY, align="middle", most=area.w - 20)
            places[words] = Box(x - 80, y - 120, 160, 130)


@dataclass(frozen=True, slots=True)
class Basket:
    """Along the bottom: what was chosen, what it costs, and the button that goes on. Places: ``pay``, ``clear``."""

    words: str
    price: str
    pay: str = "결제하기"
    height: float = 240

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, WHITE)
        canvas.box(Box(box.x, box.y, box.w, 4), DEEP)
        canvas.text(self.words, (36, box.y + 56), 36, INK, bold=True, most=430)
        canvas.text(self.price, (box.right - 36, box.y + 56), 42, "#B3261E", bold=True, align="right")
        row = Box(32, box.y + 108, box.w - 64, 108)
        clear, pay = Box(row.x, row.y, 210, row.h), Box(row.x + 234, row.y, row.w - 234, row.h)
        draw_button(canvas, Button("모두 지우기", WHITE, INK), clear, 32)
        draw_button(canvas, Button(self.pay, "#B3261E"), pay, 44)
        places |= {"clear": clear, "pay": pay}


@dataclass(frozen=True, slots=True)
class CardSlot:
    """Where the card goes in: place ``slot``."""

    words: str = "카드를 끝까지 넣어 주세요"
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.text(self.words, (box.middle[0], box.y + 110), 46, INK, bold=True, align="middle")
        reader = Box(box.x + 150, box.y + 200, box.w - 300, 470)
        canvas.box(reader, "#3A4048", 40)
        slot = Box(reader.x + 70, reader.y + 110, reader.w - 140, 26)
        canvas.box(slot, "#0C0E10", 12)
        card = Box(slot.x + 24, slot.y + 12, slot.w - 48, 230)
        canvas.box(card, "#2E7CD6", 20)
        canvas.box(Box(card.x + 30, card.y + 40, 60, 46), "#FFD54A", 8)
        canvas.line([(card.x + card.w / 2, card.bottom + 130), (card.x + card.w / 2, card.bottom + 40)], "#FFD54A", 16)
        x, y = card.x + card.w / 2, card.bottom + 24
        canvas.polygon([(x, y - 16), (x + 40, y + 36), (x - 40, y + 36)], "#FFD54A")
        places["slot"] = Box(reader.x + 50, reader.y + 80, reader.w - 100, 290)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the machine prints: place ``number``."""

    number: str
    lines: tuple[str, ...]
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        area = Box(box.x + 110, box.y + 60, box.w - 220, 640)
        canvas.box(area, WHITE, 8, LINE)
        x = area.middle[0]
        canvas.text("주문 번호", (x, area.y + 80), 44, GREY, bold=True, align="middle")
        canvas.text(self.number, (x, area.y + 210), 150, INK, bold=True, align="middle")
        canvas.line([(area.x + 40, area.y + 320), (area.right - 40, area.y + 320)], LINE, 4)
        for index, words in enumerate(self.lines):
            canvas.text(words, (x, area.y + 380 + index * 64), 38, INK, align="middle", most=area.w - 40)
        places["number"] = Box(area.x + 50, area.y + 40, area.w - 100, 250)
