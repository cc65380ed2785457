"""Where people are with a step, for those who run the class (contract 11.15). Imports no Django."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.activity.events import Whereabouts
from mobilegpt.core.clock import iso
from mobilegpt.guidance.app_names import place_name
from mobilegpt.wire.choices import InterruptionChoice, RestsOnChoice, WayBackChoice, WhereaboutsChoice


class WhereaboutsBody(Struct, frozen=True, kw_only=True):
    """``verdict``: how the phone stands to the step, ``since`` when. ``place`` is the app in words, "" for one that has
    no name here; ``app`` its package, ``title`` what stands on top of its screen, each "" when not told.
    ``interruption``: what wants something of them first. ``touched``: the first thing that led away, ``way_back`` what
    leads back. With ``suggested`` the step seems to be done, though nobody has said so; ``rests_on`` is by what: the
    act was seen, another right way, or only the state that it leads to."""

    verdict: WhereaboutsChoice
    since: str
    place: str
    app: str
    title: str
    interruption: InterruptionChoice
    touched: str
    way_back: WayBackChoice
    suggested: bool
    rests_on: RestsOnChoice


class PersonWhereabouts(Struct, frozen=True, kw_only=True):
    participant_id: int
    user_id: int
    whereabouts: WhereaboutsBody | None


def whereabouts_body(found: Whereabouts) -> WhereaboutsBody:
    return WhereaboutsBody(
        verdict=found.verdict,
        since=iso(found.since),
        place=place_name(found.app),
        app=found.app,
        title=found.title,
        interruption=found.window,
        touched=found.touched,
        way_back=found.way_back,
        suggested=found.suggested,
        rests_on=found.rests_on,
    )
