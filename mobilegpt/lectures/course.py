"""The steps of a lecture in one line: the place in the whole, and what comes after (contract 5.2, 7.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from mobilegpt.lectures.cache import outline_of
from mobilegpt.lectures.models import Lecture
from mobilegpt.lectures.outline import Outline
from mobilegpt.lectures.step import Step

_KEPT = 64


class Course:
    """The steps of one lecture in order, at one version of it. Many requests share one: see ``course_of``."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = tuple(steps)
        self._by_id = {step.id: step for step in self.steps}

    @staticmethod
    def of(lecture: Lecture) -> Course:
        return course_of(lecture.pk, lecture.version)

    def __len__(self) -> int:
        return len(self.steps)

    def get(self, subtask_id: int | None) -> Step | None:
        return self._by_id.get(subtask_id) if subtask_id is not None else None

    def after(self, subtask_id: int | None) -> Step | None:
        """The following step, the first for ``None``; ``None`` past the last one."""
        step = self.get(subtask_id)
        position = step.position if step else 0
        return self.steps[position] if position < len(self.steps) else None

    @property
    def last(self) -> Step | None:
        return self.steps[-1] if self.steps else None


@lru_cache(maxsize=_KEPT)
def course_of(lecture_id: int, version: int) -> Course:
    """No query and nothing to unpack for a lecture that this process asked for before, at the same version."""
    return Course(steps_of(outline_of(lecture_id, version)))


def steps_of(outline: Outline) -> Iterator[Step]:
    """In order, without what only teachers see."""
    for task in outline.tasks:
        for subtask in task.subtasks:
            yield msgspec.convert(subtask, Step, from_attributes=True)
