"""Kafka and consumers that die, hang and come back, under load (reliability F10, F11, F12, in short form)."""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from tests.kafka.installation import Installation, Load, Table, settings_of, state_of, until
from tests.kafka.mock import headers_of, read, using
from tests.server.process import running
from tools import kafka as real_kafka
from tools.with_postgres import private_postgres

pytestmark = pytest.mark.kafka
TOPIC, DEAD = "activity_logs", "activity_logs.dlt"
_SERVE = [".venv/bin/python", "manage.py", "serve", "--host", "127.0.0.1", "--port", "{port}"]


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """The broker is not running yet."""
    if not real_kafka.available():
        pytest.skip("Java and Maven are needed")
    with tempfile.TemporaryDirectory(prefix="kafka-faults-") as name, private_postgres() as database:
        folder = Path(name)
        broker = real_kafka.Broker(folder / "broker")
        made = Installation(Table(database), broker, folder, settings_of(database, broker, folder / "data"))
        made.manage("migrate", "-v0")
        made.manage("create_sample_data")
        try:
            yield made
        finally:
            made.end()
            broker.kill()


@pytest.fixture
def clean(installation: Installation) -> Iterator[Installation]:
    installation.table.clear()
    yield installation
    installation.end()


def _tokens(url: str, count: int) -> list[str]:
    accounts = [{"email": f"student{number}@test.com", "password": "test1234"} for number in range(1, count + 1)]
    return [httpx.post(f"{url}/api/auth/login", json=one, timeout=20).json()["access"] for one in accounts]


def test_kafka_that_dies_or_hangs_costs_nobody_anything(clean: Installation) -> None:
    """F10: absent at the start, kill -9, SIGSTOP, and back each time, under 500 events a second."""
    broker, table = clean.broker, clean.table
    options = {name: clean.settings[name] for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "LOG_LEVEL")}
    with running(_SERVE, clean.folder / "data", clean.folder / "server.log", **options) as server:
        load = Load(server.url, _tokens(server.url, 5), batch=20, every=0.2)
        with load.running():
            load.wait_until("SAVED", 5)
            assert _refused(broker.port)

            broker.start()
            clean.consumer()
            load.wait_until("QUEUED", 15)
            time.sleep(2)

            broker.kill()
            killed = time.monotonic()
            assert _refused(broker.port)
            opened = [load.wait_until("SAVED", 5, killed)]
            time.sleep(2)
            broker.start()
            load.wait_until("QUEUED", 20)
            time.sleep(1)

            broker.signal(signal.SIGSTOP)
            stopped = time.monotonic()
            until(lambda: state_of(broker.pid) == "T", 1)
            opened.append(load.wait_until("SAVED", 5, stopped))
            time.sleep(3)
            broker.signal(signal.SIGCONT)
            load.wait_until("QUEUED", 20)
            time.sleep(1)
        acked = load.acked
        caught_up = until(lambda: table.count() >= len(acked), 60)

    stored = table.event_ids()
    _tell(
        f"{len(acked)} acked, p50 {load.percentile(0.5) * 1000:.0f} ms, p99 {load.percentile(0.99) * 1000:.0f} ms, "
        f"breaker {[round(one, 2) for one in opened]} s, caught up in {caught_up:.1f} s"
    )
    assert Counter(sent.status for sent in load.sent).keys() == {201}
    assert len(stored) == len(set(stored))
    assert set(acked) - set(stored) == set()
    assert max(opened) <= 2
    assert load.percentile(0.99) <= 0.5


_GARBAGE = (
    b"not json",
    b'{"user_id": %d, "event_type": "A", "event_data": {"t": "\xff\xfe"}}',
    b'{"user_id": %d, "event_type": "A", "event_data": {"t": "\\u0000"}}',
    b'{"user_id": 987654321, "event_type": "A"}',
    b'{"user_id": %d, "event_type": "A", "subtask_id": 987654321}',
    b'{"user_id": %d, "event_type": "A", "timestamp": "yesterday"}',
    b"x" * 5_000_000,
)


