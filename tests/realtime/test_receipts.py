"""Whose phones have a step, on its way to the domain: together, of silent sockets too, and until it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mobilegpt.events.event import Envelope, Event, Position
from mobilegpt.realtime import receipts
from mobilegpt.realtime.receipts import ReceiptHook, Receipts
from tests.until import until

# The threads that keep them look after their connections.
pytestmark = pytest.mark.django_db(transaction=True)
STREAM = "session:5"


class Moved(Event, frozen=True, kw_only=True):
    """The room of this test has moved on."""


def socket(user_id: int | None, *, rt: bool = False, presence: str | None = STREAM) -> Any:
    return SimpleNamespace(user_id=user_id, rt=rt, opening=SimpleNamespace(presence=presence))


class Domain:
    """What is kept, and how often it fails before."""

    def __init__(self, failures: int = 0) -> None:
        self.kept: list[dict[int, dict[int, int]]] = []
        self.failures = failures
        self.sockets: list[Any] = []
        self.receipts = Receipts(
            ReceiptHook("session", frozenset({Moved}), self.keep),
            position=lambda stream: Position(epoch="e", seq=7),
            sockets_on=lambda stream: self.sockets,
        )

    def keep(self, received: Mapping[int, Mapping[int, int]]) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the database is away")
        self.kept.append({number: dict(users) for number, users in received.items()})


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "_WRITE_SECONDS", 0.02)
    monkeypatch.setattr(receipts, "_AGAIN_SECONDS", 0.03)


async def test_what_comes_together_is_written_together() -> None:
    domain = Domain()
    for user_id, seq in ((1, 3), (2, 4), (1, 4), (2, 3)):
        domain.receipts.received(STREAM, user_id, seq)
    domain.receipts.received("session:6", 1, 2)
    domain.receipts.received("room:5", 1, 2)
    await until(lambda: bool(domain.kept))
    assert domain.kept == [{5: {1: 4, 2: 4}, 6: {1: 2}}]


async def test_what_could_not_be_written_is_tried_again_with_what_came_since() -> None:
    domain = Domain(failures=2)
    domain.receipts.received(STREAM, 1, 3)
    await until(lambda: domain.failures < 2)
    domain.receipts.received(STREAM, 2, 5)
    await until(lambda: bool(domain.kept))
    assert domain.kept == [{5: {1: 3, 2: 5}}]


async def test_sockets_that_cannot_say_it_have_what_was_written_to_them() -> None:
    domain = Domain()
    domain.sockets = [socket(1), socket(2, rt=True), socket(None), socket(3, presence=None)]
    domain.receipts.delivered(Envelope(row_id=1, event_id="x", event=Moved(), stream=STREAM, epoch="e", seq=7))
    await until(lambda: bool(domain.kept))
    assert domain.kept == [{5: {1: 7}}]


async def test_a_socket_that_enters_has_what_it_is_told() -> None:
    domain = Domain()
    for one in (socket(1), socket(2, rt=True), socket(3, presence=None)):
        domain.receipts.entered(one)
    await until(lambda: bool(domain.kept))
    assert domain.kept == [{5: {1: 7}}]


async def test_at_the_end_what_is_left_is_written() -> None:
    domain = Domain()
    domain.receipts.received(STREAM, 1, 3)
    await domain.receipts.drain()
    assert domain.kept == [{5: {1: 3}}]


async def test_a_server_without_a_domain_keeps_nothing() -> None:
    silent = Receipts(None, position=lambda stream: None, sockets_on=lambda stream: cast("Any", [socket(1)]))
    silent.received(STREAM, 1, 3)
    silent.delivered(Envelope(row_id=1, event_id="x", event=Moved(), stream=STREAM, epoch="e", seq=7))
    await silent.drain()
