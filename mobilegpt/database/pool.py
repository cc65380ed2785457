"""A function in a thread of a pool, awaited on the event loop.

``loop.run_in_executor`` chains two futures by locks and callbacks, which costs more than many a query.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


async def in_thread(pool: ThreadPoolExecutor, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What the function returns; exceptions come through. Cancelled before it has begun, it does not run."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[R] = loop.create_future()

    def run() -> None:
        if future.cancelled():
            return
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            loop.call_soon_threadsafe(_fail, future, error)
        else:
            loop.call_soon_threadsafe(_settle, future, result)

    pool.submit(run)
    return await future


def _settle(future: asyncio.Future[R], result: R) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[R], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
