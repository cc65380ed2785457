"""How well the matcher says that a step is done, and where somebody went astray, event by event as they arrive.

Of a phone that does not tell enough, "unknown" is right: such traces count neither as missed nor as wrongly called
done (``Label.decidable``). A right act called wrong is a fault in every trace.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.help.grammar import step_of
from bench.help.phone_events import read
from bench.help.step import BenchStep
from bench.help.trace import BROWSER, Trace
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.guidance.matcher import WRONG, Match, Verdict, advance

_OWN = ("right", "way")
"""A learner's own right acts; what comes between, and what nobody did, is counted apart."""
_NOBODYS = ("between", "noise")
_LEADS_OUT = ("wrong app", "left for the home screen", "wrong screen")
"""Kinds that end on a wrong screen, or in a wrong app."""


Expects = Callable[[BenchStep], Expectation | None]


def benchs_own(step: BenchStep) -> Expectation | None:
    return step.expectation


def lessons_own(step: BenchStep) -> Expectation | None:
    return step.lessons_own


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one trace. ``wronged``: a right act, after which the verdict was that this is wrong;
    ``blamed_for_window``: the same of a window, a keyboard or a call that came between.
    ``early``: done was said before it was."""

    trace: Trace
    done: bool
    early: bool
    wronged: bool
    blamed_for_window: bool
    astray: bool
    found: bool
    """It names the first act that led away."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Shares are 0 to 1; ``None`` where there is nothing to divide by. ``events_per_second`` on one core."""

    traces: int
    steps: int
    precision: float | None
    recall: float | None
    called_done_wrongly: int
    missed: int
    right_called_wrong: int
    windows_called_wrong: int
    astray_noticed: float | None
    first_divergence_found: float | None
    events_per_second: int


def completion(traces: Sequence[Trace], expects: Expects = benchs_own) -> Completion:
    """Of a step of which nothing is expected, nothing is said: its traces are left out."""
    expected = [(trace, expects(step_of(trace.step))) for trace in traces if trace.client != BROWSER]
    reporting = [(trace, expectation) for trace, expectation in expected if expectation is not None]
    started = time.perf_counter()
    found = [follow(trace, expectation) for trace, expectation in reporting]
    seconds = time.perf_counter() - started
    counted = Counter(outcome for one in found for outcome in _outcomes(one))
    out = [one for one in found if one.trace.kind in _LEADS_OUT]
    diverged = [one for one in found if one.trace.label.diverged is not None and not one.trace.label.back]
    return Completion(
        traces=len(found),
        steps=len({one.trace.step for one in found}),
        precision=_share(counted["right"], counted["right"] + counted["wrong"]),
        recall=_share(counted["right"], counted["right"] + counted["missed"]),
        called_done_wrongly=counted["wrong"],
        missed=counted["missed"],
        right_called_wrong=sum(one.wronged for one in found),
        windows_called_wrong=sum(one.blamed_for_window for one in found),
        astray_noticed=_share(sum(one.astray for one in out), len(out)),
        first_divergence_found=_share(sum(one.found for one in diverged), len(diverged)),
        events_per_second=round(sum(len(trace.events) for trace, _ in reporting) / seconds) if found else 0,
    )


def follow(trace: Trace, expectation: Expectation) -> Read:
    """The events in the order in which the server gets them."""
    match = Match()
    arriving = sorted(
        ((place, event) for place, event in enumerate(trace.events) if event.at >= 0), key=lambda pair: pair[1].arrived
    )
    done_at: int | None = None
    wronged = blamed_for_window = False
    for place, event in arriving:
        before, match = match, advance(expectation, match, read(event))
        if match.verdict is Verdict.DONE and done_at is None:
            done_at = place
        blamed = match.verdict in WRONG and before.verdict not in WRONG
        wronged |= (event.part == "right" and match.verdict in WRONG) or (blamed and event.part in _OWN)
        blamed_for_window |= blamed and event.part in _NOBODYS
    label = trace.label
    led_away = match.divergence is not None and label.diverged is not None
    return Read(
        trace=trace,
        done=match.verdict is Verdict.DONE,
        early=done_at is not None and label.done_event is not None and done_at < label.done_event and not label.back,
        wronged=wronged,
        blamed_for_window=blamed_for_window,
        astray=match.verdict in WRONG,
        found=led_away and match.divergence.at == read(trace.events[label.diverged[0]]).at,  # type: ignore[union-attr, index]
    )


def _outcomes(one: Read) -> Iterable[str]:
    label = one.trace.label
    if one.done and label.done:
        yield "wrong" if one.early else "right"
    elif one.done and label.decidable:
        yield "wrong"
    elif label.done and label.decidable:
        yield "missed"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
