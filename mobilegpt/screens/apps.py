"""A phone's first screen, its lock screen and its quick settings."""

from __future__ import annotations

from dataclasses import dataclass

from mobilegpt.screens import icons
from mobilegpt.screens.canvas import BLUE, GREEN, GREY, INK, WHITE, Box, Canvas
from mobilegpt.screens.screen import Places

_SKY = "#DCE9F5"

APPS = {
    "전화": ("phone", "#1A7F45"),
    "문자": ("message", "#0B5FFF"),
    "카메라": ("camera", "#4A5560"),
    "갤러리": ("photo", "#C2417C"),
    "설정": ("settings", "#5C6670"),
    "메신저": ("message", "#8A6D00"),
    "동영상": ("video", "#B3261E"),
    "지도": ("map", "#00796B"),
    "달력": ("calendar", "#B54708"),
    "시계": ("clock", "#4B3FA7"),
    "메모": ("file", "#8D6E63"),
    "날씨": ("sun", "#0277BD"),
}
"""The apps that every phone has, with an icon and a colour of ours."""


@dataclass(frozen=True, slots=True)
class Apps:
    """Icons of apps with their names, four in a row; the places are the names. ``dock`` lies at the bottom."""

    names: tuple[str, ...]
    dock: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()
    clock: bool = True
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, _SKY)
        top = box.y + 40
        if self.clock:
            canvas.text("10:30", (box.middle[0], box.y + 120), 96, INK, bold=True, align="middle")
            canvas.text("5월 8일 금요일", (box.middle[0], box.y + 208), 36, INK, align="middle")
            top = box.y + 290
        for index, name in enumerate(self.names):
            row, column = divmod(index, 4)
            self._app(canvas, name, Box(box.x + 20 + column * 170, top + row * 210, 170, 200), places)
        if self.dock:
            area = Box(box.x + 16, box.bottom - 226, box.w - 32, 214)
            canvas.box(area, "#F2F7FC", 40)
            for name, spot in zip(self.dock, area.inset(4, 8).columns(4), strict=True):
                self._app(canvas, name, spot, places)

    def _app(self, canvas: Canvas, name: str, box: Box, places: Places) -> None:
        icon, colour = APPS[name]
        x, y = box.middle[0], box.y + 76
        canvas.box(Box(x - 60, y - 60, 120, 120), colour, 32)
        icons.draw(icon, canvas, x, y, 72, WHITE, colour)
        canvas.text(name, (x, box.y + 168), 34, INK, bold=True, align="middle", most=box.w)
        if name in self.badges:
            canvas.circle(x + 54, y - 54, 24, "#C62828", WHITE, 4)
            canvas.text("1", (x + 54, y - 53), 30, WHITE, bold=True, align="middle")
        places[name] = Box(x - 64, y - 64, 128, 128)


@dataclass(frozen=True, slots=True)
class QuickSettings:
    """What comes when the upper edge is pulled down; ``on`` names the round switches that are on."""

    on: tuple[str, ...] = ()
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, "#E7EBF0")
        canvas.text("10:30  5월 8일 금요일", (40, box.y + 60), 38, INK, bold=True)
        icons.draw("settings", canvas, box.right - 64, box.y + 60, 54, INK, "#E7EBF0")
        places["settings"] = Box(box.right - 108, box.y + 16, 88, 88)
        area = Box(24, box.y + 120, box.w - 48, 480)
        canvas.box(area, WHITE, 36)
        items = (("wifi", "와이파이"), ("sound", "소리"), ("turn", "자동 회전"), ("lock", "화면 잠금"),
                 ("sun", "손전등"), ("map", "위치"))  # fmt: skip
        for index, (icon, words) in enumerate(items):
            row, column = divmod(index, 3)
            spot = area.rows(2)[row].columns(3)[column]
            colour = BLUE if words in self.on else "#8C959E"
            canvas.circle(spot.middle[0], spot.y + 92, 58, colour)
            icons.draw(icon, canvas, spot.middle[0], spot.y + 92, 62, WHITE, colour)
            canvas.text(words, (spot.middle[0], spot.y + 186), 32, INK, align="middle")
            places[words] = Box(spot.middle[0] - 60, spot.y + 32, 120, 120)
        line = Box(24, area.bottom + 28, box.w - 48, 110)
        canvas.box(line, WHITE, 36)
        icons.draw("sun", canvas, 84, line.middle[1], 52, GREY)
        canvas.line([(150, line.middle[1]), (line.right - 60, line.middle[1])], "#C4CAD1", 14)
        canvas.line([(150, line.middle[1]), (430, line.middle[1])], BLUE, 14)
        canvas.circle(430, line.middle[1], 26, BLUE)
        places["brightness"] = line


