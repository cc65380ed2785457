"""Every shape of a step says what the step says, and nothing is lost between the row and the shapes (contract 5.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobilegpt.lectures.course import course_of
from mobilegpt.lectures.models import Lecture, Subtask
from mobilegpt.lectures.outline import load
from mobilegpt.lectures.step import Step, SubtaskOutline
from mobilegpt.wire import step as wire
from tests import classes

_IDS = st.integers(1, 2**53)
_OF_EVENTS = {
    "id": _IDS,
    "task_id": _IDS,
    "title": st.text(max_size=20),
    "order_index": _IDS,
    "position": _IDS,
    "target_action": st.sampled_from([None, "CLICK", "SCROLL"]),
    "guide_text": st.text(max_size=20),
    "voice_guide_text": st.text(max_size=20),
}
_IN_FULL = {"description": st.text(max_size=20), "target_element_hint": st.none() | st.text(max_size=20)}
_SHAPES: list[Callable[[Any], msgspec.Struct]] = [
    wire.subtask_body,
    wire.session_step,
    wire.following_step,
    lambda step: wire.my_step(step, lecture_id=7, status="IN_PROGRESS"),
    wire.room_step,
    wire.progress_step,
    wire.next_step,
    wire.class_step,
]


@settings(max_examples=20)
@given(st.builds(SubtaskOutline, **_OF_EVENTS, **_IN_FULL))
def test_a_shape_says_of_a_step_what_the_step_says(step: SubtaskOutline) -> None:
    known = {**msgspec.to_builtins(step), "order": step.order_index, "lecture_id": 7, "status": "IN_PROGRESS"}
    for shape in _SHAPES:
        shown = msgspec.to_builtins(shape(step))
        assert shown == {name: known[name] for name in shown}
        assert shown["id"] == step.id


@settings(max_examples=20)
@given(st.builds(Step, **_OF_EVENTS))
def test_what_events_carry_is_enough_for_every_phone(step: Step) -> None:
    for shape in _SHAPES[1:]:
        assert msgspec.to_builtins(shape(step))["title"] == step.title


@pytest.mark.django_db
def test_a_row_becomes_a_step_with_all_that_it_has(lecture: Lecture) -> None:
    row = classes.steps(lecture)[1]
    Subtask.objects.filter(pk=row.pk).update(
        description="d", target_action="INPUT", target_element_hint="h", guide_text="g", voice_guide_text="v"
    )
    (step,) = [each for task in load(lecture.pk, 0).tasks for each in task.subtasks if each.id == row.pk]
    row.refresh_from_db()
    assert step.position == 2
    for name in set(SubtaskOutline.__struct_fields__) - {"position"}:
        assert getattr(step, name) == getattr(row, name), name


@pytest.mark.django_db
def test_events_carry_no_more_than_a_step(lecture: Lecture) -> None:
    """What is kept of an event is read again by later versions: only the fields of ``Step`` are in it."""
    for position, step in enumerate(course_of(lecture.pk, lecture.version).steps, start=1):
        assert type(step) is Step
        assert step.position == position
