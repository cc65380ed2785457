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
from typing import Any

from mobilegpt.guidance import events
from mobilegpt.guidance.expectation import Role
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


_KINDS = {
    events.Kind.TAP: Kind.TAP,
    events.Kind.LONG_TAP: Kind.LONG_TAP,
    events.Kind.SCROLL: Kind.SCROLL,
    events.Kind.INPUT: Kind.INPUT,
    events.Kind.BACK: Kind.BACK,
    events.Kind.SCREEN: Kind.SCREEN,
}
_ROLE_WORDS: dict[Role, str] = {
    "field": "칸",
    "switch": "스위치",
    "checkbox": "네모 칸",
    "tab": "탭",
    "image": "그림",
    "item": "항목",
    "button": "단추",
}
_ROLES = {words: role for role, words in _ROLE_WORDS.items()}
_MASK = re.compile(r"^\[.*\]$")
_LABEL_LENGTH = 40


def acts_of(recorded: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> list[Act]:
    """``(event_type, timestamp, data)`` in order of time, as acts; what is none is left out.

    An event that does not name its screen or app happened on the last one that was named.
    """
    found: list[Act] = []
    screen = app = ""
    screens = Screens()
    for event_type, at, data in recorded:
        act = _act(event_type, at, data)
        seen = screens.look(data, is_new=act is not None and act.kind is Kind.SCREEN)
        if act is None:
            continue
        screen, app = act.screen or screen, act.app or app
        found.append(replace(act, screen=screen, app=app, seen=seen))
    return found


def element_words(data: Mapping[str, Any]) -> tuple[str, str]:
    """What stands on an element of a screen, and its role; both may be empty."""
    words, role = events.element_words(data)
    return _shown(words), _ROLE_WORDS.get(role, "")


def role_of(act: Act) -> Role:
    """The role of what was touched, as steps name it."""
    return _ROLES.get(act.role, "")


def _act(event_type: str, at: datetime, data: Mapping[str, Any]) -> Act | None:
    event = events.phone_event(event_type, data, at=at)
    kind = _KINDS.get(event.kind)
    if kind is None or event.window == "keyboard":
        return None
    # Typed text is the person's own; only the field that it went into is of interest.
    label = "" if kind is Kind.INPUT else _shown(event.label)
    return Act(
        kind=kind,
        at=at,
        label=label or _shown(event.hint) or _spoken_name(event.element),
        role=_ROLE_WORDS.get(event.role, ""),
        element=event.element,
        screen=event.screen or event.title,
        app=event.app,
        direction=_direction(data) if kind is Kind.SCROLL else "",
    )


def _shown(word: str) -> str:
    return "" if _MASK.match(word) else word[:_LABEL_LENGTH]


def _spoken_name(element: str) -> str:
    """An id that is words (``Button#submit``, ``검색``) names the thing; a resource path does not."""
    name = element.rpartition("#")[2] if "#" in element else element
    return name if re.fullmatch(r"[가-힣][가-힣0-9 ]{0,30}", name) else ""


def _direction(data: Mapping[str, Any]) -> str:
    """Where the content has to go to: ``up`` shows what is below."""
    told = data.get("direction")
    word = told.lower() if isinstance(told, str) else ""
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
