"""A process full of phones that a test stops and wakes up (SIGSTOP, SIGCONT).

Gets its orders by stdin, one line each: first the address and the tokens as JSON; then any line asks for what every
phone was shown, as JSON; at the end of the input it goes.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from typing import Any

from mobilegpt.tools.client import Backoff, RtSocket
from tests.faults.hall import text_of


async def main() -> None:
    orders = json.loads(sys.stdin.readline())
    shown: dict[str, list[str]] = {}
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(_phone(orders["url"], token, shown)) for token in orders["tokens"]]
        for socket in sockets:
            await socket.until_online(60)
        _answer("online")
        while await asyncio.to_thread(sys.stdin.readline):
            _answer({"shown": shown, "connections": [socket.connections for socket in sockets]})


def _answer(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _phone(url: str, token: str, shown: dict[str, list[str]]) -> RtSocket:
    view = shown.setdefault(f"sleeper {len(shown)}", [])

    async def show_token(fresh: bool) -> str:
        return token

    def take(frame: dict[str, Any], replayed: bool) -> None:
        text = text_of(frame)
        if text is not None:
            view.append(text)

    return RtSocket(url, show_token, on_event=take, backoff=Backoff(base=0.5, most=2), only_listens=True)


if __name__ == "__main__":
    asyncio.run(main())