def test_poison_stops_no_partition_and_can_be_brought_back(clean: Installation) -> None:
    """F11: one in a hundred is garbage."""
    _up(clean)
    _topic_for_large_messages(clean.broker.address)
    user, *_ = clean.table.user_ids()
    next_user = max(row[0] for row in clean.table.ask("SELECT id FROM accounts_user")) + 1
    good = [_message(user, "PICK") for _ in range(3000)]
    garbage = [_GARBAGE[number % len(_GARBAGE)].replace(b"%d", b"%d" % user) for number in range(28)]
    early = [_message(next_user, "PICK") for _ in range(3)]
    mixed = [*good, *garbage, *early]
    random.Random(1).shuffle(mixed)
    clean.consumer()
    _produce(clean.broker.address, mixed)
    until(lambda: clean.table.count("PICK") >= 1, 30)
    took = until(lambda: clean.table.count("PICK") >= 3000, 5)

    with using(clean.broker.address):
        letters = read(DEAD, 31, seconds=10)
        headers = [headers_of(letter) for letter in letters]
    reasons = Counter(each["reason"] for each in headers)
    _tell(f"3000 good rows in {took:.1f} s, dead letters {dict(reasons)}")
    assert reasons == {"invalid": 16, "unknown_user": 7, "unknown_subtask": 4, "too_large": 4}
    assert all(each["topic"] == TOPIC and each["partition"].isdigit() and each["offset"].isdigit() for each in headers)

    clean.table.ask(
        "INSERT INTO accounts_user SELECT (jsonb_populate_record(u, jsonb_build_object("
        f"'id', {next_user}, 'email', 'new@example.com', 'phone', null))).* "
        f"FROM accounts_user u WHERE id = {user} RETURNING 1"
    )
    assert "27 dead letters" in clean.manage("replay_dead_letters", "--dry-run")
    assert "left, cut: 4" in clean.manage("replay_dead_letters")
    until(lambda: clean.table.count("PICK") >= 3003, 30)  # whoever shares the machine with Kafka may be slow
    assert clean.table.count("PICK") == 3003
    with using(clean.broker.address):
        assert len(read(DEAD, 31 + 24, seconds=10)) == 31 + 24


def test_consumers_that_are_killed_lose_nothing_and_double_nothing(clean: Installation) -> None:
    """F12: kill -9 again and again, two of them at once, and one that sleeps longer than it may."""
    _up(clean)
    user, *_ = clean.table.user_ids()
    impatient = {"KAFKA_OPTIONS": "session.timeout.ms=6000,max.poll.interval.ms=6000,heartbeat.interval.ms=500"}
    consumers = [clean.consumer(**impatient) for _ in range(2)]
    sent, dice = 0, random.Random(2)
    for _ in range(6):
        sent += _produce(clean.broker.address, [_message(user, "TURN") for _ in range(2500)])
        time.sleep(dice.uniform(0.2, 1.2))
        victim = dice.randrange(2)
        consumers[victim].kill()
        assert consumers[victim].wait(5) == -signal.SIGKILL
        consumers[victim] = clean.consumer(**impatient)
    until(lambda: clean.table.count("TURN") > sent // 2, 40)

    sleeper = consumers[0]
    os.kill(sleeper.pid, signal.SIGSTOP)
    until(lambda: state_of(sleeper.pid) == "T", 1)
    sent += _produce(clean.broker.address, [_message(user, "TURN") for _ in range(2500)])
    time.sleep(8)
    os.kill(sleeper.pid, signal.SIGCONT)
    sent += _produce(clean.broker.address, [_message(user, "TURN") for _ in range(2500)])
    took = until(lambda: clean.table.count("TURN") >= sent, 60)
    time.sleep(1)
    stored = clean.table.event_ids("TURN")
    _tell(f"{sent} events over 6 kills and a pause, the last after {took:.1f} s")
    assert len(stored) == len(set(stored)) == sent


def _tell(figures: str) -> None:
    """Beside the green dot, for who runs with ``-s``."""
    sys.stderr.write(f"\n{figures}\n")


def _up(installation: Installation) -> None:
    if _refused(installation.broker.port):
        installation.broker.start()


def _refused(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _message(user: int, event_type: str) -> bytes:
    return msgspec.json.encode({"user_id": user, "event_type": event_type, "event_id": str(uuid4())})


def _topic_for_large_messages(address: str) -> None:
    """As an operator does who expects large messages; ours are never that large."""
    from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource  # type: ignore[attr-defined]

    client = AdminClient({"bootstrap.servers": address})
    if TOPIC not in client.list_topics(timeout=10).topics:
        client.create_topics([NewTopic(TOPIC)])[TOPIC].result(10)
    entry = ConfigEntry("max.message.bytes", "8000000", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ConfigResource.Type.TOPIC, TOPIC, incremental_configs=[entry])
    for future in client.incremental_alter_configs([resource]).values():
        future.result(10)


def _produce(address: str, values: list[bytes]) -> int:
    producer = Producer({"bootstrap.servers": address, "message.max.bytes": 8_000_000})
    failed: list[str] = []
    for number, value in enumerate(values):
        key = str(number % 50)
        producer.produce(TOPIC, value, key, on_delivery=lambda error, _: failed.append(str(error)) if error else None)
        producer.poll(0)
    assert producer.flush(30) == 0
    assert failed == []
    return len(values)
