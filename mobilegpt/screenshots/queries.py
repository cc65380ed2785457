"""Statements on screens and consents."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from mobilegpt.screenshots.models import ScreenConsent, Screenshot


def consent_of(user_id: int, session_id: int) -> ScreenConsent | None:
    return ScreenConsent.objects.filter(session_id=session_id, user_id=user_id).first()


def newest_of(user_id: int, session_id: int) -> Screenshot | None:
    """Without the picture."""
    return _described(session_id).filter(user_id=user_id).first()


def newest_in(session_id: int, user_ids: Iterable[int]) -> dict[int, Screenshot]:
    """By user, without the pictures."""
    return {row.user_id: row for row in _described(session_id).filter(user_id__in=user_ids)}


def picture_of(user_id: int, session_id: int) -> bytes | None:
    rows = Screenshot.objects.filter(session_id=session_id, user_id=user_id, withheld="")
    content = rows.values_list("content", flat=True).first()
    return bytes(content) if content else None


def delete(session_id: int, user_id: int | None = None) -> int:
    """Those of a class, or of one person in it; returns how many."""
    rows = Screenshot.objects.filter(session_id=session_id)
    return (rows if user_id is None else rows.filter(user_id=user_id)).delete()[0]


def _described(session_id: int) -> QuerySet[Screenshot]:
    return Screenshot.objects.filter(session_id=session_id).defer("content")
