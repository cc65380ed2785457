"""Whether a phone shows a state, and whether a touch was on a target: ``True``, ``False``, or ``None`` where the phone
or the expectation does not say enough. Only ``True`` completes, and only ``False`` is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mobilegpt.guidance import labels
from mobilegpt.guidance.events import Kind, PhoneEvent, element_id
from mobilegpt.guidance.expectation import State, Target
from mobilegpt.guidance.place import Place
from mobilegpt.guidance.trades import trade_of
from mobilegpt.guidance.transparent import is_launcher

_PACKAGE = re.compile(r"^[a-z][a-z0-9_]*(?:\.[A-Za-z0-9_]+)+$")
_CLASS = re.compile(r"^[\w.$/]*[A-Z][\w$]*$")
# Ids that many elements of one screen share; and those of what is inside of a row.
_SHARED_ID = re.compile(
    r"^(?:title|text\d*|label|name|icon|image|photo|thumbnail|summary|subtitle|row|item|cell|card|container|content|root|"
    r"layout|list|button\d*|checkbox|switch(?:_?widget)?|widget_frame|tab|tab_text_view|main|view|header|body|message)$|"
    r"(?:_|^)(?:item|row|cell|card|textview|title|name)$",
    re.IGNORECASE,
)
_ON = ("켜짐", "사용 중", "on")
_OFF = ("꺼짐", "사용 안 함", "off")


def app_is(apps: Sequence[str], app: str) -> bool | None:
    """An app by its package, or by its name; a name and a package cannot be compared. Each maker of phones has a camera
    of its own: one that nobody named may be the one that is meant."""
    if not apps or not app:
        return None
    answers = {_same_app(one, app) for one in apps}
    return True if True in answers else None if None in answers else False


def screen_is(screens: Sequence[str], screen: str, title: str) -> bool | None:
    """By the end of a class's name, or by a title; a class and a title cannot be compared."""
    found = {_same_screen(one, shown) for one in screens for shown in (screen, title) if shown}
    return True if True in found else False if False in found else None


