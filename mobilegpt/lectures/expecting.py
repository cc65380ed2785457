"""What a step expects of a phone, as a teacher says it (contract 11.16)."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec.structs import replace

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Invalid, NotFound
from mobilegpt.core.text import optional_line
from mobilegpt.events.outbox import unit_of_work
from mobilegpt.guidance.expectation import Alternative, Expectation, State, Target
from mobilegpt.lectures import policies
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.lectures.services import get, lecture_changed, locked_to_edit

MAX_WORD = 200
_Way = TypeVar("_Way", Expectation, Alternative)


def expectation_of(actor: Actor, subtask_id: int) -> Expectation | None:
    """For who may edit the step; ``None`` where nobody said. Raises ``Forbidden``, ``NotFound``."""
    policies.require_teacher_role(actor)
    lecture = Lecture.objects.filter(tasks__subtasks=subtask_id).first()
    subtask = Subtask.objects.filter(pk=subtask_id).first()
    if lecture is None or subtask is None:
        raise NotFound("Subtask")
    policies.require_teaches(actor, lecture)
    return msgspec.convert(subtask.expectation, Expectation | None)


def set_expectation(*, actor: Actor, subtask_id: int, expectation: Expectation | None) -> Expectation | None:
    """Instead of what it expected; ``None``: nothing. A running class keeps what it was taught (contract 11.5).

    Raises ``Forbidden``, ``NotFound``, ``Invalid`` for words that are none, and for what no phone could ever meet.
    """
    said = None if expectation is None else checked(expectation)
    with unit_of_work():
        lecture = locked_to_edit(actor, Lecture.objects.filter(tasks__subtasks=subtask_id), "Subtask")
        subtask = get(Subtask.objects.filter(task__lecture=lecture), subtask_id, "Subtask")
        stored = None if said is None else msgspec.to_builtins(said)
        if subtask.expectation != stored:
            subtask.expectation = stored
            subtask.save(update_fields=["expectation"])
            lecture_changed(lecture.pk)
    return said


def checked(expectation: Expectation) -> Expectation:
    """With its words as they are kept. Raises ``Invalid``, which names the way that says nothing."""
    return replace(
        _checked_way(expectation, "expectation"),
        alternatives=[
            _checked_way(way, f"expectation.alternatives[{place}]")
            for place, way in enumerate(expectation.alternatives)
        ],
        transparent=_words(expectation.transparent, "expectation.transparent"),
    )


def _checked_way(way: _Way, field: str) -> _Way:
    after = State() if way.after is None else _state(way.after, f"{field}.after")
    kept = replace(
        way,
        where=_state(way.where, f"{field}.where"),
        target=_target(way.target, f"{field}.target"),
        after=None if after == State() else after,
    )
    if kept.where == State() and kept.target == Target() and kept.after is None:
        raise Invalid(message="Nothing is expected", details={"field": field})
    return kept


def _state(state: State, field: str) -> State:
    return State(
        apps=_words(state.apps, f"{field}.apps"),
        screens=_words(state.screens, f"{field}.screens"),
        texts=_words(state.texts, f"{field}.texts"),
    )


def _target(target: Target, field: str) -> Target:
    lines = {
        name: optional_line(getattr(target, name), f"{field}.{name}", MAX_WORD)
        for name in ("id_suffix", "widget", "description", "bounds")
    }
    return replace(target, labels=_words(target.labels, f"{field}.labels"), **lines)


def _words(words: list[str], field: str) -> list[str]:
    """In order, each once, without those in which there is nothing to see."""
    kept = [optional_line(word, field, MAX_WORD) for word in words]
    return list(dict.fromkeys(word for word in kept if word))
