"""The sign-in form of the staff pages, under the same limits as every other login (reliability X4)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from mobilegpt.accounts import devices, services
from mobilegpt.accounts.models import User
from mobilegpt.core.errors import Forbidden, RateLimited, Unauthenticated
from mobilegpt.core.network import client_address


class ThrottledBackend(ModelBackend):
    """A refused try looks like a wrong password there."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if request is None or username is None or password is None:
            return None
        forwarded_for = request.headers.get("X-Forwarded-For", "")
        try:
            return services.prove(
                email=username,
                password=password,
                address=client_address(request.META.get("REMOTE_ADDR", ""), forwarded_for, settings.TRUSTED_PROXIES),
                device=devices.read_note(request.COOKIES.get(devices.COOKIE)),
            )
        except Unauthenticated:
            return None
        except (RateLimited, Forbidden):
            raise PermissionDenied from None
