"""From Kafka's topic into the table: every event once, whatever dies in between (reliability F11, F12; P25).

An offset is stored after its row is committed: what is read twice meets its own row. What can never be stored goes to
the dead letters with its reason, and stops nobody. When the database or the broker does not take something, the batch
is read again a little later. While the database writes one batch, the next is read and checked beside it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import structlog
from django.conf import settings
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connections
from msgspec.structs import replace

from mobilegpt.accounts.selectors import existing_accounts
from mobilegpt.activity import store
from mobilegpt.activity.dead_letters import DeadLetters, NotTaken, origin_of
from mobilegpt.activity.entry import Entry, Missing, decode
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError
from mobilegpt.kafka import client as kafka
from mobilegpt.lectures.queries import lectures_of_steps

if TYPE_CHECKING:
    from confluent_kafka import Message, TopicPartition

log = structlog.get_logger(__name__)

MOST_BYTES = 1_000_000
_AT_ONCE = 8000
_WAIT_SECONDS = 0.1
_PAUSE_SECONDS = 1.0
_CHECKS = 3


class DecodedMessage(NamedTuple):
    """A message and the row that it becomes."""

    message: Message
    entry: Entry


class Dead(NamedTuple):
    """A message that cannot be stored. ``reason`` is a code."""

    message: Message
    reason: str
    detail: str = ""


class Batch(NamedTuple):
    """Messages that came together, and what becomes of them."""

    messages: list[Message]
    arrivals: list[DecodedMessage]
    dead: list[Dead]


@dataclass(slots=True)
class Counts:
    """Since the start. ``stored`` counts events that were there already, too."""

    stored: int = 0
    dead: int = 0


class LogConsumer:
    """One member of the consumers' group. ``run`` returns after ``stop``; what is read by then and not stored, another
    member reads again."""

    def __init__(self, told: Callable[[Counts], None] | None = None) -> None:
        from confluent_kafka import Consumer

        self.counts = Counts()
        self._told = told
        self._stopping = threading.Event()
        self._dead_letters = DeadLetters()
        self._reader = ThreadPoolExecutor(1, "activity-reader")
        self._ahead: Future[Batch] | None = None
        self._consumer = Consumer(
            kafka.configuration(
                **{
                    "group.id": f"{settings.KAFKA['GROUP']}-activity",
                    "auto.offset.reset": "earliest",
                    "enable.auto.offset.store": False,
                    "auto.commit.interval.ms": 1000,
                    "partition.assignment.strategy": "cooperative-sticky",
                    "session.timeout.ms": 10_000,
                    "fetch.wait.max.ms": 50,
                }
            )
        )
        self._consumer.subscribe([settings.KAFKA["ACTIVITY_TOPIC"]])

    def stop(self) -> None:
        self._stopping.set()

    def run(self, until_idle: float | None = None) -> None:
        """Until ``stop``, or until nothing has come for ``until_idle`` seconds."""
        last = time.monotonic()
        try:
            while not self._stopping.is_set():
                if self.step():
                    last = time.monotonic()
                elif until_idle is not None and time.monotonic() - last >= until_idle:
                    return
        finally:
            self.close()

    def close(self) -> None:
        """Commit the offsets that are stored, and leave the group."""
        self._reader.shutdown()
        self._consumer.close()

    def step(self) -> int:
        """Store what has come, after a moment at most. Returns the number of messages."""
        batch = self._next()
        if not batch.messages:
            return 0
        try:
            dead = store_batch(batch)
            self._dead_letters.add([_letter(one) for one in dead])
        except (OperationalError, InterfaceError, NotTaken) as error:
            log.warning("activity_waits", error=type(error).__name__, messages=len(batch.messages))
            self._read_again(batch.messages)
            return 0
        self._done_with(batch.messages)
        self.counts.stored += len(batch.messages) - len(dead)
        self.counts.dead += len(dead)
        if self._told is not None:
            self._told(self.counts)
        return len(batch.messages)

    def _next(self) -> Batch:
        """What was read ahead; the reader goes on."""
        batch = (self._ahead or self._reader.submit(self._read)).result()
        self._ahead = self._reader.submit(self._read)
        return batch

    def _read(self) -> Batch:
        return checked([message for message in self._consumer.consume(_AT_ONCE, _WAIT_SECONDS) if _is_message(message)])

    def _done_with(self, messages: Sequence[Message]) -> None:
        from confluent_kafka import KafkaException

        try:
            self._consumer.store_offsets(offsets=_places(messages, last=True))
        except KafkaException as error:  # the partition is somebody else's by now; they meet our rows
            log.info("activity_partition_lost", reason=str(error))

    def _read_again(self, messages: list[Message]) -> None:
        """From the first of them, with what was read after them."""
        from confluent_kafka import KafkaException

        connections.close_all()
        if self._ahead is not None:
            messages = messages + self._ahead.result().messages
            self._ahead = None
        for place in _places(messages, last=False):
            try:
                self._consumer.seek(place)
            except KafkaException as error:
                log.info("activity_partition_lost", reason=str(error))
        self._stopping.wait(_PAUSE_SECONDS)


class LogConsumers:
    """Several members of the group in one process: while one waits for the disk, another reads and writes."""

    def __init__(self, members: int, told: Callable[[Counts], None] | None = None) -> None:
        self._told = told
        self._members = [LogConsumer(self._tell) for _ in range(members)]

    @property
    def counts(self) -> Counts:
        """Of all of them."""
        each = [member.counts for member in self._members]
        return Counts(sum(one.stored for one in each), sum(one.dead for one in each))

    def stop(self) -> None:
        for member in self._members:
            member.stop()

    def run(self, until_idle: float | None = None) -> None:
        """As ``LogConsumer.run``. When one of them fails, the others stop as well, and its error is raised."""
        with ThreadPoolExecutor(len(self._members), "activity-member") as pool:
            running = [pool.submit(self._run_member, member, until_idle) for member in self._members]
            try:
                for future in as_completed(running):
                    future.result()
            finally:
                self.stop()

    @staticmethod
    def _run_member(member: LogConsumer, until_idle: float | None) -> None:
        try:
            member.run(until_idle)
        finally:
            connections.close_all()

    def _tell(self, _: Counts) -> None:
        if self._told is not None:
            self._told(self.counts)


def checked(messages: list[Message]) -> Batch:
    """What can become a row, and what cannot, as far as the messages tell."""
    batch = Batch(messages, [], [])
    for message in messages:
        value = message.value() or b""
        if len(value) > MOST_BYTES:
            batch.dead.append(Dead(message, "too_large", f"{len(value)} bytes"))
            continue
        try:
            batch.arrivals.append(DecodedMessage(message, decode(value, partial(_missing, message))))
        except DomainError as refusal:
            batch.dead.append(Dead(message, "invalid", refusal.message))
    return batch


def store_batch(batch: Batch) -> list[Dead]:
    """Commit the row of every message that has one. Returns the others. Raises what a database that is away raises."""
    return batch.dead + _store(_numbered(batch.arrivals), _CHECKS)


def _missing(message: Message) -> Missing:
    """The same however often the message is read."""
    _, milliseconds = message.timestamp()
    at = datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds > 0 else now()
    return Missing(at, uuid5(NAMESPACE_URL, f"kafka:{origin_of(message)}"))


def _numbered(arrivals: list[DecodedMessage]) -> list[DecodedMessage]:
    """Ids for what another producer sent without one."""
    without = [index for index, arrival in enumerate(arrivals) if arrival.entry.id == 0]
    for index, number in zip(without, store.allocate(len(without)) if without else (), strict=True):
        message, entry = arrivals[index]
        arrivals[index] = DecodedMessage(message, replace(entry, id=number))
    return arrivals


def _store(arrivals: list[DecodedMessage], checks: int) -> list[Dead]:
    """One transaction for all; when the database refuses it, halves of it, down to the row that is to blame."""
    arrivals, dead = _with_references(arrivals)
    if not arrivals:
        return dead
    try:
        store.save([arrival.entry for arrival in arrivals])
    except (DataError, IntegrityError) as refusal:
        if checks and isinstance(
            refusal, IntegrityError
        ):  # perhaps an account or a step was deleted between the check and the commit
            return dead + _store(arrivals, checks - 1)
        if len(arrivals) == 1:
            return [*dead, Dead(arrivals[0].message, "refused", str(refusal).splitlines()[0])]
        half = len(arrivals) // 2
        return dead + _store(arrivals[:half], 0) + _store(arrivals[half:], 0)
    return dead


def _with_references(arrivals: list[DecodedMessage]) -> tuple[list[DecodedMessage], list[Dead]]:
    """Those whose account and step exist; two queries."""
    users = existing_accounts({arrival.entry.user_id for arrival in arrivals})
    steps = {arrival.entry.subtask_id for arrival in arrivals if arrival.entry.subtask_id is not None}
    known = lectures_of_steps(steps) if steps else {}
    kept: list[DecodedMessage] = []
    dead: list[Dead] = []
    for arrival in arrivals:
        if arrival.entry.user_id not in users:
            dead.append(Dead(arrival.message, "unknown_user", str(arrival.entry.user_id)))
        elif arrival.entry.subtask_id is not None and arrival.entry.subtask_id not in known:
            dead.append(Dead(arrival.message, "unknown_subtask", str(arrival.entry.subtask_id)))
        else:
            kept.append(arrival)
    return kept, dead


def _is_message(message: Message) -> bool:
    error = message.error()
    if error is not None:
        log.warning("kafka_consumer", error=str(error))
    return error is None


def _letter(dead: Dead) -> tuple[Message, str, str]:
    log.warning("activity_dead_letter", reason=dead.reason, detail=dead.detail[:200], origin=origin_of(dead.message))
    return dead.message, dead.reason, dead.detail


def _places(messages: Sequence[Message], *, last: bool) -> list[TopicPartition]:
    """Where each partition goes on after these messages, or where they began."""
    from confluent_kafka import TopicPartition

    # Of a partition the messages come in order; what is put into the dictionary last, wins.
    chosen = {message.partition(): message for message in (messages if last else reversed(messages))}
    places = []
    for partition, message in chosen.items():
        topic, offset = message.topic(), message.offset()
        assert topic is not None
        assert partition is not None
        assert offset is not None
        places.append(TopicPartition(topic, partition, offset + 1 if last else offset))
    return places