def screens_meet(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether one of them may be one of the others."""
    return any(_same_screen(one, other) for one in some for other in others)


def texts_are(texts: Sequence[str], shown: Sequence[str]) -> bool | None:
    """All of them stand on the screen. A phone tells some of what it shows: what is not told may be there."""
    if not texts:
        return None
    return True if all(any(labels.holds(each, text) for each in shown) for text in texts) else None


def is_there(where: State, place: Place) -> bool | None:
    """Whether the phone is where a step begins: ``True`` when something that is asked for is so and nothing is not."""
    if not where.apps and not where.screens:
        return None
    answers = (app_is(where.apps, place.app), screen_is(where.screens, place.screen, place.title))
    if False in answers:
        return False
    return None if answers[0] is None and answers[1] is None else True if _told(where, place, answers) else None


def is_shown(goal: State, place: Place, event: PhoneEvent) -> bool | None:
    """Whether the phone shows all of a state. A screen in an app that is not told is enough."""
    app, screen = app_is(goal.apps, place.app), screen_is(goal.screens, place.screen, place.title)
    shown = (place.title, *event.shown, *(event.texts if event.kind in (Kind.SCREEN, Kind.CONTENT) else ()))
    texts = texts_are(goal.texts, shown)
    if app is False or screen is False:
        return False
    missing = (goal.screens and not screen) or (goal.texts and not texts) or (goal.apps and not app and not screen)
    return None if missing else True


def _told(where: State, place: Place, answers: tuple[bool | None, bool | None]) -> bool:
    """The screen is right, or none is asked for."""
    return answers[1] is True or not where.screens


def is_on_target(target: Target, event: PhoneEvent) -> bool | None:
    """By id, label, description and class of label; by role alone nothing is certain."""
    by_id, by_label, by_class = _by_id(target, event), _by_label(target, event), _by_class(target, event)
    if by_id and by_label is False and is_shared_id(element_id(target.id_suffix)):
        return False
    if by_id or by_label or (by_id is None and by_class and target.labels):
        return True
    if by_id is False and by_label is not None:
        return False
    if by_id is None and by_label is None and by_class is not None:
        return by_class and (None if _role_differs(target, event) else True)
    if by_id is False or by_label is False:
        return False
    return None


def is_shared_id(identifier: str) -> bool:
    """Many elements of a screen have it."""
    return _SHARED_ID.search(identifier) is not None


def says_of_target(target: Target) -> bool:
    """Whether it tells one element from another."""
    return bool(target.id_suffix or target.labels or target.description or target.label_class or target.widget)


def switched(state: State, event: PhoneEvent) -> bool | None:
    """Whether a switch went the way that the state afterwards speaks of."""
    if event.checked is None or not state.texts:
        return None
    wanted = {
        on for text in state.texts for words, on in ((_ON, True), (_OFF, False)) if labels.any_same(words, (text,))
    }
    return event.checked in wanted if len(wanted) == 1 else None


def _by_id(target: Target, event: PhoneEvent) -> bool | None:
    wanted = element_id(target.id_suffix)
    if not wanted:
        return None
    if wanted in event.parents:
        return True
    if not event.element_id:
        return None
    mine, theirs = target.id_suffix.partition(":id/")[0::2], event.element.partition(":id/")[0::2]
    if mine[1] and theirs[1] and mine[0] != theirs[0]:
        return False
    return _squeezed_id(event.element_id) == _squeezed_id(wanted)


def _by_label(target: Target, event: PhoneEvent) -> bool | None:
    wanted = [*target.labels, *filter(None, [target.description])]
    if event.kind is Kind.INPUT:  # what stands in a field was typed
        return labels.any_same(wanted, [word for word in (event.hint, event.description) if word]) or None
    shown = [*event.texts, *filter(None, [_words_of_id(event.element_id)])]
    return labels.any_same(wanted, shown or event.parents)


def _by_class(target: Target, event: PhoneEvent) -> bool | None:
    """A friend's name is any name: what is certain is what it is not."""
    words = event.texts
    match target.label_class:
        case "any":
            return True
        case "person":
            named = [
                word for word in words if labels.MASK.match(word) or not (labels.is_common(word) or _is_number(word))
            ]
            return bool(named) if words else None
        case "number":
            return any(re.search(r"\d", word) or labels.MASK.match(word) for word in words) if words else None
        case "text":
            return True if words or event.kind is Kind.INPUT else None
        case "picture":
            return (
                True
                if event.role == "image" or re.search(r"사진|이미지|photo|image", " ".join(words).lower())
                else None
            )
    return None


def _role_differs(target: Target, event: PhoneEvent) -> bool:
    return bool(target.role and event.role and target.role != event.role)


def _is_number(word: str) -> bool:
    return bool(re.fullmatch(r"[\d\W_]+", word))


@lru_cache(maxsize=4096)
def _words_of_id(identifier: str) -> str:
    """An id that is words (``검색``) names the thing."""
    return identifier if re.fullmatch(r"[가-힣][가-힣0-9 ]*", identifier) else ""


def _squeezed_id(identifier: str) -> str:
    return re.sub(r"[^0-9a-z가-힣]", "", identifier.lower())


@lru_cache(maxsize=4096)
def _same_app(one: str, other: str) -> bool | None:
    mine, theirs = one.strip(), other.strip()
    if _PACKAGE.match(mine) and _PACKAGE.match(theirs):
        if mine == theirs or theirs.startswith(f"{mine}.") or (is_launcher(mine) and is_launcher(theirs)):
            return True
        return None if trade_of(mine) and trade_of(mine) == trade_of(theirs) else False
    if _PACKAGE.match(mine) or _PACKAGE.match(theirs):
        return None
    return labels.same(mine, theirs)


@lru_cache(maxsize=8192)
def _same_screen(one: str, other: str) -> bool | None:
    if is_class(one) and is_class(other):
        mine, theirs = _last_of(one), _last_of(other)
        return mine == theirs or mine.removesuffix("activity") == theirs.removesuffix("activity")
    if is_class(one) or is_class(other):
        return True if labels.same(one, other) else None
    return labels.same(one, other)


@lru_cache(maxsize=4096)
def is_class(name: str) -> bool:
    """``ChatRoomActivity``, ``com.kakao.talk/.Main``: a name for programs. One word in English may be a title."""
    if not name.isascii() or not _CLASS.match(name):
        return False
    last = re.split(r"[./$]", name)[-1]
    return "." in name or "/" in name or bool(re.search(r"[a-z0-9][A-Z]", last))


def _last_of(name: str) -> str:
    """``Settings$WifiSettingsActivity`` and ``WifiSettingsActivity`` are one class, told in two ways."""
    return re.split(r"[./]|\$(?=[A-Za-z])", name)[-1].lower()
