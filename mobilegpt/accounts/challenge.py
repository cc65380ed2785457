"""A proof of work: what lets one more password be tried where too many wrong ones were (reliability X4; ADR 19).

A challenge is signed and good for one try, of one account, from one network, within five minutes. Its answer is a text
that makes SHA-256 of ``challenge:answer`` begin with ``bits`` zero bits: a second or two for a phone, and more the
more of these tries were wrong.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from msgspec import Struct

from mobilegpt.core.errors import RateLimited
from mobilegpt.database import throttle
from mobilegpt.database.throttle import Limit

_SECONDS = 300
_LONGEST = 500
_SALT = "mobilegpt.accounts.challenge"


class Proof(Struct, frozen=True, kw_only=True):
    """A solved challenge, as a client sends it."""

    challenge: str
    answer: str


def issue(purpose: str, bits: int) -> dict[str, Any]:
    """What a refusal carries in its details. ``purpose`` is whose try it is; it is not to be read from outside."""
    token = signing.dumps({"for": _digest(purpose), "bits": bits, "once": secrets.token_urlsafe(12)}, salt=_SALT)
    return {"challenge": token, "bits": bits, "hash": "SHA-256", "seconds": _SECONDS}


def redeem(proof: Proof, purpose: str, least_bits: int) -> bool:
    """Whether the work was done, for this purpose, as hard as it is now, and not used before."""
    if len(proof.challenge) > _LONGEST or len(proof.answer) > _LONGEST:
        return False
    try:
        facts = signing.loads(proof.challenge, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return False
    if facts["for"] != _digest(purpose) or facts["bits"] < least_bits or not _solves(proof, facts["bits"]):
        return False
    try:
        throttle.take(Limit(f"proof:{facts['once']}", 1, 2 * _SECONDS))
    except RateLimited:
        return False
    return True


def _solves(proof: Proof, bits: int) -> bool:
    digest = hashlib.sha256(f"{proof.challenge}:{proof.answer}".encode(errors="replace")).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def _digest(purpose: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:{purpose}".encode()).hexdigest()[:32]
