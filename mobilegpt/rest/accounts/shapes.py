"""Shapes of the REST family of accounts and logins (contract 3)."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.accounts.challenge import Proof
from mobilegpt.wire.choices import RoleChoice


class RegisteredBody(Struct, frozen=True, kw_only=True):
    """R1's answer."""

    id: int
    email: str
    name: str
    role: RoleChoice
    digital_level: str
    created_at: str


class RegisteredWithLogin(RegisteredBody, frozen=True, kw_only=True):
    """R1's answer with a login beside it (contract 12); null while the e-mail has to be confirmed first."""

    access: str | None
    refresh: str | None


class LoginRequest(Struct, frozen=True, kw_only=True):
    """``proof`` answers the challenge of a 429 (docs/adr/0019-right-passwords-get-through.md)."""

    email: str
    password: str
    proof: Proof | None = None


class LoginUser(Struct, frozen=True, kw_only=True):
    """The account as a login shows it; ``email`` is null for a guest."""

    id: int
    email: str | None
    name: str
    nickname: str
    role: RoleChoice
    digital_level: str
    is_guest: bool


class LoginBody(Struct, frozen=True, kw_only=True):
    """R2's answer, under the names of both generations of clients (contract 3.3)."""

    access_token: str
    refresh_token: str
    access: str
    refresh: str
    user: LoginUser


class RefreshRequest(Struct, frozen=True, kw_only=True):
    """``refresh_token`` or ``refresh``."""

    refresh_token: str | None = None
    refresh: str | None = None

    @property
    def token(self) -> str | None:
        return self.refresh_token if self.refresh_token is not None else self.refresh


class TokensBody(Struct, frozen=True, kw_only=True):
    """R3's answer."""

    access_token: str
    refresh_token: str
    access: str
    refresh: str


class MeBody(Struct, frozen=True, kw_only=True):
    """R4's answer: what only the account itself may see of itself."""

    id: int
    email: str | None
    name: str
    nickname: str
    role: RoleChoice
    digital_level: str
    age: int | None
    phone: str | None
    is_guest: bool
    created_at: str


class MessageBody(Struct, frozen=True, kw_only=True):
    message: str


class SignupBody(Struct, frozen=True, kw_only=True):
    """What somebody who wants to register should know. ``roles``: those that are open."""

    roles: list[RoleChoice]
    email_confirmation: bool


class ConfirmRequest(Struct, frozen=True, kw_only=True):
    key: str


class ResendRequest(Struct, frozen=True, kw_only=True):
    email: str
