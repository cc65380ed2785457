"""Two accounts of guests become one person's (contract 11.4)."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model

from mobilegpt.accounts.events import AccountsMerged
from mobilegpt.accounts.models import User
from mobilegpt.audit import trail
from mobilegpt.database.merging import move_rows
from mobilegpt.database.models import ModelCall
from mobilegpt.events.outbox import emit, unit_of_work

OF_THE_ACCOUNT_ALONE = frozenset(
    {
        "accounts.LoginFamily.user",  # their phone signs in anew, and finds the person
        "accounts.User_groups.user",
        "accounts.User_user_permissions.user",
        "admin.LogEntry.user",
    }
)
"""What is deleted with an account that was merged. Everything else of it has moved before."""


def merge_guests(source: User, into: User) -> None:
    """Everything of ``source`` becomes ``into``'s, and ``source`` is deleted. Both are guests, and locked.

    Raises ``RuntimeError``, changing nothing, where something is left of which no domain says what becomes of it.
    """
    with unit_of_work():
        emit(AccountsMerged(from_id=source.pk, into_id=into.pk))
        move_rows(ModelCall, source.pk, into.pk)
        if left := left_of(source):
            raise RuntimeError(f"nobody moves {', '.join(left)}")
        source.delete()
        trail.record("account.merged", subject=f"user:{into.pk}", merged=source.pk)


def left_of(user: User) -> list[str]:
    """What would be lost with the account: the foreign keys by which rows still belong to it."""
    return [
        name
        for name, (model, field) in foreign_keys().items()
        if name not in OF_THE_ACCOUNT_ALONE and model._default_manager.filter(**{field: user.pk}).exists()
    ]


def foreign_keys() -> dict[str, tuple[type[Model], str]]:
    """Every foreign key to an account, with its model and field, by ``app.Model.field``."""
    return {
        f"{model._meta.label}.{field.name}": (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is User
    }
