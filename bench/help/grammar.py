"""The traces: every step of a set, every kind that can happen at it, on phones of that set, in both apps' formats.

The same seed makes the same traces, event by event; nothing here was recorded.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from bench.help import words
from bench.help.acts import Act, body
from bench.help.kinds import ON_THE_WAY, Kind
from bench.help.kinds_between import BETWEEN
from bench.help.kinds_browser import BROWSER_TOPICS, in_browser
from bench.help.kinds_fresh import FRESH, FRESH_TOPICS, fresh_in_browser
from bench.help.phones import MAKES, package
from bench.help.sayings import Say
from bench.help.step import BenchStep
from bench.help.steps_fresh import FRESH as FRESH_STEPS
from bench.help.steps_tuning import TUNING
from bench.help.steps_unseen import UNSEEN
from bench.help.story import Told, Verdict
from bench.help.trace import BROWSER, DOCUMENTS, NATIVE, Event, Label, Trace

HALVES = ("tuning", "unseen")
THIRD = "fresh"
"""Made when the rules were finished, by somebody who had not read them."""
SETS = (*HALVES, THIRD)
STEPS: dict[str, tuple[BenchStep, ...]] = {"tuning": TUNING, "unseen": UNSEEN, THIRD: FRESH_STEPS}
KINDS: dict[str, Kind] = {**ON_THE_WAY, **BETWEEN}
TOPICS = {"tuning": BROWSER_TOPICS, "unseen": BROWSER_TOPICS, THIRD: (*BROWSER_TOPICS, *FRESH_TOPICS)}
_SEED = 18
_LEVELS = ("BEGINNER", "BEGINNER", "BEGINNER", "INTERMEDIATE", "ADVANCED")


_RARE_TOPICS = ("risk_own", "no_sound")
_RARE_KINDS = 3
"""What can happen at few steps happens so often at each."""


def _times(kind: str) -> int:
    return _RARE_KINDS if kind.startswith(("keyboard, ", "keyboard in", "keyboard m", "whether", "done already")) else 1


def step_of(key: str) -> BenchStep:
    return next(step for steps in STEPS.values() for step in steps if step.key == key)


@cache
def traces() -> tuple[Trace, ...]:
    return tuple(trace for half in SETS for trace in _of_half(half))


def digest() -> str:
    """Of every trace and label: a result that was recorded for other traces is not comparable."""
    text = json.dumps([_plain(trace) for trace in traces()], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(trace: Trace) -> list[Any]:
    label = trace.label
    words_of = [sorted(each.name for each in told) for told in (label.helps, label.harms, label.true)]
    events = [[event.at, event.arrived, event.body] for event in trace.events]
    return [trace.id, trace.message, trace.context, events, label.done, label.decidable, label.diverged, *words_of]


def _of_half(half: str) -> Iterator[Trace]:
    for place, step in enumerate(STEPS[half]):
        for kind, tell in (KINDS if half != THIRD else KINDS | FRESH).items():
            # Every other step has every kind twice, once in each format; the others, and the third set, once, in turn.
            both, turn = (NATIVE, DOCUMENTS), (place // 2 + len(kind)) % 2
            clients = both if place % 2 == 0 and half != THIRD else (both[turn],)
            for client, again in ((client, again) for client in clients for again in range(_times(kind))):
                name = f"{step.key}/{kind}/{client}{f' {again + 1}' if again else ''}"
                rng = random.Random(f"{_SEED}/{name}")
                told = Told(step, rng.choice(MAKES[half]), half, rng)
                if (verdict := tell(told)) is not None:
                    yield _reported(name, kind, client, told, verdict)
        for number, topic in enumerate(TOPICS[half]):
            rng = random.Random(f"{_SEED}/{step.key}/{topic}/{number}/{BROWSER}")
            told = Told(step, rng.choice(MAKES[half]), half, rng)
            rare = topic in _RARE_TOPICS or "keyboard" in topic
            if (rare or (place + number) % 2 == 0) and (
                verdict := fresh_in_browser(topic) if topic in FRESH_TOPICS else in_browser(told, topic)
            ) is not None:
                yield _browsed(f"{step.key}/browser {number} {topic or 'no words'}", told, verdict)


def _reported(name: str, kind: str, client: str, told: Told, verdict: Verdict) -> Trace:
    rng = told.rng
    events, places = _events(told, client)
    knows = told.half != THIRD or _is_known(told)
    label = Label(
        done=told.done,
        decidable=told.decidable and knows and (not told.done or _tells(told, events)),
        done_event=None if told.done_act is None or not told.done else places[told.done_act],
        right=tuple(index for index, event in enumerate(events) if event.part in ("right", "way", "between", "noise")),
        diverged=None if told.diverged is None else (places[told.diverged[0]], told.diverged[1]),
        back=told.back,
        places=told.places,
        pressed=tuple(dict.fromkeys(told.pressed)),
        helps=verdict.helps if knows or not told.done else verdict.helps | {Say.TEACHER},
        harms=verdict.harms,
        true=verdict.true,
        risks=verdict.risks,
        answerable=verdict.answerable and knows,
        teacher=verdict.teacher,
    )
    message = words.said(told.half, rng.choice(verdict.topics), told.step.words.touch.words or "그거", rng)
    asked = round(max(event.arrived for event in events) + rng.uniform(2, 45), 1)
    return Trace(
        id=name,
        half=told.half,
        kind=kind,
        step=told.step.key,
        client=client,
        make=told.make,
        level=rng.choice(_LEVELS),
        events=events,
        message=message,
        context=_context(told, client, asked),
        asked_at=asked,
        label=label,
    )


def _is_known(told: Told) -> bool:
    """Whether the step expects anything, of apps that this phone has."""
    expectation, step = told.step.expectation, told.step
    if expectation is None:
        return False
    states = ((expectation.where, step.here), (expectation.after, step.after))
    return all(package(place.app, told.make) in state.apps for state, place in states if state and place)


def _tells(told: Told, events: tuple[Event, ...]) -> bool:
    """Whether the state that the step expects can be seen at all: clients leave out titles, classes and texts."""
    after = told.step.expectation.after if told.step.expectation else None
    if after is None or not (after.screens or after.texts):
        return True
    came = [json.dumps(event.body, ensure_ascii=False) for event in events if event.part == "right"]
    return any(
        all(text in body for text in after.texts) and (not after.screens or any(name in body for name in after.screens))
        for body in came
    )


def _events(told: Told, client: str) -> tuple[tuple[Event, ...], dict[int, int]]:
    """The acts as events, in the order in which they happened, and where each act stands among them.

    A tap of the step before shows that the phone reports taps. Some events come late, some twice.
    """
    rng, uptime = told.rng, told.rng.randint(400_000, 90_000_000)
    acts = [(number, act) for number, act in enumerate(told.acts)]
    if rng.random() < 0.5:
        at = round(rng.uniform(1, told.acts[-1].at), 2)
        shown = [act.place for act in told.acts if act.kind == "screen" and act.at <= at]
        acts.append((-1, Act("noise", at, shown[-1] if shown else told.acts[0].place, part="noise")))
    earlier = Act("tap", round(-rng.uniform(8, 60), 2), told.acts[0].place, None, "earlier", bare=True)
    acts.append((-1, earlier))
    acts.sort(key=lambda numbered: numbered[1].at)
    events: list[Event] = []
    places: dict[int, int] = {}
    for number, act in acts:
        late = rng.uniform(3, 12) if rng.random() < 0.04 else rng.uniform(0.05, 0.4)
        event = Event(act.at, round(act.at + late, 2), body(act, client, told.half, told.make, uptime, rng), act.part)
        places.setdefault(number, len(events))
        events.append(event)
        if rng.random() < 0.04 and act.kind in ("screen", "noise"):  # a client that sends again what was not confirmed
            events.append(Event(act.at, round(event.arrived + 1.5, 2), event.body, act.part))
    return tuple(events), places


def _context(told: Told, client: str, asked: float) -> dict[str, Any]:
    """S1's context_data, of which clients send more or less; the student app's socket sends words alone."""
    if client == NATIVE or told.rng.random() < 0.3:
        return {}
    context: dict[str, Any] = {"current_screen": f"{package(told.here.app, told.make)}.{told.here.activity}"}
    if told.rng.random() < 0.5:
        context["stuck_duration_seconds"] = round(asked)
    return context


def _browsed(name: str, told: Told, verdict: Verdict) -> Trace:
    rng, topic = told.rng, verdict.topics[0]
    shown = Event(0.2, 0.4, {"event_type": "page.step_shown", "event_data": {}, "screen_info": {}}, "page")
    events = [shown]
    if rng.random() < 0.6:
        at = round(rng.uniform(4, 20), 2)
        events.append(Event(at, at + 0.2, {"event_type": "page.hidden", "event_data": {}, "screen_info": {}}, "page"))
        back = round(at + rng.uniform(8, 40), 2)
        events.append(Event(back, back + 0.2, {"event_type": "page.back", "event_data": {}, "screen_info": {}}, "page"))
    message = words.said(told.half, topic, told.step.words.touch.words or "그거", rng)
    button = words.BUTTONS[topic.removeprefix("button:")] if topic.startswith("button:") else None
    pressed: dict[str, Any] = {"reason": button[0]} if button else {}
    label = Label(
        done=False,
        decidable=False,
        helps=verdict.helps,
        harms=verdict.harms,
        true=verdict.true,
        risks=verdict.risks,
        answerable=verdict.answerable,
        teacher=verdict.teacher,
    )
    kind = topic.removeprefix("button:") or "no words"
    return Trace(
        id=name,
        half=told.half,
        kind=f"browser: {kind.replace('_', ' ')}",
        step=told.step.key,
        client=BROWSER,
        make=told.make,
        level=rng.choice(_LEVELS),
        events=tuple(events),
        message=message,
        context=pressed,
        asked_at=round(events[-1].arrived + rng.uniform(5, 60), 1),
        label=label,
    )
