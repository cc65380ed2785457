"""What the steps of the ready lessons expect: written for steps that are there, and true on every make that is named.

What a right touch looks like is made of each expectation; that another one is none is what the matcher must say.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mobilegpt.guidance.events import Kind, PhoneEvent
from mobilegpt.guidance.expectation import Alternative, Expectation, State
from mobilegpt.guidance.matcher import WRONG, Verdict, match_events
from mobilegpt.guidance.transparent import is_launcher, window_of
from mobilegpt.tools.lessons.expected import EXPECTED
from mobilegpt.tools.lessons.ready import READY

_TITLES = {lesson.key: [step.title for step in lesson.steps] for lesson in READY}
_ALL = [
    pytest.param(expectation, id=f"{key} {title}")
    for key, steps in EXPECTED.items()
    for title, expectation in steps.items()
]
_KINDS = {"TAP": Kind.TAP, "LONG_TAP": Kind.LONG_TAP, "SCROLL": Kind.SCROLL, "INPUT": Kind.INPUT, "BACK": Kind.BACK}
_LIKE = {
    "person": "김순자",
    "number": "010-1234-5678",
    "text": "밥 먹었니",
    "picture": "사진",
    "any": "아무 이름",
    "": "",
}

_HOME = "com.sec.android.app.launcher"

every_step = pytest.mark.parametrize("expectation", _ALL)


def test_they_are_of_steps_that_are_there() -> None:
    assert set(EXPECTED) == set(_TITLES)
    for key, steps in EXPECTED.items():
        assert set(steps) <= set(_TITLES[key])


def test_what_only_looks_at_something_expects_nothing() -> None:
    for lesson in READY:
        looked_at = {step.title for step in lesson.steps if step.does == "NAVIGATE"}
        assert not looked_at & set(EXPECTED[lesson.key])


def _came(app: str, screens: list[str]) -> PhoneEvent:
    screen = screens[0] if screens else ""
    return PhoneEvent(kind=Kind.SCREEN, app=app, screen=screen, title=screen, window=window_of(app, screen))


def _touched(way: Alternative | Expectation, app: str, label: str) -> PhoneEvent:
    kind = _KINDS[way.action]
    return PhoneEvent(
        kind=kind,
        app=app,
        element=way.target.id_suffix,
        element_id=way.target.id_suffix,
        role=way.target.role,
        label="" if kind is Kind.INPUT else label,
        texts=(label,) if label and kind is not Kind.INPUT else (),
        hint=label if kind is Kind.INPUT else "",
        typed="밥 먹었니" if kind is Kind.INPUT else None,
        window=window_of(app),
    )


def _in_call(way: Alternative | Expectation) -> bool:
    return any(window_of(app) == "call" for app in way.where.apps)


def _stories(expectation: Expectation) -> Iterator[list[PhoneEvent]]:
    """Each way of doing it, on each app, by each of its names."""
    ways: list[Alternative | Expectation] = [expectation, *expectation.alternatives]
    for way in ways:
        for app in way.where.apps:
            before = _came(app, way.where.screens)
            if way.action == "OPEN":
                yield [before]
                continue
            for label in way.target.labels or [_LIKE[way.target.label_class]]:
                touched = _touched(way, app, label)
                gone = [_came(_HOME, [])] if _in_call(way) and way.after is None else []
                yield [before, touched, *_afterwards(way.after, app), *gone]


def _afterwards(after: State | None, app: str) -> list[PhoneEvent]:
    if after is None or (app in after.apps and not after.screens):
        return []
    return [_came(app if app in after.apps else after.apps[0], after.screens)]


@every_step
def test_whoever_does_it_has_done_it(expectation: Expectation) -> None:
    for story in _stories(expectation):
        match = match_events(expectation, story)
        assert match.verdict is Verdict.DONE, story


@every_step
def test_whoever_has_only_come_there_has_not_done_it(expectation: Expectation) -> None:
    if expectation.action != "OPEN":
        for app in expectation.where.apps:
            match = match_events(expectation, [_came(app, expectation.where.screens)])
            assert match.verdict not in (Verdict.DONE, *WRONG)


@every_step
def test_another_thing_is_not_it(expectation: Expectation) -> None:
    if expectation.action in ("TAP", "LONG_TAP") and expectation.target.labels:
        for app in expectation.where.apps:
            other = PhoneEvent(kind=_KINDS[expectation.action], app=app, label="날씨 소식", texts=("날씨 소식",))
            assert match_events(expectation, [_came(app, []), other]).verdict is not Verdict.DONE


@every_step
def test_a_game_is_another_app(expectation: Expectation) -> None:
    there = _came(expectation.where.apps[0], expectation.where.screens)
    if expectation.action == "OPEN" or is_launcher(there.app):
        return
    match = match_events(expectation, [there, _came("com.nexon.anipang4", ["GameActivity"])])
    assert match.verdict is (
        Verdict.UNKNOWN if _in_call(expectation) else Verdict.WRONG_APP
    )  # a call goes on below a game
