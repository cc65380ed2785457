"""Scripted classes: learners on one step, who follow at their own speed, or get stuck and cry for help at a known time.

Speeds are drawn from distributions; what the phones tell is made by the same grammar as the traces.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.help.acts import Act, body
from bench.help.grammar import HALVES, STEPS
from bench.help.phones import HOME, MAKES
from bench.help.step import BenchStep
from bench.help.story import Told
from bench.help.trace import BROWSER, DOCUMENTS, NATIVE, Event

LEARNERS, CLASSES_PER_STEP = 20, 3
_MEDIAN, _SPREAD = 40.0, 0.7
"""Seconds that a step takes, log-normal, as of people who see and read slowly: nobody of them is stuck."""
_STUCK_OF = 0.12


@dataclass(frozen=True, slots=True)
class Learner:
    """``ends`` is when they are done, or cry; ``events`` are in the order in which they arrive."""

    name: str
    client: str
    stuck: bool
    ends: float
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class ScriptedClass:
    """``usual_median`` and ``usual_p75``: of the step in earlier classes, in seconds."""

    half: str
    step: BenchStep
    learners: tuple[Learner, ...]
    usual_median: float
    usual_p75: float


def classes() -> Iterator[ScriptedClass]:
    """Of the two halves: the third set has none."""
    for half in HALVES:
        for step in STEPS[half]:
            for number in range(CLASSES_PER_STEP):
                rng = random.Random(f"class/{step.key}/{number}")
                pace = rng.lognormvariate(0, 0.25)  # steps differ
                learners = tuple(_learner(step, half, pace, rng) for _ in range(LEARNERS))
                yield ScriptedClass(half, step, learners, _MEDIAN * pace, _MEDIAN * pace * 1.6)


def _learner(step: BenchStep, half: str, pace: float, rng: random.Random) -> Learner:
    client = rng.choice((NATIVE, DOCUMENTS, BROWSER, BROWSER))
    stuck = rng.random() < _STUCK_OF
    name, script = rng.choice(_STUCK if stuck else _FOLLOWING)
    told = Told(step, rng.choice(MAKES[half]), half, rng)
    takes = min(rng.lognormvariate(0, _SPREAD), 5.0) * _MEDIAN * pace
    ends = script(told, takes)
    if client == BROWSER:
        return Learner(name, client, stuck, ends, _page(name, ends, rng))
    uptime = rng.randint(400_000, 90_000_000)
    earlier = Act("tap", -20.0, step.here, None, "earlier", bare=True)
    events = [
        Event(
            act.at, round(act.at + rng.uniform(0.05, 0.4), 2), body(act, client, half, told.make, uptime, rng), act.part
        )
        for act in (earlier, *told.acts)
        if act.at < ends
    ]
    return Learner(name, client, stuck, round(ends, 1), tuple(sorted(events, key=lambda event: event.arrived)))


Script = Callable[[Told, float], float]


def _follows(told: Told, takes: float) -> float:
    told.now = max(1.0, takes * 0.3)
    told.arrive()
    told.now = max(told.now, takes)
    told.do_right()
    return told.now


def _reads_slowly(told: Told, takes: float) -> float:
    return _follows(told, takes * told.rng.uniform(1.5, 2.5))


def _looks_elsewhere(told: Told, takes: float) -> float:
    """Into a message and back again: no trouble."""
    told.now = max(1.0, takes * 0.2)
    told.arrive()
    told.go_elsewhere()
    told.wait(4, 12)
    told.shown(HOME)
    return _follows(told, told.now + takes * 0.6)


def _one_wrong_tap(told: Told, takes: float) -> float:
    told.now = max(1.0, takes * 0.3)
    told.arrive()
    if told.step.others and not told.step.opens:
        told.tap(told.rng.choice(told.step.others), "astray")
    return _follows(told, told.now + takes * 0.5)


def _forgets_to_say_so(told: Told, takes: float) -> float:
    """Done, and waiting for the next step without a press on the button of the page."""
    return _follows(told, takes) + told.rng.uniform(60, 240)


def _lost_elsewhere(told: Told, takes: float) -> float:
    told.now = max(1.0, takes * 0.4)
    told.arrive()
    told.go_elsewhere()
    cries = told.now + told.rng.uniform(60, 180)
    while told.now < cries:
        told.wait(6, 30)
        told.add(Act("scroll", 0, told.here, None, "astray"))
    return cries


def _taps_in_vain(told: Told, takes: float) -> float:
    """The wrong thing, or the right one on a phone that hangs, in bursts."""
    told.now = max(1.0, takes * 0.5)
    told.arrive()
    hangs = told.step.after is not None and told.step.act == "TAP" and told.rng.random() < 0.4
    thing = told.step.target_on(told.make) if hangs or not told.step.others else told.rng.choice(told.step.others)
    cries = told.now + told.rng.uniform(60, 180)
    while told.now < cries:
        for _ in range(told.rng.randint(2, 5)):
            told.tap(thing, "astray", quick=True)
        told.wait(4, 20)
    return cries


def _wanders(told: Told, takes: float) -> float:
    told.now = max(1.0, takes * 0.4)
    told.arrive()
    cries = told.now + told.rng.uniform(80, 200)
    while told.now < cries:
        if told.step.astray:
            told.shown(told.rng.choice(told.step.astray), "astray")
        else:
            told.go_elsewhere()
        told.wait(5, 20)
        if told.rng.random() < 0.6:
            told.arrive()
    return cries


def _sits_still(told: Told, takes: float) -> float:
    told.now = 1.0 + takes * 0.1
    told.arrive()
    return told.now + told.rng.uniform(140, 320)


_FOLLOWING: tuple[tuple[str, Script], ...] = (
    *(("follows", _follows),) * 5,
    *(("reads slowly", _reads_slowly),) * 2,
    ("looks elsewhere", _looks_elsewhere),
    ("one wrong tap", _one_wrong_tap),
    ("forgets to say so", _forgets_to_say_so),
)
_STUCK: tuple[tuple[str, Script], ...] = (
    ("lost elsewhere", _lost_elsewhere),
    ("taps in vain", _taps_in_vain),
    ("wanders", _wanders),
    ("sits still", _sits_still),
)


def _page(name: str, ends: float, rng: random.Random) -> tuple[Event, ...]:
    """What a page in a browser tells: shown, hidden while they are in the app, the guide heard, the picture enlarged.

    Who is stuck comes back to the page again and again, hears the guide anew and looks at the picture; who sits still
    stays on it; who follows leaves it once or twice.
    """
    comes_back = {"lost elsewhere": 4, "taps in vain": 4, "wanders": 5, "sits still": 0, "reads slowly": 1}.get(name, 1)
    events = [_told("page.step_shown", 0.2)]
    at = rng.uniform(3, 12)
    for _ in range(rng.randint(max(0, comes_back - 1), comes_back + 1)):
        away = rng.uniform(6, 28)
        if at + away >= ends:
            break
        events += [_told("page.hidden", at), _told("page.back", at + away)]
        at += away + rng.uniform(1, 4)
        if rng.random() < (0.7 if comes_back > 2 else 0.3):
            events.append(_told(rng.choice(("page.clip_heard", "page.picture_enlarged")), at))
        at += rng.uniform(2, 10)
    if name == "sits still":
        events += [_told("page.clip_heard", rng.uniform(8, ends)) for _ in range(rng.randint(0, 4))]
    return tuple(sorted((event for event in events if event.at < ends), key=lambda event: event.at))


def _told(event_type: str, at: float) -> Event:
    return Event(
        round(at, 2), round(at + 0.2, 2), {"event_type": event_type, "event_data": {}, "screen_info": {}}, "page"
    )
