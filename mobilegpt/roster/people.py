"""The roster of a class: its people, what they are counted as, what the class knows of its step. Imports no Django."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from mobilegpt.activity.events import Whereabouts
from mobilegpt.roster.states import AWAY, WORKING, WORST_FIRST, State


class StandingStep(NamedTuple):
    """The step that the class is on, and since when."""

    id: int
    began_at: datetime


class Pace(NamedTuple):
    """How long the step took in earlier classes: a half, and three quarters of so many people."""

    median_seconds: float
    p75_seconds: float
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSettings:
    """What the instructor has set for this class (contract 11.4)."""

    title: str
    scheduled_at: datetime | None
    auto_help: bool
    locked: bool
    gate_percent: int | None
    break_ends_at: datetime | None
    completion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One seat. ``since`` is when they came into their state. ``same_name_number`` counts those of one name in the
    order in which they came, from 1; null for who has it alone. ``help_request_id`` is their own open request on this
    step, also one that was answered (``help_answered``) and is no raised hand any more. ``whereabouts``: where they are
    with the step by what their phone reported; null when nothing is known (contract 11.15)."""

    participant_id: int
    user_id: int
    name: str
    same_name_number: int | None
    state: State
    since: datetime
    is_present: bool
    received_at: datetime | None
    done_at: datetime | None
    help_request_id: int | None
    help_answered: bool
    whereabouts: Whereabouts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody but who was removed, worst first. ``done_by_step``: how many of them have done each step, in this
    class; steps that nobody has done are missing. ``is_over``: the class was ended, on ``step``."""

    session_id: int
    is_over: bool
    settings: ClassSettings
    step: StandingStep | None
    people: Sequence[Person]
    done_by_step: Mapping[int, int]
    pace: Pace | None

    @property
    def states(self) -> Mapping[State, int]:
        """How many are in each state; together they are everybody."""
        counted = Counter(person.state for person in self.people)
        return {state: counted[state] for state in WORST_FIRST}

    @property
    def present(self) -> int:
        """Whose phone is there."""
        return sum(person.is_present for person in self.people)

    @property
    def working(self) -> int:
        """Who is still doing the step (``states.WORKING``)."""
        return sum(person.state in WORKING for person in self.people)

    @property
    def done(self) -> int:
        """Who has done the step, also those who have gone or raise a hand since."""
        return sum(person.done_at is not None for person in self.people)

    @property
    def expected(self) -> int:
        """Whom the class may wait for: who is there, and who has done the step. One that is over waits for nobody."""
        if self.is_over:
            return self.done
        return sum(
            person.done_at is not None or (person.is_present and person.state not in AWAY) for person in self.people
        )

    @property
    def gate_reached(self) -> bool:
        """Whether so many of those expected are done as the instructor wants before the class moves on."""
        percent = self.settings.gate_percent
        return percent is None or self.done * 100 >= percent * self.expected
