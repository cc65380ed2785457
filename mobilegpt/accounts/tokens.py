"""Access tokens, refresh tokens and the browser session (contract 3.3; reliability X3).

HS256 with ``iss``, ``aud``, 30 s of leeway, ``token_type``, ``jti``, ``sub`` (the user), ``sid`` (the login family).
An access token holds while its family is not revoked. A refresh token is also a row, because its use must be known.
The session is Django's own, so that it opens /admin/ to staff as well; it remembers its family and dies with it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.crypto import constant_time_compare, get_random_string
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.tokens import AccessToken, Token
from rest_framework_simplejwt.tokens import RefreshToken as RefreshJwt

from mobilegpt.accounts.models import LoginFamily, RefreshToken, User
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
    """What a verified token says of itself."""

    user_id: int
    family_id: uuid.UUID
    token_id: uuid.UUID


class ForgedToken(Unauthenticated):
    """A token that this server never signed, or not for this use."""

    default = ErrorCode.INVALID_TOKEN


def invalid_token(message: str = "The token is invalid or has expired") -> Unauthenticated:
    return Unauthenticated(ErrorCode.INVALID_TOKEN, message)


# Every request and socket asks this; building the query would cost five times as much as running it.
_CALLER = """
SELECT "user".role, "user".name, "user".email, "user".is_guest, "user".guest_session_id
FROM accounts_loginfamily family JOIN accounts_user "user" ON "user".id = family.user_id
WHERE family.id = %s AND "user".id = %s AND family.revoked_at IS NULL AND "user".is_active
"""


def actor_from_access_token(token: str) -> Actor:
    """The caller behind an access token; one query. Raises ``Unauthenticated`` INVALID_TOKEN."""
    claims = read_claims(token, AccessToken)
    family_id = LoginFamily._meta.pk.get_db_prep_value(claims.family_id, connection)
    with connection.cursor() as cursor:
        cursor.execute(_CALLER, [family_id, claims.user_id])
        row = cursor.fetchone()
    if row is None:
        raise invalid_token()
    role, name, email, is_guest, guest_session_id = row
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
    user = User.objects.filter(pk=facts.get(SESSION_KEY) or 0, is_active=True).first()
    if user is None:
        return None
    if not constant_time_compare(facts.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return actor_from_user(user, facts.get(FAMILY_SESSION_KEY))


def issue_tokens(user: User) -> TokenPair:
    """Start a login family with its first pair. Call it in a unit of work."""
    return issue_successor(LoginFamily.objects.create(user=user), parent=None)


def issue_session(user: User) -> tuple[TokenPair, str]:
    """As ``issue_tokens``, with the value of a session cookie for browsers."""
    session_key = get_random_string(32)
    family = LoginFamily(user=user, session_key=session_key)
    facts = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        FAMILY_SESSION_KEY: str(family.pk),
    }
    family.save(force_insert=True)
    Session.objects.create(
        session_key=session_key,
        session_data=SessionStore().encode(facts),
        expire_date=now() + settings.REFRESH_TOKEN_LIFETIME,
    )
    return issue_successor(family, parent=None), session_key


def issue_successor(family: LoginFamily, parent: RefreshToken | None) -> TokenPair:
    """A further pair of a family, as the successor of ``parent``."""
    refresh = RefreshJwt()
    RefreshToken.objects.create(
        id=uuid.UUID(refresh["jti"]),
        family=family,
        parent=parent,
        expires_at=datetime.fromtimestamp(refresh["exp"], UTC),
    )
    return TokenPair(access=_signed(AccessToken(), family), refresh=_signed(refresh, family), family_id=str(family.pk))


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
        )
    except ExpiredTokenError:
        raise invalid_token() from None
    except (TokenError, KeyError, ValueError, TypeError, AttributeError):
        raise ForgedToken(message="The token is invalid or has expired") from None


def _signed(token: Token, family: LoginFamily) -> str:
    token["sub"] = str(family.user_id)
    token["sid"] = str(family.pk)
    return str(token)
