"""Reads of accounts."""

from __future__ import annotations

from mobilegpt.accounts.models import User
from mobilegpt.core.errors import NotFound


def account(user_id: int) -> User:
    """Raises ``NotFound``."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("User")
    return user
