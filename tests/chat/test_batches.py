"""Messages of many HTTP requests in one transaction: who comes first writes what waits."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connections

from mobilegpt.accounts.models import User
from mobilegpt.chat import services
from mobilegpt.chat.commands import SendMessage
from mobilegpt.chat.models import Message, Room
from mobilegpt.core.errors import Invalid
from mobilegpt.database.models import IdempotencyRecord
from mobilegpt.database.thread_batcher import ThreadBatcher
from mobilegpt.events.shared_transaction import Numbers, Piece, execute_shared
from tests import cast, rooms
from tests.until import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

OTHERS = 6


class Said(Piece[str]):
    """A message without a key, whose answer is its text."""

    __slots__ = ()

    def __init__(self, user: User, room: Room, text: str) -> None:
        super().__init__(services.Sending(cast.actor(user), room.pk, SendMessage(message=text)), None)

    def repeat(self, first: IdempotencyRecord) -> str:
        raise AssertionError("there is no key")

    def settle(self, made: services.Sent, numbers: Numbers) -> tuple[str, None]:
        return made.message.text, None


class Held:
    """``send_messages`` in one transaction; the first one waits until the others stand in the queue."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, *asked: Any) -> Sequence[Any]:
        """What it is about, if anything, and then the pieces."""
        return execute_shared(self.send, asked[-1])

    def send(self, sendings: Sequence[services.Sending]) -> Sequence[Any]:
        self.sizes.append(len(sendings))
        if len(self.sizes) == 1:
            self.begun.set()
            assert self.go_on.wait(10)
        return services.send_messages(sendings)


@pytest.fixture
def room(park: User, kim: User, lee: User) -> Room:
    return rooms.private(kim, lee, park)


def at_once(crowd: ThreadBatcher, work: Held, pieces: Sequence[Said]) -> list[str | BaseException]:
    """The first piece alone, the others while it is written."""

    def run(piece: Said) -> str | BaseException:
        try:
            return str(crowd.run(work, piece))
        except BaseException as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(pieces)) as pool:
        results = [pool.submit(run, pieces[0])]
        assert work.begun.wait(10)
        results += [pool.submit(run, piece) for piece in pieces[1:]]
        wait_until(lambda: len(crowd._queues[work, ()]) == len(pieces))
        work.go_on.set()
        return [result.result(20) for result in results]


def _write(pieces: Sequence[Said]) -> list[str | Exception]:
    return execute_shared(services.send_messages, pieces)


def test_what_comes_meanwhile_is_written_together(room: Room, kim: User, lee: User) -> None:
    crowd, work = ThreadBatcher(), Held()
    pieces = [Said(lee if n % 2 else kim, room, str(n)) for n in range(1 + OTHERS)]
    assert at_once(crowd, work, pieces) == [str(n) for n in range(1 + OTHERS)]
    assert work.sizes == [1, OTHERS]
    assert sorted(Message.objects.filter(room=room).values_list("text", flat=True)) == list("0123456")
    assert crowd._queues == {}


def test_each_has_its_own_refusal(room: Room, kim: User, lee: User) -> None:
    pieces = [Said(kim, room, "하나"), Said(lee, room, " "), Said(lee, room, "셋")]
    first, refused, third = at_once(ThreadBatcher(), Held(), pieces)
    assert (first, third) == ("하나", "셋")
    assert isinstance(refused, Invalid)


def test_a_failure_frees_everybody_and_the_next_one_works(room: Room, kim: User, lee: User) -> None:
    class Fails(Held):
        def send(self, sendings: Sequence[services.Sending]) -> Sequence[Any]:
            super().send(sendings)
            raise OperationalError("gone")

    crowd, work = ThreadBatcher(), Fails()
    results = at_once(crowd, work, [Said(kim, room, str(n)) for n in range(4)])
    assert [type(result) for result in results] == [OperationalError] * 4
    assert crowd._queues == {}
    assert crowd.run(_write, Said(lee, room, "다시")) == "다시"
    assert [one.text for one in Message.objects.filter(room=room)] == ["다시"]


def test_only_what_is_about_the_same_shares_a_transaction(room: Room, kim: User, lee: User) -> None:
    class HeldEach(Held):
        """As ``Held``; whoever leads another queue waits, too."""

        def send(self, sendings: Sequence[services.Sending]) -> Sequence[Any]:
            if self.begun.is_set():
                assert self.go_on.wait(10)
            return super().send(sendings)

    crowd, work = ThreadBatcher(), HeldEach()

    def run(piece: Said, about: str) -> str:
        try:
            return str(crowd.run(work, piece, about))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        said = [pool.submit(run, Said(kim, room, "하나"), "one")]
        assert work.begun.wait(10)
        said += [pool.submit(run, Said(lee, room, text), "another") for text in ("둘", "셋")]
        wait_until(lambda: [len(queue) for queue in crowd._queues.values()] == [1, 2])
        work.go_on.set()
        assert [one.result(20) for one in said] == ["하나", "둘", "셋"]
    assert sum(work.sizes) == 3
    assert work.sizes[0] == 1
    assert len(work.sizes) >= 2
    assert crowd._queues == {}
