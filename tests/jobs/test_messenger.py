"""Telling workers elsewhere never makes anybody wait, and never fails."""

from __future__ import annotations

import threading
import time

import pytest

from mobilegpt.jobs import messenger
from mobilegpt.jobs.messenger import Messenger


class Broker:
    """Takes messages, or hangs, or refuses."""

    def __init__(self) -> None:
        self.took: list[tuple[str, int]] = []
        self.tries = 0
        self.answers = threading.Event()
        self.answers.set()
        self.refuses = False

    def send(self, name: str, job_id: int) -> None:
        self.tries += 1
        assert self.answers.wait(10)
        if self.refuses:
            raise ConnectionError("no broker")
        self.took.append((name, job_id))


def eventually(what: object, within: float = 5) -> None:
    assert callable(what)
    deadline = time.monotonic() + within
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_messages_arrive_in_order() -> None:
    broker = Broker()
    told = Messenger(broker.send)
    for job_id in range(5):
        told.wake("help", job_id)
    eventually(lambda: len(broker.took) == 5)
    assert broker.took == [("help", job_id) for job_id in range(5)]


def test_it_prepares_itself_when_the_process_starts() -> None:
    broker, loaded = Broker(), threading.Event()
    told = Messenger(broker.send, prepare=loaded.set)
    told.start()
    assert loaded.wait(5)
    told.wake("help", 1)
    eventually(lambda: broker.took == [("help", 1)])


def test_nobody_waits_for_a_broker_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messenger, "_MOST_WAITING", 10)
    broker = Broker()
    broker.answers.clear()
    told = Messenger(broker.send)
    started = time.monotonic()
    for job_id in range(1000):
        told.wake("help", job_id)
    assert time.monotonic() - started < 1
    broker.answers.set()
    eventually(lambda: len(broker.took) >= 10)
    assert len(broker.took) <= 12  # the rest was dropped: their rows are found


def test_a_broker_that_refuses_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messenger, "_PAUSE_SECONDS", 0.3)
    broker = Broker()
    broker.refuses = True
    told = Messenger(broker.send)
    told.wake("help", 1)
    eventually(lambda: broker.tries == 1)
    time.sleep(0.05)
    for _ in range(100):
        told.wake("help", 2)
    time.sleep(0.05)
    assert broker.tries == 1
    broker.refuses = False
    time.sleep(0.3)
    told.wake("help", 3)
    eventually(lambda: broker.took == [("help", 3)])
