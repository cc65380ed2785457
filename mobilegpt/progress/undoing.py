"""What is completed stays so, except while a class of the learner stands on that step (contract 6.11, 11.9).

Classes are no business of progress, so they say through ``undo_while`` where they stand.
"""

from __future__ import annotations

from collections.abc import Callable

Standing = Callable[[int, int], bool]
"""Whether a class in which this user sits stands on this step; it is held there until the commit."""
_classes: list[Standing] = []


def undo_while(standing: Standing) -> None:
    """Register who says where classes stand; see ``config/reactions.py``."""
    _classes.append(standing)


def may_undo(user_id: int, subtask_id: int) -> bool:
    """Whether the learner's completion of this step may be taken back now. Asked inside the transaction, before the
    learner's row is locked: a class locks itself first and rows of progress after that, and so does this."""
    return any(standing(user_id, subtask_id) for standing in _classes)
