"""Who wants to open a socket."""

from __future__ import annotations

from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Unauthenticated
from mobilegpt.realtime.route import Handshake


def caller_of(handshake: Handshake) -> Actor:
    """Raises ``Unauthenticated`` for who showed no credential."""
    if handshake.actor is None:
        raise Unauthenticated(message="Sign in first")
    return handshake.actor
