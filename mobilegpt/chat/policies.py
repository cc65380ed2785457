"""Who may see, join, write in and run a room (contract 9; reliability, section 3)."""

from __future__ import annotations

from mobilegpt.chat.models import Member, MemberRole, MessageType, Posting
from mobilegpt.core.actor import Actor
from mobilegpt.core.errors import ErrorCode, Forbidden, Invalid, NotFound

MESSAGE_LENGTH = 2000
URL_LENGTH = 2000
NAME_LENGTH = 200
DESCRIPTION_LENGTH = 2000
SENDS_WITHIN_SECONDS = 10


def no_room() -> NotFound:
    return NotFound("Chat room")


def not_a_member() -> Forbidden:
    """What S4 clients expect of a message from outside."""
    return Forbidden(ErrorCode.NOT_A_MEMBER, "User is not a member of this chat room")


def require_own_room(actor: Actor, member: Member | None) -> None:
    """Raises ``Forbidden`` GUEST_NOT_ALLOWED for a guest outside of the rooms of its classes, existing or not.

    A seat makes them a member (``services.classes``), so whoever is none has no business there.
    """
    if actor.is_guest and (member is None or member.room.session_id is None):
        raise Forbidden(ErrorCode.GUEST_NOT_ALLOWED, "Guests may use the chat of their own classes only")


def sees(member: Member) -> bool:
    """An archived room is there for its admins only."""
    return member.room.archived_at is None or member.role == MemberRole.ADMIN


def runs(actor: Actor, member: Member | None) -> bool:
    """Who adds and removes members: the room's admins, and the server's."""
    return actor.is_admin or (member is not None and member.role == MemberRole.ADMIN)


def require_may_write(member: Member) -> None:
    """Raises ``Forbidden`` ROOM_READ_ONLY."""
    posting = member.room.posting
    if posting == Posting.EVERYONE or (posting == Posting.STAFF and member.role == MemberRole.ADMIN):
        return
    words = "Only the teacher writes here now" if posting == Posting.STAFF else "This room can only be read"
    raise Forbidden(ErrorCode.ROOM_READ_ONLY, words)


def sendable_type(text: str) -> MessageType:
    """The type of a message that a client sends. Raises ``Invalid``, also for the server's own: nobody speaks as it."""
    sendable = [kind for kind in MessageType if kind != MessageType.SYSTEM]
    kind = next((kind for kind in sendable if kind == text.strip().lower()), None)
    if kind is None:
        message = f"message_type is one of {', '.join(sendable)}"
        raise Invalid(message=message, details={"field": "message_type"})
    return kind
