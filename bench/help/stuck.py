"""How early and how rightly it is noticed that somebody is stuck, in scripted classes (``classes.py``).

A detector looks at everybody every five seconds, as the server does, and sees what has arrived by then. Its first
"stuck" counts: right, if they are stuck and have not cried yet; wrong, if they are not.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.help.classes import Learner, ScriptedClass
from bench.help.trace import BROWSER, Event

EVERY_SECONDS = 5
_EARLY = 20.0
_INTERVAL, _BUSY_INTERVALS, _TIMES_THE_USUAL = 120.0, 4, 2


@dataclass(frozen=True, slots=True)
class View:
    """What is known of one learner ``now`` seconds after the step was shown. ``done_share``: of the class."""

    of: ScriptedClass
    client: str
    events: Sequence[Event]
    now: float
    done_share: float


Detector = Callable[[View], bool]
Watcher = Callable[[], Detector]
"""Makes a detector for one learner: it may remember what it has seen and said."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """``precision``: of who was called stuck, how many were; ``recall``: of who was stuck, how many were noticed before
    they cried. ``seconds_before``: from then to the cry, median; ``early``: the share with at least 20 s."""

    learners: int
    stuck: int
    precision: float | None
    recall: float | None
    seconds_before: float | None
    early: float | None


def time_alone() -> Detector:
    """The kind word of the version before: still for two minutes, or twice the usual time.

    Taps count as life, but not for ever.
    """
    return _is_still


def _is_still(view: View) -> bool:
    patience = max(_INTERVAL, view.of.usual_median * _TIMES_THE_USUAL)
    taps = [event.arrived for event in view.events if event.part not in ("page", "earlier")]
    sign = min(taps[-1], _INTERVAL * _BUSY_INTERVALS) if taps else 0.0
    return view.now - sign >= patience


def watch(classes: Iterable[ScriptedClass], watcher: Watcher) -> dict[str, Noticed]:
    """For phones that report taps and for pages in a browser, per half: ``tuning, with taps`` …"""
    found: dict[str, list[tuple[Learner, float | None]]] = {}
    for one in classes:
        for learner in one.learners:
            group = f"{one.half}, {'without taps' if learner.client == BROWSER else 'with taps'}"
            found.setdefault(group, []).append((learner, _first(one, learner, watcher())))
    return {group: _figures(rows) for group, rows in sorted(found.items())}


def _first(one: ScriptedClass, learner: Learner, detector: Detector) -> float | None:
    now = float(EVERY_SECONDS)
    while now < learner.ends:
        told = [event for event in learner.events if event.arrived <= now]
        done = sum(not other.stuck and other.ends <= now for other in one.learners) / len(one.learners)
        if detector(View(one, learner.client, told, now, done)):
            return now
        now += EVERY_SECONDS
    return None


def _figures(rows: Sequence[tuple[Learner, float | None]]) -> Noticed:
    called = [(learner, at) for learner, at in rows if at is not None]
    stuck = [learner for learner, _ in rows if learner.stuck]
    right = [learner.ends - at for learner, at in called if learner.stuck]
    return Noticed(
        learners=len(rows),
        stuck=len(stuck),
        precision=len(right) / len(called) if called else None,
        recall=len(right) / len(stuck) if stuck else None,
        seconds_before=statistics.median(right) if right else None,
        early=sum(seconds >= _EARLY for seconds in right) / len(right) if right else None,
    )
