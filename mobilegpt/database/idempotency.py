"""Keyed writes: the first answer is kept, a retry gets it again (contract 10.3).

``begin`` and ``finish`` run inside the transaction of the work. Two tries at once in one process: the second is refused
at the door (``in_flight``); in two processes: the unique row makes the second wait for the first, then replay it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac

from mobilegpt.core.clock import now
from mobilegpt.core.errors import Conflict, ErrorCode, KeyReused
from mobilegpt.database.models import IdempotencyRecord

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
    first = begin_all([attempt])[0]
    if isinstance(first, KeyReused):
        raise first
    return first


def answer_to(attempt: Attempt) -> IdempotencyRecord | None:
    """The first answer, when it is committed, without claiming the key. Raises ``KeyReused`` for another body."""
    caller, scope, key = attempt.identity
    if not IdempotencyRecord.objects.filter(caller=caller, scope=scope, key=key).exists():
        return None
    first = _first(attempt)
    if isinstance(first, KeyReused):
        raise first
    return first


def begin_all(attempts: Sequence[Attempt]) -> list[IdempotencyRecord | KeyReused | None]:
    """Claim several different keys, in one order for everybody: each its first answer, a refusal, or ``None``."""
    if not attempts:
        return []
    ordered = sorted(attempts, key=lambda attempt: attempt.identity)
    values: list[Any] = []
    for attempt in ordered:
        values += [*attempt.identity, attempt.request_hash, b"", now()]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_idempotencyrecord "  # noqa: S608
            "(caller, scope, key, request_hash, status_code, response, created_at) "
            f"VALUES {', '.join(['(%s, %s, %s, %s, 0, %s, %s)'] * len(ordered))} "
            "ON CONFLICT (caller, scope, key) DO NOTHING RETURNING caller, scope, key",
            values,
        )
        claimed = set(cursor.fetchall())
    return [None if attempt.identity in claimed else _first(attempt) for attempt in attempts]


def _first(attempt: Attempt) -> IdempotencyRecord | KeyReused:
    caller, scope, key = attempt.identity
    first = IdempotencyRecord.objects.get(caller=caller, scope=scope, key=key)
    if first.request_hash != attempt.request_hash:
        return KeyReused(message="This idempotency key was used with another request")
    return first


def finish(attempt: Attempt, status_code: int, response: bytes) -> None:
    """Keep the answer; committed together with the work."""
    finish_all([(attempt, status_code, response)])


def finish_all(answers: Sequence[tuple[Attempt, int, bytes]]) -> None:
    """As ``finish``, for several."""
    values: list[list[Any]] = [[status_code, response, *attempt.identity] for attempt, status_code, response in answers]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE core_idempotencyrecord SET status_code = %s, response = %s "
                "WHERE caller = %s AND scope = %s AND key = %s",
                values,
            )


def give_up(attempts: Sequence[Attempt]) -> None:
    """Take claims back in their own transaction: what was refused may be tried again."""
    if attempts:
        with connection.cursor() as cursor:
            cursor.executemany(
                "DELETE FROM core_idempotencyrecord WHERE caller = %s AND scope = %s AND key = %s",
                [list(attempt.identity) for attempt in attempts],
            )


def forget_person(caller: str, names: Sequence[str]) -> int:
    """Delete the answers that were given to somebody, and those to others that name them. Returns how many.

    A retry of such a write, within its day, is done again.
    """
    holds = "position(%s::bytea in response)" if connection.vendor == "postgresql" else "instr(response, %s)"
    named = [json.dumps(name, ensure_ascii=ascii_only).encode() for name in names for ascii_only in (False, True)]
    with connection.cursor() as cursor:
        conditions = " OR ".join(["caller = %s", *(f"{holds} > 0" for _ in named)])
        cursor.execute(f"DELETE FROM core_idempotencyrecord WHERE {conditions}", [caller, *named])  # noqa: S608
        return int(cursor.rowcount)


def forget_old() -> int:
    """Delete answers older than a day: whoever has not tried again by then will not. Returns how many."""
    deleted, _ = IdempotencyRecord.objects.filter(created_at__lt=now() - KEPT_FOR).delete()
    return deleted
