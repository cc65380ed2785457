"""Who has the step, over several processes: what either counts reaches the instructors of both (contract 10.3)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mobilegpt.events.broker_messages import Counted, decode_broker_message
from mobilegpt.events.event import Position
from mobilegpt.events.outbox import PROCESS_ID
from mobilegpt.realtime import delivery
from mobilegpt.realtime.delivery import DeliveryCount
from mobilegpt.realtime.protocol import Delivery, Received
from tests.until import until

STREAM = "session:5"
OTHER = "another process"


class Process:
    """A runtime as far as counting goes: 4 people here, one instructor who looks."""

    def __init__(self) -> None:
        self.shown: list[Delivery] = []
        self.told: list[tuple[str, Any]] = []
        staff = SimpleNamespace(rt=True, tell=self.shown.append)
        self.count = DeliveryCount(
            position=lambda stream: Position(epoch="e", seq=3),
            users_on=lambda topic: {1, 2, 3, 4},
            sockets_on=lambda topic: cast("Any", [staff]) if topic == "session-staff:5" else [],
            broker=cast("Any", SimpleNamespace(connected=True, tell=self._tell)),
        )

    def _tell(self, messages: list[tuple[str, bytes]]) -> None:
        self.told += [(topic, decode_broker_message(message)) for topic, message in messages]

    def phone(self, user_id: int) -> None:
        connection = SimpleNamespace(user_id=user_id, topics=(STREAM,), opening=SimpleNamespace(presence=STREAM))
        self.count.received(cast("Any", connection), Received(stream=STREAM, seq=3))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "_REPORT_SECONDS", 0.02)


async def test_phones_of_all_processes_are_counted_and_told() -> None:
    here = Process()
    here.count.heard(Counted(OTHER, STREAM, 3, [7, 8], [7, 8, 9]))
    here.phone(1)  # while the report of what was heard is on its way
    await until(lambda: bool(here.shown and here.told))
    assert here.shown == [Delivery(stream=STREAM, seq=3, received=3, total=7)]
    assert here.told == [("session-staff:5", Counted(PROCESS_ID, STREAM, 3, [1], [1, 2, 3, 4]))]


async def test_what_was_only_heard_is_not_told_again() -> None:
    here = Process()
    here.count.heard(Counted(OTHER, STREAM, 3, [7], [7]))
    await until(lambda: bool(here.shown))
    await asyncio.sleep(0.1)
    assert (len(here.shown), here.told) == (1, [])


async def test_who_has_an_older_step_only_is_there_and_has_not_received() -> None:
    here = Process()
    here.count.heard(Counted(OTHER, STREAM, 2, [7, 8], [7, 8]))
    here.phone(2)
    await until(lambda: bool(here.shown))
    assert here.shown == [Delivery(stream=STREAM, seq=3, received=1, total=6)]
