"""Bearer tokens on REST. Cookies are not accepted here (contract 3.3), so no request needs CSRF protection."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from mobilegpt.accounts.tokens import actor_from_access_token
from mobilegpt.core.actor import Actor


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access token>``. A present but invalid token is refused, even on public operations."""

    def authenticate(self, request: Request) -> tuple[Actor, str] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return actor_from_access_token(token.strip()), token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
