"""The producer and its breaker against librdkafka's mock cluster (reliability F10, P24)."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from threading import Thread

import pytest

from mobilegpt.kafka import client as kafka
from mobilegpt.kafka.client import Record
from tests.kafka.mock import MockBroker, headers_of, read, using
from tests.rest.api import Api

TOPIC = "activity_logs"


@pytest.fixture
def broker() -> Iterator[MockBroker]:
    made = MockBroker()
    with using(made.address, WAIT_SECONDS=2):
        yield made
    made.end()


@pytest.fixture
def silent() -> Iterator[str]:
    """A port that accepts and never says a word, as a broker that hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with using(address, WAIT_SECONDS=0.25):
            yield address


def test_a_confirmed_message_is_in_the_topic(broker: MockBroker) -> None:
    assert kafka.publish(TOPIC, "7", b"hello", {"kind": "test"})
    (message,) = read(TOPIC, 1)
    assert (message.key(), message.value(), headers_of(message)) == (b"7", b"hello", {"kind": "test"})
    assert kafka.state() == "healthy"


def test_equal_keys_keep_their_order(broker: MockBroker) -> None:
    records = [Record(str(number % 5), b"%d" % number) for number in range(500)]
    assert kafka.publish_many(TOPIC, records) == [True] * 500
    messages = read(TOPIC, 500)
    for key in range(5):
        mine = [int(message.value() or b"") for message in messages if message.key() == b"%d" % key]
        assert mine == list(range(key, 500, 5))


def test_without_an_address_nothing_is_sent() -> None:
    assert not kafka.enabled()
    assert kafka.publish(TOPIC, "7", b"x") is False
    assert kafka.state() == "disabled"


def test_nobody_there_costs_one_short_wait() -> None:
    with using("127.0.0.1:1", WAIT_SECONDS=0.25):
        started = time.monotonic()
        assert kafka.publish(TOPIC, "7", b"x") is False
        assert time.monotonic() - started < 0.5
        assert _milliseconds(lambda: kafka.publish(TOPIC, "7", b"x")) < 20
        assert kafka.state() == "degraded"


def test_a_broker_that_hangs_opens_the_breaker_for_everybody_who_waits(silent: str) -> None:
    answers: list[tuple[bool, float]] = []

    def ask() -> None:
        started = time.monotonic()
        answers.append((kafka.publish(TOPIC, "7", b"x"), time.monotonic() - started))

    threads = [Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [confirmed for confirmed, _ in answers] == [False] * 20
    assert max(seconds for _, seconds in answers) < 0.5
    assert _milliseconds(lambda: kafka.publish(TOPIC, "7", b"x")) < 20


def test_it_goes_on_when_the_broker_is_there_again() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and not listening: connections are refused
        with using(f"127.0.0.1:{nobody.getsockname()[1]}", WAIT_SECONDS=0.25):
            assert kafka.publish(TOPIC, "7", b"x") is False
    broker = MockBroker()
    with using(broker.address, WAIT_SECONDS=1):
        breaker = kafka._link()._breaker
        breaker.open("as if it had been away")
        assert kafka.publish(TOPIC, "7", b"x") is False
        assert _until(lambda: kafka.publish(TOPIC, "7", b"x"), 5)
    broker.end()


def test_what_is_too_large_is_refused_alone(broker: MockBroker) -> None:
    answers = kafka.publish_many(TOPIC, [Record("7", b"a"), Record("7", b"x" * 2_000_000), Record("7", b"b")])
    assert answers == [True, False, True]
    assert kafka.publish(TOPIC, "7", b"c")


def test_a_fork_has_a_producer_of_its_own(broker: MockBroker) -> None:
    assert kafka.publish(TOPIC, "7", b"parent")
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        confirmed = _until(lambda: kafka.publish(TOPIC, "7", b"child"), 5)
        os._exit(0 if confirmed else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert kafka.publish(TOPIC, "7", b"parent")
    assert sorted(message.value() or b"" for message in read(TOPIC, 3)) == [b"child", b"parent", b"parent"]


def _milliseconds(work: object) -> float:
    assert callable(work)
    started = time.monotonic()
    work()
    return (time.monotonic() - started) * 1000


def _until(work: object, seconds: float) -> bool:
    assert callable(work)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if work():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.django_db
def test_health_tells_of_a_broker_that_hangs(silent: str) -> None:
    """Contract 8.8: without it everything goes to the database, so it is degraded, not down."""
    answer = Api().get("/api/health/detailed")
    assert (answer.status, answer.body["status"]) == (200, "degraded")
    assert answer.body["checks"]["kafka"] == "degraded"
