"""How one person stands on the step that their class is on (contract 11.1). Pure: facts in, one state out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

RECEIVED_WITHIN = timedelta(seconds=2.25)
"""Whose phone has not said by then that it has the step does not have it. The screens say so before 3 s are over."""


class State(StrEnum):
    """Worst first. Everybody is in exactly one of them.

    ``SENT`` is how everybody begins a step: it is on its way, and nothing is known yet. ``WAITING`` is everybody who is
    there while the class has nothing for them to do: before it stands on a step, and after its end.
    """

    HELP = "HELP"
    NOT_RECEIVED = "NOT_RECEIVED"
    OFFLINE = "OFFLINE"
    SENT = "SENT"
    TRYING = "TRYING"
    READING = "READING"
    WAITING = "WAITING"
    DONE = "DONE"
    LEFT = "LEFT"


WORST_FIRST = tuple(State)
WORKING = frozenset({State.SENT, State.TRYING, State.READING})
"""Who is still doing the step, as far as anybody can know: no hand, not done, and a phone that is there."""
AWAY = frozenset({State.NOT_RECEIVED, State.OFFLINE, State.LEFT})
"""Whom a class does not wait for: a phone that was cut is not slow."""
GONE = frozenset({State.OFFLINE, State.LEFT})
"""Whose phone tells nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one person. ``waiting`` is how long the step has been on its way to them, null without one, and
    of a class that is over."""

    raised_hand: bool
    left: bool
    present: bool
    waiting: timedelta | None
    received: bool
    hidden: bool
    done: bool


def state_of(facts: Facts, *, others_have_it: bool) -> State:
    """The worst that is true of them. A goodbye comes before the silence that follows it, and a silent phone before
    what was done on it; ``others_have_it`` says that the step can be had at all."""
    if facts.raised_hand:
        return State.HELP
    if facts.left:
        return State.LEFT
    if not facts.present:
        return State.OFFLINE
    if facts.done:
        return State.DONE
    if facts.waiting is None:
        return State.WAITING
    if not facts.received:
        late = facts.waiting >= RECEIVED_WITHIN
        return State.NOT_RECEIVED if late and others_have_it else State.SENT
    return State.TRYING if facts.hidden else State.READING
