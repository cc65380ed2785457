"""A phone's events read against what a step expects, one after the other: done, on the way, or where it went astray.

State in, event in, state out: it runs live, event by event, and over a list. Pure. What is not known is ``UNKNOWN``,
which blames nobody and completes nothing. A right act is never called wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec
from msgspec.structs import replace

from mobilegpt.guidance.comparing import app_is, is_on_target, is_shown, is_there, says_of_target, switched
from mobilegpt.guidance.events import TOUCHES, Kind, PhoneEvent
from mobilegpt.guidance.expectation import Expectation
from mobilegpt.guidance.place import Place
from mobilegpt.guidance.transparent import INTERRUPTIONS, TRANSPARENT, Window, is_launcher
from mobilegpt.guidance.ways import Step, Way, step_of


class Verdict(StrEnum):
    UNKNOWN = "unknown"
    ON_THE_WAY = "on_the_way"
    DONE = "done"
    WRONG_SCREEN = "wrong_screen"
    WRONG_APP = "wrong_app"
    INTERRUPTED = "interrupted"


_AGAIN = 2
"""So often somebody repeats what they have done before it is doubted: once may be a slip, or a double press."""
_ANYWHERE = (Kind.SCROLL, Kind.BACK, Kind.INPUT)
WRONG = (Verdict.WRONG_SCREEN, Verdict.WRONG_APP)


class Divergence(msgspec.Struct, frozen=True, omit_defaults=True):
    """What first led away from the step. ``index`` of the event among those that were read; ``label`` of what was
    touched; ``place`` where the phone was after it. ``target``: another thing was touched on the right screen;
    ``action``: the right thing, in another way. Neither is wrong by itself: the verdict is."""

    kind: Literal["app", "screen", "target", "action"]
    index: int
    at: datetime | None = None
    label: str = ""
    place: Place = Place()


class Match(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where somebody is with a step, by the events up to now; ``Match()``, or ``begin``, before the first.

    ``done_by``: the act, an alternative, or the state that was there without it. ``window``: what stands over the
    screen. ``strayed`` counts how often somebody left the way. The rest is the matcher's own: ``came`` (they were where
    the step is), ``acted`` (the way whose act was done and whose state is not seen yet), ``maybe`` (the same of a touch
    that may have been it), ``untold`` (that touch did not say on what it was), ``proven`` (its state was seen),
    ``focused`` (the field was touched), ``again`` (how often the act was repeated, before the phone ``answered``),
    ``latest``.
    """

    verdict: Verdict = Verdict.UNKNOWN
    place: Place = Place()
    window: Window = ""
    done_by: Literal["", "act", "alternative", "state"] = ""
    divergence: Divergence | None = None
    strayed: int = 0
    count: int = 0
    came: bool = False
    acted: int | None = None
    maybe: int | None = None
    untold: bool = False
    proven: bool = False
    focused: bool = False
    again: int = 0
    answered: bool = False
    latest: datetime | None = None


class WayBack(msgspec.Struct, frozen=True):
    """What leads back to the step: finish what interrupts, close what covers it, go back, or open the app."""

    act: Literal["finish", "close", "back", "open"]
    place: Place = Place()


def begin(expectation: Expectation, place: Place) -> Match:
    """A step that begins while the phone is somewhere: it may be done already."""
    if not place:
        return Match()
    here = PhoneEvent(kind=Kind.SCREEN, app=place.app, screen=place.screen, title=place.title)
    return replace(advance(expectation, Match(), here), count=0)


def match_events(expectation: Expectation, events: Iterable[PhoneEvent]) -> Match:
    """Of a list of events, in order of time."""
    match = Match()
    for event in events:
        match = advance(expectation, match, event)
    return match


def advance(expectation: Expectation, match: Match, event: PhoneEvent) -> Match:
    """What is known after one more event, which may come late, or a second time. What is done stays done."""
    step = step_of(expectation)
    match = replace(match, count=match.count + 1)
    if event.kind in (Kind.OTHER, Kind.NOTICE):
        return match
    window = step.window_of(event)
    if window in TRANSPARENT and event.kind not in (Kind.BACK, Kind.HOME):
        return _covered(match, window)
    if event.kind is Kind.CONTENT and event.app != match.place.app:
        return match  # something went on behind, or beside
    late = event.at is not None and match.latest is not None and event.at < match.latest
    here = match.place if window in TRANSPARENT else match.place.after(event, window)
    if not late:
        match = replace(match, place=here, window=window, latest=event.at or match.latest)
    if match.verdict is Verdict.DONE:
        return _doubted(step, match, event, here)
    return _judged(step, match, event, here, late=late)


