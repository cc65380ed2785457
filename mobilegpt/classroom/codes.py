"""Session codes (contract 2.4) and the hash of a device's id (3.9)."""

from __future__ import annotations

import hashlib
import re
import secrets

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 6
# A shorter id could be guessed, or be the same on many phones; it never brings a seat back.
RETURNING_DEVICE_ID_LENGTH = 22

_WELL_FORMED = re.compile(r"[A-Za-z0-9]{4,20}", re.ASCII)
_LARGEST_ID = 2**63 - 1


def new_code() -> str:
    """A random code with at least one letter, so that it is never taken for an id."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not code.isdigit():
            return code


def as_code(ref: str) -> str | None:
    """The code that a client means, in upper case; ``None`` for what cannot be one."""
    if not _WELL_FORMED.fullmatch(ref) or ref.isdigit():
        return None
    return ref.upper()


def as_id(ref: str) -> int | None:
    """The numeric id that a client means."""
    if not ref.isascii() or not ref.isdigit() or len(ref) > 19:
        return None
    return number if 0 < (number := int(ref)) <= _LARGEST_ID else None


def device_hash(device_id: str | None) -> str | None:
    """What is stored of a device id; ``None`` for one too short to bring a seat back."""
    if device_id is None or len(device_id) < RETURNING_DEVICE_ID_LENGTH:
        return None
    return digest(device_id)


def digest(device_id: str) -> str:
    """The device without telling which."""
    return hashlib.sha256(device_id.encode()).hexdigest()
