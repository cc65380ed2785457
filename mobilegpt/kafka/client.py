"""Kafka, where it is configured: one producer per process behind a breaker (contract 8.2; reliability F10, P24).

``publish`` answers after the broker has confirmed, or says no within ``KAFKA["WAIT_SECONDS"]``; then the caller writes
to the database itself. What was refused here may still arrive later, so every message must be harmless when it comes
twice. The first failure opens the breaker and sends everybody who waits on their way; while it is open nobody waits at
all, and a thread asks the broker until it answers again. A fork gets a producer of its own: librdkafka survives none.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog
from django.conf import settings

if TYPE_CHECKING:
    from confluent_kafka import KafkaError, Message, Producer

log = structlog.get_logger(__name__)

MESSAGE_TIMEOUT_MS = 3000
_POLL_SECONDS = 0.1
_PROBE_SECONDS = 1.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0


class Record(NamedTuple):
    """What is published: ``key`` decides the partition, so the order among equal keys is kept."""

    key: str
    value: bytes


def enabled() -> bool:
    return bool(settings.KAFKA["BOOTSTRAP_SERVERS"])


def publish(topic: str, key: str, value: bytes, headers: Mapping[str, str] | None = None) -> bool:
    """Whether the broker has the message now."""
    return publish_many(topic, [Record(key, value)], headers)[0]


def publish_many(topic: str, records: Sequence[Record], headers: Mapping[str, str] | None = None) -> list[bool]:
    """Which of the messages the broker has now, in their order. Never waits longer than ``KAFKA["WAIT_SECONDS"]``."""
    if not enabled():
        return [False] * len(records)
    return _link().send(topic, records, headers)


def state() -> str:
    """``disabled``, ``healthy`` or ``degraded`` (then everything goes to the database). Asks the broker; under 1 s."""
    if not enabled():
        return "disabled"
    return "healthy" if _link().answers(0.8) else "degraded"


def configuration(**more: Any) -> dict[str, Any]:
    """What every client of ours has in common. ``KAFKA_OPTIONS`` wins."""
    return {
        "bootstrap.servers": settings.KAFKA["BOOTSTRAP_SERVERS"],
        "client.id": "mobilegpt",
        "log_level": 2,  # what a broker's absence means is told by the breaker, once
        "socket.timeout.ms": MESSAGE_TIMEOUT_MS,
        "reconnect.backoff.ms": 50,
        "reconnect.backoff.max.ms": 1000,
        **more,
        **settings.KAFKA["OPTIONS"],
    }


def new_producer(**more: Any) -> Producer:
    """An idempotent producer: a retry inside of it doubles nothing."""
    from confluent_kafka import Producer

    return Producer(
        configuration(
            **{
                "enable.idempotence": True,
                "linger.ms": 0.5,
                "compression.type": "lz4",
                "message.timeout.ms": MESSAGE_TIMEOUT_MS,
                "queue.buffering.max.kbytes": 65_536,
                **more,
            }
        )
    )


def ensure_topics() -> None:
    """Make the topics that are missing, with the broker's own number of partitions. Raises ``KafkaException``."""
    from confluent_kafka import KafkaError, KafkaException
    from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

    client = AdminClient(configuration())
    names = {settings.KAFKA[name] for name in ("ACTIVITY_TOPIC", "DEAD_LETTER_TOPIC", "HELP_TOPIC")}
    missing = names - set(client.list_topics(timeout=10).topics)
    made = client.create_topics([NewTopic(name) for name in sorted(missing)]) if missing else {}
    for future in made.values():
        try:
            future.result(10)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise


class Delivery:
    """The reports on messages that were sent together."""

    def __init__(self, count: int) -> None:
        self.confirmed = [False] * count
        self.over = threading.Event()
        self._left = count
        self._guard = threading.Lock()

    def report(self, index: int, error: KafkaError | None, message: Message) -> None:
        self.confirmed[index] = error is None
        self.one_less()

    def one_less(self) -> None:
        with self._guard:
            self._left -= 1
        if self._left == 0:
            self.over.set()


