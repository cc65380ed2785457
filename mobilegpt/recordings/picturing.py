"""Pictures of a draft's steps: the recording's screenshot where there is one, else the screen drawn from its elements.

What was touched is marked. Nobody's name is drawn: known names go as in everything that leaves the class, and what may
be a name, or stands in a list of an app that is about people, is drawn as a bar unless it was touched. Where nothing is
known of a screen, the step has its words alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import Any

import msgspec
import structlog
from PIL import Image

from mobilegpt.core.errors import DomainError
from mobilegpt.files.step_pictures import make_sizes
from mobilegpt.guidance.boxes import Box
from mobilegpt.language.redaction import may_be_a_name, names_pattern, without_people
from mobilegpt.lectures.step import PictureFile, PictureMark, StepImage
from mobilegpt.recordings.acts import Act, Kind, element_words
from mobilegpt.recordings.seen import SCREENSHOT, Seen
from mobilegpt.screens import canvas
from mobilegpt.screens.recorded import Thing, draw_recorded

LEFT_OUT = "screenshot_left_out"

log = structlog.get_logger(__name__)

_DONE = {Kind.TAP: "누르기", Kind.LONG_TAP: "길게 누르기", Kind.SCROLL: "밀기", Kind.INPUT: "글자 쓰기",
         Kind.BACK: "누르기", Kind.SCREEN: "화면"}  # fmt: skip
_NOT_ABOUT_PEOPLE = re.compile(
    r"settings|youtube|maps?\b|camera|chrome|vending|calculator|clock|weather|설정|지도|카메라"
)
_READABLE = re.compile(r"[가-힣]")


class Pictures:
    """Makes the pictures of one draft: each screen is drawn and stored once, however often something is done on it."""

    def __init__(self, names: Iterable[str]) -> None:
        self._known = names_pattern(names)
        self._sizes: dict[object, list[PictureFile]] = {}

    def of(self, act: Act) -> StepImage | None:
        """``None`` where nothing is known of the screen, or it cannot be drawn now."""
        seen = act.seen
        if seen is None:
            return None
        mark = _mark(act, seen)
        sizes = _kept_screenshot(seen) or (self._drawn(act, seen) if mark else [])
        if not sizes:
            return None
        return StepImage(alt=self._alt(act, mark), marks=[mark] if mark else [], sizes=sizes)

    def _drawn(self, act: Act, seen: Seen) -> list[PictureFile]:
        things = self._things(act, seen)
        if not things:
            return []
        title = self._words(act.screen) if _READABLE.search(act.screen) else ""
        across, along = seen.extent
        key = (tuple(things), title, along / across)
        if key not in self._sizes:
            self._sizes[key] = _stored(draw_recorded(things, along / across, title))
        return self._sizes[key]

    def _things(self, act: Act, seen: Seen) -> list[Thing]:
        found = []
        for element in seen.elements:
            words, role = element_words(element.data)
            place = _fractions(element.box, seen)
            if place is None:
                continue
            touched = seen.box is not None and element.box == seen.box
            hidden = role in ("항목", "") and not touched and (is_about_people(act.app) or may_be_a_name(words))
            found.append(Thing(place, "" if hidden else self._words(words), role))
        own = _fractions(seen.box, seen) if seen.box else None
        if own is not None and all(thing.box != own for thing in found):
            found.append(Thing(own, self._words(act.label), act.role or ("칸" if act.kind is Kind.INPUT else "")))
        return found

    def _words(self, words: str) -> str:
        return without_people(words, self._known)[:40]

    def _alt(self, act: Act, mark: PictureMark | None) -> str:
        screen = f"{self._words(act.screen)} 화면" if _READABLE.search(act.screen) else "휴대폰 화면"
        if mark is None:
            return screen
        thing = f"'{self._words(act.label)}' " if act.label else ""
        return f"{screen}, {_where(mark)} {thing}{_DONE[act.kind]}"


def screenshot_of(content: bytes, *, may_be_kept: bool) -> dict[str, Any]:
    """What an event's data says of its screenshot: its files, or that it was left out, and why."""
    if not may_be_kept:
        return {LEFT_OUT: "PERSONAL_DATA"}
    try:
        sizes = make_sizes(io.BytesIO(content))
    except DomainError as refusal:
        return {LEFT_OUT: str(refusal.code)}
    return {SCREENSHOT: [size._asdict() for size in sizes]}


def _stored(picture: Image.Image) -> list[PictureFile]:
    out = io.BytesIO()
    picture.save(out, "PNG")
    try:
        sizes = make_sizes(out)
    except DomainError as refusal:
        log.warning("screen_not_drawn", code=refusal.code)
        return []
    return [PictureFile(file=size.file, width=size.width, height=size.height) for size in sizes]


def _kept_screenshot(seen: Seen) -> list[PictureFile]:
    try:
        return msgspec.convert(list(seen.screenshot), list[PictureFile])
    except msgspec.ValidationError:
        return []


def _mark(act: Act, seen: Seen) -> PictureMark | None:
    box = _fractions(seen.box, seen) if seen.box else None
    at = box.middle if box else _point(seen)
    if at is None or act.kind is Kind.SCREEN:
        return None
    x, y = (round(min(1.0, max(0.0, value)), 4) for value in at)
    match act.kind:
        case Kind.INPUT if box:
            return PictureMark(kind="box", x=_down(box.x), y=_down(box.y), w=_down(box.w), h=_down(box.h))
        case Kind.SCROLL:
            start = _point(seen) or at
            direction = act.direction if act.direction in ("up", "down", "left", "right") else "up"
            return msgspec.convert({"kind": "swipe", "x": round(start[0], 4), "y": round(start[1], 4),
                                    "direction": direction}, PictureMark)  # fmt: skip
        case Kind.LONG_TAP:
            return PictureMark(kind="long_tap", x=x, y=y)
    return PictureMark(kind="tap", x=x, y=y)


def _point(seen: Seen) -> tuple[float, float] | None:
    if seen.point is None:
        return None
    across, along = seen.extent
    x, y = seen.point[0] / across, seen.point[1] / along
    return (x, y) if 0 <= x <= 1 and 0 <= y <= 1 else None


def _fractions(box: Box, seen: Seen) -> canvas.Box | None:
    """The part of it that is on the screen."""
    across, along = seen.extent
    left, right = max(0.0, box[0] / across), min(1.0, box[2] / across)
    top, bottom = max(0.0, box[1] / along), min(1.0, box[3] / along)
    if right - left < 0.005 or bottom - top < 0.003:
        return None
    return canvas.Box(left, top, right - left, bottom - top)


def _down(value: float) -> float:
    return int(value * 10_000) / 10_000


def is_about_people(app: str) -> bool:
    """Apps that are not known are taken for one."""
    return _NOT_ABOUT_PEOPLE.search(app.lower()) is None


def _where(mark: PictureMark) -> str:
    x, y = mark.x + (mark.w or 0) / 2, mark.y + (mark.h or 0) / 2
    return canvas.where_on(x, y)
