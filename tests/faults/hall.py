"""A class whose chat is read by many phones while a few of them talk without a pause.

Guests come by the hundred without an account, and every phone reads everything: what one of them lacks, or was shown
twice, the checker finds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Any, Self

from mobilegpt.tools.client import Backoff, RtSocket
from tests.faults.chatting import stored
from tests.faults.checker import Promises, complaints
from tests.faults.processes import Server
from tests.server.lesson import Lesson

# Limits of what one person may do, which are tested elsewhere.
OPEN_HALL = {
    "CHAT_MESSAGES_PER_10_SECONDS": "1000000",
    "CHAT_MESSAGES_PER_MINUTE": "1000000",
    "WS_FRAMES_PER_SECOND": "1000",
    "SESSION_MAX_SEATS": "2000",
    "GUEST_SEATS_PER_ADDRESS": "1000000",
    "STREAM_KEEP_EVENTS": "100000",
    "STUCK_SECONDS": "0",
}
_COME_SECONDS = 60
_SPEAKERS = 3
_FOUR_BYTES = "😀"


class Reader:
    """Somebody in the room, with what they were shown: how late live texts were, and how long coming back took.

    An account reads on W10 and asks there for what it missed, a guest on W11, which asks by its address.
    """

    def __init__(
        self, hall: Hall, name: str, token: str, *, is_guest: bool = True, backoff: Backoff | None = None
    ) -> None:
        self.name = name
        self.shown: list[str] = []
        self.delays: list[float] = []
        self.returns: list[float] = []
        self.lost_places = 0
        self._token = token
        self._connecting: float | None = None
        self.socket = RtSocket(
            hall.address_of_guests if is_guest else hall.address_of_accounts,
            self._show_token,
            on_event=self._take,
            on_snapshot=self._lose_place,
            backoff=backoff,
            only_listens=is_guest,
        )

    async def _show_token(self, fresh: bool) -> str:
        self._connecting = time.monotonic()  # asked for at the beginning of every attempt
        return self._token

    def _take(self, frame: dict[str, Any], replayed: bool) -> None:
        text, moment = text_of(frame), time.monotonic()
        if text is None:
            return
        self.shown.append(text)
        if self._connecting is None:
            self.delays.append(moment - float(text.split()[0]))
        elif not replayed:
            if self.socket.connections > 1:
                self.returns.append(moment - self._connecting)
            self._connecting = None

    def _lose_place(self, frame: dict[str, Any]) -> None:
        self.lost_places += 1


class Hall:
    """``async with Hall(server) as hall``; the phones that come go with it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.lesson = Lesson(server)
        self.room: int = self.lesson.ask("GET", f"/api/sessions/{self.lesson.code}", 200)["chat_room_id"]
        self.readers: list[Reader] = []
        self.promises = Promises()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()
        self.lesson.close()

    @property
    def address_of_accounts(self) -> str:
        return f"{self.server.ws}/ws/chat/{self.room}/chat/"

    @property
    def address_of_guests(self) -> str:
        return f"{self.server.ws}/ws/chat/{self.room}"

    async def guests(self, count: int) -> list[str]:
        """So many take their seats; their tokens."""
        return [await asyncio.to_thread(self.lesson.guest) for _ in range(count)]

    async def read(self, guests: int, accounts: int = 0, backoff: Backoff | None = None) -> list[Reader]:
        """So many come, and are online when this returns."""
        kinds = [True] * guests + [False] * accounts
        tokens = await self.guests(guests) + [await asyncio.to_thread(self.lesson.student) for _ in range(accounts)]
        readers = [
            Reader(self, f"phone {number}", token, is_guest=is_guest, backoff=backoff)
            for number, (token, is_guest) in enumerate(zip(tokens, kinds, strict=True), start=len(self.readers))
        ]
        for reader in readers:
            await self._stack.enter_async_context(reader.socket)
        await asyncio.gather(*(reader.socket.until_online(_COME_SECONDS) for reader in readers))
        self.readers += readers
        return readers

    async def talk(self, per_second: float, length: int = 0) -> Talk:
        """Some begin to talk."""
        tokens = [await asyncio.to_thread(self.lesson.student) for _ in range(_SPEAKERS)]
        sockets = []
        for token in tokens:
            speaker = Reader(self, "speaker", token, is_guest=False, backoff=Backoff(base=0.1, most=0.5))
            sockets.append(await self._stack.enter_async_context(speaker.socket))
        return Talk(sockets, self.promises, per_second, length)

    async def complaints(self, within: float) -> list[str]:
        """Every broken promise, once all have had so many seconds to show what was acknowledged."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not all(self.promises.acked <= set(reader.shown) for reader in self.readers):
                    await asyncio.sleep(0.1)
        await asyncio.sleep(0.3)  # what comes twice comes now
        rows = stored(self.server.database(), self.room)
        return complaints(self.promises, rows, {reader.name: reader.shown for reader in self.readers})


class Talk:
    """So many texts a second together, as long as they are acknowledged in time: each speaker waits for that. A text
    begins with the moment at which it was said.
    """

    def __init__(self, sockets: Sequence[RtSocket], promises: Promises, per_second: float, length: int) -> None:
        self._promises = promises
        self._pause = len(sockets) / per_second
        self._length = length
        self._enough = False
        self._tasks = [asyncio.create_task(self._talk(number, socket)) for number, socket in enumerate(sockets)]

    async def stop(self, within: float = 45) -> None:
        """No more; returns when everything that was said is acknowledged."""
        self._enough = True
        async with asyncio.timeout(within):
            await asyncio.gather(*self._tasks)

    async def _talk(self, number: int, socket: RtSocket) -> None:
        while not self._enough:
            began = time.monotonic()
            text = f"{began:.6f} {number}".ljust(self._length, _FOUR_BYTES)
            self._promises.tried.add(text)
            await socket.write({"type": "chat.message", "message": text})
            self._promises.acked.add(text)
            await asyncio.sleep(max(0, began + self._pause - time.monotonic()))


def text_of(frame: dict[str, Any]) -> str | None:
    """What a frame of W10 or W11 says, if it says something."""
    match frame["type"]:
        case "chat.message":
            return str(frame["message"])
        case "message":
            return str(frame["data"]["message"])
    return None


def delays(readers: Sequence[Reader]) -> list[float]:
    return [delay for reader in readers for delay in reader.delays]
