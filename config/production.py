"""What the production profile refuses to start with (contract 2.6)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection

from config.env import BadSetting

SAMPLE_ACCOUNTS = ("instructor@test.com", *(f"student{number}@test.com" for number in range(1, 11)))
SAMPLE_PASSWORD = "test1234"  # noqa: S105 - printed at every start of the development profile


def refuse_sample_accounts() -> None:
    """Raises ``BadSetting`` when an account with a password that everybody knows could sign in."""
    if settings.DEVELOPMENT:
        return
    try:
        found = get_user_model().objects.filter(email__in=SAMPLE_ACCOUNTS, is_active=True).exists()
    except DatabaseError:
        return  # not migrated yet, or down: then nobody can sign in either
    finally:
        connection.close()
    if found:
        raise BadSetting("APP_PROFILE", "production refuses the sample accounts; delete them or start afresh")
