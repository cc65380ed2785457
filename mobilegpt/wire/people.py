"""A person as REST and the sockets name them. Imports no Django.

There are two shapes, of an id with a name, and of those with an e-mail; the documents call them by many names, so each
family and socket has its own of them. Who may be told an e-mail is a rule of the domains: it is null for a guest
(``accounts.people``), and masked in a room (``wire.chat``, contract 9.6).
"""

from __future__ import annotations

from typing import Protocol, Self

from msgspec import Struct


class HasName(Protocol):
    """An account's row, or somebody as events carry them."""

    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...


class HasEmail(HasName, Protocol):
    """Somebody as events carry them: null is a guest's."""

    @property
    def email(self) -> str | None: ...


# What these two say of themselves would stand in the generated documents.


class Named(Struct, frozen=True, kw_only=True):
    id: int
    name: str

    @classmethod
    def of(cls, person: HasName) -> Self:
        return cls(id=person.id, name=person.name)


class Reachable(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    email: str | None

    @classmethod
    def of(cls, person: HasEmail) -> Self:
        return cls(id=person.id, name=person.name, email=person.email)
