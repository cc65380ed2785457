"""Rectangles on a screen as phones write them: ``[l, t, r, b]``, ``{x, y, width, height}``, ``"l t r b"``, Android's
``[l,t][r,b]``. What cannot be understood is none, and never an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_LARGEST = 20_000
_NUMBERS = re.compile(r"-?\d{1,6}(?:\.\d{1,6})?")

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, as the phone counts."""


def box_from(value: Any) -> Box | None:
    """``None`` for what is no box, and for one without a size."""
    if isinstance(value, str):
        return _edges([float(number) for number in _NUMBERS.findall(value[:100])])
    if isinstance(value, list):
        return _edges(value)
    if not isinstance(value, dict):
        return None
    edges = _edges([value.get(name) for name in ("left", "top", "right", "bottom")])
    if edges is not None:
        return edges
    x, y = number_from(value.get("x")), number_from(value.get("y"))
    w, h = first_number(value, ("width", "w")), first_number(value, ("height", "h"))
    return None if x is None or y is None or w is None or h is None else _edges([x, y, x + w, y + h])


def first_number(data: Mapping[str, Any], names: Iterable[str]) -> float | None:
    return next((number for name in names if (number := number_from(data.get(name))) is not None), None)


def number_from(value: Any) -> float | None:
    """A place or a size on a screen."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST <= value <= _LARGEST:
        return None
    return float(value)


def _edges(values: Iterable[Any]) -> Box | None:
    numbers = [number for value in values if (number := number_from(value)) is not None]
    if len(numbers) != 4:
        return None
    left, top, right, bottom = numbers
    return (left, top, right, bottom) if right > left and bottom > top else None
