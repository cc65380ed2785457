"""An expectation in the words of the apps that exist, read and written (contract 12).

They keep of a step what a recording showed of one element. ``view_id`` is a resource id (``com.example:id/send``),
``text`` what stands on the element, ``content_description`` what is read aloud of it, ``target_class`` a widget's class
(``android.widget.Button``), or a screen's where the step is to come to it, ``bounds`` "left top right bottom", and
``time`` epoch milliseconds. What is not known is "", and ``time`` null.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

import msgspec
from msgspec.structs import replace

from mobilegpt.core.errors import Invalid
from mobilegpt.core.text import optional_line
from mobilegpt.guidance.expectation import Action, Expectation, State, Target

MAX_VIEW = 200
TEXTS = ("view_id", "text", "content_description", "target_package", "target_class", "bounds")
NAMES = (*TEXTS, "time")

_ACTIONS: Mapping[str, Action] = {
    "CLICK": "TAP",
    "LONG_CLICK": "LONG_TAP",
    "SCROLL": "SCROLL",
    "INPUT": "INPUT",
    "NAVIGATE": "OPEN",
}
"""A step's ``target_action``, as what it expects."""
_SHOWS_A_SCREEN = ("OPEN", "BACK")


class Views(msgspec.Struct, frozen=True, kw_only=True):
    """What these apps see of an expectation."""

    view_id: str = ""
    text: str = ""
    content_description: str = ""
    target_package: str = ""
    target_class: str = ""
    bounds: str = ""
    time: int | None = None


def views_of(expectation: Expectation | None) -> Views:
    """All empty where nothing is expected."""
    if expectation is None:
        return Views()
    where, target = expectation.where, expectation.target
    package = _first(where.apps)
    shows_screen = expectation.action in _SHOWS_A_SCREEN
    return Views(
        view_id=_view_id(package, target.id_suffix),
        text=_first(target.labels),
        content_description=target.description,
        target_package=package,
        target_class=_first(where.screens) if shows_screen else target.widget,
        bounds=target.bounds,
        time=expectation.time,
    )


def with_views(
    before: Expectation | None, sent: Mapping[str, str | int | None], target_action: str | None
) -> Expectation | None:
    """What a step expects after an app has sent these of ``NAMES``; what is not sent, or the same as it was, stays.

    ``target_action``: the step's, which says what is to be done with the element. ``None`` when nothing is expected.
    Raises ``Invalid`` for what no view can hold.
    """
    said = {name: _checked(name, value) for name, value in sent.items()}
    seen = msgspec.structs.asdict(views_of(before))
    changed = {name for name, value in said.items() if value != seen[name]}
    known = before or Expectation(action="TAP", source="app")
    if not changed and known.source != "app":
        return before
    after = _rewritten(known, {**seen, **said}, changed, target_action)
    return None if _says_nothing(after) else after


def _rewritten(
    known: Expectation, views: Mapping[str, str | int | None], changed: Set[str], target_action: str | None
) -> Expectation:
    """``known`` with what has changed; of a step's other labels, apps and screens nothing is lost. What is to be done
    stays what a recording or a teacher said; where an app has said it, it follows ``target_action``."""
    text = {name: str(views[name] or "") for name in TEXTS}
    where, target, action = known.where, known.target, known.action
    package, _, suffix = text["view_id"].rpartition(":id/")
    if "view_id" in changed and package and not text["target_package"]:
        text["target_package"] = package
    if text["target_package"] != _first(where.apps):
        where = replace(where, apps=_with_first(where.apps, text["target_package"]))
    if "view_id" in changed:
        # An id of another package (``android:id/button1``) is kept whole: it is the end of itself.
        own = not package or package == text["target_package"]
        target = replace(target, id_suffix=suffix if own else text["view_id"])
    if "text" in changed:
        target = replace(target, labels=_with_first(target.labels, text["text"]), label_class="")
    if "content_description" in changed:
        target = replace(target, description=text["content_description"])
    if "bounds" in changed:
        target = replace(target, bounds=text["bounds"])
    if known.source == "app":
        action = _action(target_action, target, text)
    if "target_class" in changed or action != known.action:
        where, target = _classed(known.action, action, text["target_class"], where, target)
    time = views["time"]
    return replace(
        known,
        action=action,
        source="app" if changed else known.source,
        where=where,
        target=target,
        time=time if isinstance(time, int) else None,
    )


def _action(target_action: str | None, target: Target, text: Mapping[str, str]) -> Action:
    """To navigate is to come to a screen, unless an element is named by which one does."""
    action = _ACTIONS.get(target_action or "", "TAP")
    named = target.id_suffix or target.labels or target.description
    comes_to_one = text["target_package"] or text["target_class"]
    return "TAP" if action == "OPEN" and (named or not comes_to_one) else action


def _classed(before: Action, action: Action, name: str, where: State, target: Target) -> tuple[State, Target]:
    """A class is a screen's where the step is to come to one, else a widget's; it changes places with the act."""
    if before in _SHOWS_A_SCREEN:
        where = replace(where, screens=where.screens[1:])
    else:
        target = replace(target, widget="")
    if action in _SHOWS_A_SCREEN:
        return replace(where, screens=_with_first(["", *where.screens], name)), target
    return where, replace(target, widget=name)


def _says_nothing(expectation: Expectation) -> bool:
    nothing = expectation.where == State() and expectation.target == Target() and expectation.after is None
    return nothing and not expectation.alternatives


def _view_id(package: str, suffix: str) -> str:
    return f"{package}:id/{suffix}" if package and suffix and ":" not in suffix and "/" not in suffix else suffix


def _first(words: list[str]) -> str:
    return words[0] if words else ""


def _with_first(words: list[str], first: str) -> list[str]:
    """The apps show the first one only: it is the one that they change."""
    others = [word for word in words[1:] if word != first]
    return [first, *others] if first else others


def _checked(name: str, value: str | int | None) -> str | int | None:
    if name == "time":
        return _time(value)
    return optional_line(None if value is None else str(value), name, MAX_VIEW)


def _time(value: str | int | None) -> int | None:
    """Epoch milliseconds; a phone that counts from its start has small ones."""
    if isinstance(value, str):
        digits = value.strip()
        if not digits:
            return None
        if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
            raise Invalid(message="time is a number of milliseconds", details={"field": "time"})
        return int(digits)
    if value is not None and not 0 <= value < 10**18:
        raise Invalid(message="time is a number of milliseconds", details={"field": "time"})
    return value
