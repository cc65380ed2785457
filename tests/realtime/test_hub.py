"""The hub: order, catching up, gaps, coalescing, closing."""

from __future__ import annotations

import asyncio
import gc
import json
import time

import pytest
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st

from mobilegpt.events.event import Envelope, Position
from mobilegpt.realtime import hub as hub_module
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.hub import Hub
from tests.realtime.sample import DEAF_TO_TICKS, TICKS_FOR_FEW, Listener, Shut, noted, ticked
from tests.until import until

TOPIC = "room:1"


def start() -> Position:
    return Position(epoch="e", seq=0)


async def nothing_stored(stream: str, after: int, before: int) -> list[Envelope]:
    return []


def numbers(listener: Listener) -> list[int]:
    return [frame["number"] for text in listener.frames if (frame := json.loads(text))["type"] == "tick"]


def live(hub: Hub, listener: Listener, at: int = 0) -> Listener:
    hub.follow(listener, [TOPIC])
    hub.settle(listener, [TOPIC], {TOPIC: Position(epoch="e", seq=at)})
    return listener


async def settle_down() -> None:
    await asyncio.sleep(0.05)


async def test_an_idle_topic_is_written_at_once() -> None:
    hub = Hub(nothing_stored)
    listener = live(hub, Listener())
    hub.deliver(ticked(1))
    assert numbers(listener) == [1]


async def test_a_burst_is_joined_into_few_writes_and_keeps_its_order() -> None:
    hub = Hub(nothing_stored)
    listener = live(hub, Listener())
    for seq in range(1, 101):
        hub.deliver(ticked(seq))
    await settle_down()
    assert numbers(listener) == list(range(1, 101))
    assert listener.writes <= 20  # two or three on a machine that is not busy


def test_a_write_that_is_all_but_due_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    """uvloop calls what is due within half a millisecond soon, and its handle then has no time."""
    monkeypatch.setattr(hub_module, "COALESCE_SECONDS", 0.0003)

    async def three_at_once() -> list[int]:
        hub = Hub(nothing_stored)
        listener = live(hub, Listener())
        for seq in (1, 2, 3):
            hub.deliver(ticked(seq))
        await settle_down()
        return numbers(listener)

    assert uvloop.run(three_at_once()) == [1, 2, 3]


async def test_duplicates_are_dropped() -> None:
    hub = Hub(nothing_stored)
    listener = live(hub, Listener())
    for seq in (1, 1, 2, 1, 2):
        hub.deliver(ticked(seq))
    await settle_down()
    assert numbers(listener) == [1, 2]


async def test_an_early_event_waits_for_the_one_before_it() -> None:
    hub = Hub(nothing_stored)
    listener = live(hub, Listener())
    hub.deliver(ticked(2))
    assert numbers(listener) == []
    hub.deliver(ticked(1))
    await settle_down()
    assert numbers(listener) == [1, 2]
    assert listener.closed is None


async def test_a_lost_event_is_read_from_the_table() -> None:
    async def stored(stream: str, after: int, before: int) -> list[Envelope]:
        assert (stream, after, before) == (TOPIC, 1, 4)
        return [ticked(2), ticked(3)]

    hub = Hub(stored)
    listener = live(hub, Listener())
    hub.deliver(ticked(1))
    hub.deliver(ticked(4))
    await until(lambda: len(numbers(listener)) == 4)
    assert numbers(listener) == [1, 2, 3, 4]


async def test_what_comes_just_as_it_is_to_be_read_is_no_obstacle(caplog: pytest.LogCaptureFixture) -> None:
    hub, loop = Hub(nothing_stored), asyncio.get_running_loop()
    listener = live(hub, Listener())
    hub.deliver(ticked(2))
    loop.call_later(hub_module.GAP_PATIENCE_SECONDS, hub.deliver, ticked(1))
    time.sleep(2 * hub_module.GAP_PATIENCE_SECONDS)  # both are due now: first the patience ends, then the event comes
    await settle_down()
    gc.collect()  # a task that failed says so when it goes
    assert numbers(listener) == [1, 2]
    assert listener.closed is None
    assert [record for record in caplog.records if record.name == "asyncio"] == []


