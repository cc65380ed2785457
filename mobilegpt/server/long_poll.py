"""Long polls without a thread: a request whose view has nothing to tell yet is asked again when something happened.

The view runs in the bridge like any other, with its sign-in, rules and headers; only the waiting is done here, on the
event loop, in the place that the view names (``rest/http/catch_up.py``). Each poll is a connection: who waits for
the same thing more often than a phone and a few tabs would is refused.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import NamedTuple

import structlog
from django.conf import settings

from mobilegpt.core.errors import RateLimited
from mobilegpt.realtime.runtime import runtime
from mobilegpt.rest.http.catch_up import MOST_SECONDS, WAIT_HEADER
from mobilegpt.rest.http.errors import plain_refusal
from mobilegpt.server.http_bridge import Asgi, AsgiMessage, Receive, Scope, Send, headers_of, until_disconnect

log = structlog.get_logger("mobilegpt.access")

_HEADER = WAIT_HEADER.lower().encode()


class Place(NamedTuple):
    """For how many seconds to wait until a stream is past a number, and for whom."""

    seconds: float
    stream: str
    seq: int
    user_id: int


class LongPoll:
    """An ASGI application for ``http`` scopes around another one."""

    def __init__(self, application: Asgi) -> None:
        self._application = application
        self._waiting: Counter[tuple[int, str]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET" or b"wait=" not in scope["query_string"]:
            await self._application(scope, receive, send)
            return
        answer = _Answer(send)
        await self._application(scope, receive, answer)
        place = answer.place
        if place is None:
            return
        whose = (place.user_id, place.stream)
        if self._waiting[whose] >= settings.LONG_POLLS_PER_STREAM:
            await _refuse(scope["path"], send)
            return
        self._waiting[whose] += 1
        try:
            happened = await _something_happened(place, receive)
        finally:
            self._waiting[whose] -= 1
            if not self._waiting[whose]:
                del self._waiting[whose]
        if happened:
            answer = _Answer(send)
            await self._application(scope, _no_body, answer)
        await answer.pass_on()


class _Answer:
    """Keeps an answer that may be too early; any other goes straight on."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._kept: list[AsgiMessage] = []
        self.place: Place | None = None

    async def __call__(self, message: AsgiMessage) -> None:
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            if value := headers.pop(_HEADER, None):
                seconds, stream, seq, user_id = value.decode().split()
                self.place = Place(float(seconds), stream, int(seq), int(user_id))
                message = {**message, "headers": [pair for pair in message["headers"] if pair[0] != _HEADER]}
        if self.place is not None:
            self._kept.append(message)
        else:
            await self._send(message)

    async def pass_on(self) -> None:
        for message in self._kept:
            await self._send(message)


async def _refuse(path: str, send: Send) -> None:
    error = RateLimited(message="You wait for this often enough already", retry_after=MOST_SECONDS)
    answer = plain_refusal(error, path)
    log.info("request_refused", path=path, code=error.code, status=answer.status_code)
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers_of(answer)})
    await send({"type": "http.response.body", "body": answer.content})


async def _something_happened(place: Place, receive: Receive) -> bool:
    """Whether it did before the time was over, or before the client left."""
    await runtime.start()  # some servers have no lifespan
    moved = asyncio.ensure_future(runtime.moved(place.stream, place.seq, place.seconds))
    gone = asyncio.ensure_future(until_disconnect(receive))
    try:
        await asyncio.wait({moved, gone}, return_when=asyncio.FIRST_COMPLETED)
        return moved.done() and moved.result()
    finally:
        for task in (moved, gone):
            task.cancel()
        await asyncio.gather(moved, gone, return_exceptions=True)


async def _no_body() -> AsgiMessage:
    return {"type": "http.request", "body": b"", "more_body": False}
