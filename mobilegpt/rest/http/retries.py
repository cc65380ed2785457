"""``client_msg_id`` in a body: a client's own key of one message, over REST as on a socket (contract 10.3)."""

from __future__ import annotations

from mobilegpt.core.errors import Invalid


def key_of(client_msg_id: str | None) -> str:
    """The idempotency key that it makes; empty for none. Raises ``Invalid``."""
    if client_msg_id is None:
        return ""
    if not 1 <= len(client_msg_id) <= 64:
        message = "client_msg_id is a string of 1 to 64 characters"
        raise Invalid(message=message, details={"field": "client_msg_id"})
    return f"client_msg_id:{client_msg_id}"
