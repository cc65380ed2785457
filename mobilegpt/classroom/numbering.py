"""People of one name are told apart by a number, the same on every page and in every file (contract 11.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import QuerySet

from mobilegpt.classroom.models import SessionParticipant
from mobilegpt.classroom.presence_log import Place

Key = TypeVar("Key")


def same_name_numbers(called: Iterable[tuple[Key, str]]) -> dict[Key, int]:
    """The place of each among those of the same name, from 1; who has theirs alone is not in it.

    ``called`` has everybody who ever had a seat, removed ones too, in order of arrival: nobody's number changes when
    somebody else goes. Width of spaces and capitals make no other name.
    """
    by_name: dict[str, list[Key]] = {}
    for key, name in called:
        by_name.setdefault(" ".join(name.split()).casefold(), []).append(key)
    return {key: number for keys in by_name.values() if len(keys) > 1 for number, key in enumerate(keys, start=1)}


def numbers_in(sessions: QuerySet[Any, Any]) -> dict[Place, int]:
    """By class and user, in the classes whose keys ``sessions`` selects; one query."""
    seats = SessionParticipant.objects.filter(session_id__in=sessions).order_by("pk")
    by_class: dict[int, list[tuple[Place, str]]] = {}
    for session_id, user_id, name, account in seats.values_list("session_id", "user_id", "name", "user__name"):
        by_class.setdefault(session_id, []).append(((session_id, user_id), name or account))
    return {place: number for called in by_class.values() for place, number in same_name_numbers(called).items()}


def numbered(name: str, number: int | None) -> str:
    """As a table says it: "이순자 · 2"."""
    return name if number is None else f"{name} · {number}"
