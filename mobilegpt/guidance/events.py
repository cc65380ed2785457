"""What a phone's event means: the one reading for recordings, for help and for the matcher (contract 8.1, 8.5, 12).

Phones name things as they like: ``touch`` with ``element``, ``CLICK`` with ``text``, Android's own
``TYPE_VIEW_CLICKED`` with ``view_id_resource_name`` and a ``node_info``. What cannot be understood is empty, and never
an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec

from mobilegpt.core.text import is_blank
from mobilegpt.guidance.boxes import Box, box_from, first_number
from mobilegpt.guidance.expectation import Role
from mobilegpt.guidance.transparent import Window, window_of


class Kind(StrEnum):
    """What happened, whatever word the client had for it."""

    TAP = "TAP"
    LONG_TAP = "LONG_TAP"
    SCROLL = "SCROLL"
    INPUT = "INPUT"
    BACK = "BACK"
    HOME = "HOME"
    SCREEN = "SCREEN"
    """A window came."""
    CONTENT = "CONTENT"
    """Something changed on the window that is there."""
    NOTICE = "NOTICE"
    """A notification or a toast."""
    OTHER = "OTHER"


TOUCHES = (Kind.TAP, Kind.LONG_TAP, Kind.SCROLL, Kind.INPUT, Kind.BACK)
"""What a finger does."""


class PhoneEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event as far as it is understood; empty where the phone did not say.

    ``app``: package. ``screen``: as programs name it (a class), or as the client does; ``title``: what people read on
    top. ``element``: as the client named what was touched, ``element_id`` the end of its resource id (``send_button``),
    ``widget`` its class. ``label``: the first thing that stands on it, ``texts`` everything, ``description`` its
    content description, ``hint`` of a field. ``parents``: texts and ids of what it lies in. ``shown``: texts that
    stand elsewhere on the screen. ``typed``: what an INPUT left in the field, ``None`` where that is not told.
    """

    kind: Kind
    at: datetime | None = None
    app: str = ""
    screen: str = ""
    title: str = ""
    window: Window = ""
    element: str = ""
    element_id: str = ""
    widget: str = ""
    role: Role = ""
    label: str = ""
    texts: tuple[str, ...] = ()
    description: str = ""
    hint: str = ""
    parents: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    typed: str | None = None
    checked: bool | None = None
    x: float | None = None
    y: float | None = None
    bounds: Box | None = None

    @property
    def place(self) -> str:
        """The screen as people name it, else as programs do."""
        return self.title or self.screen


# The first that is found in the client's own event_type decides.
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(words))
    for kind, words in (
        (Kind.OTHER, r"^page\.|touch_?interaction|touch_?exploration|gesture_?detection|hover|accessibility_?focus"),
        (Kind.NOTICE, r"notification_?state|toast|announce"),
        (Kind.OTHER, r"selection_?changed|traversed|focus|view_?selected|background"),
        (Kind.CONTENT, r"content_?change|windows_?changed"),
        (Kind.BACK, r"(?<!feed)(?<!play)(?<!call)back(?!ground)"),
        (Kind.LONG_TAP, r"long|context_?click"),
        (Kind.SCROLL, r"scroll|swipe|fling|drag"),
        (Kind.INPUT, r"input(?!_?method)|(?<!con)text|(?<!event_)typ(?:e|ing)|key(?!board_?(?:show|hid|open|clos))"),
        (Kind.TAP, r"click|tap|touch|press|select"),
        (Kind.HOME, r"^(?:go_?)?home|recents|overview"),
        (Kind.SCREEN, r"screen|window|navigat|activity|app_|open|launch|page"),
    )
)
_LABELS = ("label", "text", "element_text", "content_description", "contentDescription", "description", "hint")
_DESCRIPTIONS = ("content_description", "contentDescription", "description")
_HINTS = ("hint", "hint_text", "hintText", "field", "field_name", *_DESCRIPTIONS)
_ELEMENTS = (
    "element_id", "element", "resource_id", "view_id", "view_id_resource_name", "viewIdResourceName", "id", "target",
    "node_id",
)  # fmt: skip
_SCREENS = ("screen", "screen_name", "activity", "activity_name", "current_screen", "page")
_TITLES = ("screen_title", "title", "window_title")
_APPS = ("package_name", "package", "packageName", "app", "app_name")
_WIDGETS = ("role", "class", "class_name", "className", "element_type", "widget", "view_class")
_CLASSES = ("class_name", "className")
_LISTS = ("elements", "nodes", "views", "texts", "visible_texts", "children")
_ROLE_WORDS: tuple[tuple[Role, tuple[str, ...]], ...] = (
    ("field", ("edittext", "textfield", "input", "searchview", "autocomplete", "edit")),
    ("switch", ("switch", "toggle")),
    ("checkbox", ("checkbox",)),
    ("tab", ("tab",)),
    ("image", ("image", "icon")),
    ("item", ("row", "item", "list", "cell", "card")),
    ("button", ("button", "btn", "fab", "chip")),
)
_BACK_LABELS = frozenset({"뒤로", "뒤로 가기", "뒤로가기", "Back", "Navigate up", "위로 이동", "상위 메뉴로 이동"})
_WIDGET = re.compile(r"^(?:(?:android|androidx|com\.google\.android\.material)\.[\w.$]+|[A-Z]\w*)$")
_SCREEN_CLASS = re.compile(r"(?:Activity|Fragment|Screen)\w*$")
_GENERIC = re.compile(r"^(?:android|androidx|com\.google\.android\.material)\.(?!.*activity)", re.IGNORECASE)
_MOST_TEXTS = 80
_WORD = 200
_NOTHING: Mapping[str, Any] = {}


