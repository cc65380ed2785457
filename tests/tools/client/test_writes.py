"""A client's writes when the server is busy, silent or gone, and several streams at once (contract 10.2, 10.3)."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.tools.client import session as session_module
from mobilegpt.tools.client.reconnect import GAP, SILENT, Backoff, Meaning, meaning_of
from mobilegpt.tools.client.session import Ack, Refused, RtSession
from mobilegpt.tools.client.streams import Frame, Position, StreamOrder

HELLO = {"type": "hello", "heartbeat_interval": 30, "streams": {}, "limits": {"frame_bytes": 65_536}}


class Line:
    """A session on a transport that only remembers."""

    def __init__(self) -> None:
        self.errors: list[Frame] = []
        self.sent: list[dict[str, Any]] = []
        self.dropped: list[int] = []
        self.session = RtSession(lambda frame, replayed: None, on_error=self.errors.append)

    def connect(self) -> None:
        self.open()
        self.session.take(HELLO)

    def open(self) -> None:
        self.session.connected(lambda data: self.sent.append(json.loads(data)), self.dropped.append)

    def ack(self, place: int = -1) -> None:
        self.session.take({"type": "ack", "client_msg_id": self.sent[place]["client_msg_id"], "id": 7})

    def refuse(self, code: str, retry_after: float | None = 0.001) -> None:
        refused = {"type": "error", "code": code, "message": "아니요", "client_msg_id": self.sent[-1]["client_msg_id"]}
        self.session.take(refused | ({"retry_after": retry_after} if retry_after is not None else {}))

    async def sent_again(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.sent) < count:
                await asyncio.sleep(0.001)


@pytest.fixture
async def line() -> Any:
    line = Line()
    yield line
    line.session.disconnected()


def tap(number: int) -> Frame:
    return {"type": "progress_update", "subtask_id": number}


# --- writes


@pytest.mark.parametrize("code", ["RATE_LIMITED", "UNAVAILABLE", "INTERNAL_ERROR", "IDEMPOTENCY_IN_FLIGHT"])
async def test_a_write_that_never_passes_does_not_block_those_behind_it(line: Line, code: str) -> None:
    line.connect()
    first, second = line.session.write(tap(1)), line.session.write(tap(2))
    for count in range(2, 8):
        line.refuse(code)
        await line.sent_again(count)
    assert [frame["subtask_id"] for frame in line.sent] == [1] * 7
    line.refuse(code)
    with pytest.raises(Refused) as refused:
        await first
    assert refused.value.code == code
    assert line.sent[-1]["subtask_id"] == 2
    line.ack()
    await second


async def test_the_next_write_has_patience_of_its_own(line: Line) -> None:
    line.connect()
    first, second = line.session.write(tap(1)), line.session.write(tap(2))
    for count in range(2, 7):
        line.refuse("UNAVAILABLE")
        await line.sent_again(count)
    line.ack()
    await first
    for count in range(8, 14):
        line.refuse("UNAVAILABLE")
        await line.sent_again(count)
    line.ack()
    assert isinstance(await second, Ack)


async def test_while_one_waits_to_be_tried_again_nothing_overtakes_it(line: Line) -> None:
    line.connect()
    line.session.write(tap(1))
    line.refuse("UNAVAILABLE", retry_after=60)
    line.session.write(tap(2))
    assert [frame["subtask_id"] for frame in line.sent] == [1]
    line.session.disconnected()
    line.connect()  # a new connection is a new chance
    assert [frame["subtask_id"] for frame in line.sent] == [1, 1]


async def test_without_a_word_of_when_it_is_tried_after_two_seconds(line: Line) -> None:
    line.connect()
    line.session.write(tap(1))
    began = asyncio.get_running_loop().time()
    line.refuse("UNAVAILABLE", retry_after=None)
    assert line.session._timers["write"].when() - began == pytest.approx(2, abs=0.5)


async def test_a_confirmation_of_something_else_confirms_nothing(line: Line) -> None:
    line.connect()
    answer = line.session.write(tap(1))
    line.session.take({"type": "ack", "client_msg_id": "another", "id": 1})
    line.session.take({"type": "error", "code": "NOT_FOUND", "message": "?", "client_msg_id": "another"})
    assert not answer.done()
    assert [error["code"] for error in line.errors] == ["NOT_FOUND"]
    line.ack()
    line.ack()  # twice: the second is of nothing
    assert (await answer).id == 7


async def test_who_does_not_wait_for_the_answer_any_more_is_not_told(line: Line) -> None:
    line.connect()
    gone, kept = line.session.write(tap(1)), line.session.write(tap(2))
    gone.cancel()
    line.ack()
    line.refuse("NOT_FOUND")
    with pytest.raises(Refused):
        await kept
    assert line.session.unsent == 0


async def test_a_write_without_an_answer_ends_the_connection_and_goes_again(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 0.02)
    line.connect()
    line.session.write(tap(1))
    await asyncio.sleep(0.06)
    assert line.dropped == [SILENT]
    line.session.disconnected()
    line.connect()
    assert line.sent[0] == line.sent[1]


async def test_a_server_that_does_not_say_hello_is_left(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 0.02)
    line.open()
    line.session.write(tap(1))
    assert line.sent == [], "nothing goes out before the hello"
    await asyncio.sleep(0.06)
    assert line.dropped == [SILENT]


async def test_what_a_connection_says_of_itself_is_known(line: Line) -> None:
    assert not line.session.online
    line.connect()
    assert line.session.online
    assert line.session.limits == {"frame_bytes": 65_536}
    line.session.take({"type": "reconnect", "after_ms": 1500})
    assert line.session.restart_after == 1.5
    line.session.disconnected()
    assert (line.session.online, line.session.restart_after) == (False, 1.5)
    line.connect()
    assert line.session.restart_after is None


async def test_what_nobody_confirms_needs_a_connection(line: Line) -> None:
    assert not line.session.tell({"type": "typing"})
    line.connect()
    assert line.session.tell({"type": "typing"})
    assert line.sent == [{"type": "typing"}]


# --- coming back


@given(st.integers(0, 60), st.floats(0, 1, exclude_max=True))
def test_the_wait_is_anything_up_to_a_limit_that_doubles(attempts: int, dice: float) -> None:
    backoff = Backoff(random=lambda: dice)
    waits = [backoff.delay() for _ in range(attempts)]
    assert all(0 <= wait <= min(30.0, 0.5 * 2**place) for place, wait in enumerate(waits))
    assert waits == sorted(waits)


def test_a_hall_that_was_cut_off_does_not_come_back_at_once() -> None:
    """Of a thousand phones no tenth of the interval sees more than a few over its share."""
    dice = random.Random(7)
    firsts = [Backoff(random=dice.random).delay() for _ in range(1000)]
    tenths = [sum(place * 0.05 <= wait < (place + 1) * 0.05 for wait in firsts) for place in range(10)]
    assert sum(tenths) == 1000
    assert max(tenths) < 150


def test_only_a_refused_token_asks_for_another() -> None:
    asked = {code: meaning_of(code) for code in range(4400, 4450)}
    assert [code for code, meaning in asked.items() if meaning is Meaning.REFRESH] == [4401]
    assert meaning_of(SILENT) is meaning_of(GAP) is Meaning.RETRY


# --- several streams


class Screen:
    """What a client was shown, by stream, and what it asked for."""

    def __init__(self, *names: str) -> None:
        self.shown: list[tuple[str, int]] = []
        self.asked: list[dict[str, Position]] = []
        self.given_up = 0
        self.order = StreamOrder(
            deliver=lambda frame, replayed: self.shown.append((frame.get("stream", ""), frame.get("seq", 0))),
            resume=self.asked.append,
            snapshot=lambda frame: None,
            give_up=self._give_up,
        )
        self.order.hello({name: Position("e", 0) for name in names})

    def _give_up(self) -> None:
        self.given_up += 1


def event(stream: str, seq: int, epoch: str = "e") -> Frame:
    return {"type": "message", "stream": stream, "epoch": epoch, "seq": seq}


def resumed(stream: str, recovered: bool = True) -> Frame:
    return {"type": "resumed", "stream": stream, "recovered": recovered}


def test_a_hole_in_one_stream_holds_up_no_other() -> None:
    screen = Screen("user:7", "room:5")
    screen.order.take(event("room:5", 3))
    screen.order.take(event("user:7", 1))
    assert (screen.shown, screen.order.waiting) == ([("user:7", 1)], True)
    assert screen.asked == [{"room:5": Position("e", 0)}]


def test_after_a_reconnect_what_both_missed_is_asked_for_together_and_comes_apart() -> None:
    screen = Screen("user:7", "room:5", "session:3")
    screen.order.pause()
    screen.order.hello({"user:7": Position("e", 1), "room:5": Position("e", 2), "session:3": Position("e", 0)})
    assert screen.asked == [{"user:7": Position("e", 0), "room:5": Position("e", 0)}]
    for frame in (event("room:5", 1), event("room:5", 2), resumed("room:5"), event("user:7", 1)):
        screen.order.take(frame) if frame["type"] == "message" else screen.order.resumed(frame)
    assert screen.shown == [("room:5", 1), ("room:5", 2)]
    assert screen.order.waiting
    screen.order.resumed(resumed("user:7"))
    assert screen.shown[-1] == ("user:7", 1)
    assert not screen.order.waiting


def test_a_stream_that_was_never_heard_of_begins_where_it_is() -> None:
    screen = Screen()
    screen.order.take(event("room:9", 41))
    screen.order.take(event("room:9", 42))
    assert screen.shown == [("room:9", 41), ("room:9", 42)]
    assert screen.asked == []


def test_an_answer_that_nobody_asked_for_changes_nothing() -> None:
    screen = Screen("room:5")
    screen.order.take(event("room:5", 1))
    for frame in (resumed("room:5"), resumed("room:8"), resumed("room:5", recovered=False)):
        screen.order.resumed(frame)
    screen.order.take(event("room:5", 2))
    assert screen.shown == [("room:5", 1), ("room:5", 2)]
    assert (screen.asked, screen.given_up) == ([], 0)


def test_a_snapshot_settles_all_streams_that_it_names() -> None:
    screen = Screen("user:7", "room:5")
    for stream in ("user:7", "room:5"):
        screen.order.take(event(stream, 9))
    places = {
        "user:7": {"epoch": "e", "seq": 8},
        "room:5": {"epoch": "e", "seq": 9},
        "room:6": {"epoch": "x", "seq": 3},
    }
    screen.order.snapshot({"type": "snapshot", "streams": places})
    assert screen.shown == [("user:7", 9)], "the room's was in the state already"
    assert screen.order.positions == {
        "user:7": Position("e", 9),
        "room:5": Position("e", 9),
        "room:6": Position("x", 3),
    }
    assert not screen.order.waiting


def test_who_gave_up_on_a_stream_begins_anew() -> None:
    screen = Screen("room:5")
    for _ in range(3):
        screen.order.take(event("room:5", 6))
        screen.order.resumed(resumed("room:5"))
    assert screen.given_up == 1
    screen.order.pause()
    screen.order.hello({"room:5": Position("e", 7)})
    screen.order.take(event("room:5", 8))
    assert screen.shown == [("room:5", 8)]


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["ok", "lost", "twice"])), max_size=40))
def test_whatever_is_lost_of_two_streams_each_is_whole_and_in_order(fates: list[tuple[str, str]]) -> None:
    screen = Screen("room:a", "room:b")
    sent: dict[str, list[Frame]] = {"room:a": [], "room:b": []}

    def answer() -> None:
        while screen.asked:
            for name, after in screen.asked.pop().items():
                for frame in sent[name][after.seq :]:
                    screen.order.take(frame)
                screen.order.resumed(resumed(name))

    for letter, fate in fates:
        name = f"room:{letter}"
        sent[name].append(event(name, len(sent[name]) + 1))
        for _ in range({"ok": 1, "twice": 2}.get(fate, 0)):
            screen.order.take(sent[name][-1])
        answer()
    screen.order.pause()
    screen.order.hello({name: Position("e", len(frames)) for name, frames in sent.items()})
    answer()
    for name, frames in sent.items():
        assert [seq for stream, seq in screen.shown if stream == name] == list(range(1, len(frames) + 1))
