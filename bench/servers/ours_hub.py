"""Runs as a program: our hub and our frames under uvicorn, without services, database and sign-in.

python -m bench.servers.ours_hub PORT [in-turn]

``in-turn``: without the compiled loop. What one socket says in ws://127.0.0.1:PORT/ws/<room>, all of the room hear.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import msgspec  # noqa: E402
import uvicorn  # noqa: E402

from mobilegpt.events.event import Envelope, Event  # noqa: E402
from mobilegpt.realtime import sendloop  # noqa: E402
from mobilegpt.realtime.close import CloseCode  # noqa: E402
from mobilegpt.realtime.dialect import Dialect, Frame  # noqa: E402
from mobilegpt.realtime.frames import WireFrames  # noqa: E402
from mobilegpt.realtime.hub import Hub  # noqa: E402
from mobilegpt.realtime.prepared_frames import EXTENSION, PreparedFrames  # noqa: E402
from mobilegpt.server.process import collect_garbage_calmly, configuration  # noqa: E402


class Said(Event, frozen=True, kw_only=True):
    room: str
    text: str


class SaidFrame(Frame, frozen=True, kw_only=True, tag="said"):
    text: str


WRITE_ALL = sendloop.in_turn if sys.argv[2:] == ["in-turn"] else sendloop.chosen()
DIALECT = Dialect("room", encoders={Said: lambda event: SaidFrame(text=event.text)})


class Member:
    """One socket; the hub's ``Subscriber``."""

    __slots__ = ("abort", "descriptor", "dialect", "rt", "user_id", "write_rest")

    def __init__(self, frames: PreparedFrames) -> None:
        self.write_rest, self.abort = frames.write_prepared, frames.abort
        self.descriptor = -1
        frames.attach(self)
        self.dialect, self.rt, self.user_id = DIALECT, False, None

    def write(self, frames: WireFrames) -> None:
        self.write_rest(frames.wire)

    def close(self, code: CloseCode, reason: str = "") -> None:
        self.abort()


class Rooms:
    """The application."""

    def __init__(self) -> None:
        self._hub: Hub | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        hub = self._hub = self._hub or Hub(
            _nothing_stored, write_all=sendloop.in_turn if sys.argv[2:] == ["in-turn"] else sendloop.chosen()
        )
        topics = [scope["path"]]
        await receive()
        await send({"type": "websocket.accept"})
        member = Member(scope["extensions"][EXTENSION])
        hub.follow(member, topics)
        hub.settle(member, topics, {})
        while (frame := await receive())["type"] != "websocket.disconnect":
            said = Said(room=scope["path"], text=msgspec.json.decode(frame["text"])["text"])
            hub.deliver(Envelope(row_id=0, event_id="0", event=said, topics=(scope["path"],)))
        hub.leave(member, topics)


async def _nothing_stored(stream: str, after: int, before: int) -> list[Envelope]:
    return []


async def _lifespan(receive: Any, send: Any) -> None:
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


if __name__ == "__main__":
    collect_garbage_calmly()
    settings = configuration()
    settings.app, settings.host, settings.port = Rooms(), "127.0.0.1", int(sys.argv[1])
    uvicorn.Server(settings).run()
