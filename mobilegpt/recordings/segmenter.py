"""Steps of a lesson out of a recording: one for each act that matters. Pure: no database, no model.

What does not matter: the second tap of a double tap, every scroll but one of a row, every letter but one of a text, a
way that was taken and gone back at once, and a screen that came because of the tap before it (it tells what that tap
leads to). What is left is what somebody else has to do to arrive at the same place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from mobilegpt.recordings.acts import Act, Kind

_DOUBLE_TAP = timedelta(milliseconds=700)
_CAUSED_BY_TAP = timedelta(seconds=5)
_DETOUR = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class Segment:
    """An act, the screen on which it happened, and the screen that it led to (none when it stayed)."""

    act: Act
    after: Act | None = None

    @property
    def leads_to(self) -> str:
        return (self.after.screen or self.after.app) if self.after else ""


def segments_of(acts: Sequence[Act]) -> list[Segment]:
    """In order of time."""
    merged = _without_detours(_merged(acts))
    found: list[Segment] = []
    for act in merged:
        if act.kind is not Kind.SCREEN:
            found.append(Segment(act))
        elif found and _caused(found[-1].act, act):
            found[-1] = Segment(found[-1].act, act)
        elif _is_news(found, act):
            found.append(Segment(act))
    return found


def _merged(acts: Sequence[Act]) -> list[Act]:
    """Rows of the same act as one: double taps, scrolls, letters of a text, a screen that reports itself twice."""
    kept: list[Act] = []
    for act in acts:
        if not kept or not _continues(kept[-1], act):
            kept.append(act)
        elif act.kind is Kind.INPUT and act.label and not kept[-1].label:
            kept[-1] = act
    return kept


def _continues(before: Act, act: Act) -> bool:
    if act.kind is not before.kind:
        # A tap into a field, then its text: the text is the act.
        return False
    match act.kind:
        case Kind.TAP | Kind.LONG_TAP:
            return act.target == before.target and act.at - before.at <= _DOUBLE_TAP
        case Kind.SCROLL:
            return act.direction == before.direction and act.screen == before.screen
        case Kind.INPUT:
            return act.element == before.element
        case Kind.SCREEN:
            return (act.screen, act.app) == (before.screen, before.app)
        case Kind.BACK:
            return act.at - before.at <= _DOUBLE_TAP
    return False


def _without_detours(acts: Sequence[Act]) -> list[Act]:
    """A tap that led to another screen, and at once back from it, was a mistake: both go, with what came between."""
    kept: list[Act] = []
    for act in acts:
        kept.append(act)
        if act.kind is not Kind.BACK:
            continue
        start = _start_of_detour(kept)
        if start is not None:
            del kept[start:]
    return _without_focus(kept)


def _start_of_detour(acts: Sequence[Act]) -> int | None:
    """Where the tap stands from which the last act, a step back, returned; ``None`` when there is none so near."""
    back = acts[-1]
    screens = [index for index, act in enumerate(acts[:-1]) if act.kind is Kind.SCREEN]
    if not screens:
        return None
    came = screens[-1]
    only_that = all(act.kind in (Kind.SCREEN, Kind.SCROLL) for act in acts[came:-1])
    tap = came - 1
    if tap < 0 or not only_that or acts[tap].kind is not Kind.TAP:
        return None
    return tap if back.at - acts[tap].at <= _DETOUR else None


def _without_focus(acts: Sequence[Act]) -> list[Act]:
    """The tap into a field before its text says nothing that the text does not say."""
    kept: list[Act] = []
    for act in acts:
        focus = kept[-1] if kept else None
        if act.kind is Kind.INPUT and focus is not None and focus.kind is Kind.TAP and _same_field(focus, act):
            kept.pop()
        kept.append(act)
    return kept


def _same_field(tap: Act, text: Act) -> bool:
    return bool(tap.element and tap.element == text.element) or (tap.role == "칸" and tap.screen == text.screen)


def _caused(before: Act, screen: Act) -> bool:
    return before.kind in (Kind.TAP, Kind.LONG_TAP, Kind.BACK, Kind.INPUT) and screen.at - before.at <= _CAUSED_BY_TAP


def _is_news(found: Sequence[Segment], screen: Act) -> bool:
    """A screen that came by itself matters when it is another app than the one before, or the first of all."""
    if not found:
        return bool(screen.app or screen.screen)
    return bool(screen.app) and screen.app != found[-1].act.app
