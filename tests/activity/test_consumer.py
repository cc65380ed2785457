"""From the topic into the table, against librdkafka's mock cluster (contract 8.2; reliability F11, F12)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Thread
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from confluent_kafka import Message
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from mobilegpt.accounts.models import User
from mobilegpt.activity import consumer as consuming
from mobilegpt.activity import queries, services, store
from mobilegpt.activity.commands import LogEvent
from mobilegpt.activity.consumer import Dead, LogConsumer, LogConsumers, checked, store_batch
from mobilegpt.activity.dead_letters import Replay
from mobilegpt.activity.models import ActivityLog
from mobilegpt.core.clock import now
from mobilegpt.core.errors import DomainError
from mobilegpt.kafka import client as kafka
from mobilegpt.lectures.models import Subtask
from tests import cast
from tests.kafka.mock import MockBroker, headers_of, produce, read, using

pytestmark = pytest.mark.django_db(transaction=True)
TOPIC, DEAD = "activity_logs", "activity_logs.dlt"


@pytest.fixture
def broker() -> Iterator[MockBroker]:
    made = MockBroker()
    store.forget_kept_ids()
    with using(made.address, WAIT_SECONDS=5):
        yield made
    made.end()


def message(user: User, **fields: Any) -> bytes:
    return msgspec.json.encode({"user_id": user.pk, "event_type": "CLICK", "event_id": str(uuid4()), **fields})


def stored(messages: list[Message]) -> list[Dead]:
    return store_batch(checked(messages))


def record(user: User, *events: LogEvent) -> services.Recorded:
    return services.record(actor=cast.actor(user), reports=services.read(actor=cast.actor(user), events=events))


def test_through_kafka_an_event_is_the_row_that_was_answered(broker: MockBroker, kim: User, step: Subtask) -> None:
    event = LogEvent(event_type="CLICK", data={"text": "010-1234-5678", "x": 3}, subtask=step.pk)
    recorded = record(kim, event, event)
    assert recorded.queued
    assert not ActivityLog.objects.exists()
    messages = read(TOPIC, 2)
    assert {message.key() for message in messages} == {str(kim.pk).encode()}
    assert b"1234" not in (messages[0].value() or b"")
    assert stored(messages) == []
    rows = list(ActivityLog.objects.order_by("id"))
    assert [row.pk for row in rows] == recorded.outcomes
    assert (rows[0].event_data, rows[0].subtask_id) == ({"text": "[전화번호]", "x": 3}, step.pk)
    assert rows[0].event_id != rows[1].event_id


def test_read_twice_is_stored_once(broker: MockBroker, kim: User) -> None:
    record(kim, *[LogEvent(event_type=str(number)) for number in range(50)])
    messages = read(TOPIC, 50)
    for some in (messages, messages, [*messages, *messages]):
        assert stored(some) == []
        assert ActivityLog.objects.count() == 50


def test_what_was_written_directly_meets_its_own_row(broker: MockBroker, kim: User) -> None:
    """Kafka did not confirm in time, and delivers all the same."""
    event = LogEvent(event_type="CLICK", event_id=uuid4())
    with using(broker.address, WAIT_SECONDS=0):
        recorded = record(kim, event)
    assert not recorded.queued
    assert ActivityLog.objects.get().pk == recorded.outcomes[0]
    assert stored(read(TOPIC, 1)) == []
    assert ActivityLog.objects.count() == 1


def test_a_retry_after_it_was_stored_has_the_same_id(broker: MockBroker, kim: User) -> None:
    event = LogEvent(event_type="CLICK", event_id=uuid4())
    first = record(kim, event)
    stored(read(TOPIC, 1))
    assert record(kim, event).outcomes == first.outcomes
    assert len(read(TOPIC, 2, seconds=1)) == 1


def test_other_producers_may_leave_out_what_we_add(broker: MockBroker, kim: User) -> None:
    value = {"user_id": kim.pk, "event_type": "touch", "event_data": {"text": "kim@example.com"}}
    produce(TOPIC, msgspec.json.encode(value))
    messages = read(TOPIC, 1)
    for _ in range(2):
        assert stored(messages) == []
    row = ActivityLog.objects.get()
    assert (row.event_type, row.event_data, row.timestamp) == ("touch", {"text": "[이메일]"}, None)
    assert row.pk >= 1


def test_a_wrong_clock_is_placed_on_the_way_through_kafka(broker: MockBroker, kim: User) -> None:
    sent: list[Any] = [100_000, "1970-01-01T00:02:10Z", "160000"]
    record(kim, *[LogEvent(event_type="CLICK", timestamp=time) for time in sent])
    stored(read(TOPIC, 3))
    rows = list(ActivityLog.objects.order_by("id"))
    assert [(row.received_at - (row.timestamp or now())).total_seconds() for row in rows] == [60, 30, 0]
    assert [row.sent_timestamp for row in rows] == [str(time) for time in sent]


@pytest.mark.parametrize("sent", [754321, "9999-12-31T00:00:00Z", "1970-01-01T00:00:00", -5])
def test_another_producers_wrong_clock_is_placed_where_it_arrived(broker: MockBroker, kim: User, sent: Any) -> None:
    produce(TOPIC, msgspec.json.encode({"user_id": kim.pk, "event_type": "A", "timestamp": sent, "received_at": sent}))
    messages = read(TOPIC, 1)
    assert stored(messages) == []
    row = ActivityLog.objects.get()
    assert row.timestamp == row.received_at
    assert row.sent_timestamp == str(sent)
    assert row.received_at.timestamp() * 1000 == messages[0].timestamp()[1]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "invalid"),
        (b"hello", "invalid"),
        (b"[]", "invalid"),
        (b'{"user_id": 1}', "invalid"),
        (b'{"user_id": %d, "event_type": "A", "event_data": {"t": "\xff"}}', "invalid"),
        (b'{"user_id": %d, "event_type": "A\\u0000"}', "invalid"),
        (b'{"user_id": %d, "event_type": "A", "timestamp": "yesterday"}', "invalid"),
        (b'{"user_id": %d, "event_type": "A", "sent_timestamp": "\\\\t"}', "invalid"),
        (b'{"user_id": %d, "event_type": "A", "event_data": {"n": 1e999}}', "invalid"),
        (b'{"user_id": %d, "event_type": "A", "event_data": ' + b'{"a":' * 3000 + b"1" + b"}" * 3001, "invalid"),
        (b'{"user_id": %d, "event_type": "A", "event_data": {"t": "' + b"a" * 270_000 + b'"}}', "invalid"),
        (b'{"user_id": 999999, "event_type": "A"}', "unknown_user"),
        (b'{"user_id": %d, "event_type": "A", "subtask_id": 999999}', "unknown_subtask"),
    ],
)
def test_poison_is_told_from_what_stands_beside_it(broker: MockBroker, kim: User, value: bytes, reason: str) -> None:
    produce(TOPIC, message(kim), value.replace(b"%d", str(kim.pk).encode()), message(kim))
    dead = stored(read(TOPIC, 3))
    assert [one.reason for one in dead] == [reason]
    assert ActivityLog.objects.count() == 2


def test_one_row_that_the_database_refuses_is_found_among_many(broker: MockBroker, kim: User) -> None:
    """Another event under an id that is taken."""
    record(kim, LogEvent(event_type="FIRST"))
    stored(read(TOPIC, 1))
    taken = ActivityLog.objects.get().pk
    produce(TOPIC, *[message(kim) for _ in range(20)], message(kim, log_id=taken), message(kim))
    dead = stored(read(TOPIC, 23))
    assert [one.reason for one in dead] == ["refused"]
    assert ActivityLog.objects.count() == 22
    assert ActivityLog.objects.get(pk=taken).event_type == "FIRST"


def test_an_account_that_is_gone_when_the_log_is_written_directly(kim: User) -> None:
    actor = cast.actor(kim)
    kim.delete()
    with pytest.raises(DomainError) as refused:
        services.record(actor=actor, reports=services.read(actor=actor, events=[LogEvent(event_type="CLICK")]))
    assert refused.value.code == "UNAUTHENTICATED"


def test_a_step_that_is_deleted_meanwhile_leaves_the_log(
    kim: User, step: Subtask, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = queries.insert

    def deleting(entries: Any) -> set[int]:
        Subtask.objects.filter(pk=step.pk).delete()
        monkeypatch.setattr(queries, "insert", real)
        return real(entries)

    monkeypatch.setattr(queries, "insert", deleting)
    recorded = record(kim, LogEvent(event_type="CLICK", subtask_id=step.pk))
    assert ActivityLog.objects.get().pk == recorded.outcomes[0]


def consume(messages: int) -> LogConsumer:
    """Run a consumer until it has seen to so many."""
    consumer = LogConsumer()

    def run() -> None:
        try:
            consumer.run()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    deadline = time.monotonic() + 30
    while consumer.counts.stored + consumer.counts.dead < messages and time.monotonic() < deadline:
        time.sleep(0.05)
    consumer.stop()
    thread.join(10)
    assert consumer.counts.stored + consumer.counts.dead == messages
    return consumer


def test_the_consumer_stores_the_good_and_puts_the_bad_aside(broker: MockBroker, kim: User) -> None:
    produce(TOPIC, *[message(kim) for _ in range(30)], b"poison", *[message(kim) for _ in range(10)])
    counts = consume(41).counts
    assert (counts.stored, counts.dead) == (40, 1)
    assert ActivityLog.objects.count() == 40
    (letter,) = read(DEAD, 1)
    headers = headers_of(letter)
    assert letter.value() == b"poison"
    assert (headers["reason"], headers["topic"]) == ("invalid", TOPIC)
    assert headers["partition"].isdigit()
    assert headers["offset"].isdigit()
    assert headers["detail"]


def test_a_database_that_is_away_for_a_moment_loses_nothing(
    broker: MockBroker, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read ahead of the batch that failed comes again behind it."""
    produce(TOPIC, *[message(kim) for _ in range(30)])
    real, failures = store.save, [OperationalError("gone"), OperationalError("gone")]

    def failing(entries: Any) -> None:
        if failures:
            raise failures.pop()
        real(entries)

    monkeypatch.setattr(store, "save", failing)
    monkeypatch.setattr(consuming, "_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(consuming, "_AT_ONCE", 7)
    consume(30)
    assert failures == []
    assert ActivityLog.objects.count() == 30


def test_dead_letters_come_back_once_their_reason_is_gone(broker: MockBroker, kim: User) -> None:
    produce(TOPIC, message(kim, user_id=kim.pk + 1), b"poison", b"x" * 950_000)
    consume(3)
    letters = read(DEAD, 3)
    assert sorted(headers_of(letter)["reason"] for letter in letters) == ["invalid", "invalid", "unknown_user"]
    assert [headers_of(letter).get("cut") for letter in letters if len(letter.value() or b"") == 50_000] == ["950000"]

    assert cast.student_lee().pk == kim.pk + 1
    trial, _ = Replay(for_real=False).run()
    assert trial == {"unknown_user": 1, "invalid": 1}
    brought, left = Replay(for_real=True).run()
    assert (brought, left) == (trial, {"cut": 1})
    assert Replay(for_real=True).run()[0].total() == 0

    consume(2)
    assert ActivityLog.objects.get().user_id == kim.pk + 1
    origins = {headers_of(letter).get("origin") for letter in read(DEAD, 4)} - {None}
    assert len(origins) == 1


def test_the_commands_need_a_broker() -> None:
    for command in ("run_kafka_consumer", "replay_dead_letters"):
        with pytest.raises(CommandError):
            call_command(command)


def test_replay_as_a_command(broker: MockBroker, capsys: pytest.CaptureFixture[str]) -> None:
    headers: dict[str, str | bytes | None] = {"reason": "invalid", "topic": TOPIC, "partition": "0", "offset": "1"}
    produce(DEAD, b"1", b"1", headers=headers)
    call_command("replay_dead_letters", "--dry-run")
    assert "1 dead letters" in capsys.readouterr().out
    call_command("replay_dead_letters")
    out = capsys.readouterr().out
    assert "invalid: 1" in out
    assert "left, repeated: 1" in out
    assert [message.value() for message in read(settings.KAFKA["ACTIVITY_TOPIC"], 1)] == [b"1"]
    assert kafka.state() == "healthy"


def test_several_members_share_the_work_and_end_together(broker: MockBroker, kim: User) -> None:
    produce(TOPIC, *[message(kim) for _ in range(40)], b"poison")
    told: list[int] = []
    consumers = LogConsumers(2, lambda counts: told.append(counts.stored + counts.dead))
    thread = Thread(target=consumers.run)
    thread.start()
    deadline = time.monotonic() + 30
    while consumers.counts.stored + consumers.counts.dead < 41 and time.monotonic() < deadline:
        time.sleep(0.05)
    consumers.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert (consumers.counts.stored, consumers.counts.dead) == (40, 1)
    assert told[-1] == 41
    assert ActivityLog.objects.count() == 40


def test_a_member_that_fails_stops_the_others_and_is_heard_of(
    broker: MockBroker, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(batch: Any) -> None:
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(consuming, "store_batch", broken)
    produce(TOPIC, message(kim))
    with pytest.raises(ValueError, match="a mistake of ours"):
        LogConsumers(2).run()