async def test_rows_of_another_epoch_close_the_sockets_once(caplog: pytest.LogCaptureFixture) -> None:
    async def restored(stream: str, after: int, before: int) -> list[Envelope]:
        return [ticked(1, epoch="restored"), ticked(2, epoch="restored")]

    hub = Hub(restored)
    listener = live(hub, Listener())
    hub.deliver(ticked(3))
    await until(lambda: listener.closed is not None)
    await settle_down()
    gc.collect()  # a task that failed says so when it goes
    assert listener.closed is CloseCode.GAP
    assert [record for record in caplog.records if record.name == "asyncio"] == []


async def test_events_that_are_gone_close_the_sockets_with_4440() -> None:
    hub = Hub(nothing_stored)
    listener = live(hub, Listener())
    hub.deliver(ticked(3))
    await until(lambda: listener.closed is not None)
    assert listener.closed is CloseCode.GAP
    assert numbers(listener) == []


async def test_another_epoch_closes_the_sockets_with_4440() -> None:
    hub = Hub(nothing_stored)
    listener = live(hub, Listener())
    hub.deliver(ticked(1))
    hub.deliver(ticked(2, epoch="restored"))
    assert listener.closed is CloseCode.GAP


async def test_a_failing_store_is_asked_again() -> None:
    calls = 0

    async def flaky(stream: str, after: int, before: int) -> list[Envelope]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError("down")
        return [ticked(1)]

    hub = Hub(flaky)
    listener = live(hub, Listener())
    hub.deliver(ticked(2))
    await until(lambda: len(numbers(listener)) == 2)
    assert numbers(listener) == [1, 2]
    assert calls == 2


async def test_what_comes_while_arriving_follows_the_snapshot() -> None:
    hub = Hub(nothing_stored)
    live(hub, Listener())
    late = Listener(user_id=2)
    hub.follow(late, [TOPIC])
    for seq in (1, 2, 3):
        hub.deliver(ticked(seq))
    assert late.frames == []
    hub.settle(late, [TOPIC], {TOPIC: Position(epoch="e", seq=2)})  # its snapshot shows 2 already
    hub.deliver(ticked(4))
    await settle_down()
    assert numbers(late) == [3, 4]


async def test_a_snapshot_ahead_of_this_process_skips_what_it_shows() -> None:
    hub = Hub(nothing_stored)
    first = live(hub, Listener())
    late = live(hub, Listener(user_id=2), at=2)
    for seq in (1, 2, 3, 4):
        hub.deliver(ticked(seq))
    await settle_down()
    assert numbers(first) == [1, 2, 3, 4]
    assert numbers(late) == [3, 4]


async def test_holding_collects_until_the_answer_is_out() -> None:
    hub = Hub(nothing_stored)
    listener = live(hub, Listener())
    hub.deliver(ticked(1))
    hub.hold(listener, [TOPIC])
    hub.deliver(ticked(2))
    hub.deliver(ticked(3))
    assert numbers(listener) == [1]
    hub.settle(listener, [TOPIC], {TOPIC: Position(epoch="e", seq=2)})
    hub.deliver(ticked(4))
    await settle_down()
    assert numbers(listener) == [1, 3, 4]


async def test_holding_works_while_still_behind_the_last_answer() -> None:
    hub = Hub(nothing_stored)
    listener = live(hub, Listener(), at=0)
    hub.hold(listener, [TOPIC])
    hub.settle(listener, [TOPIC], {TOPIC: Position(epoch="e", seq=3)})  # the answer showed 3, this process stands at 0
    hub.hold(listener, [TOPIC])
    for seq in (1, 2, 3, 4, 5):
        hub.deliver(ticked(seq))
    await settle_down()
    assert numbers(listener) == []
    hub.settle(listener, [TOPIC], {})  # that command was refused: nothing newer is known
    await settle_down()
    assert numbers(listener) == [4, 5]


