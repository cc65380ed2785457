"""Shapes of S4's REST family (contract 9.4); what its socket shows too is in ``wire.chat``."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from mobilegpt.chat.commands import Reference
from mobilegpt.core.fields import Id
from mobilegpt.rest.http.paging import Pagination
from mobilegpt.wire.chat import ChatUser, MemberData, MessageData
from mobilegpt.wire.choices import MemberPresenceChoice, MemberRoleChoice
from mobilegpt.wire.people import Named

# --- what clients send


class SendRequest(Struct, frozen=True, kw_only=True):
    """R57. ``user_id`` is the caller's own; ``client_msg_id`` makes a retry safe, as ``Idempotency-Key`` does."""

    user_id: Id | None = None
    message: str | None = None
    message_type: str | None = None
    file_url: str | None = None
    parent_chat: Id | None = None
    client_msg_id: str | None = None


class ReadRequest(Struct, frozen=True, kw_only=True):
    """R58."""

    user_id: Id | None = None


class AddRequest(Struct, frozen=True, kw_only=True):
    """R59. ``user_id`` is who is added."""

    user_id: Id


class NewRoomRequest(Struct, frozen=True, kw_only=True):
    """A room for those who are invited; ``user_id`` is the caller's own. ``room_type`` is group or direct."""

    name: str
    description: str | None = None
    room_type: str | None = None
    member_ids: Annotated[list[Id], Meta(max_length=300)] | None = None
    post: Reference | None = None
    user_id: Id | None = None


class ChangeRoomRequest(Struct, frozen=True, kw_only=True):
    """What is absent stays. ``teacher_only``: only the room's admins write."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    teacher_only: bool | UnsetType = UNSET
    user_id: Id | None = None


# --- parts


class RoomData(Struct, frozen=True, kw_only=True):
    """A room as one of its members sees it. ``session_id`` names the class whose room it is.

    ``members`` are those who came first, 20 at most; ``created_by`` and ``creator`` are its owner, null when the
    account is gone; ``last_message_at`` is null before the first message.
    """

    id: int
    name: str
    description: str
    room_type: str
    owner_id: int | None
    created_by: int | None
    creator: ChatUser | None
    post: int | None
    is_open: bool
    session_id: int | None
    teacher_only: bool
    read_only: bool
    role: MemberRoleChoice
    member_count: int
    members: list[MemberData]
    unread_count: int
    last_message: MessageData | None
    last_message_at: str | None
    last_activity_at: str
    created_at: str
    updated_at: str


class PresentMember(MemberData, frozen=True, kw_only=True):
    """A member of the list, and whether they are there right now: ``online`` or ``offline``.

    ``invited``: the room was not opened by them yet, and nobody there learns who it is (contract 9.6).
    """

    status: MemberPresenceChoice


class RoomPagination(Pagination, frozen=True, kw_only=True):
    """Of a list of rooms, by pages and by ``limit`` and ``offset``."""

    total: int
    limit: int
    offset: int


class Inviter(Named, frozen=True, kw_only=True):
    pass


class Invitation(Struct, frozen=True, kw_only=True):
    """An invitation to the caller. It is accepted by opening the room. ``inviter`` is null when the account is gone."""

    room_id: int
    name: str
    inviter: Inviter | None
    invited_at: str


class InvitationPage(Struct, frozen=True, kw_only=True):
    invitations: list[Invitation]
    total: int
    limit: int
    offset: int


class MemberPage(Struct, frozen=True, kw_only=True):
    members: list[PresentMember]
    total: int


class MessagePage(Struct, frozen=True, kw_only=True):
    """Newest first. The last six only with ``after_seq``: what happened since, or why it cannot be had."""

    messages: list[MessageData]
    total: int
    limit: int
    offset: int
    stream: str | UnsetType = UNSET
    epoch: str | UnsetType = UNSET
    seq: int | UnsetType = UNSET
    recovered: bool | UnsetType = UNSET
    reason: str | UnsetType | None = UNSET
    events: list[dict[str, Any]] | UnsetType = UNSET


class FileData(Struct, frozen=True, kw_only=True):
    """An upload; ``file_url`` is absolute and holds for members."""

    file_url: str
    name: str
    size: int
    mime: str


# --- answers


class Done(Struct, frozen=True, kw_only=True):
    success: bool = True
    message: str


class RoomAnswer(Struct, frozen=True, kw_only=True):
    success: bool = True
    message: str
    data: RoomData


class RoomsAnswer(Struct, frozen=True, kw_only=True):
    """The rooms themselves are the data, as S4's Go client reads them (contract 12)."""

    success: bool = True
    data: list[RoomData]
    pagination: RoomPagination


class MessageAnswer(Struct, frozen=True, kw_only=True):
    """R57's answer."""

    success: bool = True
    message: str
    data: MessageData


class MessagesAnswer(Struct, frozen=True, kw_only=True):
    success: bool = True
    data: MessagePage


class MemberAnswer(Struct, frozen=True, kw_only=True):
    """R59's answer."""

    success: bool = True
    message: str
    data: MemberData


class InvitationsAnswer(Struct, frozen=True, kw_only=True):
    success: bool = True
    data: InvitationPage


class MembersAnswer(Struct, frozen=True, kw_only=True):
    success: bool = True
    data: MemberPage


class FileAnswer(Struct, frozen=True, kw_only=True):
    success: bool = True
    message: str
    data: FileData


class ChatRefusal(Struct, frozen=True, kw_only=True):
    """Every refusal of this family (contract 4.1)."""

    success: bool = False
    error: str
    code: str


def refusals(*statuses: int) -> dict[int, Any]:
    """The shape for the statuses that an operation may refuse with."""
    return dict.fromkeys(statuses, ChatRefusal)
