"""Shapes of who teaches and helps beside the owner of a lecture (contract 11.8)."""

from __future__ import annotations

from msgspec import Struct

from mobilegpt.core.fields import Id
from mobilegpt.wire.choices import ColleagueRoleChoice, SessionStatusChoice, StaffRoleChoice
from mobilegpt.wire.people import Named
from mobilegpt.wire.step import Titled


class InvitationRequest(Struct, frozen=True, kw_only=True):
    """``role`` is co_instructor or supporter; ``session_id`` for one class of the lecture alone."""

    role: str
    session_id: Id | None = None


class ClassBody(Struct, frozen=True, kw_only=True):
    """One class of a lecture."""

    id: int
    title: str
    status: SessionStatusChoice


class InvitationBody(Struct, frozen=True, kw_only=True):
    """One that nobody has accepted yet; its link is told once, to whoever made it. ``session_id`` is null for the whole
    lecture."""

    id: int
    role: ColleagueRoleChoice
    session_id: int | None
    created_at: str
    expires_at: str


class NewInvitation(InvitationBody, frozen=True, kw_only=True):
    """``url`` is the page that accepts it; it and ``token`` are told this once."""

    token: str
    url: str


class OfferBody(Struct, frozen=True, kw_only=True):
    """What a link offers, to whom has it. ``session`` is null for the whole lecture."""

    role: ColleagueRoleChoice
    lecture: Titled
    session: ClassBody | None
    invited_by: Named
    expires_at: str


class AcceptedBody(Struct, frozen=True, kw_only=True):
    """What the caller is now."""

    id: int
    role: ColleagueRoleChoice
    lecture: Titled
    session: ClassBody | None


class ColleagueBody(Struct, frozen=True, kw_only=True):
    """Somebody who teaches or helps. ``email`` is the owner's to see; null for others."""

    id: int
    user: Named
    email: str | None
    role: ColleagueRoleChoice
    session_id: int | None
    created_at: str


class ColleagueList(Struct, frozen=True, kw_only=True):
    """``invitations`` are the owner's to see; empty for others."""

    owner: Named
    colleagues: list[ColleagueBody]
    invitations: list[InvitationBody]


class HelpedClass(ClassBody, frozen=True, kw_only=True):
    """A class in which the caller teaches or helps beside its owner; those that run come first."""

    role: ColleagueRoleChoice
    lecture: Titled
    owner: Named


class HelpedLecture(Struct, frozen=True, kw_only=True):
    """A lecture of which the caller is a colleague. ``id`` is that of the role, which can be given up by it."""

    id: int
    role: ColleagueRoleChoice
    lecture: Titled
    session_id: int | None
    owner: Named


class Helped(Struct, frozen=True, kw_only=True):
    """Where the caller teaches or helps beside others."""

    classes: list[HelpedClass]
    roles: list[HelpedLecture]


class StaffBody(Struct, frozen=True, kw_only=True):
    """A class as its instructors and supporters see it. ``controller`` is null while nobody has moved it; ``is_here``:
    they have a socket of it open. ``role`` is the caller's own."""

    session_id: int
    title: str
    status: SessionStatusChoice
    lecture: Titled
    role: StaffRoleChoice
    owner: Named
    controller: Named | None
    is_here: bool
    current_subtask: Titled | None
    position: int | None
    total_subtasks: int
