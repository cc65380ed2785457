"""A map of a town that does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from mobilegpt.screens import icons
from mobilegpt.screens.canvas import BLUE, GREY, INK, WHITE, Box, Canvas
from mobilegpt.screens.screen import Places


@dataclass(frozen=True, slots=True)
class Map:
    """Places ``pin`` and ``here`` (the round button that shows where one is)."""

    pin: str = ""
    route: bool = False
    here: bool = True
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        """On a sheet of its own, so that no street leads out of it."""
        sheet, found = Canvas(round(box.w), round(box.h), "#EAF1E4"), Places()
        self._draw(sheet, sheet.whole, found)
        canvas.paste(sheet, box)
        places |= {name: Box(box.x + at.x, box.y + at.y, at.w, at.h) for name, at in found.items()}

    def _draw(self, canvas: Canvas, box: Box, places: Places) -> None:

        def at(x: float, y: float) -> tuple[float, float]:
            return box.x + box.w * x, box.y + box.h * y

        canvas.polygon([at(0, 0.08), at(0.22, 0.0), at(0.3, 0.0), at(0.0, 0.2)], "#A9D3EC")
        canvas.box(Box(*at(0.62, 0.1), box.w * 0.3, box.h * 0.2), "#B9DDAA", 20)
        canvas.text("공원", at(0.77, 0.2), 30, "#2F6B2A", bold=True, align="middle")
        for points in (((0, 0.42), (1, 0.36)), ((0, 0.78), (1, 0.74)), ((0.26, 0), (0.34, 1)), ((0.52, 0), (0.6, 1)),
                       ((0.9, 0), (0.94, 1))):  # fmt: skip
            canvas.line([at(*point) for point in points], "#CFD6CB", 46)
            canvas.line([at(*point) for point in points], WHITE, 40)
        for x, y, words in ((0.05, 0.52, "은행"), (0.42, 0.5, "시장"), (0.7, 0.5, "학교"), (0.06, 0.86, "약국")):
            spot = Box(*at(x, y), box.w * 0.15, box.h * 0.11)
            canvas.box(spot, "#D9D3C6", 8)
            canvas.text(words, spot.middle, 26, "#5A5242", align="middle")
        goal, start = at(0.565, 0.385), at(0.325, 0.765)
        if self.route:
            canvas.line([start, at(0.315, 0.4), goal], "#FFFFFF", 26)
            canvas.line([start, at(0.315, 0.4), goal], BLUE, 18)
        canvas.circle(*start, 28, "#9CC2FF")
        canvas.circle(*start, 18, BLUE, WHITE, 5)
        if self.pin:
            x, y = goal[0], goal[1] - 34
            icons.draw("map", canvas, x, y - 10, 100, "#C62828", WHITE)
            wide = 40 + 34 * len(self.pin)
            label = Box(x - wide / 2, y - 124, wide, 56)
            canvas.box(label, WHITE, 14, "#C62828", 3)
            canvas.text(self.pin, label.middle, 32, INK, bold=True, align="middle")
            places["pin"] = Box(x - 50, y - 64, 100, 104)
        if self.here:
            x, y = box.right - 72, box.bottom - 72
            canvas.circle(x, y, 48, WHITE, "#C4CAD1", 3)
            icons.draw("target", canvas, x, y, 54, INK)
            places["here"] = Box(x - 50, y - 50, 100, 100)


@dataclass(frozen=True, slots=True)
class Ways:
    """How one gets there: (icon, minutes); one is chosen. Places are the icons."""

    ways: tuple[tuple[str, str], ...]
    chosen: str = ""
    height: float = 132

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, WHITE)
        for (icon, words), area in zip(self.ways, box.inset(20, 10).columns(len(self.ways), 12), strict=True):
            on = icon == self.chosen
            canvas.box(area, BLUE if on else "#EEF1F4", 24)
            icons.draw(icon, canvas, area.middle[0], area.y + 40, 50, WHITE if on else GREY, BLUE if on else "#EEF1F4")
            canvas.text(words, (area.middle[0], area.y + 88), 30, WHITE if on else INK, bold=True, align="middle")
            places[icon] = area
