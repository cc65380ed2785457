"""Someone as events carry them. Imports no Django."""

from __future__ import annotations

import msgspec


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """``email`` is null for guests; a surface shows it only where reliability's field rule allows."""

    id: int
    name: str
    email: str | None
    role: str
