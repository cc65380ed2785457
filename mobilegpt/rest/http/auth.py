"""Bearer tokens on REST. Cookies are not accepted here (contract 3.3), so no request needs CSRF protection."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from mobilegpt.accounts.tokens import actors_from_access_tokens
from mobilegpt.audit.origin import acting
from mobilegpt.core.actor import Actor
from mobilegpt.database.thread_batcher import by_threads
from mobilegpt.realtime.presence import sign_of_life


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access token>``. A present but invalid token is refused, even on public operations.

    Requests that come at the same moment are looked up in one statement.
    """

    def authenticate(self, request: Request) -> tuple[Actor, str] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        actor: Actor = by_threads.run(actors_from_access_tokens, token.strip())
        acting(actor.user_id)
        if actor.is_student:
            sign_of_life(actor.user_id)  # a phone that cannot open a socket is there all the same (contract 6.7)
        return actor, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