@lru_cache(maxsize=1024)  # a phone repeats few words many thousand times
def kind_of(event_type: str) -> Kind:
    word = event_type.lower().removeprefix("type_")  # as Android's accessibility events begin
    return next((kind for kind, words in _KINDS if words.search(word)), Kind.OTHER)


def phone_event(
    event_type: str,
    event_data: Mapping[str, Any],
    screen_info: Mapping[str, Any] = _NOTHING,
    at: datetime | None = None,
) -> PhoneEvent:
    """An event of a log or of a recording. What the native app sends beside ``event_data`` (``node_info``,
    ``parent_node_info``, ``view_id_resource_name``, ``content_description``) stands in it under its own name."""
    kind = kind_of(event_type)
    node = _inside(event_data, "node_info", "node")
    touched = (event_data, node)
    element = _word(touched, _ELEMENTS)
    widget = _widget(touched, element, kind)
    app = _word((screen_info, event_data, node), _APPS)
    texts = _texts(touched)
    screen, title = _screen(kind, event_data, screen_info), _word((screen_info, event_data), _TITLES)
    if kind is Kind.SCREEN and texts:
        title = title or texts[0]  # Android tells a window's title as its text
    hint = _word(touched, _HINTS)
    role = role_in(f"{widget} {element.partition('#')[0] if '#' in element else element}")
    label = texts[0] if texts else ""
    if kind is Kind.TAP and _goes_back(element, label):
        kind = Kind.BACK
    return PhoneEvent(
        kind=kind,
        at=at,
        app=app,
        screen=screen,
        title=title,
        window=_window(event_data, app, screen or _word((event_data,), _CLASSES), title, texts),
        element=element,
        element_id=element_id(element),
        widget=widget,
        role=role,
        label=label,
        texts=texts,
        description=_word(touched, _DESCRIPTIONS),
        hint=hint,
        parents=_parents(event_data),
        shown=_shown(event_data) + _shown(screen_info),
        typed=_typed(event_data) if kind is Kind.INPUT else None,
        checked=_flag(touched, ("checked", "is_checked", "isChecked")),
        x=first_number(event_data, ("x", "start_x", "touch_x")),
        y=first_number(event_data, ("y", "start_y", "touch_y")),
        bounds=_bounds(touched),
    )


def element_words(data: Mapping[str, Any]) -> tuple[str, Role]:
    """What stands on an element of a screen, and its role; both may be empty. What is in a field, somebody typed."""
    element = _word((data,), _ELEMENTS)
    role = role_in(f"{_word((data,), _WIDGETS)} {element}")
    return (_word((data,), _HINTS) if role == "field" else _word((data,), _LABELS)), role


