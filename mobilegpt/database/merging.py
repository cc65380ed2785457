"""Rows of one person that become another's (contract 11.4). Each domain says what becomes of two that stand for one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db import models

from mobilegpt.database.statements import parts

Row = TypeVar("Row", bound=models.Model)


def move_rows(
    model: type[Row], from_id: int, into_id: int, *same: str, column: str = "user_id"
) -> list[tuple[Row, Row]]:
    """Give ``from_id``'s rows to ``into_id``; those that have a counterpart there stay, and are returned with it.

    ``same`` are the fields that a unique constraint allows once per person; without any, everything moves. ``column``
    names the person. In the caller's transaction.
    """
    rows = model._default_manager
    kept = {_key(row, same): row for row in rows.filter(**{column: into_id})} if same else {}
    theirs = list(rows.filter(**{column: from_id}).order_by("pk"))
    pairs = [(row, kept[key]) for row in theirs if (key := _key(row, same)) in kept]
    staying = {row.pk for row, _ in pairs}
    for part in parts([row.pk for row in theirs if row.pk not in staying]):
        rows.filter(pk__in=part).update(**{column: into_id})
    return pairs


def _key(row: models.Model, same: Iterable[str]) -> tuple[object, ...]:
    return tuple(getattr(row, field) for field in same)


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of those that are known."""
    return min((moment for moment in moments if moment is not None), default=None)
