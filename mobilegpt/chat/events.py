"""What happens in a room. Everything that either chat API shows is in the event: encoders ask no database.

Messages, reads and memberships are one stream, so their order tells who has read what. Who is there right now is not
numbered (contract 10.1).
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

import msgspec
from msgspec.structs import replace

from mobilegpt.core.gone import GONE_NAME, GONE_TEXT
from mobilegpt.events import topics
from mobilegpt.events.event import Closing, Event
from mobilegpt.realtime.close import CloseCode

# A class arrives, and reads, within seconds: one write per socket for many of them.
COMPANY_SECONDS = 0.1


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody as members of a room see them.

    ``email`` is null for guests, and masked with CHAT_SHOW_EMAIL=off. ``id`` is 0 for an account that is gone. Who was
    invited and is not there yet has neither name nor e-mail here (contract 9.6).
    """

    id: int
    name: str
    nickname: str
    email: str | None
    picture_url: str | None


GONE = Author(id=0, name=GONE_NAME, nickname=GONE_NAME, email=None, picture_url=None)


class MessageSent(Event, frozen=True, kw_only=True):
    """A message was stored. ``file_url`` is absolute."""

    room_id: int
    id: int
    author: Author
    text: str
    kind: str
    file_url: str | None
    parent_id: int | None
    created_at: datetime

    def streams(self) -> tuple[str, ...]:
        return (topics.room(self.room_id),)

    def forgetting(self, user_id: int) -> Self:
        return replace(self, author=GONE, text=GONE_TEXT, file_url=None) if self.author.id == user_id else self


class MessagesRead(Event, frozen=True, kw_only=True):
    """A member has read everything that came before this event in the stream."""

    room_id: int
    user_id: int
    last_read_at: datetime

    def streams(self) -> tuple[str, ...]:
        return (topics.room(self.room_id),)

    def linger(self) -> float:
        return COMPANY_SECONDS


class MemberJoined(Event, frozen=True, kw_only=True):
    """Somebody became a member."""

    room_id: int
    id: int
    user: Author
    role: str
    joined_at: datetime

    def streams(self) -> tuple[str, ...]:
        return (topics.room(self.room_id),)

    def linger(self) -> float:
        return COMPANY_SECONDS


class MemberLeft(Event, frozen=True, kw_only=True):
    """Somebody is a member no longer; their sockets of the room hear this last (contract 9.5)."""

    room_id: int
    user_id: int

    def streams(self) -> tuple[str, ...]:
        return (topics.room(self.room_id),)

    def closes(self) -> Closing | None:
        return Closing(int(CloseCode.FORBIDDEN), self.user_id)


class MemberCame(Event, frozen=True, kw_only=True):
    """A member's first socket opened. Everybody is told, the member too (contract 9.5)."""

    room_id: int
    user_id: int

    def topics(self) -> tuple[str, ...]:
        return (topics.room(self.room_id),)

    def linger(self) -> float:
        return COMPANY_SECONDS


class MemberWent(Event, frozen=True, kw_only=True):
    """A member's last socket has been closed for longer than the grace."""

    room_id: int
    user_id: int

    def topics(self) -> tuple[str, ...]:
        return (topics.room(self.room_id),)

    def linger(self) -> float:
        return COMPANY_SECONDS


class UserEntered(Event, frozen=True, kw_only=True):
    """As ``MemberCame``, for those who see others enter and not themselves (contract 9.3)."""

    room_id: int
    user_id: int
    username: str

    def topics(self) -> tuple[str, ...]:
        return (topics.room(self.room_id),)

    def hidden_from(self) -> int | None:
        return self.user_id

    def linger(self) -> float:
        return COMPANY_SECONDS

    def forgetting(self, user_id: int) -> Self:
        return replace(self, username=GONE_NAME) if self.user_id == user_id else self


class UserExited(Event, frozen=True, kw_only=True):
    """Somebody who was there has gone, or was removed."""

    room_id: int
    user_id: int
    username: str

    def topics(self) -> tuple[str, ...]:
        return (topics.room(self.room_id),)

    def hidden_from(self) -> int | None:
        return self.user_id

    def linger(self) -> float:
        return COMPANY_SECONDS

    def forgetting(self, user_id: int) -> Self:
        return replace(self, username=GONE_NAME) if self.user_id == user_id else self


class RoomArchived(Event, frozen=True, kw_only=True):
    """The review of its class is over: the room is gone for its students, and its sockets close with 4410."""

    room_id: int
    at: datetime

    def streams(self) -> tuple[str, ...]:
        return (topics.room(self.room_id),)

    def closes(self) -> Closing | None:
        return Closing(int(CloseCode.SESSION_OVER))
