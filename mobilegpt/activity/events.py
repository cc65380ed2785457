"""What phones that report their taps show of their people."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import msgspec
from msgspec.structs import replace

from mobilegpt.events import topics
from mobilegpt.events.event import Event
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.guidance.matcher import Match, Verdict, way_back


class Whereabouts(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody is with the step that their class is on, since when; what is not known is no whereabouts.

    ``app`` is a package, ``title`` what stands on top of the screen, ``window`` what interrupts. ``rests_on``: by what
    the step seems to be done (``Match.done_by``). ``suggested``: the instructor may be told so. ``touched``: the first
    thing that led away, and ``way_back`` what leads back.
    """

    verdict: str
    since: datetime
    app: str = ""
    title: str = ""
    window: str = ""
    touched: str = ""
    way_back: str = ""
    rests_on: str = ""
    suggested: bool = False


class SeatWhereabouts(msgspec.Struct, frozen=True, kw_only=True):
    """``whereabouts`` is null where nothing is known any more."""

    participant_id: int
    user_id: int
    whereabouts: Whereabouts | None


class WhereaboutsChanged(Event, frozen=True, kw_only=True):
    """Of people of one class, on the step that it is on; for those who run it alone."""

    session_id: int
    subtask_id: int
    people: list[SeatWhereabouts]
    at: datetime

    def topics(self) -> tuple[str, ...]:
        return (topics.session_staff(self.session_id),)

    def forgetting(self, user_id: int) -> Self:
        return replace(self, people=[one for one in self.people if one.user_id != user_id])


def whereabouts_of(expectation: Expectation, match: Match, since: datetime, *, suggested: bool) -> Whereabouts | None:
    """What may be told of a match; ``None`` when nothing is known."""
    if match.verdict is Verdict.UNKNOWN:
        return None
    back, astray = way_back(expectation, match), match.divergence
    return Whereabouts(
        verdict=match.verdict.value,
        since=since,
        app=match.place.app,
        title=match.place.title,
        window=match.window if match.verdict is Verdict.INTERRUPTED else "",
        touched=astray.label if astray is not None and back is not None else "",
        way_back=back.act if back is not None else "",
        rests_on=match.done_by,
        suggested=suggested and match.verdict is Verdict.DONE,
    )
