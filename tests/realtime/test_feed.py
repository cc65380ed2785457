"""Events of other processes: each once, whichever way they come, and none without somebody here who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import msgspec
import pytest
from pytest_django import Settings
from structlog.testing import capture_logs

from mobilegpt.events import streams
from mobilegpt.events.broker import Alone, Broker, Hear
from mobilegpt.events.broker_messages import Counted, broker_messages_of, encode_broker_message
from mobilegpt.events.event import Envelope
from mobilegpt.events.models import StreamEntry
from mobilegpt.realtime import feed as feed_module
from mobilegpt.realtime.feed import Feed, chosen_broker
from mobilegpt.realtime.hub import Hub
from tests.realtime.sample import Listener, noted, ticked

OTHER = "another process"
COUNTED = Counted(OTHER, "session:5", 3, [1, 2], [1, 2, 4])


class Wire:
    """A broker whose other end is the test."""

    connected = True

    def __init__(self) -> None:
        self.topics: set[str] = set()
        self.told: list[tuple[str, bytes]] = []
        self.hear: Hear

    async def start(self, hear: Hear, changed: Callable[[], None]) -> None:
        self.hear = hear

    async def stop(self) -> None:
        """Nothing was begun."""

    def tell(self, messages: Iterable[tuple[str, bytes]]) -> None:
        self.told += messages

    def listen(self, topic: str) -> None:
        self.topics.add(topic)

    def ignore(self, topic: str) -> None:
        self.topics.discard(topic)

    async def listening(self, topics: Iterable[str]) -> None:
        """At once."""


class Process:
    """A feed with what it delivered."""

    def __init__(self, broker: Broker) -> None:
        self.delivered: list[Envelope] = []
        self.counted: list[Counted] = []
        self.feed = Feed(broker, self.delivered.append, self.counted.append)

    def places(self) -> list[tuple[str | None, int | None, tuple[str, ...]]]:
        return [(one.stream, one.seq, one.topics) for one in self.delivered]


async def process(wire: Wire) -> Process:
    made = Process(wire)
    await made.feed.start()
    return made


async def test_own_events_are_delivered_and_told_once_for_each_topic() -> None:
    here, there = Wire(), Wire()
    one, other = await process(here), await process(there)
    one.feed.publish([ticked(1), noted(7)])
    await asyncio.sleep(0)
    assert one.places() == [("room:1", 1, ()), (None, None, ("room:1", "lecture:1"))]
    assert [topic for topic, _ in here.told] == ["room:1", "room:1", "lecture:1"]
    for topic, message in broker_messages_of([ticked(1), noted(7)], OTHER):
        there.hear(topic, message)
    assert other.places() == [("room:1", 1, ()), (None, None, ("room:1",)), (None, None, ("lecture:1",))]
    assert [one.event for one in other.delivered] == [ticked(1).event, noted(7).event, noted(7).event]


async def test_nothing_is_told_while_nobody_can_hear() -> None:
    wire = Wire()
    wire.connected = False
    one = await process(wire)
    one.feed.publish([ticked(1)])
    await asyncio.sleep(0)
    assert (len(one.delivered), wire.told) == (1, [])


async def test_what_this_process_told_itself_is_not_heard_again() -> None:
    wire = Wire()
    one = await process(wire)
    one.feed.publish([noted(7)])
    await asyncio.sleep(0)
    for topic, message in wire.told:
        wire.hear(topic, message)
    assert len(one.delivered) == 1


async def test_an_event_without_a_number_that_comes_twice_is_delivered_once() -> None:
    wire = Wire()
    one = await process(wire)
    for _ in range(2):
        for topic, message in broker_messages_of([noted(7)], OTHER):
            wire.hear(topic, message)
    assert one.places() == [(None, None, ("room:1",)), (None, None, ("lecture:1",))]


async def test_counts_and_words_of_another_version() -> None:
    wire = Wire()
    one = await process(wire)
    with capture_logs() as logs:
        wire.hear("session-staff:5", encode_broker_message(COUNTED))
        wire.hear("room:1", b"no message")
        ((_, message),) = broker_messages_of([ticked(1)], OTHER)
        wire.hear("room:1", message.replace(b"Ticked", b"Future"))
    assert (one.counted, one.delivered) == ([COUNTED], [])
    assert [entry["event"] for entry in logs] == ["unknown_broker_message", "unknown_broker_message"]


def foreign(seq: int | None, *, topics: str = "") -> StreamEntry:
    return StreamEntry.objects.create(
        stream=None if seq is None else "room:1",
        epoch=None if seq is None else "e",
        seq=seq,
        topics=topics,
        event_id=f"{seq}{topics}",
        event_type="Ticked" if seq is not None else "Noted",
        payload=b'{"room":1,"number":1}' if seq is not None else b'{"room":1,"about":7}',
        origin=OTHER,
    )


@pytest.mark.django_db(transaction=True)
async def test_the_table_gives_what_nobody_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbered events that somebody follows here, plain ones that were not heard, and nothing else."""
    monkeypatch.setattr(feed_module, "LOOK_BESIDE_BROKER_SECONDS", 0.05)
    wire = Wire()
    one = await process(wire)
    hub = Hub(_nothing, wire)
    hub.follow(Listener(), ["room:1"])
    follower = await asyncio.to_thread(streams.Follower)
    rows = [await asyncio.to_thread(foreign, 1)]
    rows += [await asyncio.to_thread(foreign, None, topics=topics) for topics in ("room:1 lecture:1", "lecture:2")]
    heard = Envelope(row_id=rows[1].pk, event_id="x", event=noted(7).event, topics=("room:1",))
    for topic, message in broker_messages_of([heard], OTHER):
        wire.hear(topic, message)
    task = asyncio.create_task(one.feed.follow(follower, hub))
    while len(one.delivered) < 3:
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)
    task.cancel()
    assert one.places() == [(None, None, ("room:1",)), ("room:1", 1, ()), (None, None, ("lecture:1",))]


async def _nothing(stream: str, after: int, before: int) -> list[Envelope]:
    return []


async def test_the_hub_says_whom_it_listens_for() -> None:
    wire = Wire()
    hub, one, two = Hub(_nothing, wire), Listener(), Listener(2)
    hub.follow(one, ["room:1", "user:1"])
    hub.follow(two, ["room:1"])
    assert wire.topics == {"room:1", "user:1"}
    hub.leave(one, ["room:1", "user:1"])
    assert wire.topics == {"room:1"}
    hub.leave(two, ["room:1"])
    assert wire.topics == set()


def test_without_redis_there_is_no_broker(settings: Settings) -> None:
    settings.REDIS_URL = None
    assert isinstance(chosen_broker(), Alone)
    settings.REDIS_URL = "redis://localhost:1/0"
    assert type(chosen_broker()).__name__ == "RedisBroker"


def test_an_address_without_the_driver_is_no_reason_to_fail(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(name)

    settings.REDIS_URL = "redis://localhost:1/0"
    monkeypatch.setattr(feed_module, "import_module", absent)
    with capture_logs() as logs:
        assert isinstance(chosen_broker(), Alone)
    assert [entry["event"] for entry in logs] == ["redis_not_installed"]


def test_processes_of_an_earlier_version_understand_what_is_told() -> None:
    """The tags are read by whoever still runs while a server is replaced."""
    ((_, event),) = broker_messages_of([noted(7)][:1], OTHER)[:1]
    counted = encode_broker_message(Counted(origin=OTHER, stream="session:1", seq=1, received=[], present=[]))
    assert [msgspec.msgpack.decode(one)["type"] for one in (event, counted)] == ["Told", "Counted"]
