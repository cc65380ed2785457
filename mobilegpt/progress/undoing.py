"""What is completed stays so, except while the learner's class stands on that step (contract 6.11, 11.9).

Classes are no business of progress, so they say through ``undo_while`` what may be taken back in them.
"""

from __future__ import annotations

from collections.abc import Callable

Standing = Callable[[int, int, int, int | None], int | None]
"""The class of this user, on this lecture, that stands on this step, if they have done it there; it is held there until
the commit. The last argument is the class that they name."""
_classes: list[Standing] = []


def undo_while(standing: Standing) -> None:
    """Register who says where classes stand; see ``config/reactions.py``."""
    _classes.append(standing)


def undoable_in(user_id: int, lecture_id: int, subtask_id: int, session_id: int | None) -> int | None:
    """The class in which the learner's completion of this step may be taken back now. Asked inside the transaction,
    before the learner's row is locked: a class locks itself first and rows of progress after that, and so does this."""
    found = (standing(user_id, lecture_id, subtask_id, session_id) for standing in _classes)
    return next((held for held in found if held is not None), None)
