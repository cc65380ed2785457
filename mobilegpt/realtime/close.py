"""Close codes that carry their meaning (contract 10.4). Imports no Django."""

from __future__ import annotations

from enum import IntEnum

from mobilegpt.core import errors
from mobilegpt.core.errors import DomainError, ErrorCode


class CloseCode(IntEnum):
    """4400, 4403, 4404, 4409 and 4410 are final; after 4401 a client refreshes once; the rest ask for a reconnect."""

    TOO_LARGE = 1009
    INTERNAL = 1011
    RESTART = 1012
    OVERLOAD = 1013
    BAD_FRAMES = 4400
    TOKEN = 4401
    FORBIDDEN = 4403
    ABSENT = 4404
    HEARTBEAT_LOST = 4408
    CONNECTION_LIMIT = 4409
    SESSION_OVER = 4410
    TOO_SLOW = 4428
    RATE = 4429
    GAP = 4440


_BY_ERROR: dict[type[DomainError], CloseCode] = {
    errors.Invalid: CloseCode.BAD_FRAMES,
    errors.Unauthenticated: CloseCode.TOKEN,
    errors.Forbidden: CloseCode.FORBIDDEN,
    errors.NotFound: CloseCode.ABSENT,
    errors.Conflict: CloseCode.FORBIDDEN,
    errors.RateLimited: CloseCode.RATE,
    errors.Unavailable: CloseCode.OVERLOAD,
    errors.TooLarge: CloseCode.TOO_LARGE,
}
# What a close that refuses something is in the words of REST. The others tell that something ended, and refuse nothing.
REFUSALS: dict[CloseCode, ErrorCode] = {
    CloseCode.TOO_LARGE: ErrorCode.TOO_LARGE,
    CloseCode.OVERLOAD: ErrorCode.UNAVAILABLE,
    CloseCode.BAD_FRAMES: ErrorCode.INVALID_REQUEST,
    CloseCode.TOKEN: ErrorCode.UNAUTHENTICATED,
    CloseCode.FORBIDDEN: ErrorCode.FORBIDDEN,
    CloseCode.ABSENT: ErrorCode.NOT_FOUND,
    CloseCode.CONNECTION_LIMIT: ErrorCode.RATE_LIMITED,
    CloseCode.TOO_SLOW: ErrorCode.RATE_LIMITED,
    CloseCode.RATE: ErrorCode.RATE_LIMITED,
}


def close_code_for(error: DomainError) -> CloseCode:
    """The code with which a socket that was refused is closed."""
    return next((_BY_ERROR[kind] for kind in type(error).__mro__ if kind in _BY_ERROR), CloseCode.INTERNAL)
