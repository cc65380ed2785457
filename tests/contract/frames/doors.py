"""The eleven sockets, and who may open them: a class with its teacher, an admin, 김학생 and a guest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from mobilegpt.realtime.presence import PresenceHooks
from mobilegpt.realtime.runtime import runtime
from tests.contract.world import World
from tests.sockets.client import SocketClient

DOORS = {
    "W1": ("/ws/sessions/{code}/", "teacher admin student"),
    "W2": ("/ws/dashboard/lectures/{lecture}/", "teacher admin"),
    "W3": ("/ws/progress/{kim}/", "student"),
    "W4": ("/ws/session/{live}/student/", "student"),
    "W5": ("/ws/session/{live}/instructor/", "teacher admin"),
    "W6": ("/ws/dashboard/lecture/{lecture}/", "teacher admin"),
    "W7": ("/ws/dashboard/help-requests/", "teacher admin"),
    "W8": ("/ws/help/{kim}", "student"),
    "W9": ("/ws/dashboard/", "teacher admin"),
    "W10": ("/ws/chat/{room}/chat/", "teacher student"),
    "W11": ("/ws/chat/{room}", "teacher student guest"),
}


def door(world: World, socket: str, who: str, *, rt: bool = False) -> SocketClient:
    """The socket of somebody, not yet open. ``who`` is one of the world's principals; the anonymous is a browser."""
    path = DOORS[socket][0].format(**world.ids)
    page = {"origin": "http://testserver"} if who == "anonymous" else {}
    return SocketClient(path, token=world.tokens[who], subprotocols=["rt.v1"] if rt else [], headers=page)


async def quiet() -> None:
    """What is under way on this loop is written when this returns."""
    for _ in range(20):
        await asyncio.sleep(0)


@contextmanager
def nobody_seen() -> Iterator[None]:
    """Who comes and goes is told by the events of the matrix alone: at no moment of its own."""
    before, receipts = runtime.wiring.presence, runtime.wiring.receipts
    runtime.wiring.receipts = None

    def nothing(*_: object) -> None:
        pass

    runtime.wiring.presence = PresenceHooks(
        came={"session": nothing, "room": nothing},
        gone={"session": nothing, "room": nothing},
        touch=nothing,
        sweep=nothing,
    )
    try:
        yield
    finally:
        runtime.wiring.presence, runtime.wiring.receipts = before, receipts
