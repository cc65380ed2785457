"""Icons, drawn by us from lines, circles and boxes: each inside of a square around its middle."""

from __future__ import annotations

from collections.abc import Callable

from mobilegpt.screens.canvas import WHITE, Box, Canvas


class _Pen:
    """Draws in units of the icon: from -1 to 1 in both directions."""

    def __init__(self, canvas: Canvas, x: float, y: float, size: float, colour: str, paper: str) -> None:
        self.canvas, self.x, self.y, self.half = canvas, x, y, size / 2
        self.colour, self.paper = colour, paper
        self.width = max(2.0, size * 0.09)

    def line(self, *points: tuple[float, float]) -> None:
        self.canvas.line([self._at(*point) for point in points], self.colour, self.width)

    def shape(self, *points: tuple[float, float]) -> None:
        self.canvas.polygon([self._at(*point) for point in points], self.colour)

    def ring(self, x: float, y: float, radius: float) -> None:
        self.canvas.circle(*self._at(x, y), radius * self.half, None, self.colour, self.width)

    def dot(self, x: float, y: float, radius: float, *, inside: bool = False) -> None:
        self.canvas.circle(*self._at(x, y), radius * self.half, self.paper if inside else self.colour)

    def arc(self, x: float, y: float, radius: float, start: float, end: float) -> None:
        self.canvas.arc(*self._at(x, y), radius * self.half, start, end, self.colour, self.width)

    def frame(self, x: float, y: float, w: float, h: float, radius: float = 0.15) -> None:
        self.canvas.box(self._box(x, y, w, h), None, radius * self.half, self.colour, self.width)

    def block(self, x: float, y: float, w: float, h: float, radius: float = 0.1, *, inside: bool = False) -> None:
        self.canvas.box(self._box(x, y, w, h), self.paper if inside else self.colour, radius * self.half)

    def letter(self, words: str, size: float, *, y: float = 0.0, inside: bool = False) -> None:
        colour = self.paper if inside else self.colour
        self.canvas.text(words, self._at(0, y), size * self.half, colour, bold=True, align="middle")

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self.x + x * self.half, self.y + y * self.half

    def _box(self, x: float, y: float, w: float, h: float) -> Box:
        return Box(*self._at(x, y), w * self.half, h * self.half)


def _back(pen: _Pen) -> None:
    pen.line((0.3, -0.7), (-0.4, 0), (0.3, 0.7))


def _next(pen: _Pen) -> None:
    pen.line((-0.3, -0.6), (0.3, 0), (-0.3, 0.6))


def _search(pen: _Pen) -> None:
    pen.ring(-0.15, -0.15, 0.6)
    pen.line((0.3, 0.3), (0.8, 0.8))


def _plus(pen: _Pen) -> None:
    pen.line((-0.7, 0), (0.7, 0))
    pen.line((0, -0.7), (0, 0.7))


def _minus(pen: _Pen) -> None:
    pen.line((-0.7, 0), (0.7, 0))


def _close(pen: _Pen) -> None:
    pen.line((-0.6, -0.6), (0.6, 0.6))
    pen.line((-0.6, 0.6), (0.6, -0.6))


def _check(pen: _Pen) -> None:
    pen.line((-0.7, 0.05), (-0.2, 0.55), (0.7, -0.5))


def _more(pen: _Pen) -> None:
    for y in (-0.6, 0, 0.6):
        pen.dot(0, y, 0.15)


def _menu(pen: _Pen) -> None:
    for y in (-0.5, 0, 0.5):
        pen.line((-0.7, y), (0.7, y))


def _send(pen: _Pen) -> None:
    pen.shape((-0.75, -0.75), (0.85, 0), (-0.75, 0.75), (-0.45, 0.1), (0.1, 0), (-0.45, -0.1))


def _settings(pen: _Pen) -> None:
    for x, y in ((0, -0.8), (0, 0.8), (-0.8, 0), (0.8, 0), (0.57, 0.57), (-0.57, 0.57), (0.57, -0.57), (-0.57, -0.57)):
        pen.line((0, 0), (x, y))
        pen.dot(x, y, 0.16)
    pen.dot(0, 0, 0.62)
    pen.dot(0, 0, 0.28, inside=True)


def _wifi(pen: _Pen) -> None:
    for radius in (1.25, 0.85, 0.45):
        pen.arc(0, 0.65, radius, 225, 315)
    pen.dot(0, 0.6, 0.14)


def _phone(pen: _Pen) -> None:
    pen.canvas.arc(*pen._at(0.45, -0.45), 1.15 * pen.half, 80, 190, pen.colour, pen.width * 2.6)
    pen.block(-0.95, -0.75, 0.55, 0.5, 0.18)
    pen.block(0.3, 0.42, 0.5, 0.55, 0.18)


