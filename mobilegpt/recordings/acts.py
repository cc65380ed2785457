"""What a recorded event means: the words that phones use for it vary, a person's act does not.

Pure: no database. Phones name things as they like (S1 and S2 show ``touch`` with ``element``, ``CLICK`` with
``element_id``); what cannot be understood is no act, and never an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from mobilegpt.core.text import is_blank
from mobilegpt.recordings.seen import Screens, Seen


class Kind(StrEnum):
    TAP = "TAP"
    LONG_TAP = "LONG_TAP"
    SCROLL = "SCROLL"
    INPUT = "INPUT"
    SCREEN = "SCREEN"
    BACK = "BACK"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did, or one screen that came. ``label`` is what the person saw; both may be empty."""

    kind: Kind
    at: datetime
    label: str = ""
    role: str = ""
    element: str = ""
    screen: str = ""
    app: str = ""
    direction: str = ""
    seen: Seen | None = field(default=None, compare=False)
    """What was on the screen; two acts are the same without it."""

    @property
    def target(self) -> str:
        """What tells two elements apart."""
        return self.element or self.label


_KINDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.LONG_TAP, ("long",)),
    (Kind.SCROLL, ("scroll", "swipe", "fling", "drag")),
    (Kind.INPUT, ("input", "text", "type", "key")),
    (Kind.BACK, ("back",)),
    (Kind.SCREEN, ("screen", "window", "navigat", "activity", "app_", "open", "launch", "page")),
    (Kind.TAP, ("touch", "tap", "click", "press")),
)
_LABELS = ("label", "text", "element_text", "content_description", "contentDescription", "description", "hint")
_ELEMENTS = ("element_id", "element", "resource_id", "view_id", "id", "target", "node_id")
_SCREENS = ("screen", "screen_name", "activity", "activity_name", "class_name", "current_screen", "page", "title")
_APPS = ("app", "app_name", "package", "package_name", "packageName")
_ROLES = ("role", "class", "element_type", "widget", "view_class")
_ROLE_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("칸", ("edittext", "textfield", "input", "searchview", "edit")),
    ("스위치", ("switch", "toggle")),
    ("네모 칸", ("checkbox",)),
    ("탭", ("tab",)),
    ("그림", ("image", "icon")),
    ("항목", ("row", "item", "list", "cell", "card")),
    ("단추", ("button", "btn", "fab", "chip")),
)
_KEYBOARD = re.compile(r"inputmethod|keyboard|honeyboard|gboard", re.IGNORECASE)
_MASK = re.compile(r"^\[.*\]$")
_LABEL_LENGTH = 40


def acts_of(events: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> list[Act]:
    """``(event_type, timestamp, data)`` in order of time, as acts; what is none is left out.

    An event that does not name its screen or app happened on the last one that was named.
    """
    found: list[Act] = []
    screen = app = ""
    screens = Screens()
    for event_type, at, data in events:
        act = _act(event_type, at, data)
        seen = screens.look(data, is_new=act is not None and act.kind is Kind.SCREEN)
        if act is None:
            continue
        screen, app = act.screen or screen, act.app or app
        found.append(replace(act, screen=screen, app=app, seen=seen))
    return found


def element_words(data: Mapping[str, Any]) -> tuple[str, str]:
    """What stands on an element of a screen, and its role; both may be empty."""
    element = _word(data, _ELEMENTS)
    role = _role(data, element)
    # What stands in a field, somebody has typed.
    return (_hint(data) if role == "칸" else _label(data)), role


def _act(event_type: str, at: datetime, data: Mapping[str, Any]) -> Act | None:
    kind = _kind_of(event_type)
    if kind is None or _KEYBOARD.search(f"{_word(data, _APPS)} {_word(data, _SCREENS)}"):
        return None
    element = _word(data, _ELEMENTS)
    # Typed text is the person's own; only the field that it went into is of interest.
    label = "" if kind is Kind.INPUT else _label(data)
    label = label or _hint(data) or _spoken_name(element)
    if _names_back(element, label) and kind is Kind.TAP:
        kind = Kind.BACK
    return Act(
        kind=kind,
        at=at,
        label=label,
        role=_role(data, element),
        element=element,
        screen=_word(data, _SCREENS),
        app=_word(data, _APPS),
        direction=_direction(data) if kind is Kind.SCROLL else "",
    )


@lru_cache(maxsize=1024)  # a recording repeats few words many thousand times
def _kind_of(event_type: str) -> Kind | None:
    word = event_type.lower().removeprefix("type_")  # as Android's accessibility events begin
    return next((kind for kind, parts in _KINDS if any(part in word for part in parts)), None)


def _word(data: Mapping[str, Any], names: Iterable[str]) -> str:
    """The first of these that is a text, or the name inside of an object."""
    for name in names:
        value = data.get(name)
        if value is None:
            continue
        if isinstance(value, dict):
            value = value.get("name") or value.get("text") or value.get("id")
        if isinstance(value, str) and not is_blank(value):
            return " ".join(value.split())[:200]
    return ""


def _label(data: Mapping[str, Any]) -> str:
    word = _word(data, _LABELS)
    return "" if _MASK.match(word) else word[:_LABEL_LENGTH]


def _hint(data: Mapping[str, Any]) -> str:
    return _word(data, ("hint", "field", "field_name", "content_description"))[:_LABEL_LENGTH]


def _spoken_name(element: str) -> str:
    """An id that is words (``Button#submit``, ``검색``) names the thing; a resource path does not."""
    name = element.rpartition("#")[2] if "#" in element else element
    return name if re.fullmatch(r"[가-힣][가-힣0-9 ]{0,30}", name) else ""


def _names_back(element: str, label: str) -> bool:
    return bool(re.search(r"(^|[/#_.])(back|navigate_up)($|_)", element.lower())) or label in (
        "뒤로",
        "뒤로 가기",
        "Back",
    )


def _role(data: Mapping[str, Any], element: str) -> str:
    return _role_in(f"{_word(data, _ROLES)} {element.partition('#')[0] if '#' in element else element}".lower())


@lru_cache(maxsize=4096)
def _role_in(looked_at: str) -> str:
    return next((word for word, parts in _ROLE_WORDS if any(part in looked_at for part in parts)), "")


def _direction(data: Mapping[str, Any]) -> str:
    """Where the content has to go to: ``up`` shows what is below."""
    word = _word(data, ("direction",)).lower()
    if word in ("up", "down", "left", "right"):
        return word
    across, along = _way(data, "x"), _way(data, "y")
    if abs(across) > abs(along):
        return "left" if across < 0 else "right"
    return "down" if along > 0 else "up"


def _way(data: Mapping[str, Any], axis: str) -> float:
    """How far the finger went; a scroll's delta counts the other way round."""
    start, end = _number(data.get(f"start_{axis}")), _number(data.get(f"end_{axis}"))
    if start is not None and end is not None:
        return end - start
    return -(_number(data.get(f"delta_{axis}", data.get(f"d{axis}"))) or 0.0)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
