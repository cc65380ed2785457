"""Reads of accounts."""

from __future__ import annotations

from mobilegpt.accounts.models import User
from mobilegpt.core.errors import NotFound
from mobilegpt.database.statements import PreparedGet

_account = PreparedGet(User.objects.all, pk=int)


def account(user_id: int) -> User:
    """Raises ``NotFound``."""
    user = _account.get(user_id)
    if user is None:
        raise NotFound("User")
    return user
