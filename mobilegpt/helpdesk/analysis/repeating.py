"""Whether an answer repeats what stands on somebody's phone (reliability X20).

Anything may stand there: an advertisement, a message from a swindler, words meant for a model. Who learns hears the
words of the lesson and of the teacher, so an answer that a program made may use the phone's words only where the
lesson has them too.
"""

from __future__ import annotations

import unicodedata

from mobilegpt.guidance.app_names import app_name
from mobilegpt.helpdesk.analysis.evidence import Evidence

_RUN = 8
"""Letters in a row, without spaces: more than two texts of the same kind have in common by chance."""


def repeats(text: str, evidence: Evidence) -> bool:
    """Whether ``text`` has a run of eight letters or digits that only the phone has."""
    planted = _runs(_on_the_phone(evidence)) - _runs(_in_the_lesson(evidence))
    return not planted.isdisjoint(_runs([text]))


def _on_the_phone(evidence: Evidence) -> list[str]:
    seen = [evidence.message, evidence.screen]
    for each in evidence.events:
        seen += [each.element, each.screen, each.title, each.hint, *each.texts, *each.shown, *each.parents]
    return seen


def _in_the_lesson(evidence: Evidence) -> list[str]:
    step = evidence.step
    texts = [step.title, step.guide, step.spoken, step.description, step.hint, step.lecture, step.previous_title]
    expected = step.expectation
    labels = [] if expected is None else [*expected.target.labels, expected.target.description]
    shown = [word for state in step.states for word in (*state.apps, *state.screens, *state.texts)]
    return [*texts, *labels, *shown, app_name(evidence.app)]


def _runs(texts: list[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        letters = "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
        found.update(letters[at : at + _RUN] for at in range(len(letters) - _RUN + 1))
    return found
