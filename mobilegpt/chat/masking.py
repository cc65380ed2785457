"""E-mails that others may not read: the key stays, the value tells nobody apart from outside. Knows no Django."""

from __future__ import annotations

HIDDEN_EMAIL = "•••@•••"


def masked_email(email: str | None) -> str | None:
    """The first letter and the domain, so that members of a room can still tell each other apart."""
    if email is None or email == HIDDEN_EMAIL:
        return email
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}"
