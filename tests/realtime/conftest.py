"""What the tests of sockets share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from mobilegpt.realtime.presence import PresenceHooks
from mobilegpt.realtime.runtime import Runtime


@pytest_asyncio.fixture
async def runtime(transactional_db: None) -> AsyncIterator[Runtime]:
    """The real one, without domains that hear of who is there."""
    running = Runtime()
    running.wiring.presence = PresenceHooks(came={}, gone={}, touch=lambda users, at: None, sweep=lambda since: None)
    await running.start()
    yield running
    await running.stop()
