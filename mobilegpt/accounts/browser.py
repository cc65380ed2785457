"""Logins by the staff pages' own form: they are login families as well, so whatever ends logins ends these.

Django tells of them by signals only. A session without a living family opens nothing (contract 3.3; reliability X2).
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from mobilegpt.accounts import services
from mobilegpt.accounts.models import LoginFamily, User
from mobilegpt.accounts.tokens import FAMILY_SESSION_KEY
from mobilegpt.audit import trail
from mobilegpt.core.clock import now
from mobilegpt.events.outbox import unit_of_work


def begin_login(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The form's session gets a family, and an end that no later request moves."""
    session = request.session
    session.set_expiry(now() + settings.STAFF_SESSION)
    if session.session_key is None:
        session.create()
    with unit_of_work():
        family = LoginFamily.objects.create(user=user, session_key=session.session_key)
        trail.record("login.ok", actor_id=user.pk, subject=f"user:{user.pk}", door="form")
    session[FAMILY_SESSION_KEY] = str(family.pk)


def end_login(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Its tokens and sockets end with the session."""
    family_id = request.session.get(FAMILY_SESSION_KEY)
    if family_id is not None and user is not None:
        services.end_login(LoginFamily(id=uuid.UUID(family_id), user=user), reason="logout")
