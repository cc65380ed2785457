"""What a client may ask of accounts. Unknown fields are ignored: no request sets staff, id or owner (contract 3.2)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mobilegpt.events.command import Command


class RegisterAccount(Command, frozen=True, kw_only=True):
    """R1. ``name`` and ``nickname`` default to each other; ``password_confirm`` is checked when sent."""

    email: Annotated[str, Meta(max_length=254)]
    password: str
    password_confirm: str | None = None
    name: str | None = None
    nickname: str | None = None
    phone: str | None = None
    age: Annotated[int, Meta(ge=0, le=150)] | None = None
    role: str = "STUDENT"
    digital_level: str = "BEGINNER"
