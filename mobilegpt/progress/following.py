"""Which lesson somebody follows (contract 11.5).

Classes lie above progress, so they say it through ``follow_classes``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet

TaughtVersion = Callable[[Any, Any], QuerySet[Any, Any]]
"""The version that the live class of a user on a lecture teaches, one row or none; made a part of a query here."""
VersionsAttended = Callable[[int, int], Iterable[int]]
"""All that classes of the lecture in which the user sits or sat have taught, the newest first; one query."""

_taught: TaughtVersion | None = None
_attended: VersionsAttended | None = None


def follow_classes(taught: TaughtVersion, attended: VersionsAttended) -> None:
    """Register how classes are asked; see ``config/reactions.py``."""
    global _taught, _attended
    _taught, _attended = taught, attended


def taught_version(user_id: Any, lecture_id: Any) -> QuerySet[Any, Any]:
    """Each may be a reference to an outer query's."""
    assert _taught is not None, "the applications are ready before anything is asked"
    return _taught(user_id, lecture_id)


def versions_attended(user_id: int, lecture_id: int) -> Iterable[int]:
    assert _attended is not None, "as above"
    return _attended(user_id, lecture_id)
