"""Access and refresh tokens (contract 3.3; reliability X3).

HS256, with ``iss``, ``aud``, 30 s of leeway, ``token_type``, ``jti``, ``sub`` (the user) and ``sid`` (the login family).
An access token holds while its family is not revoked; a refresh token is also a row, because its use must be counted.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.tokens import AccessToken
from rest_framework_simplejwt.tokens import RefreshToken as RefreshJwt
from rest_framework_simplejwt.tokens import Token

from mobilegpt.accounts.models import LoginFamily, RefreshToken, User
from mobilegpt.core.actor import Actor, Role
from mobilegpt.core.errors import ErrorCode, Unauthenticated


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


def actor_from_access_token(token: str) -> Actor:
    """The caller behind an access token; one query. Raises ``Unauthenticated`` INVALID_TOKEN."""
    claims = read_claims(token, AccessToken)
    family = (
        LoginFamily.objects.select_related("user")
        .filter(pk=claims.family_id, user_id=claims.user_id, revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if family is None:
        raise invalid_token()
    return actor_from_user(family.user, str(family.pk))


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


def issue_tokens(user: User) -> TokenPair:
    """Start a login family with its first pair. Call it in a unit of work."""
    family = LoginFamily.objects.create(user=user)
    return issue_successor(family, parent=None)


def issue_successor(family: LoginFamily, parent: RefreshToken | None) -> TokenPair:
    """A further pair of a family, as the successor of ``parent``."""
    refresh = RefreshJwt()
    RefreshToken.objects.create(
        id=uuid.UUID(refresh["jti"]),
        family=family,
        parent=parent,
        expires_at=datetime.fromtimestamp(refresh["exp"], UTC),
    )
    return TokenPair(
        access=_signed(AccessToken(), family), refresh=_signed(refresh, family), family_id=str(family.pk)
    )


def read_claims(token: str, kind: type[Token]) -> Claims:
    """Verify signature, issuer, audience, times and kind. Raises ``ForgedToken``, or ``Unauthenticated`` when expired."""
    try:
        verified = kind(token)
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
