"""Rooms and messages as S3's answers."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from mobilegpt.accounts.models import User
from mobilegpt.chat import selectors
from mobilegpt.chat.lines import shown_text
from mobilegpt.chat.links import url_for
from mobilegpt.chat.models import Message, Room
from mobilegpt.chat.people import author_of
from mobilegpt.core.actor import Actor
from mobilegpt.core.clock import iso
from mobilegpt.core.locale import Words
from mobilegpt.rest.http.addresses import own_base
from mobilegpt.rest.livechat import shapes

SHOWN_MESSAGES = 50
# Of a whole list, so that it stays small however much is said in however many rooms; the newest rooms come first.
_LISTED_MESSAGES = 1_000
_LISTED_CHARACTERS = 200_000
_WELCOME = Words("회원가입이 완료되었습니다", "Your account is ready")  # S3


def registered_body(user: User) -> shapes.LiveChatRegistered:
    return shapes.LiveChatRegistered(
        id=user.pk,
        email=user.email,
        nickname=user.nickname,
        message=_WELCOME.said(),
        profile=shapes.LiveChatProfile(
            nickname=user.nickname, phone=user.phone, age=user.age, profile_picture_url=None
        ),
    )


def listed_rooms(rooms: Sequence[Room], request: HttpRequest, reader: Actor) -> list[shapes.LiveChatRoom]:
    """What is said in a room is shown to its members only (contract 9.6)."""
    own = selectors.rooms_among(reader.user_id, [room.pk for room in rooms])
    each = min(SHOWN_MESSAGES, _LISTED_MESSAGES // max(1, len(own)))
    messages = selectors.latest([room for room in rooms if room.pk in own], each)
    bodies, characters = [], _LISTED_CHARACTERS
    for room in rooms:
        shown: list[Message] = []
        for message in reversed(messages.get(room.pk, [])):
            characters -= len(message.text) + len(message.file_url or "")
            if characters < 0:
                break
            shown.insert(0, message)
        bodies.append(room_body(room, shown, request, reader))
    return bodies


def room_body(room: Room, messages: Sequence[Message], request: HttpRequest, reader: Actor) -> shapes.LiveChatRoom:
    base = own_base(request)
    return shapes.LiveChatRoom(
        id=room.pk,
        name=room.name,
        post=room.post,
        owner=room.owner_id,
        chat_url=f"{request.get_host()}/ws/chat/{room.pk}/chat/",
        chat_messages=[message_body(message, url_for(message, base, reader.user_id), reader) for message in messages],
        created_at=iso(room.created_at),
    )


def message_body(message: Message, file_url: str | None, reader: Actor | None) -> shapes.LiveChatMessage:
    """A file without words is shown as its address."""
    return shapes.LiveChatMessage(
        id=message.pk,
        sender=author_of(message.sender, reader).email,
        room=message.room_id,
        message=shown_text(message.kind, message.text) or file_url or "",
        created_at=iso(message.created_at),
        parent_chat=message.parent_id,
    )
