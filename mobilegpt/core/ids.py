"""Names that nobody else has: of requests, events, connections. Not secret: whoever sees a few may guess the next.

``uuid4`` asks the system for its random bytes, and gives up the interpreter's lock for it: among busy threads that is a
wait for all of them.
"""

from __future__ import annotations

import random
import re

_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def fresh_id() -> str:
    """128 random bits in 32 hexadecimal digits; a forked process has other ones."""
    return f"{random.getrandbits(128):032x}"


def request_id(given: str) -> str:
    """The caller's own ``X-Request-ID`` if it is well formed, else a new one."""
    return given if _GIVEN.fullmatch(given) else fresh_id()
