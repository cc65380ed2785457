"""Waiting for what must come, as long as a busy machine may take."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], bool | Awaitable[bool]], seconds: float = 10) -> None:
    """Returns once it holds. Raises ``TimeoutError`` when it never does."""
    async with asyncio.timeout(seconds):
        while True:
            holds = condition()
            if holds if isinstance(holds, bool) else await holds:
                return
            await asyncio.sleep(0.01)


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """The same where there is no event loop: for what other threads do."""
    asyncio.run(until(condition, seconds))