@lru_cache(maxsize=4096)
def element_id(element: str) -> str:
    """``com.kakao.talk:id/send``, ``Button#send`` and ``send`` are ``send``; a widget's class is no id."""
    if "/" in element or "#" in element:
        return re.split(r"[/#]", element)[-1]
    return "" if _WIDGET.match(element) else element


@lru_cache(maxsize=4096)
def role_in(looked_at: str) -> Role:
    """The role that a class or an id speaks of."""
    words = looked_at.lower()
    return next((role for role, parts in _ROLE_WORDS if any(part in words for part in parts)), "")


def _screen(kind: Kind, data: Mapping[str, Any], info: Mapping[str, Any]) -> str:
    """``class_name`` is a screen's where a window came, else a widget's (contract 12)."""
    named = _word((info, data), _SCREENS)
    if named:
        return named
    name = _word((info, data), _CLASSES)
    if kind is Kind.SCREEN:
        return "" if _GENERIC.match(name) else name
    return name if _SCREEN_CLASS.search(name) else ""


def _widget(touched: Iterable[Mapping[str, Any]], element: str, kind: Kind) -> str:
    named = "" if kind is Kind.SCREEN else _word(touched, _WIDGETS)
    return named or (element if _WIDGET.match(element) else "")


def _window(data: Mapping[str, Any], app: str, screen: str, title: str, texts: tuple[str, ...]) -> Window:
    told = str(data.get("window_type") or data.get("windowType") or "").lower()
    return "keyboard" if told in ("2", "input_method", "type_input_method") else window_of(app, screen, title, texts)


def _goes_back(element: str, label: str) -> bool:
    return bool(re.search(r"(^|[/#_.])(back|navigate_up)($|_)", element.lower())) or label in _BACK_LABELS


def _inside(data: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    return next((value for name in names if isinstance(value := data.get(name), dict)), _NOTHING)


def _word(sources: Iterable[Mapping[str, Any]], names: Iterable[str]) -> str:
    """The first of these that is a text, the first text of a list, or the name inside of an object."""
    return next((word for data in sources for name in names if (word := _one(data.get(name)))), "")


def _one(value: Any) -> str:
    if isinstance(value, list):
        return next((word for each in value[:_MOST_TEXTS] if (word := _plain(each))), "")
    if isinstance(value, dict):
        value = value.get("name") or value.get("text") or value.get("id")
    return _plain(value)


def _plain(value: Any) -> str:
    return " ".join(value.split())[:_WORD] if isinstance(value, str) and not is_blank(value) else ""


def _texts(sources: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Everything that stands on the element, in the order of telling, each once."""
    found: dict[str, None] = {}
    for data in sources:
        for name in _LABELS:
            value = data.get(name)
            for each in value[:_MOST_TEXTS] if isinstance(value, list) else (value,):
                if word := _one(each):
                    found[word] = None
    return tuple(found)


def _shown(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Texts of what a screen lists."""
    found: dict[str, None] = {}
    for name in _LISTS:
        value = data.get(name)
        for each in value[:_MOST_TEXTS] if isinstance(value, list) else ():
            if word := _word((each,), _LABELS) if isinstance(each, dict) else _plain(each):
                found[word] = None
    return tuple(found)


def _parents(data: Mapping[str, Any]) -> tuple[str, ...]:
    parent = _inside(data, "parent_node_info", "parent")
    if not parent:
        return ()
    return (*_texts((parent,)), *filter(None, [element_id(_word((parent,), _ELEMENTS))]))


def _typed(data: Mapping[str, Any]) -> str | None:
    """Typed text is the person's own: only whether it is what was asked for is of interest."""
    for name in ("text", "value", "input", "input_text"):
        if name in data:
            value = data[name]
            return _one(value) if isinstance(value, str | list) else ""
    return None


def _flag(sources: Iterable[Mapping[str, Any]], names: Iterable[str]) -> bool | None:
    found = (data.get(name) for data in sources for name in names)
    return next((value for value in found if isinstance(value, bool)), None)


def _bounds(sources: Iterable[Mapping[str, Any]]) -> Box | None:
    names = ("bounds", "element_bounds", "rect", "element", "bounds_in_screen", "boundsInScreen")
    return next((box for data in sources for name in names if (box := box_from(data.get(name))) is not None), None)
