"""Access tokens, refresh tokens and the browser session (contract 3.3; reliability X3).

HS256 with ``iss``, ``aud``, 30 s of leeway, ``token_type``, ``jti``, ``sub`` (the user), ``sid`` (the login family).
An access token holds while its family is not revoked. A refresh token is also a row, because its use must be known.
The session is Django's own, so that it opens /admin/ to staff as well; it remembers its family and dies with it. What
Django's own sign-in form opens is a login family too, without tokens (``browser.py``).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare, get_random_string
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.tokens import AccessToken, Token
from rest_framework_simplejwt.tokens import RefreshToken as RefreshJwt

from mobilegpt.accounts import queries
from mobilegpt.accounts.models import LoginFamily, RefreshToken, User
from mobilegpt.accounts.queries import Caller
from mobilegpt.core.actor import Actor, Role
from mobilegpt.core.clock import now
from mobilegpt.core.errors import ErrorCode, Unauthenticated

FAMILY_SESSION_KEY = "login_family"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a login gives: two encoded tokens, and the family that they belong to."""

    access: str
    refresh: str
    family_id: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says of itself. ``expires_at``: seconds since 1970, without the leeway."""

    user_id: int
    family_id: uuid.UUID
    token_id: uuid.UUID
    expires_at: int


class ForgedToken(Unauthenticated):
    """A token that this server never signed, or not for this use."""

    default = ErrorCode.INVALID_TOKEN


def invalid_token(message: str = "The token is invalid or has expired") -> Unauthenticated:
    return Unauthenticated(ErrorCode.INVALID_TOKEN, message)


def actors_from_access_tokens(tokens: Sequence[str]) -> list[Actor | Unauthenticated]:
    """The callers behind several access tokens, or ``Unauthenticated`` INVALID_TOKEN; one query for 64 of them."""
    read = [_standing_claims(token) for token in tokens]
    callers = queries.callers(claims.family_id for claims in read if isinstance(claims, Claims))
    return [
        _actor(claims, callers.get((claims.family_id, claims.user_id))) if isinstance(claims, Claims) else claims
        for claims in read
    ]


def user_of_access_token(token: str) -> int:
    """Whom a token of ours names that has not expired. Asks no database, so the login may be over. Raises
    ``Unauthenticated``."""
    claims = _standing_claims(token)
    if isinstance(claims, Unauthenticated):
        raise claims
    return claims.user_id


def _standing_claims(token: str) -> Claims | Unauthenticated:
    """What a token says that holds still, as far as it knows itself."""
    try:
        claims = _access_claims(token)
    except Unauthenticated as refusal:
        return refusal
    return claims if claims.expires_at + settings.TOKEN_LEEWAY_SECONDS > time.time() else invalid_token()


def _actor(claims: Claims, caller: Caller | None) -> Actor | Unauthenticated:
    if caller is None:
        return invalid_token()
    role, name, email, is_guest, guest_session_id = caller
    return Actor(
        user_id=claims.user_id,
        role=Role(role),
        name=name,
        email=None if is_guest else email,
        is_guest=bool(is_guest),
        guest_session_id=guest_session_id if is_guest else None,
        family_id=str(claims.family_id),
    )


def actor_from_user(user: User, family_id: str | None = None) -> Actor:
    """An account as the services see it."""
    return Actor(
        user_id=user.pk,
        role=Role(user.role),
        name=user.name,
        email=user.shown_email,
        is_guest=user.is_guest,
        guest_session_id=user.guest_session_id if user.is_guest else None,
        family_id=family_id,
    )


def actor_from_session_cookie(cookie: str) -> Actor | None:
    """The caller behind a browser session; two queries. ``None`` when it is over, or its login or account is."""
    row = Session.objects.filter(session_key=cookie, expire_date__gt=now()).first()
    facts = row.get_decoded() if row else {}
    family_id = facts.get(FAMILY_SESSION_KEY)
    if family_id is None:
        return None
    standing = LoginFamily.objects.live().filter(pk=family_id, user=facts.get(SESSION_KEY), user__is_active=True)
    family = standing.select_related("user").first()
    if family is None:
        return None
    if not constant_time_compare(facts.get(HASH_SESSION_KEY, ""), family.user.get_session_auth_hash()):
        return None
    return actor_from_user(family.user, family_id)


def opens_staff_pages(family_id: str | None, user_id: int) -> bool:
    """Whether a login still counts there: it has not ended, and is younger than ``STAFF_SESSION``."""
    began = now() - settings.STAFF_SESSION
    return bool(
        family_id and LoginFamily.objects.live().filter(pk=family_id, user=user_id, created_at__gt=began).exists()
    )


def issue_tokens(user: User) -> TokenPair:
    """Start a login family with its first pair. Call it in a unit of work."""
    return issue_successor(LoginFamily.objects.create(user=user))


def issue_sessions(users: Sequence[User]) -> list[tuple[TokenPair, str]]:
    """As ``issue_tokens`` for each, with the value of a session cookie for browsers."""
    keys = [get_random_string(32) for _ in users]
    families = [LoginFamily(user=user, session_key=key) for user, key in zip(users, keys, strict=True)]
    queries.insert_logins(families, [_session(key, family) for key, family in zip(keys, families, strict=True)])
    return list(zip(_issue([(family, None) for family in families]), keys, strict=True))


def _session(key: str, family: LoginFamily) -> Session:
    facts = {
        SESSION_KEY: str(family.user_id),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: family.user.get_session_auth_hash(),
        FAMILY_SESSION_KEY: str(family.pk),
    }
    return Session(
        session_key=key,
        session_data=SessionStore().encode(facts),
        expire_date=now() + settings.REFRESH_TOKEN_LIFETIME,
    )


def issue_successor(family: LoginFamily, *, parent_id: uuid.UUID | None = None) -> TokenPair:
    """A further pair of a family, as the successor of ``parent_id``."""
    return _issue([(family, parent_id)])[0]


def _issue(asked: Sequence[tuple[LoginFamily, uuid.UUID | None]]) -> list[TokenPair]:
    """A pair for each family, as the successor of a token or as the first."""
    refreshs = [RefreshJwt() for _ in asked]
    queries.insert_refresh_tokens(
        [
            RefreshToken(
                id=uuid.UUID(refresh["jti"]),
                family_id=family.pk,
                parent_id=parent_id,
                expires_at=datetime.fromtimestamp(refresh["exp"], UTC),
            )
            for refresh, (family, parent_id) in zip(refreshs, asked, strict=True)
        ]
    )
    return [
        TokenPair(access=_signed(AccessToken(), family), refresh=_signed(refresh, family), family_id=str(family.pk))
        for refresh, (family, _) in zip(refreshs, asked, strict=True)
    ]


def lock_family(claims: Claims) -> LoginFamily | None:
    """The login, locked until the commit, as far as tokens name it; ``None`` when it is over, or its account is."""
    is_standing = (claims.family_id, claims.user_id) in queries.callers([claims.family_id], lock=True)
    return LoginFamily(id=claims.family_id, user_id=claims.user_id) if is_standing else None


def read_claims(token: str, kind: type[Token]) -> Claims:
    """Verify signature, issuer, audience, times and kind.

    Raises ``ForgedToken``; for a token of ours that has expired, ``Unauthenticated``.
    """
    try:
        verified = kind(token)  # type: ignore[arg-type]  # it takes the encoded form
        return Claims(
            user_id=int(verified["sub"]),
            family_id=uuid.UUID(verified["sid"]),
            token_id=uuid.UUID(verified["jti"]),
            expires_at=int(verified["exp"]),
        )
    except ExpiredTokenError:
        raise invalid_token() from None
    except (TokenError, KeyError, ValueError, TypeError, AttributeError):
        raise ForgedToken(message="The token is invalid or has expired") from None


@lru_cache(maxsize=4096)  # a signature stays right; verifying it took a seventh of a small request
def _access_claims(token: str) -> Claims:
    return read_claims(token, AccessToken)


def _signed(token: Token, family: LoginFamily) -> str:
    token["sub"] = str(family.user_id)
    token["sid"] = str(family.pk)
    return str(token)
