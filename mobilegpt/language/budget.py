"""How often a model may be asked: per user and in all, each Asia/Seoul day (reliability X17).

A call is counted before it is made. Two that reach the limit at once may both be refused; none gets beyond it.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, Q

from mobilegpt.core.clock import SEOUL, now, seoul_day
from mobilegpt.database.models import ModelCall
from mobilegpt.language.model import Budget

_KEPT_DAYS = 30


def budget_of(user_id: int) -> Budget:
    """What is left for one user's requests today."""
    return Budget(reserve=lambda: _reserve(user_id), note=_note)


def forget_old_calls() -> int:
    """Delete calls that no budget counts any more. Returns how many."""
    deleted, _ = ModelCall.objects.filter(created_at__lt=now() - timedelta(days=_KEPT_DAYS)).delete()
    return deleted


def _reserve(user_id: int) -> int | None:
    call = ModelCall.objects.create(user_id=user_id)
    today = ModelCall.objects.filter(created_at__gte=_midnight())
    made = today.aggregate(all=Count("pk"), own=Count("pk", filter=Q(user_id=user_id)))
    if made["all"] <= settings.OPENAI["CALLS_PER_DAY"] and made["own"] <= settings.OPENAI["CALLS_PER_USER"]:
        return call.pk
    call.delete()
    return None


def _note(call_id: int, outcome: str, milliseconds: int) -> None:
    ModelCall.objects.filter(pk=call_id).update(outcome=outcome[:20], milliseconds=milliseconds)


def _midnight() -> datetime:
    return datetime.combine(seoul_day(now()), time(), tzinfo=SEOUL)
