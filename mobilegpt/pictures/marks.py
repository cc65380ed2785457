"""What marks a picture may have, and where they are once a part of it is cut out (contract 11.11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from mobilegpt.core.errors import Invalid
from mobilegpt.files.step_pictures import Area
from mobilegpt.lectures.step import PictureMark
from mobilegpt.pictures.commands import SentMark

MAX_MARKS = 20
_DIGITS = 4
_LEAST = 10**-_DIGITS


class Marks(NamedTuple):
    """Those that clients draw, and what is painted over."""

    shown: list[PictureMark]
    hidden: list[Area]


def checked(sent: Sequence[SentMark]) -> Marks:
    """Raises ``Invalid`` for too many, a box without a size or out of the picture, a swipe without a direction."""
    if len(sent) > MAX_MARKS:
        raise _invalid(f"A picture has at most {MAX_MARKS} marks")
    for mark in sent:
        _require_complete(mark)
    shown = [_shown(mark) for mark in sent if mark.kind != "hidden"]
    return Marks(shown, [Area(mark.x, mark.y, mark.w or 0, mark.h or 0) for mark in sent if mark.kind == "hidden"])


def within(marks: Iterable[PictureMark], part: Area) -> list[PictureMark]:
    """The same marks on a part of the picture: boxes are cut at its edges, what lies outside is gone."""
    return [moved for mark in marks if (moved := _within(mark, part)) is not None]


def _require_complete(mark: SentMark) -> None:
    is_box = mark.kind in ("box", "hidden")
    if is_box and not (mark.w and mark.h):
        raise _invalid("A box, and what is hidden, has w and h")
    if is_box and (mark.x + (mark.w or 0) > 1 + _LEAST or mark.y + (mark.h or 0) > 1 + _LEAST):
        raise _invalid("A box lies within the picture")
    if not is_box and (mark.w is not None or mark.h is not None):
        raise _invalid("Only a box, and what is hidden, has w and h")
    if (mark.kind == "swipe") != (mark.direction is not None):
        raise _invalid("A swipe, and nothing else, has a direction")


def _shown(mark: SentMark) -> PictureMark:
    assert mark.kind != "hidden"
    x, y = round(mark.x, _DIGITS), round(mark.y, _DIGITS)
    if mark.w is None or mark.h is None:
        return PictureMark(kind=mark.kind, x=x, y=y, direction=mark.direction)
    return _box(Area(mark.x, mark.y, mark.w, mark.h))


def _within(mark: PictureMark, part: Area) -> PictureMark | None:
    if mark.w is not None and mark.h is not None:
        place = Area(mark.x, mark.y, mark.w, mark.h).within(part)
        return None if place is None else _box(place)
    x, y = (mark.x - part.x) / part.w, (mark.y - part.y) / part.h
    if not (0 <= x <= 1 and 0 <= y <= 1):
        return None
    return replace(mark, x=round(x, _DIGITS), y=round(y, _DIGITS))


def _box(place: Area) -> PictureMark:
    """Rounded so that it still lies within the picture, and is something."""
    x, y = (min(round(at, _DIGITS), 1 - _LEAST) for at in (place.x, place.y))
    w = round(min(max(place.w, _LEAST), 1 - x), _DIGITS)
    h = round(min(max(place.h, _LEAST), 1 - y), _DIGITS)
    return PictureMark(kind="box", x=x, y=y, w=w, h=h)


def _invalid(message: str) -> Invalid:
    return Invalid(message=message, details={"field": "marks"})
