"""Who is acting. Built by a surface from a verified credential, passed to every service."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles of the account table (contract 3.1)."""

    STUDENT = "STUDENT"
    INSTRUCTOR = "INSTRUCTOR"
    ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class Actor:
    """A verified caller.

    ``family_id`` names the login that the credential descends from; revoking it ends the actor's sockets.
    ``guest_session_id`` is the newest session of a guest (contract 3.9), else ``None``.
    """

    user_id: int
    role: Role
    name: str
    email: str | None = None
    is_guest: bool = False
    guest_session_id: int | None = None
    family_id: str | None = None

    @property
    def is_student(self) -> bool:
        return self.role is Role.STUDENT

    @property
    def is_instructor(self) -> bool:
        return self.role is Role.INSTRUCTOR

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN
