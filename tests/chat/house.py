"""A room, the people around it, and everything that they can do to it: the doors of both APIs, as they are."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.test import Client

from mobilegpt.accounts.models import User
from mobilegpt.chat.models import Member, Message, Outsider
from mobilegpt.core.clock import iso
from mobilegpt.database.threads import in_database
from tests import cast


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    id: int
    email: str
    token: str


@dataclass(frozen=True)
class Standing:
    """A member as S4 shows one; ``unread`` counts the others' messages."""

    role: str
    last_read_at: str | None
    unread: int


@dataclass(frozen=True)
class Truth:
    """The room as its rows say it, without the arithmetic of the selectors: (id, sender, text) in their order."""

    messages: list[tuple[int, int, str]]
    emails: dict[int, str | None]
    members: dict[int, Standing]
    is_read: dict[int, bool]


def person(user: User) -> Person:
    return Person(user.pk, user.email, cast.access_token(user))


def call(method: str, path: str, who: Person, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    """One REST request, in the thread that calls."""
    headers = {"Authorization": f"Bearer {who.token}"}
    data = "" if body is None else json.dumps(body)
    response = Client().generic(method, path, data, "application/json", headers=headers)
    return response.status_code, response.json()


class House:
    """One room. Its doors note what they were promised: ``said`` texts are stored, ``unsure`` ones perhaps."""

    _texts = itertools.count(1)

    def __init__(self, owner: Person, name: str, *, is_open: bool) -> None:
        status, room = call("POST", "/chat/v1/room/", owner, {"name": name, "is_open": is_open})
        assert status == 201, room
        self.id: int = room["id"]
        self.owner = owner
        self.is_open = is_open
        self.said: set[str] = set()
        self.unsure: set[str] = set()
        self.removed: set[int] = set()  # in this step: their sockets close, even when they are back already

    @property
    def s4(self) -> str:
        return f"/api/v1/chat/rooms/{self.id}"

    def new_text(self) -> str:
        return f"{next(self._texts)}번째 말"

    def is_member(self, who: Person) -> bool:
        return Member.objects.filter(room_id=self.id, user_id=who.id).exists()

    def has_removed(self, who: Person) -> bool:
        return Outsider.objects.filter(room_id=self.id, user_id=who.id, standing="REMOVED").exists()

    async def ask(
        self, method: str, path: str, who: Person, body: dict[str, Any] | None, *allowed: int
    ) -> tuple[int, Any]:
        """One request in a thread of its own."""
        status, answer = await in_database(call, method, path, who, body)
        assert status in allowed, (method, path, status, answer)
        return status, answer

    async def say_s3(self, who: Person, again: bool) -> None:
        text = self.new_text()
        body = {"room": self.id, "message": text, "client_msg_id": text}
        await self._say("/chat/v1/message/", who, text, body, again)

    async def say_s4(self, who: Person, again: bool) -> None:
        text = self.new_text()
        body = {"user_id": who.id, "message": text, "client_msg_id": text}
        await self._say(f"{self.s4}/messages", who, text, body, again)

    async def _say(self, path: str, who: Person, text: str, body: dict[str, Any], again: bool) -> None:
        answers = [await self.ask("POST", path, who, body, 201, 403, 404, 429) for _ in range(1 + again)]
        if answers[0][0] == 201:
            assert all(answer == answers[0] for answer in answers)
        if any(status == 201 for status, _ in answers):
            self.said.add(text)

    async def read(self, who: Person) -> None:
        await self.ask("POST", f"{self.s4}/read", who, {"user_id": who.id}, 200, 404)

    async def add(self, by: Person, who: Person) -> None:
        await self.ask("POST", f"{self.s4}/members", by, {"user_id": who.id}, 201, 403, 404, 409)

    async def remove(self, by: Person, who: Person) -> None:
        self.removed.add(who.id)  # before: its socket may hear of it before this answer
        status, _ = await self.ask("DELETE", f"{self.s4}/members/{who.id}", by, None, 200, 403, 404, 409)
        if status != 200:
            self.removed.discard(who.id)

    def truth(self) -> Truth:
        """Checks what was promised, too: every answered message is stored once, no refused one is."""
        rows = list(Message.objects.filter(room_id=self.id).select_related("sender").order_by("number"))
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        texts = Counter(row.text for row in rows)
        assert max(texts.values(), default=1) == 1, texts
        assert self.said <= set(texts) <= self.said | self.unsure
        members = {row.user_id: row for row in Member.objects.filter(Q(room_id=self.id))}
        return Truth(
            messages=[(row.pk, row.sender_id or 0, row.text) for row in rows],
            emails={row.sender_id or 0: row.sender.email if row.sender else None for row in rows},
            members={user_id: _standing(member, rows) for user_id, member in members.items()},
            is_read={row.pk: _is_read(row, members) for row in rows},
        )


def _standing(member: Member, rows: list[Message]) -> Standing:
    unread = sum(row.number > member.read_number and row.sender_id != member.user_id for row in rows)
    return Standing(member.role, iso(member.last_read_at), unread)


def _is_read(row: Message, members: dict[int, Member]) -> bool:
    others = [member for user_id, member in members.items() if user_id != row.sender_id]
    return bool(others) and all(member.read_number >= row.number for member in others)