def way_back(expectation: Expectation, match: Match) -> WayBack | None:
    """``None`` where nobody has to go back."""
    where = step_of(expectation).ways[0].start
    target = Place(app=where.apps[0] if where.apps else "", screen=where.screens[0] if where.screens else "")
    match match.verdict:
        case Verdict.INTERRUPTED:
            return WayBack("finish")
        case Verdict.WRONG_APP:
            return WayBack("open", target)
        case Verdict.WRONG_SCREEN:
            return WayBack("back", target)
        case Verdict.DONE:
            return None
    return WayBack("close") if match.window == "shade" else None


def _covered(match: Match, window: Window) -> Match:
    """Something stands over the screen; below it nothing has changed. An app that fails has done nothing."""
    if window == "error" and match.verdict is Verdict.DONE and not match.proven:
        match = replace(match, verdict=Verdict.INTERRUPTED, done_by="")
    if match.verdict is Verdict.DONE or window not in INTERRUPTIONS:
        return replace(match, window=window)
    return replace(match, window=window, verdict=Verdict.INTERRUPTED)


def _doubted(step: Step, match: Match, event: PhoneEvent, here: Place) -> Match:
    """Who does it again and again sees nothing come of it, where nothing is known of what should come."""
    way = step.ways[0]
    if match.done_by != "act" or match.answered or way.goal is not None or way.gesture not in (Kind.TAP, Kind.LONG_TAP):
        return match
    if not _is_act(way, match, event, here):
        return replace(match, answered=True)
    if match.again + 1 < _AGAIN:
        return replace(match, again=match.again + 1)
    return replace(match, verdict=Verdict.ON_THE_WAY, done_by="", acted=way.number, again=_AGAIN)


def _judged(step: Step, match: Match, event: PhoneEvent, here: Place, *, late: bool) -> Match:
    acted = next((way for way in step.ways if _is_act(way, match, event, here)), None)
    settled = acted is not None and acted.settles and match.again < _AGAIN
    if acted is not None and (settled or (acted.goal is not None and switched(acted.goal, event))):
        return _done(match, acted, "act")
    reached = next((way for way in step.ways if _is_reached(way, match, event, here)), None)
    if reached is not None:
        touched = reached.number in (match.acted, match.maybe)
        return replace(_done(match, reached, "act" if touched else "state"), proven=True)
    if acted is not None:
        return replace(match, verdict=Verdict.ON_THE_WAY, acted=acted.number, came=True)
    if event.kind is Kind.TAP:
        on_field = any(is_on_target(way.target, event) for way in step.ways if way.gesture is Kind.INPUT)
        match = replace(match, focused=on_field or (late and match.focused))
    if late:
        return match
    if event.kind in TOUCHES:
        may_be = next((way for way in step.ways if _may_be_act(way, event, here)), None)
        untold = may_be is not None and not (event.texts or event.element_id)
        match = replace(match, maybe=None if may_be is None else may_be.number, untold=untold)
    verdict = _where(step, match, here)
    if verdict in WRONG and _may_be_right(step, match, event, verdict):
        verdict = Verdict.UNKNOWN
    return _strayed(step, match, event, verdict)


def _done(match: Match, way: Way, by: Literal["act", "state"]) -> Match:
    done_by: Literal["act", "state", "alternative"] = by if way.number == 0 else "alternative"
    return replace(match, verdict=Verdict.DONE, done_by=done_by, acted=None)


def _is_act(way: Way, match: Match, event: PhoneEvent, here: Place) -> bool:
    """The right thing, touched in the right way, where it is. A screen that a phone did not name this time, or that an
    element's own id contradicts, does not make it another thing."""
    if event.kind is not way.gesture or (event.kind is Kind.INPUT and not way.is_typed(event)):
        return False
    there, on = is_there(way.where, here), _on_target(way, event)
    if on is None:
        # What has no thing of its own to be done on is done where it is to be done; typing, on its screen.
        named = event.kind is not Kind.INPUT or match.focused or bool(way.where.screens)
        return there is True and event.kind in _ANYWHERE and named
    if on is False:
        return False
    return there is not False or (is_there(way.where, Place(app=here.app)) is not False and way.is_sure_of(event))