class Breaker:
    """Closed while the broker confirms. Pauses between two tries grow as long as nothing is confirmed."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._pause = _SHORTEST_PAUSE
        self._next_try = 0.0

    @property
    def is_open(self) -> bool:
        return self.reason is not None

    @property
    def wants_a_try(self) -> bool:
        return self.is_open and time.monotonic() >= self._next_try

    def open(self, reason: str) -> None:
        self._next_try = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        if not self.is_open:
            log.warning("kafka_unavailable", reason=reason, note="writing to the database instead")
        self.reason = reason

    def close(self) -> None:
        log.info("kafka_available")
        self.reason = None

    def confirm(self) -> None:
        self._pause = _SHORTEST_PAUSE


class Link:
    """This process's producer, its polling thread, its breaker."""

    def __init__(self) -> None:
        self._breaker = Breaker()
        self._waiting: set[Delivery] = set()
        self._guard = threading.Lock()
        self._ended = threading.Event()
        self._producer = self._new_producer()
        self._thread = threading.Thread(target=self._serve, name="kafka", daemon=True)
        self._thread.start()

    def send(self, topic: str, records: Sequence[Record], headers: Mapping[str, str] | None) -> list[bool]:
        if self._breaker.is_open:
            return [False] * len(records)
        delivery = Delivery(len(records))
        with self._guard:
            self._waiting.add(delivery)
        try:
            self._produce(topic, records, headers, delivery)
            in_time = delivery.over.wait(settings.KAFKA["WAIT_SECONDS"])
        finally:
            with self._guard:
                self._waiting.discard(delivery)
        if not in_time:
            self._give_up("no confirmation in time")
        elif all(delivery.confirmed):
            self._breaker.confirm()
        return list(delivery.confirmed)

    def answers(self, seconds: float) -> bool:
        """Whether the broker talks to us, whatever the breaker says."""
        from confluent_kafka import KafkaException

        try:
            self._producer.list_topics(timeout=seconds)
        except KafkaException:
            return False
        return True

    def end(self) -> None:
        self._ended.set()
        self._thread.join(_PROBE_SECONDS + 1)

    def _new_producer(self) -> Producer:
        return new_producer(error_cb=self._on_error)

    def _produce(
        self, topic: str, records: Sequence[Record], headers: Mapping[str, str] | None, delivery: Delivery
    ) -> None:
        from confluent_kafka import KafkaException

        more: dict[str, Any] = {"headers": dict(headers)} if headers else {}
        produce, report = self._producer.produce, delivery.report
        for index, record in enumerate(records):
            try:
                produce(topic, record.value, record.key, on_delivery=partial(report, index), **more)
            except BufferError:
                self._give_up("too much is waiting")  # the rest goes to the database at once
                return
            except KafkaException as error:
                log.warning("kafka_message_refused", reason=str(error))  # too large, or a topic of no name
                delivery.one_less()

    def _serve(self) -> None:
        while not self._ended.is_set():
            self._producer.poll(_POLL_SECONDS)
            if self._breaker.wants_a_try:
                if self.answers(_PROBE_SECONDS):
                    self._breaker.close()
                else:
                    self._breaker.open("no answer")

    def _on_error(self, error: KafkaError) -> None:
        from confluent_kafka import KafkaError

        if error.fatal():
            self._give_up(str(error))
            self._producer = self._new_producer()
        elif error.code() == KafkaError._ALL_BROKERS_DOWN:
            self._give_up("no broker can be reached")

    def _give_up(self, reason: str) -> None:
        """Open the breaker, and let everybody who waits write to the database."""
        self._breaker.open(reason)
        with self._guard:
            for delivery in self._waiting:
                delivery.over.set()


_current: Link | None = None
_making = threading.Lock()
_abandoned: list[Link] = []


def _link() -> Link:
    global _current
    if _current is None:
        with _making:
            if _current is None:
                _current = Link()
    return _current


def disconnect() -> None:
    """End this process's producer; the next message makes a new one."""
    global _current
    with _making:
        link, _current = _current, None
    if link is not None:
        link.end()


def _forget_the_parents() -> None:
    """In a fork: the parent's producer has no threads here, and hangs when it is destroyed. It is kept, and unused."""
    global _current, _making
    if _current is not None:
        _abandoned.append(_current)
    _current, _making = None, threading.Lock()


os.register_at_fork(after_in_child=_forget_the_parents)
