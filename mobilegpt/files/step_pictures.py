"""Pictures of steps and of lectures: from a screenshot or a photo to the few sizes that phones fetch (contract 11.11).

What comes out is drawn anew by ``files/pictures.py``: upright, in sRGB, without anything that the file said besides its
pixels. What was hidden is painted over before a size is made, and what came in is not kept.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple, Self

from PIL import Image, ImageDraw

from mobilegpt.core.errors import ErrorCode, Invalid, TooLarge
from mobilegpt.files import lesson_files, pictures

MAX_BYTES = 15 * 1024 * 1024
WIDTHS = (1080, 720, 360)
_MAX_HEIGHT = 8_192  # WebP ends at 16,383; a page of this length is read by nobody
_MIN_SIDE = 16
_FORMATS = ("PNG", "JPEG", "WEBP", "HEIF")
# Made smaller, what lies beside the edge of a hidden place shines two or three pixels through it.
_HIDDEN_MARGIN = 4
_HIDDEN_COLOUR = (96, 96, 96)
_COLOURS_OF_A_FLAT_ONE = 4_096  # a photo, or a screen with one, has more
_ENDS = 64 * 1024
_PAGE_OR_PROGRAM = re.compile(
    rb"%PDF-\d|<(?:!doctype\s+html|html|head|body|script|svg|iframe)\b|<\?php\b", re.IGNORECASE
)


class Size(NamedTuple):
    """One size of a picture: ``file`` is its name in the store (``files/lesson_files.py``); in pixels."""

    file: str
    width: int
    height: int


class Area(NamedTuple):
    """A rectangle in fractions of a picture's width and height, from its upper left corner."""

    x: float
    y: float
    w: float
    h: float

    @property
    def is_usable(self) -> bool:
        """Within the picture, and something."""
        return 0 <= self.x < 1 and 0 <= self.y < 1 and 0 < self.w <= 1 and 0 < self.h <= 1

    def within(self, part: Area) -> Self | None:
        """The same place as fractions of a part of the picture; ``None`` where nothing of it is left there."""
        left, top = max(self.x, part.x), max(self.y, part.y)
        right = min(self.x + self.w, part.x + part.w)
        bottom = min(self.y + self.h, part.y + part.h)
        if right <= left or bottom <= top:
            return None
        w, h = (right - left) / part.w, (bottom - top) / part.h
        return type(self)((left - part.x) / part.w, (top - part.y) / part.h, min(1.0, w), min(1.0, h))


WHOLE = Area(0, 0, 1, 1)


def make_sizes(file: BinaryIO, *, crop: Area | None = None, hidden: Sequence[Area] = ()) -> list[Size]:
    """Keep a picture in at most three widths, the widest first, none larger than it came; returns their names.

    Takes PNG, JPEG, WebP and HEIC. ``crop`` is what stays, ``hidden`` is painted over for good; both are fractions of
    the upright picture as it came. Raises ``Invalid`` UNSUPPORTED_FILE for what is no such picture, is too much, or is
    something else besides; ``Invalid`` for places outside of the picture and a crop of nearly nothing; ``TooLarge``
    above ``MAX_BYTES``; ``Unavailable`` while too many others are drawn, or the storage is away. Called before a
    transaction: it takes a quarter of a second. What nobody refers to in the end is removed some day later.
    """
    _require_usable(crop, hidden)
    format = _format_of(file)
    with pictures.opened(file, format) as image:
        drawn = _drawn(image, format, crop or WHOLE)
        _hide(drawn, [place for area in hidden if (place := area.within(crop or WHOLE))])
        flat = drawn.getcolors(_COLOURS_OF_A_FLAT_ONE) is not None
        contents = [_encoded(pictures.smaller(drawn, size), flat=flat) for size in _sizes_of(drawn)]
    return [
        Size(lesson_files.keep(content, "webp"), *size)
        for content, size in zip(contents, _sizes_of(drawn), strict=True)
    ]


def _require_usable(crop: Area | None, hidden: Sequence[Area]) -> None:
    for field, areas in (("crop", [crop] if crop else []), ("marks", hidden)):
        if not all(area.is_usable for area in areas):
            raise Invalid(message="x, y, w and h are fractions of the picture, from 0 to 1", details={"field": field})


def _format_of(file: BinaryIO) -> str:
    size = file.seek(0, io.SEEK_END)
    if size > MAX_BYTES:
        raise TooLarge(message=f"A picture has at most {MAX_BYTES // 1024 // 1024} MB", details={"field": "file"})
    file.seek(0)
    head = file.read(_ENDS)
    file.seek(max(0, size - _ENDS))
    tail = file.read()
    format = pictures.format_of(head)
    if format not in _FORMATS:
        raise _unsupported("A picture is PNG, JPEG, WebP or HEIC")
    if _PAGE_OR_PROGRAM.search(head) or _PAGE_OR_PROGRAM.search(tail) or zipfile.is_zipfile(io.BytesIO(tail)):
        raise _unsupported("This file is a picture and something else")
    return format


def _drawn(image: Image.Image, format: str, crop: Area) -> Image.Image:
    """The part that stays, as wide as the widest size, without what shines through."""

    def reduced(upright: Image.Image) -> Image.Image:
        box = _pixels(crop, upright.size)
        part = upright if box == (0, 0, *upright.size) else upright.crop(box)
        if min(part.size) < _MIN_SIDE:
            raise _too_small(crop)
        scale = min(1.0, WIDTHS[0] / part.width, _MAX_HEIGHT / part.height)
        return pictures.smaller(part, (max(1, round(part.width * scale)), max(1, round(part.height * scale))))

    drawn = pictures.upright(image, format, reduced)
    if drawn.has_transparency_data:
        paper = Image.new("RGBA", drawn.size, "white")
        drawn = Image.alpha_composite(paper, drawn.convert("RGBA"))
    return pictures.bare(drawn.convert("RGB"))


def _too_small(crop: Area) -> Invalid:
    message = f"A picture has at least {_MIN_SIDE} pixels each way"
    return _unsupported(message) if crop == WHOLE else Invalid(message=message, details={"field": "crop"})


def _pixels(area: Area, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom: the whole pixels of it."""
    width, height = size
    right, bottom = min(1.0, area.x + area.w), min(1.0, area.y + area.h)
    return round(area.x * width), round(area.y * height), round(right * width), round(bottom * height)


def _hide(image: Image.Image, places: Sequence[Area]) -> None:
    draw = ImageDraw.Draw(image)
    for place in places:
        left, top, right, bottom = _pixels(place, image.size)
        margin = _HIDDEN_MARGIN
        draw.rectangle((left - margin, top - margin, right + margin - 1, bottom + margin - 1), fill=_HIDDEN_COLOUR)


def _sizes_of(image: Image.Image) -> list[tuple[int, int]]:
    widths = [image.width, *(width for width in WIDTHS if width < image.width)]
    return [(width, max(1, round(image.height * width / image.width))) for width in widths]


def _encoded(image: Image.Image, *, flat: bool) -> bytes:
    """As WebP keeps photos, or as it keeps drawings: a screen of words is exact and smaller so."""
    lossy = _saved(image, quality=75, method=2, use_sharp_yuv=True)
    return min(lossy, _saved(image, lossless=True, quality=30, method=1), key=len) if flat else lossy


def _saved(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", **options)
    return out.getvalue()


def _unsupported(message: str) -> Invalid:
    return Invalid(ErrorCode.UNSUPPORTED_FILE, message, details={"field": "file"})
