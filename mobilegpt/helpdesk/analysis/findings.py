"""The rules of the local analyser: each looks for one thing, and says what to do (contract 8.4, 11.17).

A rule returns ``None`` or a ``Finding``. ``RULES`` is the table, most telling first: the first leads the answer.
"""

from __future__ import annotations

from collections.abc import Callable

from mobilegpt.helpdesk.analysis import acts, places
from mobilegpt.helpdesk.analysis.evidence import Evidence
from mobilegpt.helpdesk.analysis.finding import Finding, of_words

Rule = Callable[[Evidence], Finding | None]


def find(evidence: Evidence) -> list[Finding]:
    """What the rules found, most telling first."""
    return [finding for rule in RULES if (finding := rule(evidence)) is not None]


def own_matter(evidence: Evidence) -> Finding | None:
    """Wherever they are."""
    return of_words(evidence, "small_text") or of_words(evidence, "no_sound")


def said_to_be_elsewhere(evidence: Evidence) -> Finding | None:
    return of_words(evidence, "wrong_place")


RULES: tuple[Rule, ...] = (
    places.keyboard_in_english,
    own_matter,
    places.done,
    places.not_responding,
    places.call,
    places.notification_shade,
    places.advertisement,
    places.left_the_app,
    places.wrong_app,
    places.wrong_screen,
    said_to_be_elsewhere,
    acts.wrong_gesture,
    acts.waiting,
    acts.repeated,
    places.maybe_done,
    places.unknown_screen,
    acts.typing,
    acts.keyboard_over,
    acts.lost_in_scrolling,
    acts.back_and_forth,
    acts.pressed,
    of_words,
    places.in_place,
)
