"""Accounts and callers as events carry them."""

from __future__ import annotations

from mobilegpt.accounts.models import User
from mobilegpt.accounts.person import Person
from mobilegpt.core.actor import Actor


def person_of(user: User) -> Person:
    return Person(id=user.pk, name=user.name, email=user.shown_email, role=user.role)


def person_of_actor(actor: Actor) -> Person:
    return Person(id=actor.user_id, name=actor.name, email=actor.email, role=actor.role.value)
