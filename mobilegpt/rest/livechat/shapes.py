"""Shapes of S3's REST family (contract 9.2)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from msgspec import Struct

from mobilegpt.chat.commands import Reference
from mobilegpt.core.fields import Id


class LiveChatRegister(Struct, frozen=True, kw_only=True):
    """R51. The passwords must be equal."""

    email: str
    password1: str
    password2: str
    nickname: str


class LiveChatProfile(Struct, frozen=True, kw_only=True):
    nickname: str
    phone: str | None
    age: int | None
    profile_picture_url: str | None


class LiveChatRegistered(Struct, frozen=True, kw_only=True):
    """R51's answer."""

    id: int
    email: str
    nickname: str
    message: str
    profile: LiveChatProfile


class LiveChatNewRoom(Struct, frozen=True, kw_only=True):
    """R54. An open room, unless ``is_open`` says otherwise; ``post`` is the client's own reference."""

    name: str
    post: Reference | None = None
    is_open: bool = True


class LiveChatMessage(Struct, frozen=True, kw_only=True):
    """A message; ``sender`` is an e-mail, null for a guest or an account that is gone."""

    id: int
    sender: str | None
    room: int
    message: str
    created_at: str
    parent_chat: int | None


class LiveChatRoom(Struct, frozen=True, kw_only=True):
    """A room with its latest 50 messages, oldest first; in a list fewer of rooms far down, and none of rooms of others.

    ``owner`` is a user's id.
    """

    id: int
    name: str
    post: int | None
    owner: int | None
    chat_url: str
    chat_messages: list[LiveChatMessage]
    created_at: str


class LiveChatSend(Struct, frozen=True, kw_only=True):
    """R56. ``client_msg_id`` makes a retry safe, as ``Idempotency-Key`` does."""

    room: Id
    message: str
    parent_chat: Id | None = None
    client_msg_id: str | None = None


class LiveChatRefusal(Struct, frozen=True, kw_only=True):
    """Every refusal of this family that blames no field (contract 4.1)."""

    detail: str
    code: str


def refusals(*statuses: int) -> dict[int, Any]:
    """400 is ``{"field": ["…"]}`` where a field is to blame."""
    return {status: OpenApiTypes.OBJECT if status == 400 else LiveChatRefusal for status in statuses}
