"""What a recorded act lets a step expect of other phones. Pure: no database.

What belongs to whoever recorded it is left out: typed text becomes a class, a person's name too, and so does what
stands on a row of a list, unless every phone says it. A screen that has somebody's name, as a conversation has, is only
its app.
"""

from __future__ import annotations

import re

from mobilegpt.guidance.events import element_id
from mobilegpt.guidance.expectation import Action, Class, Expectation, Role, State, Target
from mobilegpt.guidance.labels import is_common
from mobilegpt.language.redaction import may_be_a_name, without_people
from mobilegpt.recordings.acts import Act, Kind, role_of
from mobilegpt.recordings.picturing import is_about_people
from mobilegpt.recordings.segmenter import Segment

_ACTIONS: dict[Kind, Action] = {
    Kind.TAP: "TAP",
    Kind.LONG_TAP: "LONG_TAP",
    Kind.SCROLL: "SCROLL",
    Kind.INPUT: "INPUT",
    Kind.SCREEN: "OPEN",
    Kind.BACK: "BACK",
}
_ON_AN_ELEMENT = (Kind.TAP, Kind.LONG_TAP, Kind.INPUT)
_LENGTH = 200


def expectation_of(segment: Segment, known: re.Pattern[str] | None) -> Expectation | None:
    """``known`` finds the names of the class's people (``names_pattern``). ``None`` where the recording tells
    too little to know it again: neither an element nor a screen."""
    act = segment.act
    target = _target(act, known) if act.kind in _ON_AN_ELEMENT else Target()
    where = State() if act.kind is Kind.SCREEN else _state(act, known)
    after = _state(act if act.kind is Kind.SCREEN else segment.after, known)
    known_again = after != State() if act.kind in (Kind.SCREEN, Kind.BACK) else target != Target()
    if act.kind is not Kind.SCROLL and not known_again:
        return None
    return Expectation(
        action=_ACTIONS[act.kind],
        source="recording",
        where=after if act.kind is Kind.SCREEN else where,
        target=target,
        after=None if after in (State(), where) or act.kind is Kind.SCREEN else after,
        time=round(act.at.timestamp() * 1000),
    )


def _target(act: Act, known: re.Pattern[str] | None) -> Target:
    role = role_of(act)
    label_class = _class(act, role, known)
    suffix = element_id(act.element)
    return Target(
        id_suffix=suffix[:_LENGTH],
        role=role,
        labels=[act.label] if act.label and label_class in ("", "text") else [],
        label_class=label_class,
    )


def _class(act: Act, role: Role, known: re.Pattern[str] | None) -> Class:
    """What stands on the element elsewhere, where that is not what stood on it here."""
    if act.kind is Kind.INPUT:
        return "text"
    if not act.label or is_common(act.label):
        return ""
    if without_people(act.label, known) != act.label:
        return "person"
    if role == "item":
        return "person" if is_about_people(act.app) else "any"
    return "person" if not role and is_about_people(act.app) and may_be_a_name(act.label) else ""


def _state(act: Act | None, known: re.Pattern[str] | None) -> State:
    if act is None:
        return State()
    return State(
        apps=[act.app[:_LENGTH]] if act.app else [],
        screens=[act.screen[:_LENGTH]] if act.screen and not _is_named_after_somebody(act, known) else [],
    )


def _is_named_after_somebody(act: Act, known: re.Pattern[str] | None) -> bool:
    if without_people(act.screen, known) != act.screen:
        return True
    return is_about_people(act.app) and may_be_a_name(act.screen) and not is_common(act.screen)
