"""What causes what, across domains: one visible table (docs/architecture.md).

``react``: inside the transaction of the event. ``controls``: in every process, after the commit, on the event loop.
"""

from __future__ import annotations

from mobilegpt.accounts.events import CredentialsRevoked
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.runtime import runtime


def connect_reactions() -> None:
    """Called once, when the applications are ready."""
    runtime.wiring.controls[CredentialsRevoked] = [_close_sockets]


def _close_sockets(event: CredentialsRevoked) -> None:
    runtime.close_user(event.user_id, event.family_id, CloseCode.TOKEN)
