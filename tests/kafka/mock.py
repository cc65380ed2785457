"""librdkafka's own mock of a broker: real protocol, in this process, up in a millisecond."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, Producer, TopicPartition
from django.conf import settings
from django.test import override_settings

from mobilegpt.kafka import client as kafka


class MockBroker:
    """``address`` while it lives; ``end`` takes it away."""

    def __init__(self) -> None:
        self._owner: Producer | None = Producer({"bootstrap.servers": "mock:1", "test.mock.num.brokers": 1})
        broker = next(iter(self._owner.list_topics(timeout=5).brokers.values()))
        self.address = f"{broker.host}:{broker.port}"

    def end(self) -> None:
        self._owner = None
        gc.collect()


@contextmanager
def using(address: str, **more: Any) -> Iterator[None]:
    """Our settings name this broker; afterwards nothing is connected to it any more."""
    with override_settings(KAFKA={**settings.KAFKA, "BOOTSTRAP_SERVERS": address, **more}):
        kafka.disconnect()
        try:
            yield
        finally:
            kafka.disconnect()


def produce(topic: str, *values: bytes, headers: dict[str, str | bytes | None] | None = None) -> None:
    """As another program would."""
    producer = kafka.new_producer()
    for value in values:
        producer.produce(topic, value, headers=headers or {})
    assert producer.flush(10) == 0


def read(topic: str, count: int, seconds: float = 10) -> list[Message]:
    """The first ``count`` messages of a topic; fewer when no more came in time."""
    consumer = Consumer(kafka.configuration(**{"group.id": f"test-{topic}", "auto.offset.reset": "earliest"}))
    known = consumer.list_topics(topic, timeout=5).topics[topic]
    consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in known.partitions])
    found: list[Message] = []
    try:
        for _ in range(int(seconds * 2)):
            found += [message for message in consumer.consume(count - len(found), 0.5) if message.error() is None]
            if len(found) >= count:
                break
    finally:
        consumer.close()
    return found


def headers_of(message: Message) -> dict[str, str]:
    pairs: Any = message.headers() or []
    return {key: value.decode() for key, value in pairs}
