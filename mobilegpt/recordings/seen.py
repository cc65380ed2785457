"""What was on a phone's screen while somebody did something: from the events that tell it (contract 8.5).

Pure: no database. Phones write boxes in many ways (``[l, t, r, b]``, ``{x, y, width, height}``, Android's
``[l,t][r,b]``); what cannot be understood is left out, and never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mobilegpt.guidance.boxes import Box, box_from, first_number

MOST_ELEMENTS = 80
SCREENSHOT = "screenshot"
"""The key under which an event's data names the files of its screenshot, the widest first."""

_LISTS = ("elements", "nodes", "views")
_BOUNDS = ("bounds", "element_bounds", "rect", "element")
_USUAL = ((360, 800), (720, 1600), (1080, 2340), (1440, 3200))


@dataclass(frozen=True, slots=True)
class Element:
    """Something on a screen, by its data: who draws it finds its words and its role there."""

    box: Box
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A screen at the moment of an act. ``size`` is ``None`` where nobody told it; so are all others."""

    size: tuple[float, float] | None = None
    elements: tuple[Element, ...] = ()
    screenshot: tuple[Mapping[str, Any], ...] = ()
    box: Box | None = None
    point: tuple[float, float] | None = None

    @property
    def extent(self) -> tuple[float, float]:
        """How large the screen is: as told, else the smallest usual one that holds everything."""
        if self.size is not None:
            return self.size
        boxes = [element.box for element in self.elements] + ([self.box] if self.box else [])
        across = max([box[2] for box in boxes] + ([self.point[0]] if self.point else []), default=0.0)
        along = max([box[3] for box in boxes] + ([self.point[1]] if self.point else []), default=0.0)
        usual = (size for size in _USUAL if across <= size[0] and along <= size[1])
        return next(usual, (max(across, 1.0), max(along, 1.0)))


class Screens:
    """Follows a recording, event by event: what a screen told stays until the next screen comes."""

    def __init__(self) -> None:
        self._size: tuple[float, float] | None = None
        self._elements: tuple[Element, ...] = ()
        self._screenshot: tuple[Mapping[str, Any], ...] = ()

    def look(self, data: Mapping[str, Any], *, is_new: bool) -> Seen:
        """``is_new``: this event is a screen that came."""
        self._size = _size(data) or self._size
        elements, screenshot = elements_of(data), _screenshot(data)
        if is_new or elements:
            self._elements = elements
        if is_new or screenshot:
            self._screenshot = screenshot
        return Seen(self._size, self._elements, self._screenshot, _own_box(data), _point(data))


def elements_of(data: Mapping[str, Any]) -> tuple[Element, ...]:
    listed: list[Any] = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), [])
    found = []
    for one in listed[:MOST_ELEMENTS]:
        if isinstance(one, dict):
            box = box_from(one.get("bounds") or one.get("rect") or one)
            if box is not None:
                found.append(Element(box, one))
    return tuple(found)


def _own_box(data: Mapping[str, Any]) -> Box | None:
    return next((box for name in _BOUNDS if (box := box_from(data.get(name))) is not None), None)


def _point(data: Mapping[str, Any]) -> tuple[float, float] | None:
    x = first_number(data, ("x", "start_x", "from_x", "x1", "touch_x"))
    y = first_number(data, ("y", "start_y", "from_y", "y1", "touch_y"))
    return None if x is None or y is None else (x, y)


def _size(data: Mapping[str, Any]) -> tuple[float, float] | None:
    for name in ("screen_size", "display", "screen", ""):
        inside = data.get(name) if name else data
        if isinstance(inside, dict):
            width = first_number(inside, ("screen_width", *(("width",) if name else ())))
            height = first_number(inside, ("screen_height", *(("height",) if name else ())))
            if width and height and width > 0 and height > 0:
                return width, height
    return None


def _screenshot(data: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    sizes = data.get(SCREENSHOT)
    if not isinstance(sizes, list):
        return ()
    return tuple(size for size in sizes if isinstance(size, dict) and isinstance(size.get("file"), str))
