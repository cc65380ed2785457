"""Lessons' files from memory: what every phone of a class asks for at the same moment, Django is asked for once.

A file's name is made of its content (contract 11.11), so its answer holds for everybody who asks in the same way: the
headers are those that Django made (``rest/lectures/media.py``), and the file was read in its threads, from a folder or
from a bucket. Whoever asks for more than the whole file, or shows who they are, is answered by Django as ever.

For the event loop only.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import NamedTuple

from mobilegpt.core.ids import request_id
from mobilegpt.files import lesson_files
from mobilegpt.server.access_log import write_access_line
from mobilegpt.server.http_bridge import Asgi, AsgiMessage, Environ, Receive, Refusal, Scope, Send, environ_of

# What an answer depends on. The first is there in each request that is answered from memory.
_VARIES = ("HTTP_HOST", "PATH_INFO", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO")
# Who sends one of these asks for something else, or is told something of their own.
_OTHERWISE = frozenset({
    "HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_UNMODIFIED_SINCE", "HTTP_AUTHORIZATION", "HTTP_ORIGIN", "HTTP_EXPECT", "HTTP_TRANSFER_ENCODING",
    "CONTENT_LENGTH",
})  # fmt: skip
_REQUEST_ID = b"x-request-id"
_LARGEST = 1024 * 1024
_ENTRY_BYTES = 2048  # headers and key of one
_PIECE = 128 * 1024  # given to a connection at a time: a slow phone holds no more
_IN_A_TURN = 8  # answers in one turn of the loop: when a whole class asks at once, its frames come in between
# What was removed from the store is gone from here soon after.
_KEPT_SECONDS = 60.0

Key = tuple[str, ...]


class Kept(NamedTuple):
    """A whole answer, without its request's id; ``until`` by the clock of the loop."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    until: float


class LessonFiles:
    """An ASGI application for ``http`` scopes around another one, which remembers at most ``most_bytes`` of answers."""

    def __init__(self, application: Asgi, *, most_bytes: int) -> None:
        self._application = application
        self._left = most_bytes
        self._largest = min(_LARGEST, most_bytes - _ENTRY_BYTES)
        self._kept: OrderedDict[Key, Kept] = OrderedDict()  # what was asked for last stands last
        self._asked: dict[Key, asyncio.Event] = {}
        self._turn = asyncio.Semaphore(_IN_A_TURN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        environ = _plain_request(scope)
        if environ is None:
            await self._application(scope, receive, send)
            return
        key = tuple(environ.get(name, "") for name in _VARIES)
        kept = self._found(key)
        if kept is None:
            asked = self._asked.get(key)
            if asked is None:
                await self._ask(key, scope, receive, send)
                return
            await asked.wait()
            kept = self._found(key)
        if kept is None:  # it was refused, or is too large: everybody for themselves
            await self._application(scope, receive, send)
            return
        await self._turn.acquire()
        asyncio.get_running_loop().call_soon(self._turn.release)  # whether or not the phone has taken it by then
        await _answer(kept, environ, started, send)

    def _found(self, key: Key) -> Kept | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.until < asyncio.get_running_loop().time():
            self._forget(key)
            return None
        self._kept.move_to_end(key)
        return kept

    async def _ask(self, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        """Once for all who wait meanwhile: it ends however slow, or gone, the first of them is."""
        self._asked[key] = asyncio.Event()
        first = _First(receive, send, self._largest, self._asked[key])
        try:
            await self._application(scope, first.receive, first.send)
            if (whole := first.whole()) is not None:
                self._remember(key, *whole)
        finally:
            self._asked.pop(key).set()
            await first.pass_on()

    def _remember(self, key: Key, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self._kept[key] = Kept(headers, body, asyncio.get_running_loop().time() + _KEPT_SECONDS)
        self._left -= len(body) + _ENTRY_BYTES
        while self._left < 0:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Key) -> None:
        self._left += len(self._kept.pop(key).body) + _ENTRY_BYTES


class _First:
    """Takes an answer that may be remembered, and passes it on when it is whole; its phone may leave meanwhile.

    Any other answer goes straight on, and sets ``asked``: nobody is to wait for it.
    """

    def __init__(self, receive: Receive, send: Send, largest: int, asked: asyncio.Event) -> None:
        self._receive, self._send, self._largest, self._asked = receive, send, largest, asked
        self._begun = False
        self._messages: list[AsgiMessage] = []
        self._size = -1

    async def receive(self) -> AsgiMessage:
        if not self._begun:
            self._begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        if self._messages:
            await asyncio.Event().wait()
        return await self._receive()

    async def send(self, message: AsgiMessage) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            self._size = int(dict(message["headers"]).get(b"content-length", -1))
        if 0 <= self._size <= self._largest:
            self._messages.append(message)
        else:
            self._asked.set()
            await self._send(message)

    def whole(self) -> tuple[list[tuple[bytes, bytes]], bytes] | None:
        """Headers and body; ``None`` for what is not remembered, or broke off."""
        if not self._messages:
            return None
        start, *pieces = self._messages
        body = b"".join(piece["body"] for piece in pieces)
        if len(body) != self._size:
            return None
        return [pair for pair in start["headers"] if pair[0] != _REQUEST_ID], body

    async def pass_on(self) -> None:
        for message in self._messages:
            await self._send(message)


def _plain_request(scope: Scope) -> Environ | None:
    """Of a request for a whole file by its name; ``None`` for any other."""
    path: str = scope["path"]
    if scope["method"] != "GET" or scope.get("query_string") or scope.get("root_path"):
        return None
    if lesson_files.mime_of(path.removeprefix(lesson_files.ADDRESS)) is None:
        return None
    try:
        environ = environ_of(scope)
    except Refusal:
        return None
    return environ if "HTTP_HOST" in environ and _OTHERWISE.isdisjoint(environ) else None


async def _answer(kept: Kept, environ: Environ, started: float, send: Send) -> None:
    name = request_id(environ.get("HTTP_X_REQUEST_ID", ""))
    headers = [*kept.headers, (_REQUEST_ID, name.encode())]
    write_access_line(
        "GET",
        environ["PATH_INFO"],
        200,
        (time.perf_counter() - started) * 1000,
        peer=environ["REMOTE_ADDR"],
        forwarded_for=environ.get("HTTP_X_FORWARDED_FOR", ""),
        request_id=name,
    )
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for at in range(0, len(kept.body), _PIECE):
        piece, more = kept.body[at : at + _PIECE], at + _PIECE < len(kept.body)
        await send({"type": "http.response.body", "body": piece, "more_body": more})
