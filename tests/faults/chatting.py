"""A crowd that chats through faults: writers that try until they are answered, readers that come back and resume."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any, Protocol

import httpx
import psycopg

from mobilegpt.tools.client import RtSocket
from mobilegpt.tools.client.reconnect import Backoff
from tests.faults.checker import Promises

PASSWORD = "securePassword123"
# A member may say 10 things in 10 seconds in each room.
PAUSE_SECONDS = 0.5
_ANSWER_SECONDS = 45
_PASSING = {409, 429, 503}


class Place(Protocol):
    """A server, or what stands before several of them."""

    @property
    def url(self) -> str: ...


class Voice:
    """Somebody with an account."""

    def __init__(self, server: Place, http: httpx.AsyncClient, name: str) -> None:
        self.server = server
        self.http = http
        self.name = name
        self.token = ""

    async def sign_up(self) -> None:
        email = f"{self.name}@example.com"
        body = {"email": email, "password1": PASSWORD, "password2": PASSWORD, "nickname": self.name}
        await self.ask("/user/v1/register/", body)
        answer = await self.ask("/user/v1/login/", {"email": email, "password": PASSWORD})
        self.token = answer["access"]

    async def ask(self, path: str, body: dict[str, Any]) -> Any:
        answer = await self.http.post(self.server.url + path, json=body, headers=self._headers())
        assert answer.is_success, (path, answer.status_code, answer.text)
        return answer.json()

    async def look(self, room: int) -> None:
        """An open room is joined by looking at it."""
        answer = await self.http.get(f"{self.server.url}/chat/v1/room/{room}/", headers=self._headers())
        assert answer.status_code == 200, answer.text

    async def say(self, room: int, text: str) -> None:
        """By S4's REST, until it is answered; the same ``client_msg_id`` every time."""
        path = f"{self.server.url}/api/v1/chat/rooms/{room}/messages"
        body = {"message": text, "client_msg_id": text}
        while True:
            try:
                answer = await self.http.post(path, json=body, headers=self._headers())
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 201:
                return
            assert answer.status_code in _PASSING, (answer.status_code, answer.text)
            await asyncio.sleep(float(answer.headers.get("Retry-After", 0.1)))

    def socket(self, path: str, **options: Any) -> RtSocket:
        async def token(fresh: bool) -> str:
            return self.token

        address = self.server.url.replace("http", "ws", 1) + path
        return RtSocket(address, token, backoff=Backoff(base=0.1, most=0.5), **options)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


class Crowd:
    """``size`` people who talk in all rooms, half of them by S3's socket and half by S4's REST; each of them reads one
    room too, by W10 or W11. With several servers each of them uses one.
    """

    def __init__(self, servers: Sequence[Place], size: int, rooms: int) -> None:
        self.servers = servers
        self.rooms: list[int] = []
        self.promises: dict[int, Promises] = defaultdict(Promises)
        self.views: dict[int, dict[str, list[str]]] = defaultdict(dict)
        self.unanswered: list[str] = []  # writers that waited in vain for an answer, long after the last fault
        self.lost_places: list[str] = []  # readers that were told to start afresh: the stream was not kept
        self._size = size
        self._room_count = rooms
        self._stack = AsyncExitStack()
        self._readers: list[RtSocket] = []
        self._writers: list[Awaitable[None]] = []
        self._enough = asyncio.Event()

    async def gather(self) -> None:
        """Accounts, rooms, everybody connected."""
        http = await self._stack.enter_async_context(httpx.AsyncClient(timeout=10, trust_env=False))
        voices = [
            Voice(self.servers[number % len(self.servers)], http, f"voice{number}") for number in range(self._size)
        ]
        for voice in voices:
            await voice.sign_up()
        for number in range(self._room_count):
            answer = await voices[0].ask("/chat/v1/room/", {"name": f"방 {number}", "is_open": True})
            self.rooms.append(answer["id"])
        for number, voice in enumerate(voices):
            for room in self.rooms:
                await voice.look(room)
            await self._listen(voice, self.rooms[number % len(self.rooms)], by_s3=number // len(self.rooms) % 2 == 0)
        for number, voice in enumerate(voices):
            self._writers.append(asyncio.create_task(self._talk(voice, by_socket=number % 2 == 0)))

    async def finish(self) -> None:
        """Everybody ends their sentence; then the readers have until a deadline to show what was stored."""
        self._enough.set()
        await asyncio.gather(*self._writers)
        with suppress(TimeoutError):  # the checker says what is missing
            async with asyncio.timeout(_ANSWER_SECONDS):
                while not all(self._is_complete(room) for room in self.rooms):
                    await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)  # what comes twice comes now
        await self._stack.aclose()

    def _is_complete(self, room: int) -> bool:
        return all(self.promises[room].acked <= set(view) for view in self.views[room].values())

    async def _listen(self, voice: Voice, room: int, *, by_s3: bool) -> None:
        kind, path = ("W10", f"/ws/chat/{room}/chat/") if by_s3 else ("W11", f"/ws/chat/{room}")
        name = f"{voice.name} on {kind}"
        view = self.views[room].setdefault(name, [])

        def take(frame: dict[str, Any], replayed: bool) -> None:
            if frame["type"] == "chat.message":
                view.append(frame["message"])
            elif frame["type"] == "message":
                view.append(frame["data"]["message"])

        reader = voice.socket(
            path, on_event=take, on_snapshot=lambda frame: self.lost_places.append(name), only_listens=not by_s3
        )
        self._readers.append(await self._stack.enter_async_context(reader))
        await reader.until_online()

    async def _talk(self, voice: Voice, *, by_socket: bool) -> None:
        async with AsyncExitStack() as stack:
            sockets = {}
            if by_socket:
                for room in self.rooms:
                    socket = voice.socket(f"/ws/chat/{room}/chat/", on_event=lambda frame, replayed: None)
                    sockets[room] = await stack.enter_async_context(socket)
            number = 0
            while not self._enough.is_set():
                room = self.rooms[number % len(self.rooms)]
                text, promises = f"{voice.name} says {number}", self.promises[room]
                promises.tried.add(text)
                try:
                    async with asyncio.timeout(_ANSWER_SECONDS):
                        if by_socket:
                            await sockets[room].write({"type": "chat.message", "message": text})
                        else:
                            await voice.say(room, text)
                except TimeoutError:
                    self.unanswered.append(text)
                    return
                promises.acked.add(text)
                number += 1
                await asyncio.sleep(PAUSE_SECONDS)


def stored(database: str, room: int) -> list[str]:
    """A room's texts in the order of their numbers, as the rows say: by ``DATABASE_URL`` or the file of SQLite."""
    query = "SELECT text FROM chat_message WHERE room_id = {} ORDER BY number"
    if database.startswith("postgres://"):
        with psycopg.connect(database) as connection:
            return [str(row[0]) for row in connection.execute(query.format("%s"), [room])]
    connection_to_file = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return [str(row[0]) for row in connection_to_file.execute(query.format("?"), [room])]
    finally:
        connection_to_file.close()
