"""Keyed writes: the first answer is kept, a retry gets it again (contract 10.3).

``begin`` and ``finish`` run inside the transaction of the work. Two tries at once in one process: the second is refused
at the door (``in_flight``); in two processes: the unique row makes the second wait for the first, then replay it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, KeyReused
from mobilegpt.core.models import IdempotencyRecord

KEPT_FOR = timedelta(days=1)

_running: set[tuple[str, str, str]] = set()
_guard = threading.Lock()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a keyed write: who, which operation, which key, and the bytes of the request."""

    caller: str
    scope: str
    key: str
    body: bytes

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.caller, self.scope, self.key

    @property
    def request_hash(self) -> str:
        """Keyed: a plain hash of a registration would let a reader of the table try passwords against it."""
        return salted_hmac("mobilegpt.core.idempotency", self.body, algorithm="sha256").hexdigest()


@contextmanager
def in_flight(attempt: Attempt) -> Iterator[None]:
    """Raises ``Conflict`` IDEMPOTENCY_IN_FLIGHT while the first try still runs in this process."""
    with _guard:
        if attempt.identity in _running:
            raise Conflict(ErrorCode.IDEMPOTENCY_IN_FLIGHT, "The first try of this request is still running")
        _running.add(attempt.identity)
    try:
        yield
    finally:
        with _guard:
            _running.discard(attempt.identity)


def begin(attempt: Attempt) -> IdempotencyRecord | None:
    """Claim the key; returns the first answer if there is one. Raises ``KeyReused`` for another body."""
    caller, scope, key = attempt.identity
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_idempotencyrecord "
            "(caller, scope, key, request_hash, status_code, response, created_at) "
            "VALUES (%s, %s, %s, %s, 0, %s, %s) ON CONFLICT (caller, scope, key) DO NOTHING",
            [caller, scope, key, attempt.request_hash, b"", now()],
        )
        if cursor.rowcount == 1:
            return None
    first = IdempotencyRecord.objects.get(caller=caller, scope=scope, key=key)
    if first.request_hash != attempt.request_hash:
        raise KeyReused(message="This idempotency key was used with another request")
    return first


def finish(attempt: Attempt, status_code: int, response: bytes) -> None:
    """Keep the answer; committed together with the work."""
    caller, scope, key = attempt.identity
    IdempotencyRecord.objects.filter(caller=caller, scope=scope, key=key).update(
        status_code=status_code, response=response
    )


def forget_old() -> int:
    """Delete answers older than a day: whoever has not tried again by then will not. Returns how many."""
    deleted, _ = IdempotencyRecord.objects.filter(created_at__lt=now() - KEPT_FOR).delete()
    return deleted