@dataclass(frozen=True, slots=True)
class Dialer:
    """A phone's number keys: places are the digits, ``call`` and ``erase``."""

    number: str = ""
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, WHITE)
        canvas.text(self.number or "번호를 누르세요", (box.middle[0], box.y + 90), 64 if self.number else 40,
                    INK if self.number else GREY, bold=bool(self.number), align="middle")  # fmt: skip
        keys = Box(60, box.y + 170, box.w - 120, box.h - 370)
        for letters, row in zip(("123", "456", "789", "*0#"), keys.rows(4, 14), strict=True):
            for letter, area in zip(letters, row.columns(3, 24), strict=True):
                canvas.box(area, "#EEF1F4", 28)
                canvas.text(letter, area.middle, 58, bold=True, align="middle")
                places[letter] = area
        x, y = box.middle[0], box.bottom - 100
        canvas.circle(x, y, 74, GREEN)
        icons.draw("phone", canvas, x, y, 76, WHITE, GREEN)
        icons.draw("back", canvas, box.right - 130, y, 46, GREY)
        places |= {"call": Box(x - 74, y - 74, 148, 148), "erase": Box(box.right - 180, y - 50, 100, 100)}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that comes in, or one that is held: places ``take``, ``refuse``, ``end``, ``speaker``."""

    who: str
    number: str = ""
    coming: bool = False
    height: float = 0

    def draw(self, canvas: Canvas, box: Box, places: Places) -> None:
        canvas.box(box, "#1F2A36")
        x = box.middle[0]
        canvas.circle(x, box.y + 230, 104, "#4A5A6A")
        icons.draw("person", canvas, x, box.y + 230, 120, WHITE, "#4A5A6A")
        canvas.text(self.who, (x, box.y + 410), 60, WHITE, bold=True, align="middle", most=box.w - 60)
        canvas.text(self.number, (x, box.y + 485), 40, "#D5D9DE", align="middle")
        canvas.text(
            "전화가 왔어요" if self.coming else "통화 중  0:25", (x, box.y + 550), 38, "#FFD54A", align="middle"
        )
        if self.coming:
            self._round(canvas, 170, box.bottom - 200, GREEN, "phone", "받기", "take", places)
            self._round(canvas, box.right - 170, box.bottom - 200, "#C62828", "close", "거절", "refuse", places)
            return
        self._round(canvas, 150, box.bottom - 420, "#4A5A6A", "sound", "스피커", "speaker", places)
        self._round(canvas, x, box.bottom - 420, "#4A5A6A", "keypad", "키패드", "keypad", places)
        self._round(canvas, box.right - 150, box.bottom - 420, "#4A5A6A", "pause", "잠깐 멈춤", "hold", places)
        self._round(canvas, x, box.bottom - 170, "#C62828", "close", "끊기", "end", places)

    def _round(self, canvas: Canvas, x: float, y: float, colour: str, icon: str, words: str, key: str,
               places: Places) -> None:  # fmt: skip
        canvas.circle(x, y, 80, colour)
        icons.draw(icon, canvas, x, y, 76, WHITE, colour)
        canvas.text(words, (x, y + 116), 36, WHITE, bold=True, align="middle")
        places[key] = Box(x - 80, y - 80, 160, 160)
