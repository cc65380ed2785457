"""Clients of S3 and of S4 as their documents describe them: what they know is what they were shown, nothing else.

A client reads the room by REST when it connects, and applies the frames of its socket from then on. With ``rt`` it
checks that the frames are numbered without a gap, and can resume where it stood.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from tests.chat.house import House, Person, Standing, Truth
from tests.sockets.client import Refused, SocketClient

Frame = dict[str, Any]
_PATIENCE = 30.0
_SHOWN_BY_S3 = 50


class RoomClient(ABC):
    """One person at one API. ``position`` is (stream, epoch, seq) where the protocol is ``rt.v1``."""

    def __init__(self, house: House, who: Person) -> None:
        self.house = house
        self.who = who
        self.socket: SocketClient | None = None
        self.position: tuple[str, str, int] | None = None
        self.answers: dict[str, Frame] = {}
        self.log: list[Frame] = []  # for the message of a failure

    # --- what differs

    @property
    @abstractmethod
    def path(self) -> str: ...

    @property
    def query(self) -> dict[str, str]:
        return {}

    @abstractmethod
    async def look(self) -> None:
        """Read the room by REST."""

    @abstractmethod
    def apply(self, frame: Frame) -> None: ...

    @abstractmethod
    def differs(self, truth: Truth) -> str | None:
        """What this client has wrong."""

    @abstractmethod
    async def ask_for_the_rest(self) -> None:
        """Resume: for sockets that take frames."""

    # --- what does not

    @property
    def is_online(self) -> bool:
        return self.socket is not None

    async def connect(self, *, rt: bool) -> bool:
        """Whether the server let us in."""
        self.position = None
        if not await self._open({"rt": "1"} if rt else {}):
            return False
        if rt:
            await self._wait_for(lambda: self.position is not None)
        await self.look()
        return True

    async def resume(self) -> bool:
        """Come back and be told what was missed, instead of reading the room again."""
        assert self.position is not None
        at = ":".join(str(part) for part in self.position)
        self.log.clear()
        if not await self._open({"rt": "1", "resume": at}):
            self.position = None
            return False
        await self.ask_for_the_rest()
        await self._wait_for(lambda: any(frame["type"] == "resumed" for frame in self.log))
        return True

    async def disconnect(self) -> None:
        socket, self.socket = self.socket, None
        if socket is not None:
            await socket.disconnect()

    def take_what_came(self) -> None:
        if self.socket is None:
            return
        for frame in self.socket.received():
            self.log.append(frame)
            if "seq" in frame and frame["type"] != "ack":
                self._step(frame)
            self._take(frame)

    async def closed_by_server(self) -> int | None:
        """The close code, once; the client is offline from then on."""
        code = self.socket.code if self.socket is not None else None
        if code is not None:
            self.take_what_came()
            await self.disconnect()
        return code

    async def _open(self, query: dict[str, str]) -> bool:
        socket = SocketClient(self.path, token=self.who.token, query={**self.query, **query})
        refusal: int | None = None
        try:
            await socket.__aenter__()
        except Refused as refused:
            refusal = refused.status
        else:
            await asyncio.sleep(0)  # W11 and rt.v1 are accepted, then closed with a code
            refusal = socket.code
        if refusal is not None:
            assert refusal in (403, 404, 4403, 4404)
            await socket.disconnect()
            return False
        self.socket = socket
        return True

    async def _wait_for(self, condition: Any) -> None:
        async with asyncio.timeout(_PATIENCE):
            while not condition():
                self.take_what_came()
                await asyncio.sleep(0.001)

    def _step(self, frame: Frame) -> None:
        assert self.position is not None
        stream, epoch, seq = self.position
        assert (frame["stream"], frame["epoch"], frame["seq"]) == (stream, epoch, seq + 1), (self.position, self.log)
        self.position = (stream, epoch, seq + 1)

    def _take(self, frame: Frame) -> None:
        match frame["type"]:
            case "hello":
                if self.position is None:
                    ((stream, place),) = frame["streams"].items()
                    self.position = (stream, place["epoch"], place["seq"])
            case "resumed":
                assert frame["recovered"] is True, self.log
            case "ack" | "error":
                assert "client_msg_id" in frame, frame
                self.answers.setdefault(frame["client_msg_id"], frame)
                if frame.get("duplicate"):
                    self.answers[f"{frame['client_msg_id']} again"] = frame
            case "position":
                pass
            case _:
                self.apply(frame)


class S3Client(RoomClient):
    """W10 and R55: the latest messages, by e-mail and text."""

    def __init__(self, house: House, who: Person) -> None:
        super().__init__(house, who)
        self.messages: list[tuple[str | None, str]] = []

    @property
    def path(self) -> str:
        return f"/ws/chat/{self.house.id}/chat/"

    async def look(self) -> None:
        _, room = await self.house.ask("GET", f"/chat/v1/room/{self.house.id}/", self.who, None, 200)
        self.messages = [(message["sender"], message["message"]) for message in room["chat_messages"]]

    def apply(self, frame: Frame) -> None:
        assert frame["type"] in ("chat.message", "chat.user.join", "chat.user.leave"), frame
        if frame["type"] == "chat.message":
            self.messages.append((frame["sender"], frame["message"]))

    async def ask_for_the_rest(self) -> None:
        assert self.socket is not None
        assert self.position is not None
        stream, epoch, seq = self.position
        self.socket.send({"type": "resume", "streams": {stream: {"epoch": epoch, "seq": seq}}})

    def differs(self, truth: Truth) -> str | None:
        expected = [(truth.emails[sender], text) for _, sender, text in truth.messages]
        known = len(self.messages)
        if known < min(len(expected), _SHOWN_BY_S3) or expected[len(expected) - known :] != self.messages:
            return f"messages {self.messages} instead of {expected}"
        return None

    async def say(self, again: bool) -> None:
        """By the socket; twice with the same key when ``again``."""
        house, text, socket = self.house, self.house.new_text(), self.socket
        assert socket is not None
        house.unsure.add(text)
        for key in [text, f"{text} again"][: 1 + again]:
            socket.send({"type": "chat.message", "message": text, "client_msg_id": text})
            await self._wait_for(lambda key=key: key in self._answered(text) or socket.code is not None)
        answer = self.answers.get(text)
        if answer is None:
            return  # closed before the answer: it may be stored or not
        house.unsure.discard(text)
        if answer["type"] == "ack":
            house.said.add(text)
            repeated = self.answers.get(f"{text} again", answer)
            assert repeated["id"] == answer["id"]
        else:
            assert answer["code"] in ("NOT_FOUND", "RATE_LIMITED"), answer

    def _answered(self, text: str) -> set[str]:
        """A refused write that is sent again is refused again, or done now: both end the wait."""
        keys = {key for key in (text, f"{text} again") if key in self.answers}
        if text in keys and self.answers[text]["type"] == "error":
            keys.add(f"{text} again")
        return keys


class S4Client(RoomClient):
    """W11 and S4's REST: messages, members, who has read what."""

    def __init__(self, house: House, who: Person) -> None:
        super().__init__(house, who)
        self.messages: list[tuple[int, int, str]] = []
        self.members: dict[int, tuple[str, str | None]] = {}
        self.unread: dict[int, set[int]] = {}

    @property
    def path(self) -> str:
        return f"/ws/chat/{self.house.id}"

    @property
    def query(self) -> dict[str, str]:
        return {"user_id": str(self.who.id)}

    async def look(self) -> None:
        shown = await self._history()
        self.messages = [_row(message) for message in shown]
        _, members = await self.house.ask("GET", f"{self.house.s4}/members", self.who, None, 200)
        self.members, self.unread = {}, {}
        for member in members["data"]["members"]:
            self._know(member)
        for message in shown:
            assert message["is_read"] == self._is_read(message["id"], message["user_id"])
        _, rooms = await self.house.ask("GET", "/api/v1/chat/rooms", self.who, None, 200)
        own = next(room for room in rooms["data"] if room["id"] == self.house.id)
        assert own["unread_count"] == len(self.unread[self.who.id])
        assert own["member_count"] == len(self.members)

    async def _history(self) -> Sequence[Frame]:
        """All of it, page by page, oldest first."""
        pages: list[Frame] = []
        while True:
            cursor = f"&before={pages[-1]['id']}" if pages else ""
            path = f"{self.house.s4}/messages?limit=20{cursor}"
            _, answer = await self.house.ask("GET", path, self.who, None, 200)
            pages += answer["data"]["messages"]
            if len(answer["data"]["messages"]) < 20:
                assert answer["data"]["total"] == len(pages)
                return pages[::-1]

    def _know(self, member: Frame) -> None:
        user_id = member["user_id"]
        others = [message_id for message_id, sender, _ in self.messages if sender != user_id]
        self.members[user_id] = (member["role"], member["last_read_at"])
        self.unread[user_id] = set(others[len(others) - member["unread_count"] :])

    def apply(self, frame: Frame) -> None:
        user_id, data = frame["user_id"], frame["data"]
        match frame["type"]:
            case "message":
                assert data["is_read"] is False
                self.messages.append(_row(data))
                for member, unread in self.unread.items():
                    if member != user_id:
                        unread.add(data["id"])
            case "read":
                role, _ = self.members[user_id]
                self.members[user_id] = (role, data["last_read_at"])
                self.unread[user_id] = set()
            case "member_join":
                self._know(data)
            case "member_leave":
                del self.members[user_id], self.unread[user_id]
            case kind:
                assert kind in ("member_online", "member_offline"), frame

    async def ask_for_the_rest(self) -> None:
        """The address said it already."""

    def differs(self, truth: Truth) -> str | None:
        if self.messages != truth.messages:
            return f"messages {self.messages} instead of {truth.messages}"
        members = {user_id: Standing(*self.members[user_id], len(self.unread[user_id])) for user_id in self.members}
        if members != truth.members:
            return f"members {members} instead of {truth.members}"
        is_read = {message_id: self._is_read(message_id, sender) for message_id, sender, _ in self.messages}
        return None if is_read == truth.is_read else f"receipts {is_read} instead of {truth.is_read}"

    def _is_read(self, message_id: int, sender: int | None) -> bool:
        others = [unread for user_id, unread in self.unread.items() if user_id != sender]
        return bool(others) and all(message_id not in unread for unread in others)


def _row(message: Frame) -> tuple[int, int, str]:
    return message["id"], message["user_id"], message["message"]