def _message(pen: _Pen) -> None:
    pen.block(-0.85, -0.7, 1.7, 1.15, 0.3)
    pen.shape((-0.5, 0.35), (0.0, 0.35), (-0.5, 0.85))
    for x in (-0.42, 0, 0.42):
        pen.dot(x, -0.12, 0.13, inside=True)


def _camera(pen: _Pen) -> None:
    pen.block(-0.9, -0.5, 1.8, 1.2, 0.25)
    pen.block(-0.35, -0.75, 0.7, 0.4, 0.12)
    pen.dot(0, 0.1, 0.42, inside=True)
    pen.dot(0, 0.1, 0.26)


def _photo(pen: _Pen) -> None:
    pen.frame(-0.85, -0.7, 1.7, 1.4)
    pen.dot(-0.4, -0.25, 0.17)
    pen.shape((-0.7, 0.55), (-0.15, -0.05), (0.15, 0.25), (0.4, 0.0), (0.72, 0.55))


def _video(pen: _Pen) -> None:
    pen.block(-0.9, -0.65, 1.8, 1.3, 0.3)
    pen.canvas.polygon([pen._at(-0.25, -0.35), pen._at(0.42, 0), pen._at(-0.25, 0.35)], pen.paper)


def _play(pen: _Pen) -> None:
    pen.shape((-0.5, -0.75), (0.75, 0), (-0.5, 0.75))


def _pause(pen: _Pen) -> None:
    pen.block(-0.6, -0.7, 0.4, 1.4)
    pen.block(0.2, -0.7, 0.4, 1.4)


def _map(pen: _Pen) -> None:
    pen.dot(0, -0.25, 0.58)
    pen.shape((-0.5, 0.0), (0.5, 0.0), (0, 0.9))
    pen.dot(0, -0.25, 0.25, inside=True)


def _person(pen: _Pen) -> None:
    pen.dot(0, -0.4, 0.38)
    pen.block(-0.65, 0.1, 1.3, 0.75, 0.6)


def _home(pen: _Pen) -> None:
    pen.line((-0.8, 0.0), (0, -0.7), (0.8, 0.0))
    pen.line((-0.55, -0.1), (-0.55, 0.7), (0.55, 0.7), (0.55, -0.1))


def _lock(pen: _Pen) -> None:
    pen.arc(0, -0.2, 0.42, 180, 360)
    pen.block(-0.6, -0.2, 1.2, 0.95, 0.15)


def _sound(pen: _Pen) -> None:
    pen.shape((-0.8, -0.3), (-0.4, -0.3), (0.05, -0.7), (0.05, 0.7), (-0.4, 0.3), (-0.8, 0.3))
    pen.arc(0.1, 0, 0.4, 300, 60)
    pen.arc(0.1, 0, 0.75, 300, 60)


def _full(pen: _Pen) -> None:
    for x in (-1, 1):
        for y in (-1, 1):
            pen.line((x * 0.7, y * 0.25), (x * 0.7, y * 0.7), (x * 0.25, y * 0.7))


def _heart(pen: _Pen) -> None:
    pen.dot(-0.36, -0.25, 0.42)
    pen.dot(0.36, -0.25, 0.42)
    pen.shape((-0.74, -0.05), (0.74, -0.05), (0, 0.8))


def _trash(pen: _Pen) -> None:
    pen.line((-0.7, -0.5), (0.7, -0.5))
    pen.line((-0.2, -0.75), (0.2, -0.75))
    pen.line((-0.5, -0.4), (-0.4, 0.75), (0.4, 0.75), (0.5, -0.4))


def _card(pen: _Pen) -> None:
    pen.block(-0.9, -0.6, 1.8, 1.2, 0.15)
    pen.block(-0.9, -0.3, 1.8, 0.28, 0, inside=True)


def _warning(pen: _Pen) -> None:
    pen.shape((0, -0.85), (0.95, 0.75), (-0.95, 0.75))
    pen.letter("!", 0.95, y=0.25, inside=True)


def _letters(pen: _Pen) -> None:
    pen.letter("가", 1.5)


def _bus(pen: _Pen) -> None:
    pen.block(-0.7, -0.75, 1.4, 1.3, 0.2)
    pen.block(-0.5, -0.5, 1.0, 0.5, 0.08, inside=True)
    pen.dot(-0.38, 0.6, 0.2)
    pen.dot(0.38, 0.6, 0.2)


def _walk(pen: _Pen) -> None:
    pen.dot(0.1, -0.75, 0.2)
    pen.line((0.05, -0.4), (-0.05, 0.15))
    pen.line((-0.05, 0.15), (0.35, 0.8))
    pen.line((-0.05, 0.15), (-0.4, 0.8))
    pen.line((-0.5, 0.05), (0.05, -0.35), (0.5, 0.0))


