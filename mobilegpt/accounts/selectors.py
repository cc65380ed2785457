"""Reads of accounts."""

from __future__ import annotations

from collections.abc import Set

from mobilegpt.accounts import queries
from mobilegpt.accounts.models import User
from mobilegpt.core.errors import NotFound


def account(user_id: int) -> User:
    """Raises ``NotFound``."""
    user = queries.account(user_id)
    if user is None:
        raise NotFound("User")
    return user


def existing_accounts(user_ids: Set[int]) -> set[int]:
    """Those of these that are accounts."""
    return set(User.objects.filter(pk__in=user_ids).values_list("pk", flat=True))
