"""An expectation, looked at once: the ways of doing a step, and what may be concluded from each."""

from __future__ import annotations

import re
from functools import cached_property

from mobilegpt.guidance import labels
from mobilegpt.guidance.comparing import app_is, is_on_target, is_shared_id, screen_is, screens_meet
from mobilegpt.guidance.events import Kind, PhoneEvent, element_id
from mobilegpt.guidance.expectation import Alternative, Expectation, State, Target
from mobilegpt.guidance.transparent import Window, is_launcher, window_of
from mobilegpt.guidance.typing import may_be_korean_in_english

_GESTURES = {
    "TAP": Kind.TAP,
    "LONG_TAP": Kind.LONG_TAP,
    "SCROLL": Kind.SCROLL,
    "INPUT": Kind.INPUT,
    "BACK": Kind.BACK,
}
_COMES: tuple[Window, ...] = ("call", "permission", "update")
"""They come by themselves: nobody can go there."""
_ENDS = re.compile(r"끊|종료|거절|거부|\b(?:end|decline|reject|hang ?up)\b", re.IGNORECASE)
_WHOLE = re.compile(r"[가-힣0-9]|\w\w")


class Way:
    """``settles``: its act alone is enough, since what follows shows nothing else than before. ``tells``: the state
    afterwards alone is enough, since it is another than before. ``closes``: the window that its act answers; it
    is gone afterwards, whatever stood below it."""

    def __init__(self, number: int, way: Alternative) -> None:
        self.number = number
        self.gesture = _GESTURES.get(way.action)
        self.target: Target = way.target
        self.goal = way.after if way.after != State() else None
        self.where = way.where
        if self.gesture is None and self.goal is None:
            self.where, self.goal = State(), way.where
        self.window: Window = next((kind for app in self.where.apps if (kind := window_of(app)) in _COMES), "")
        self.closes: Window = self.window if self.gesture is not None and self.goal is None and self._ends() else ""
        settles = self.gesture is not None and (self.goal is None or not _adds(self.where, self.goal))
        self.settles = settles and not self.closes
        self.tells = self.goal is not None and (
            self.gesture is None or (self.gesture is not Kind.INPUT and _differs(self.where, self.goal))
        )

    def _ends(self) -> bool:
        """A call goes on when it is answered; other windows are gone after any answer."""
        return self.window != "call" or any(map(_ENDS.search, (*self.target.labels, self.target.description)))

    @property
    def start(self) -> State:
        """Where somebody has to be to do it."""
        return self.where if self.gesture is not None or self.goal is None else self.goal

    def is_typed(self, event: PhoneEvent) -> bool:
        """Something that may be what was asked for stands in the field; a lone consonant is a beginning."""
        typed = event.typed
        if typed is None or labels.MASK.match(typed):
            return True
        if self.target.label_class == "number":
            return any(sign.isdigit() for sign in typed)
        if self.target.label_class == "text" and may_be_korean_in_english(typed):
            return False
        return _WHOLE.search(typed) is not None

    def is_sure_of(self, event: PhoneEvent) -> bool:
        """The element is no other, whatever the screen is called: by an id of its own, or the screen is not told."""
        if not event.screen and not event.title:
            return is_on_target(self.target, event) is True
        own_id = bool(event.element_id) and not is_shared_id(event.element_id)
        return own_id and bool(self.target.id_suffix) and element_id(self.target.id_suffix) == event.element_id


class Step:
    """Every way of an expectation, and every app and screen that belongs to one."""

    def __init__(self, expectation: Expectation) -> None:
        main = Alternative(
            action=expectation.action, where=expectation.where, target=expectation.target, after=expectation.after
        )
        self.ways = tuple(Way(number, way) for number, way in enumerate((main, *expectation.alternatives)))
        states = [state for way in self.ways for state in (way.where, way.goal) if state is not None]
        self.opens = any(way.gesture is None for way in self.ways)
        self.comes = any(way.window for way in self.ways)
        self._apps = [app for state in states for app in state.apps]
        self._screens = [screen for state in states for screen in state.screens]
        self._words = [
            word for way in self.ways for word in (*way.target.labels, *(way.goal.texts if way.goal else ()))
        ]
        self._transparent = frozenset(expectation.transparent)

    @cached_property
    def _windows(self) -> frozenset[Window]:
        return frozenset(window_of(app) for app in self._apps)

    def knows_app(self, app: str) -> bool | None:
        return app_is(self._apps, app)

    def window_of(self, event: PhoneEvent) -> Window:
        """What the step itself is about is an app's own screen."""
        if event.app in self._transparent:
            return "system"
        window = event.window
        if window in ("", "keyboard", "toast", "ours", "dialog"):
            return window
        if window == "shade" and "system" in self._windows:
            return ""  # of the system's own windows, the shade is the one in which steps are done
        if window in self._windows or screen_is(self._screens, event.screen, event.title):
            return ""
        if window == "update" and any("업데이트" in word or "update" in word.lower() for word in self._words):
            return "dialog"
        return window


_steps: dict[int, tuple[Expectation, Step]] = {}
_MOST_STEPS = 2048


def step_of(expectation: Expectation) -> Step:
    """An expectation is looked at once: a class reads a thousand events a second against a few of them."""
    known = _steps.get(id(expectation))
    if known is not None and known[0] is expectation:
        return known[1]
    if len(_steps) >= _MOST_STEPS:
        _steps.clear()
    step = Step(expectation)
    _steps[id(expectation)] = (expectation, step)
    return step


def _adds(where: State, goal: State) -> bool:
    """Whether the state afterwards asks for more than where it began."""
    apps = bool(goal.apps) and not set(goal.apps) & set(where.apps)
    screens = bool(goal.screens) and not screens_meet(where.screens, goal.screens)
    return apps or screens or bool(set(goal.texts) - set(where.texts))


def _differs(where: State, goal: State) -> bool:
    """Whether it cannot be what was there before, nor what leaving leads to: from an app into another one there are
    many ways, from the home screen into an app they all do the step."""
    opened = bool(where.apps) and all(map(is_launcher, where.apps))
    if bool(goal.apps and where.apps) and not set(goal.apps) & set(where.apps):
        return opened
    screens = bool(goal.screens) and screens_meet(where.screens, goal.screens) is not True
    return screens or bool(set(goal.texts) - set(where.texts))
