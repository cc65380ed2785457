"""The secret in the address of an upload link: told by itself, before anything is read, from one that is made up.

``<random>.<end>.<signature>``: who has none that holds cannot have the server take in pictures, whatever they send.
"""

from __future__ import annotations

import secrets
import time

from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "mobilegpt.pictures.tokens"
_LONGEST = 100


def new_token(ends: float) -> str:
    """One that is genuine until ``ends`` (seconds of the epoch)."""
    named = f"{secrets.token_urlsafe(18)}.{int(ends)}"
    return f"{named}.{_signature(named)}"


def is_genuine(token: str) -> bool:
    """Whether this server made it and its time is not over; whether it was revoked, the table knows."""
    named, _, signature = token.rpartition(".")
    _, _, ends = named.partition(".")
    if len(token) > _LONGEST or not (token.isascii() and ends.isdigit()):
        return False
    return constant_time_compare(signature, _signature(named)) and int(ends) > time.time()


def _signature(named: str) -> str:
    return salted_hmac(_SALT, named, algorithm="sha256").hexdigest()[:32]
