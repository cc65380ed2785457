"""What is kept for a day is forgotten after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mobilegpt.core.clock import now
from mobilegpt.core.errors import RateLimited
from mobilegpt.database import idempotency, throttle
from mobilegpt.database.models import FailureCount, IdempotencyRecord
from mobilegpt.database.throttle import Limit

pytestmark = pytest.mark.django_db


def test_keyed_answers_are_kept_for_a_day() -> None:
    for key, age in (("old", 25), ("young", 23)):
        assert idempotency.begin(idempotency.Attempt("user:1", "POST /x", key, b"")) is None
        IdempotencyRecord.objects.filter(key=key).update(created_at=now() - timedelta(hours=age))
    assert idempotency.forget_old() == 1
    assert IdempotencyRecord.objects.get().key == "young"


def test_counted_failures_are_kept_while_they_may_count() -> None:
    limit = Limit("login:x", most=2, seconds=900)
    throttle.count_failure(limit, limit)
    with pytest.raises(RateLimited):
        throttle.refuse_if_exceeded(limit)
    FailureCount.objects.update(counted_at=now() - timedelta(hours=25))
    assert throttle.forget_old() == 1
    throttle.refuse_if_exceeded(limit)