async def test_a_direct_answer_flushes_its_own_socket_only() -> None:
    hub = Hub(nothing_stored)
    asking, other = live(hub, Listener()), live(hub, Listener(user_id=2))
    for seq in (1, 2, 3):
        hub.deliver(ticked(seq))
    hub.flush_for(asking, [TOPIC])
    assert numbers(asking) == [1, 2, 3]
    assert numbers(other) == [1]
    newcomer = live(hub, Listener(user_id=3), at=3)
    hub.deliver(ticked(4))
    await settle_down()
    assert numbers(asking) == [1, 2, 3, 4]
    assert numbers(other) == [1, 2, 3, 4]
    assert numbers(newcomer) == [4]


async def test_nobody_hears_what_is_about_oneself() -> None:
    hub = Hub(nothing_stored)
    subject, other = live(hub, Listener(user_id=7)), live(hub, Listener(user_id=8))
    hub.deliver(noted(7))
    hub.deliver(noted(9))
    await settle_down()
    assert [json.loads(text)["about"] for text in subject.frames] == [9]
    assert [json.loads(text)["about"] for text in other.frames] == [7, 9]


async def test_rt_frames_carry_their_place_and_others_do_not() -> None:
    hub = Hub(nothing_stored)
    plain, rt = live(hub, Listener()), live(hub, Listener(rt=True))
    hub.deliver(ticked(1))
    hub.deliver(noted(9))
    await settle_down()
    assert [json.loads(text) for text in plain.frames] == [{"type": "tick", "number": 1}, {"type": "note", "about": 9}]
    assert [json.loads(text) for text in rt.frames] == [
        {"type": "tick", "number": 1, "stream": TOPIC, "epoch": "e", "seq": 1, "event_id": "id1"},
        {"type": "note", "about": 9, "event_id": "note9"},
    ]


async def test_an_rt_socket_sees_every_number_even_of_events_it_does_not_show() -> None:
    hub = Hub(nothing_stored)
    deaf = live(hub, Listener(dialect=DEAF_TO_TICKS, rt=True))
    hub.deliver(ticked(1))
    assert json.loads(deaf.frames[0]) == {
        "type": "position",
        "stream": TOPIC,
        "epoch": "e",
        "seq": 1,
        "event_id": "id1",
    }


async def test_a_closing_event_is_told_and_then_closes_those_it_names() -> None:
    hub = Hub(nothing_stored)
    named, other = live(hub, Listener(user_id=7)), live(hub, Listener(user_id=8))
    event = Shut(room=1, user_id=7)
    hub.deliver(Envelope(row_id=1, event_id="x", event=event, topics=event.topics()))
    assert named.closed is CloseCode.SESSION_OVER
    assert other.closed is None
    assert json.loads(named.frames[0]) == {"type": "shut"}


async def test_a_left_topic_is_forgotten() -> None:
    hub = Hub(nothing_stored)
    listener = live(hub, Listener())
    hub.leave(listener, [TOPIC])
    hub.deliver(ticked(1))
    assert listener.frames == []
    assert not hub.follows(TOPIC)


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(list(range(1, 9))), arrive_at=st.integers(0, 8), doubled=st.integers(1, 8))
def test_any_order_of_arrival_is_delivered_in_order_once(order: list[int], arrive_at: int, doubled: int) -> None:
    async def scenario() -> None:
        hub = Hub(nothing_stored)
        early, late = live(hub, Listener()), Listener(user_id=2)
        for index, seq in enumerate(order):
            if index == arrive_at:
                hub.follow(late, [TOPIC])
                position = hub.position(TOPIC)
                assert position is not None
                began = position.seq
                hub.settle(late, [TOPIC], {TOPIC: position})
            hub.deliver(ticked(seq))
            hub.deliver(ticked(doubled)) if doubled == seq else None
        await settle_down()
        assert numbers(early) == list(range(1, 9))
        if arrive_at < 8:
            assert numbers(late) == list(range(began + 1, 9))

    asyncio.run(scenario())


async def test_what_the_documents_do_not_have_goes_to_those_who_opted_in() -> None:
    hub = Hub(nothing_stored)
    plain = live(hub, Listener(dialect=TICKS_FOR_FEW))
    opted_in = live(hub, Listener(dialect=TICKS_FOR_FEW, rt=True))
    hub.deliver(ticked(1))
    assert plain.frames == []
    assert numbers(opted_in) == [1]
