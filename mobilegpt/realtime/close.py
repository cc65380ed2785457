"""Close codes that carry their meaning (contract 10.4). Imports no Django."""

from __future__ import annotations

from enum import IntEnum

from mobilegpt.core.errors import ErrorCode


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
