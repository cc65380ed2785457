"""One visit to the database for many sockets: what is asked while one is on its way goes into the next.

Commands share a transaction like this, and a hall that comes back the statement that tells who they are. Nobody waits
for company: who asks alone has a visit of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

from mobilegpt.database.batching import AT_ONCE, Work, do_batch
from mobilegpt.database.threads import in_database

_Kind: TypeAlias = tuple[Work, Hashable]


class LoopBatcher:
    """Those who wait for the next visit, per kind of it. Lives on the event loop."""

    def __init__(self) -> None:
        self._waiting: dict[_Kind, list[tuple[Any, asyncio.Future[Any]]]] = {}
        self._workers: dict[_Kind, asyncio.Task[None]] = {}

    async def run(self, work: Work, given: Any, *about: Hashable) -> Any:
        """The result of ``work(*about, [given, …])`` for this one. Raises what refused it, or what broke."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        kind = (work, about)
        self._waiting.setdefault(kind, []).append((given, future))
        if kind not in self._workers:
            self._workers[kind] = loop.create_task(self._visit(work, about))
        return await future

    async def _visit(self, work: Work, about: tuple[Hashable, ...]) -> None:
        waiting = self._waiting[work, about]
        try:
            while waiting:
                batch = waiting[:AT_ONCE]
                del waiting[:AT_ONCE]
                results: Sequence[Any]
                try:
                    results = await in_database(do_batch, work, about, [given for given, _ in batch])
                except Exception as error:
                    results = [error] * len(batch)
                for (_, future), result in zip(batch, results, strict=True):
                    if future.done():
                        continue
                    if isinstance(result, Exception):
                        future.set_exception(result)
                    else:
                        future.set_result(result)
        finally:
            del self._workers[work, about]
            del self._waiting[work, about]
