"""Messages that could not be stored: kept in a topic of their own with the reason, and brought back from there (F11).

Headers of a dead letter: ``reason`` (a code), ``detail``, and where the message was: ``topic``, ``partition``,
``offset``. A value that is too large for the topic is cut; ``cut`` tells its length, and it cannot be brought back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from django.conf import settings

from mobilegpt.kafka import client as kafka

if TYPE_CHECKING:
    from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

_MOST_BYTES = 900_000
_CUT_TO = 50_000
_FLUSH_SECONDS = 10.0
_READ_SECONDS = 5.0
_AT_ONCE = 500


class NotTaken(Exception):
    """The broker did not confirm; try again later."""


class DeadLetters:
    """Writes dead letters. ``add`` returns when the broker has them."""

    def __init__(self) -> None:
        self._sender: _Sender | None = None

    def add(self, letters: Sequence[tuple[Message, str, str]]) -> None:
        """Each with its reason and detail. Raises ``NotTaken``."""
        if not letters:
            return
        self._sender = self._sender or _Sender()
        for message, reason, detail in letters:
            value, headers = message.value() or b"", _headers(message, reason, detail)
            if len(value) > _MOST_BYTES:
                value, headers["cut"] = value[:_CUT_TO], str(len(value))
            self._sender.send(settings.KAFKA["DEAD_LETTER_TOPIC"], message.key(), value, headers)
        self._sender.wait()


class Replay:
    """Everything in the dead letters that was not brought back before, up to where the topic ends now.

    A message that still cannot be stored becomes a dead letter again. Without ``for_real`` nothing moves.
    """

    def __init__(self, *, for_real: bool) -> None:
        from confluent_kafka import Consumer

        self._for_real = for_real
        self._topic: str = settings.KAFKA["DEAD_LETTER_TOPIC"]
        self._consumer: Consumer = Consumer(
            kafka.configuration(
                **{
                    "group.id": f"{settings.KAFKA['GROUP']}-dead-letters",
                    "enable.auto.commit": False,
                    "auto.offset.reset": "earliest",
                }
            )
        )
        self._starts, self._ends = self._bounds()
        self.total = sum(self._ends[start.partition] - start.offset for start in self._starts)

    def run(self, told: Callable[[int], None] | None = None) -> tuple[Counter[str], Counter[str]]:
        """Bring them back. Returns how many of each reason, and how many were left, by why. Raises ``NotTaken``."""
        brought: Counter[str] = Counter()
        left: Counter[str] = Counter()
        seen: set[str] = set()
        sender = _Sender() if self._for_real and self.total else None
        for messages in self._read():
            for message in messages:
                why_not = self._why_not(message, seen)
                if why_not:
                    left[why_not] += 1
                    continue
                brought[_header(message, "reason") or "unknown"] += 1
                if sender is not None:
                    topic = _header(message, "topic")
                    sender.send(topic, message.key(), message.value() or b"", {"origin": origin_of(message)})
            if sender is not None:
                sender.wait()
                self._consumer.commit(message=messages[-1], asynchronous=False)
            if told is not None:
                told(len(messages))
        self._consumer.close()
        return brought, left

    def _why_not(self, message: Message, seen: set[str]) -> str:
        if _header(message, "cut"):
            return "cut"
        if _header(message, "topic") != settings.KAFKA["ACTIVITY_TOPIC"]:
            return "from another topic"
        origin = origin_of(message)
        if origin in seen:  # a consumer was killed after it had sent the letter, and sent it again
            return "repeated"
        seen.add(origin)
        return ""

    def _bounds(self) -> tuple[list[TopicPartition], dict[int, int]]:
        from confluent_kafka import KafkaException, TopicPartition

        try:
            known = self._consumer.list_topics(self._topic, timeout=_READ_SECONDS).topics[self._topic]
        except KafkaException as error:
            raise NotTaken(str(error)) from None
        partitions = [TopicPartition(self._topic, number) for number in known.partitions]
        ends, starts = {}, []
        for place in self._consumer.committed(partitions, timeout=_READ_SECONDS) if partitions else []:
            low, high = self._consumer.get_watermark_offsets(place, timeout=_READ_SECONDS)
            start = max(low, place.offset) if place.offset >= 0 else low
            ends[place.partition] = high
            if start < high:
                starts.append(TopicPartition(self._topic, place.partition, start))
        return starts, ends

    def _read(self) -> Iterator[list[Message]]:
        """Batches of one partition each."""
        for start in self._starts:
            self._consumer.assign([start])
            offset, end = start.offset, self._ends[start.partition]
            while offset < end:
                messages = [
                    message
                    for message in self._consumer.consume(min(_AT_ONCE, end - offset), _READ_SECONDS)
                    if message.error() is None
                ]
                if not messages:
                    raise NotTaken("the dead letters cannot be read")
                offset = (messages[-1].offset() or 0) + 1
                yield messages


class _Sender:
    """A producer whose messages are waited for together."""

    def __init__(self) -> None:
        self._producer = kafka.new_producer()
        self._failed: list[str] = []

    def send(self, topic: str, key: str | bytes | None, value: bytes, headers: dict[str, str]) -> None:
        self._producer.produce(topic, value, key, on_delivery=self._report, headers=dict(headers))

    def wait(self) -> None:
        """Raises ``NotTaken`` when one of them was not confirmed."""
        left = self._producer.flush(_FLUSH_SECONDS)
        failed, self._failed = self._failed, []
        if left or failed:
            raise NotTaken(failed[0] if failed else "no confirmation in time")

    def _report(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._failed.append(str(error))


def origin_of(message: Message) -> str:
    """``topic:partition:offset`` where a message first was: the same after it was brought back."""
    known = _header(message, "origin")
    if known:
        return known
    if _header(message, "reason"):  # a dead letter: of where it comes from
        return f"{_header(message, 'topic')}:{_header(message, 'partition')}:{_header(message, 'offset')}"
    return f"{message.topic()}:{message.partition()}:{message.offset()}"


def _headers(message: Message, reason: str, detail: str) -> dict[str, str]:
    headers = {
        "reason": reason,
        "detail": detail[:500],
        "topic": str(message.topic()),
        "partition": str(message.partition()),
        "offset": str(message.offset()),
    }
    origin = _header(message, "origin")
    return {**headers, "origin": origin} if origin else headers


def _header(message: Message, name: str) -> str:
    headers = message.headers() or []
    pairs = headers.items() if isinstance(headers, dict) else headers
    for key, value in pairs:
        if key == name:
            return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
    return ""
