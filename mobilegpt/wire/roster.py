"""The roster of a class, as ``GET /api/sessions/{id}/roster`` and the ``roster`` frame tell it (contract 11.1).

Imports no Django.
"""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.core.clock import iso
from mobilegpt.roster.people import Person, Roster
from mobilegpt.wire.choices import CompletionChoice, RosterStateChoice
from mobilegpt.wire.whereabouts import WhereaboutsBody, whereabouts_body


class RosterPerson(Struct, frozen=True, kw_only=True):
    """One seat, in the state that it has had ``since``. ``same_name_number``, from 1, tells those of one name apart;
    it is null for who has theirs alone. ``help_request_id`` is their own open request on this step, null without one;
    with ``help_answered`` it has an answer, and is no raised hand any more. ``whereabouts``: where they are with the
    step, by what their phone reported; null when nothing is known, which says nothing of them (contract 11.15)."""

    participant_id: int
    user_id: int
    name: str
    same_name_number: int | None
    state: RosterStateChoice
    since: str
    is_present: bool
    received_at: str | None
    done_at: str | None
    help_request_id: int | None
    help_answered: bool
    whereabouts: WhereaboutsBody | None


class RosterCounts(Struct, frozen=True, kw_only=True):
    """People, never requests. The states add up to ``total``. ``done_in_all`` counts also who has gone or raises a hand
    since; ``working`` is who still does the step; ``expected`` whom the class may wait for."""

    help: int
    not_received: int
    offline: int
    sent: int
    trying: int
    reading: int
    waiting: int
    done: int
    left: int
    total: int
    present: int
    working: int
    done_in_all: int
    expected: int


class RosterStep(Struct, frozen=True, kw_only=True):
    """The step that the class is on, and since when."""

    id: int
    began_at: str


class RosterPace(Struct, frozen=True, kw_only=True):
    """How long the step took in earlier classes: a half, and three quarters of so many people."""

    median_seconds: float
    p75_seconds: float
    people: int


class RosterGate(Struct, frozen=True, kw_only=True):
    """The class should not move on before so many percent of those expected are done; no matter without a percent."""

    percent: int | None
    reached: bool


class RosterSettings(Struct, frozen=True, kw_only=True):
    """What the instructor has set for this class."""

    title: str
    scheduled_at: str | None
    auto_help: bool
    locked: bool
    gate_percent: int | None
    break_ends_at: str | None
    completion: CompletionChoice


class StepDone(Struct, frozen=True, kw_only=True):
    """How many have done a step in this class."""

    subtask_id: int
    people: int


class SeatPageBody(Struct, frozen=True, kw_only=True):
    """What a person's page has told of the step that the class is on. Null, 0 and false say that nothing was told,
    never that somebody did not do it. ``heard``: how often the guide was heard to its end; ``enlarged``: the picture;
    ``away``: how often the page was left; ``floating``: the guide stands above other apps now."""

    participant_id: int
    subtask_id: int | None
    shown_at: str | None
    heard: int
    enlarged: int
    away: int
    floating: bool


class RosterBody(Struct, frozen=True, kw_only=True):
    """Everybody in the class, worst first. ``step`` is null before it stands on one, ``pace`` until five people of
    earlier classes are known. Steps that nobody has done are missing in ``done_by_step``."""

    session_id: int
    step: RosterStep | None
    counts: RosterCounts
    people: list[RosterPerson]
    done_by_step: list[StepDone]
    pace: RosterPace | None
    gate: RosterGate
    settings: RosterSettings


def roster_body(roster: Roster) -> RosterBody:
    """The same for requests and frames."""
    usual, settings = roster.pace, roster.settings
    return RosterBody(
        session_id=roster.session_id,
        step=RosterStep(id=roster.step.id, began_at=iso(roster.step.began_at)) if roster.step else None,
        counts=_counts(roster),
        people=[_person(person) for person in roster.people],
        done_by_step=[StepDone(subtask_id=step, people=people) for step, people in roster.done_by_step.items()],
        pace=RosterPace(
            median_seconds=round(usual.median_seconds, 1),
            p75_seconds=round(usual.p75_seconds, 1),
            people=usual.people,
        )
        if usual
        else None,
        gate=RosterGate(percent=settings.gate_percent, reached=roster.gate_reached),
        settings=RosterSettings(
            title=settings.title,
            scheduled_at=iso(settings.scheduled_at),
            auto_help=settings.auto_help,
            locked=settings.locked,
            gate_percent=settings.gate_percent,
            break_ends_at=iso(settings.break_ends_at),
            completion=settings.completion,
        ),
    )


def _counts(roster: Roster) -> RosterCounts:
    return RosterCounts(
        **{state.value.lower(): count for state, count in roster.states.items()},
        total=len(roster.people),
        present=roster.present,
        working=roster.working,
        done_in_all=roster.done,
        expected=roster.expected,
    )


def _person(person: Person) -> RosterPerson:
    return RosterPerson(
        participant_id=person.participant_id,
        user_id=person.user_id,
        name=person.name,
        same_name_number=person.same_name_number,
        state=person.state.value,
        since=iso(person.since),
        is_present=person.is_present,
        received_at=iso(person.received_at),
        done_at=iso(person.done_at),
        help_request_id=person.help_request_id,
        help_answered=person.help_answered,
        whereabouts=whereabouts_body(person.whereabouts) if person.whereabouts else None,
    )
