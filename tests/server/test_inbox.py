"""What a socket's peer said, in its order and for one reader."""

from __future__ import annotations

import asyncio

from mobilegpt.server.uvicorn_websocket import Inbox


async def test_what_came_before_the_reader_is_read_in_its_order() -> None:
    inbox = Inbox()
    for item in ("first", "second"):
        inbox.put_nowait(item)
    assert [await inbox.get(), await inbox.get()] == ["first", "second"]
    assert inbox.empty()


async def test_a_reader_waits_for_what_comes() -> None:
    inbox = Inbox()
    reader = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    assert not reader.done()
    inbox.put_nowait("first")
    inbox.put_nowait("second")
    assert await reader == "first"
    assert await inbox.get() == "second"


async def test_a_reader_that_was_cancelled_takes_nothing_along() -> None:
    inbox = Inbox()
    reader = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    reader.cancel()
    inbox.put_nowait("kept")
    await asyncio.gather(reader, return_exceptions=True)
    assert await inbox.get() == "kept"
