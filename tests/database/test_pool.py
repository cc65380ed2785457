"""A function in a thread: results, errors, cancelling, and a loop that is gone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mobilegpt.database.pool import in_thread


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1, thread_name_prefix="lonely") as pool:
        yield pool


async def test_it_runs_in_the_pool_and_what_it_returns_comes_back(pool: ThreadPoolExecutor) -> None:
    def named(first: int, *, second: int) -> tuple[str, int]:
        return threading.current_thread().name, first + second

    assert await in_thread(pool, named, 1, second=2) == ("lonely_0", 3)


async def test_what_it_raises_comes_back(pool: ThreadPoolExecutor) -> None:
    def fails() -> None:
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        await in_thread(pool, fails)
    assert await in_thread(pool, lambda: "the thread lives") == "the thread lives"


async def test_who_is_cancelled_in_the_queue_is_not_run(pool: ThreadPoolExecutor) -> None:
    holds = threading.Event()
    ran: list[int] = []
    first = asyncio.create_task(in_thread(pool, holds.wait))
    second = asyncio.create_task(in_thread(pool, ran.append, 1))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    holds.set()
    assert await first
    await in_thread(pool, ran.append, 2)
    assert ran == [2]


async def test_who_is_cancelled_meanwhile_is_not_disturbed_by_the_result(pool: ThreadPoolExecutor) -> None:
    began, holds = threading.Event(), threading.Event()

    def slow() -> None:
        began.set()
        holds.wait()

    task = asyncio.create_task(in_thread(pool, slow))
    while not began.is_set():
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    holds.set()
    assert await in_thread(pool, lambda: "next") == "next"


def test_a_loop_that_ended_meanwhile_harms_no_thread(pool: ThreadPoolExecutor) -> None:
    holds = threading.Event()

    async def leave() -> None:
        asyncio.get_running_loop().call_soon(asyncio.current_task().cancel)  # type: ignore[union-attr]
        await in_thread(pool, holds.wait)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(leave())
    holds.set()
    assert asyncio.run(in_thread(pool, lambda: "still here")) == "still here"
