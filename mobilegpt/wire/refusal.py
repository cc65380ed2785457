"""What each kind of refusal answers: over HTTP, to a handshake, and to a socket that is open (contract 3.7, 4.1, 10.4).

The one table from ``core.errors`` to statuses and close codes. Imports no Django.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from mobilegpt.core import errors
from mobilegpt.core.errors import DomainError
from mobilegpt.realtime.close import CloseCode


class TooManySockets(errors.RateLimited):
    """One account has too many sockets of one route open. Told by its close code alone: no status says that."""


class RefusalAnswer(NamedTuple):
    """``status`` is that of a request, ``handshake`` that of a socket which may not open.

    ``close`` is the code of a socket that was accepted first, as clients of ``rt.v1`` are.
    """

    status: int
    handshake: int
    close: CloseCode


_ANSWERS: dict[type[DomainError], RefusalAnswer] = {
    errors.Invalid: RefusalAnswer(400, 400, CloseCode.BAD_FRAMES),
    errors.Unauthenticated: RefusalAnswer(401, 401, CloseCode.TOKEN),
    errors.Forbidden: RefusalAnswer(403, 403, CloseCode.FORBIDDEN),
    errors.NotFound: RefusalAnswer(404, 404, CloseCode.ABSENT),
    # A socket asks for nothing that could be tried in another state: it may not open.
    errors.Conflict: RefusalAnswer(409, 403, CloseCode.FORBIDDEN),
    errors.TooLarge: RefusalAnswer(413, 403, CloseCode.TOO_LARGE),
    errors.KeyReused: RefusalAnswer(422, 403, CloseCode.INTERNAL),
    errors.RateLimited: RefusalAnswer(429, 429, CloseCode.RATE),
    TooManySockets: RefusalAnswer(429, 429, CloseCode.CONNECTION_LIMIT),
    errors.Unavailable: RefusalAnswer(503, 503, CloseCode.OVERLOAD),
    DomainError: RefusalAnswer(500, 500, CloseCode.INTERNAL),
}


def answer_to(error: DomainError) -> RefusalAnswer:
    """How a refusal is told; a kind without a row is told as the nearest one above it."""
    return next(_ANSWERS[kind] for kind in type(error).__mro__ if kind in _ANSWERS)


def retry_after(error: DomainError) -> int | None:
    """Seconds for ``Retry-After``, which 429 and 503 always carry and nothing else does."""
    return error.retry_after or 1 if answer_to(error).status in (429, 503) else None


def envelope(code: str, message: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    """The body of a refusal wherever no family has its own (contract 4.1)."""
    return {"error": {"code": code, "message": message, "details": details or {}}}
