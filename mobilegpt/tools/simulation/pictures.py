"""Pictures of the next steps, fetched before they are needed, as the page does it (``web/src/picture/ahead.ts``)."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec

_STEPS_AHEAD = 3
_WAITING_SECONDS = 10.0
_TEACHING_SECONDS = 5.0
# Half the height of a screen of 360 x 740, three pixels each way: what a tall screenshot is shown at.
_PIXELS = 513

Fetch = Callable[[str], Awaitable[int]]
"""Brings a path; returns the bytes that came over the wire. Raises ``OSError`` and ``ValueError``."""


class PicturesSeen(msgspec.Struct, kw_only=True):
    """What a phone had of the pictures: ``ready`` were there when their step came, ``late_ns`` is how long after it
    each of the others came. ``fetched`` counts answers, ``received`` their bytes with the heads.
    """

    fetched: int = 0
    received: int = 0
    failed: int = 0
    ready: int = 0
    late_ns: list[int] = []


class PicturesAhead:
    """The pictures of one phone: each is asked for once, at a time of the phone's own."""

    def __init__(self, steps: Iterable[tuple[int, str | None]], fetch: Fetch, dice: random.Random) -> None:
        self.seen = PicturesSeen(late_ns=[])
        self._steps = list(steps)
        self._fetch = fetch
        self._dice = dice
        self._asked: dict[str, asyncio.Task[None]] = {}
        self._timers: list[asyncio.TimerHandle] = []

    def wait(self) -> None:
        """The class has not begun: its beginning comes next."""
        self._plan(self._steps[:_STEPS_AHEAD], _WAITING_SECONDS)

    def show(self, step_id: int) -> None:
        """The class stands on this step: its picture is needed now, those behind it soon."""
        place = next((index for index, (other, _) in enumerate(self._steps) if other == step_id), None)
        if place is None:
            return
        if (url := self._steps[place][1]) is not None:
            self._need(url)
        self._plan(self._steps[place + 1 : place + 1 + _STEPS_AHEAD], _TEACHING_SECONDS)

    def stop(self) -> None:
        """Nothing more is asked for; what is on its way is given up."""
        self._cancel_timers()
        for task in self._asked.values():
            task.cancel()

    def _plan(self, steps: list[tuple[int, str | None]], spread: float) -> None:
        self._cancel_timers()
        wanted = [url for _, url in steps if url is not None and url not in self._asked]
        loop = asyncio.get_running_loop()
        self._timers = [
            loop.call_later((place + self._dice.random()) * spread, self._ask, url)
            for place, url in enumerate(dict.fromkeys(wanted))
        ]

    def _cancel_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()

    def _need(self, url: str) -> None:
        needed = time.monotonic_ns()
        task = self._ask(url)
        if task.done():
            self.seen.ready += 1
        else:
            task.add_done_callback(lambda _: self.seen.late_ns.append(time.monotonic_ns() - needed))

    def _ask(self, url: str) -> asyncio.Task[None]:
        if url not in self._asked:
            self._asked[url] = asyncio.get_running_loop().create_task(self._bring(url))
        return self._asked[url]

    async def _bring(self, url: str) -> None:
        try:
            self.seen.received += await self._fetch(url)
            self.seen.fetched += 1
        except (OSError, ValueError):
            self.seen.failed += 1
            del self._asked[url]  # the page asks again, when it is its turn


def pictures_of(lesson: dict[str, Any]) -> list[tuple[int, str | None]]:
    """Each step of a class's lesson (contract 11.5) with the picture that a phone chooses for it."""
    return [(step["id"], _chosen(step.get("image"))) for task in lesson["tasks"] for step in task["subtasks"]]


def _chosen(image: dict[str, Any] | None) -> str | None:
    """The narrowest that is sharp; the widest where none is."""
    if image is None:
        return None
    sharp = [one for one in image["variants"] if one["width"] >= _PIXELS]
    url: str = min(sharp, key=lambda one: one["width"])["url"] if sharp else image["url"]
    return url


class PictureLine:
    """One kept HTTP connection, as a browser has it; one picture after the other."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._turn = asyncio.Lock()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def fetch(self, path: str) -> int:
        """Raises ``OSError`` when nobody answers, ``ValueError`` for another answer than 200."""
        async with self._turn:
            if self._streams is not None:
                with suppress(OSError):  # the server may have closed the kept connection meanwhile
                    return await self._exchange(path)
            return await self._exchange(path)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _exchange(self, path: str) -> int:
        """What was not answered to its end leaves no connection to go on with."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        try:
            return await _answer(*self._streams, self._request(path))
        except EOFError as error:
            self.close()
            raise ConnectionError(str(error)) from None
        except BaseException:
            self.close()
            raise

    def _request(self, path: str) -> bytes:
        return f"GET {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nAccept: image/*\r\n\r\n".encode()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """Its bytes. Raises ``EOFError`` when it does not come whole."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise ValueError(head.partition(b"\r\n")[0].decode("latin-1"))
    length = _length(head)
    await reader.readexactly(length)
    return len(head) + length


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    raise ValueError("an answer without a length")