def _car(pen: _Pen) -> None:
    pen.shape((-0.5, -0.1), (-0.3, -0.55), (0.3, -0.55), (0.5, -0.1))
    pen.block(-0.85, -0.15, 1.7, 0.5, 0.15)
    pen.dot(-0.45, 0.4, 0.22)
    pen.dot(0.45, 0.4, 0.22)


def _target(pen: _Pen) -> None:
    pen.ring(0, 0, 0.55)
    pen.dot(0, 0, 0.22)
    for x, y in ((0, -1), (0, 1), (-1, 0), (1, 0)):
        pen.line((x * 0.55, y * 0.55), (x * 0.85, y * 0.85))


def _turn(pen: _Pen) -> None:
    pen.arc(0, 0, 0.65, 30, 330)
    pen.shape((0.25, -0.3), (0.95, -0.3), (0.6, 0.1))


def _sun(pen: _Pen) -> None:
    pen.dot(0, 0, 0.4)
    for x, y in ((0, -1), (0, 1), (-1, 0), (1, 0), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7)):
        pen.line((x * 0.62, y * 0.62), (x * 0.85, y * 0.85))


def _bell(pen: _Pen) -> None:
    pen.dot(0, -0.15, 0.5)
    pen.block(-0.5, -0.15, 1.0, 0.6, 0.05)
    pen.line((-0.7, 0.45), (0.7, 0.45))
    pen.dot(0, 0.7, 0.17)


def _cup(pen: _Pen) -> None:
    pen.block(-0.6, -0.35, 1.0, 1.05, 0.2)
    pen.arc(0.42, 0.1, 0.32, 270, 90)
    for x in (-0.35, 0.0):
        pen.line((x, -0.55), (x + 0.12, -0.8))


def _bread(pen: _Pen) -> None:
    pen.block(-0.85, -0.45, 1.7, 0.65, 0.4)
    pen.block(-0.7, 0.05, 1.4, 0.55, 0.15)


def _glass(pen: _Pen) -> None:
    pen.shape((-0.55, -0.5), (0.55, -0.5), (0.38, 0.85), (-0.38, 0.85))
    pen.line((0.1, -0.6), (0.3, -0.9))


def _bowl(pen: _Pen) -> None:
    pen.arc(0, -0.05, 0.75, 0, 180)
    pen.shape((-0.8, -0.1), (0.8, -0.1), (0.45, 0.6), (-0.45, 0.6))
    for x in (-0.3, 0.1):
        pen.line((x, -0.35), (x + 0.15, -0.75))


def _keypad(pen: _Pen) -> None:
    for x in (-0.6, 0, 0.6):
        for y in (-0.6, 0, 0.6):
            pen.dot(x, y, 0.19)


def _clock(pen: _Pen) -> None:
    pen.ring(0, 0, 0.8)
    pen.line((0, -0.45), (0, 0), (0.35, 0.2))


def _calendar(pen: _Pen) -> None:
    pen.frame(-0.75, -0.65, 1.5, 1.4)
    pen.block(-0.75, -0.65, 1.5, 0.45)


def _file(pen: _Pen) -> None:
    pen.frame(-0.6, -0.8, 1.2, 1.6)
    for y in (-0.3, 0.05, 0.4):
        pen.line((-0.3, y), (0.3, y))


def _block(pen: _Pen) -> None:
    pen.ring(0, 0, 0.75)
    pen.line((-0.5, -0.5), (0.5, 0.5))


_ICONS: dict[str, Callable[[_Pen], None]] = {
    "back": _back, "bell": _bell, "block": _block, "bowl": _bowl, "bread": _bread, "bus": _bus, "calendar": _calendar,
    "camera": _camera, "car": _car, "card": _card, "check": _check, "clock": _clock, "close": _close, "cup": _cup,
    "file": _file, "full": _full, "glass": _glass, "heart": _heart, "home": _home, "keypad": _keypad,
    "letters": _letters, "lock": _lock, "map": _map, "menu": _menu, "message": _message, "minus": _minus,
    "more": _more, "next": _next, "pause": _pause, "person": _person, "phone": _phone, "photo": _photo, "play": _play,
    "plus": _plus, "search": _search, "send": _send, "settings": _settings, "sound": _sound, "sun": _sun,
    "target": _target, "trash": _trash, "turn": _turn, "video": _video, "walk": _walk, "warning": _warning,
    "wifi": _wifi,
}  # fmt: skip
NAMES = frozenset(_ICONS)


def draw(name: str, canvas: Canvas, x: float, y: float, size: float, colour: str, paper: str = WHITE) -> None:
    """The icon ``name`` around ``x``, ``y``. ``paper`` is what is seen through it. Raises ``KeyError``."""
    _ICONS[name](_Pen(canvas, x, y, size, colour, paper))
