"""Long polls without a thread: a request whose view has nothing to tell yet is asked again when something happened.

The view runs in the bridge like any other, with its sign-in, rules and headers; only the waiting is done here, on the
event loop, in the place that the view names (``mobilegpt/rest/catch_up.py``).
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from config.http_bridge import Asgi, Message, Receive, Scope, Send, until_disconnect
from mobilegpt.realtime.runtime import runtime
from mobilegpt.rest.catch_up import WAIT_HEADER

_HEADER = WAIT_HEADER.lower().encode()


class Place(NamedTuple):
    """For how many seconds to wait until a stream is past a number."""

    seconds: float
    stream: str
    seq: int


class LongPoll:
    """An ASGI application for ``http`` scopes around another one."""

    def __init__(self, application: Asgi) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET" or b"wait=" not in scope["query_string"]:
            await self._application(scope, receive, send)
            return
        answer = _Answer(send)
        await self._application(scope, receive, answer)
        if answer.place is not None and await _something_happened(answer.place, receive):
            answer = _Answer(send)
            await self._application(scope, _no_body, answer)
        await answer.pass_on()


class _Answer:
    """Keeps an answer that may be too early; any other goes straight on."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._kept: list[Message] = []
        self.place: Place | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            if value := headers.pop(_HEADER, None):
                seconds, stream, seq = value.decode().split()
                self.place = Place(float(seconds), stream, int(seq))
                message = {**message, "headers": [pair for pair in message["headers"] if pair[0] != _HEADER]}
        if self.place is not None:
            self._kept.append(message)
        else:
            await self._send(message)

    async def pass_on(self) -> None:
        for message in self._kept:
            await self._send(message)


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


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
