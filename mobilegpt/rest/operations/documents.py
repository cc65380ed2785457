"""The OpenAPI document and Swagger UI, served offline: for everyone in development, for admins in production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import URLPattern
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.accounts.tokens import actor_from_user
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import Forbidden, Unauthenticated
from mobilegpt.rest.http.auth import BearerAuthentication
from mobilegpt.rest.http.codec import JsonRenderer
from mobilegpt.rest.http.routing import both


class StaffSession(BaseAuthentication):
    """The session of someone signed in to ``/admin/`` (see ``AdminOnly``)."""

    def authenticate(self, request: Request) -> tuple[Actor, None] | None:
        user = getattr(request._request, "user", None)
        if user is None or not user.is_authenticated or not user.is_staff:
            return None
        return actor_from_user(user), None


def _admit(request: Request) -> None:
    """Raises ``Unauthenticated`` or ``Forbidden`` for anyone but admins, in production."""
    if settings.DEVELOPMENT:
        return
    if not isinstance(request.user, Actor):
        raise Unauthenticated(message="Sign in as an admin first")
    if not request.user.is_admin:
        raise Forbidden(message="Admins only")


def _in_the_envelope(refusal: Response) -> Any:
    """The page itself is HTML or YAML; a refusal is JSON as everywhere under ``/api/``."""
    answer = HttpResponse(
        JsonRenderer().render(refusal.data), status=refusal.status_code, content_type="application/json"
    )
    for name, value in refusal.items():
        answer[name] = value
    return answer


class Schema(SpectacularAPIView):
    """``GET /api/schema/``: YAML, or JSON with ``?format=json``."""

    authentication_classes = [BearerAuthentication, StaffSession]
    permission_classes = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        _admit(request)

    def handle_exception(self, exc: Exception) -> Any:
        return _in_the_envelope(super().handle_exception(exc))


class SwaggerPage(SpectacularSwaggerSplitView):
    """``GET /api/docs/``. Its script comes from its own address, so that the page needs no inline script."""

    authentication_classes = [BearerAuthentication, StaffSession]
    permission_classes = []
    url_name = "schema"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        _admit(request)

    def handle_exception(self, exc: Exception) -> Any:
        return _in_the_envelope(super().handle_exception(exc))


urlpatterns: list[URLPattern] = [*both("api/schema", Schema, name="schema"), *both("api/docs", SwaggerPage)]