def _on_target(way: Way, event: PhoneEvent) -> bool | None:
    """The words of what scrolls are its content, so only its id tells it apart."""
    on = is_on_target(way.target, event) if says_of_target(way.target) else None
    return None if on is False and event.kind in (Kind.SCROLL, Kind.BACK) and not way.target.id_suffix else on


def _is_reached(way: Way, match: Match, event: PhoneEvent, here: Place) -> bool:
    """The state that the way leads to is there: seen, or, after its act, a screen that is not told to be another."""
    if way.closes and match.acted == way.number and event.kind is Kind.SCREEN:
        return event.window != way.closes
    if event.kind in TOUCHES:
        return False
    if way.goal is None:
        return match.acted == way.number and event.kind is Kind.SCREEN
    shown = is_shown(way.goal, here, event)
    if match.acted == way.number:
        tells_texts = bool(event.shown or event.texts)
        untold = event.kind is Kind.SCREEN and event.window != "dialog" and not (way.goal.texts and tells_texts)
        return shown is True or (shown is None and untold)
    return shown is True and (way.tells or match.maybe == way.number)


def _may_be_act(way: Way, event: PhoneEvent, here: Place) -> bool:
    """A touch where the step is done, whatever it was on: names differ from phone to phone, where it leads does not."""
    return event.kind is way.gesture and is_there(way.where, here) is True


def _may_be_right(step: Step, match: Match, event: PhoneEvent, verdict: Verdict) -> bool:
    """What the right touch led to, or one that may have been it, is not called wrong; nor is a right touch on a screen
    of another name. A window that comes by itself is nowhere to be."""
    if verdict is Verdict.WRONG_APP:
        return step.comes or match.untold
    return (
        match.untold
        or match.acted is not None
        or any(event.kind is way.gesture and is_on_target(way.target, event) for way in step.ways)
    )


def _where(step: Step, match: Match, here: Place) -> Verdict:
    known = step.knows_app(here.app)
    if known is False:
        returning = match.strayed > 0 and match.verdict not in WRONG  # who has strayed once passes it to come back
        on_the_way = is_launcher(here.app) and (step.opens or not match.came or returning)
        return Verdict.ON_THE_WAY if on_the_way else Verdict.WRONG_APP
    states = [is_there(way.where, here) for way in step.ways if way.gesture is not None]
    if True in states:
        return Verdict.ON_THE_WAY
    if known is None:
        return Verdict.UNKNOWN
    if None in states or step.opens or any(app_is(way.where.apps, here.app) is not True for way in step.ways):
        return Verdict.ON_THE_WAY
    return Verdict.WRONG_SCREEN


def _strayed(step: Step, match: Match, event: PhoneEvent, verdict: Verdict) -> Match:
    """Who has left the way, by what, and whether they are where the step is."""
    divergence = match.divergence or _divergence(step, match, event, verdict)
    left = verdict in WRONG and match.verdict not in WRONG
    at_start = verdict is Verdict.ON_THE_WAY and any(is_there(way.where, match.place) for way in step.ways)
    back = at_start and event.kind is Kind.SCREEN
    return replace(
        match,
        verdict=verdict,
        divergence=divergence,
        strayed=match.strayed + left,
        came=match.came or at_start,
        acted=None if back else match.acted,
    )


def _divergence(step: Step, match: Match, event: PhoneEvent, verdict: Verdict) -> Divergence | None:
    kind: Literal["app", "screen", "target", "action"]
    if verdict is Verdict.WRONG_APP:
        kind = "app"
    elif verdict is Verdict.WRONG_SCREEN:
        kind = "screen"
    elif event.kind in (Kind.TAP, Kind.LONG_TAP) and verdict is Verdict.ON_THE_WAY and match.acted is None:
        answers = [is_on_target(way.target, event) for way in step.ways if way.gesture in TOUCHES]
        if not answers or None in answers or (True in answers and step.ways[0].gesture is Kind.INPUT):
            return None
        kind = "action" if True in answers else "target"
    else:
        return None
    return Divergence(kind, match.count - 1, event.at, event.label, match.place)
