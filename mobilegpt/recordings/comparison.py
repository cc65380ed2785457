"""A recording held against the steps of a lesson: what was done, and what first led away (contract 11.16).

Pure: no database. A step of which nothing is known is passed over. One that a phone did not report, while the next was
done, is ``unseen``: nobody is blamed for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mobilegpt.guidance.events import PhoneEvent
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.guidance.matcher import Divergence, Match, Verdict, advance, begin
from mobilegpt.guidance.place import Place

_LOOK_AHEAD = 2
"""How many steps further somebody may be without the phone having told of those between."""


class Outcome(StrEnum):
    DONE = "done"
    UNSEEN = "unseen"
    UNFINISHED = "unfinished"
    """The recording ends here."""
    NOT_REACHED = "not_reached"
    UNKNOWN = "unknown"
    """Nobody said what the step expects."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A step. ``divergence``: what first led away from it, with the number of the recording's event, from 0."""

    outcome: Outcome
    divergence: Divergence | None = None


def compare(steps: Sequence[Expectation | None], events: Iterable[PhoneEvent]) -> list[Compared]:
    """One of each step, in their order; ``events`` in order of time."""
    found = [Compared(Outcome.NOT_REACHED if step is not None else Outcome.UNKNOWN) for step in steps]
    known = [(number, step) for number, step in enumerate(steps) if step is not None]
    matches, first, since = _begun(known, 0, Place()), 0, 0
    for index, event in enumerate(events):
        if first >= len(known):
            break
        matches = [
            advance(step, match, event)
            for (_, step), match in zip(known[first : first + len(matches)], matches, strict=True)
        ]
        ahead = next((place for place, match in enumerate(matches) if _is_done(match, ahead=place > 0)), None)
        if ahead is None:
            continue
        for place, match in enumerate(matches[: ahead + 1]):
            number = known[first + place][0]
            done = place == ahead
            found[number] = Compared(
                Outcome.DONE if done else Outcome.UNSEEN, _counted(match.divergence, since) if done else None
            )
        first, since = first + ahead + 1, index + 1
        matches = _begun(known, first, matches[ahead].place)
    if matches and (matches[0].count or _is_done(matches[0], ahead=False)):
        outcome = Outcome.DONE if _is_done(matches[0], ahead=False) else Outcome.UNFINISHED
        found[known[first][0]] = Compared(outcome, _counted(matches[0].divergence, since))
    return found


def first_divergence(compared: Sequence[Compared]) -> int | None:
    """The place of the step whose divergence came first; ``None`` where nobody went astray."""
    astray = [(one.divergence.index, place) for place, one in enumerate(compared) if one.divergence is not None]
    return min(astray)[1] if astray else None


def _begun(known: Sequence[tuple[int, Expectation]], first: int, place: Place) -> list[Match]:
    return [begin(step, place) for _, step in known[first : first + 1 + _LOOK_AHEAD]]


def _is_done(match: Match, *, ahead: bool) -> bool:
    """That a later step's screen is there says nothing; that its act was done says that the ones before were."""
    return match.verdict is Verdict.DONE and (not ahead or match.done_by in ("act", "alternative"))


def _counted(divergence: Divergence | None, since: int) -> Divergence | None:
    if divergence is None:
        return None
    return Divergence(divergence.kind, divergence.index + since, divergence.at, divergence.label, divergence.place)
