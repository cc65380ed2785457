"""Accounts and logins as the answers of their REST family."""

from __future__ import annotations

from msgspec.structs import asdict

from mobilegpt.accounts.models import User
from mobilegpt.accounts.services import Login
from mobilegpt.accounts.tokens import TokenPair
from mobilegpt.core.clock import iso
from mobilegpt.rest.accounts import shapes


def registered_body(user: User) -> shapes.RegisteredBody:
    return shapes.RegisteredBody(
        id=user.pk,
        email=user.email,
        name=user.name,
        role=user.role,
        digital_level=user.digital_level,
        created_at=iso(user.created_at),
    )


def registered_with_login(body: shapes.RegisteredBody, login: Login | None) -> shapes.RegisteredWithLogin:
    return shapes.RegisteredWithLogin(
        **asdict(body),
        access=login.tokens.access if login is not None else None,
        refresh=login.tokens.refresh if login is not None else None,
    )


def login_body(login: Login) -> shapes.LoginBody:
    """R2's answer; the guest seat and S3's login build on it."""
    user = login.user
    return shapes.LoginBody(
        access_token=login.tokens.access,
        refresh_token=login.tokens.refresh,
        access=login.tokens.access,
        refresh=login.tokens.refresh,
        user=shapes.LoginUser(
            id=user.pk,
            email=user.shown_email,
            name=user.name,
            nickname=user.nickname,
            role=user.role,
            digital_level=user.digital_level,
            is_guest=user.is_guest,
        ),
    )


def tokens_body(pair: TokenPair) -> shapes.TokensBody:
    return shapes.TokensBody(
        access_token=pair.access, refresh_token=pair.refresh, access=pair.access, refresh=pair.refresh
    )


def me_body(user: User) -> shapes.MeBody:
    return shapes.MeBody(
        id=user.pk,
        email=user.shown_email,
        name=user.name,
        nickname=user.nickname,
        role=user.role,
        digital_level=user.digital_level,
        age=user.age,
        phone=user.phone,
        is_guest=user.is_guest,
        created_at=iso(user.created_at),
    )
