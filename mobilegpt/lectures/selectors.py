"""Reads of lectures: the order of steps, who is enrolled, what a caller may see."""

from __future__ import annotations

from mobilegpt.lectures.models import Enrollment, Subtask


def ordered_subtasks(lecture_id: int) -> list[Subtask]:
    """All subtasks in lecture order, with their tasks; one query."""
    return list(
        Subtask.objects.filter(task__lecture_id=lecture_id)
        .select_related("task")
        .order_by("task__order_index", "task_id", "order_index", "id")
    )


def next_subtask_after(lecture_id: int, subtask_id: int | None) -> Subtask | None:
    """The step after ``subtask_id`` across tasks, the first for ``None``; ``None`` past the last one (contract 7.7)."""
    subtasks = ordered_subtasks(lecture_id)
    if subtask_id is None:
        return subtasks[0] if subtasks else None
    following = (after for at, after in zip(subtasks, subtasks[1:], strict=False) if at.pk == subtask_id)
    return next(following, None)


def position_of(lecture_id: int, subtask_id: int) -> int | None:
    """The place of a subtask in the whole lecture, from 1; ``None`` when it is another lecture's (contract 5.2)."""
    ids = [subtask.pk for subtask in ordered_subtasks(lecture_id)]
    return ids.index(subtask_id) + 1 if subtask_id in ids else None


def is_enrolled(user_id: int, lecture_id: int) -> bool:
    return Enrollment.objects.filter(user_id=user_id, lecture_id=lecture_id).exists()
