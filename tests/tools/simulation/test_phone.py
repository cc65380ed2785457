"""One simulated phone: how it comes, what it notes, when it comes back; and how a class is shared out."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.tools.client.api import Api
from mobilegpt.tools.client.reconnect import Backoff
from mobilegpt.tools.simulation import conductor, phone
from mobilegpt.tools.simulation.conductor import ClassPlan
from mobilegpt.tools.simulation.phone import Habits, Phone, Tally
from mobilegpt.tools.simulation.report import _spread
from mobilegpt.tools.simulation.wire import HandshakeRefused
from tests.until import until

HELLO = {"type": "hello", "heartbeat_interval": 30, "limits": {}}


class Wire:
    """A connection that remembers what was sent, and ends when it is told to."""

    def __init__(self, on_frame: Callable[[bytes, int], None], on_end: Callable[[int | None], None]) -> None:
        self.sent: list[dict[str, Any]] = []
        self.end = on_end
        self._on_frame = on_frame
        self.closed = False

    def send(self, payload: bytes) -> None:
        self.sent.append(json.loads(payload))

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.end(None)

    def tell(self, frame: dict[str, Any]) -> None:
        self._on_frame(json.dumps(frame, separators=(",", ":")).encode(), 1)

    def step(self, subtask_id: int, seq: int) -> None:
        frame = {"type": "step_changed", "stream": "session:5", "epoch": "e", "seq": seq}
        self.tell({**frame, "subtask": {"id": subtask_id}})


class Hall:
    """The server, as far as one phone sees it: seats over HTTP and wires that open or do not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seats: list[dict[str, Any]] = []
        self.seat_answers: list[httpx.Response | Exception] = []
        self.wires: list[Wire] = []
        self.refusals: list[Exception] = []
        self.offered: list[list[str]] = []
        self.told = 0
        self.tally = Tally()
        self.stored: list[dict[str, Any]] = []
        monkeypatch.setattr(phone, "open_wire", self._open)
        monkeypatch.setattr(Backoff, "delay", lambda backoff: 0.0)

    def phone(self, share: float = 0.0) -> Phone:
        api = Api("http://127.0.0.1:1", http=httpx.AsyncClient(transport=httpx.MockTransport(self._answer)))
        return Phone(api, "AB2CD3", "학생1", Habits(share, 0.0), self.tally, random.Random(1))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/progress/me":
            return httpx.Response(200, json={"statuses": self.stored})
        self.seats.append(json.loads(request.content))
        answer = self.seat_answers.pop(0) if self.seat_answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer or httpx.Response(201, json={"access_token": "a", "refresh_token": "r", "user": {"id": 7}})

    async def _open(self, url: str, offered: list[str], *, on_open: Any, on_frame: Any, on_end: Any) -> None:
        self.offered.append([url, *offered])
        if self.refusals:
            raise self.refusals.pop(0)
        self.wires.append(Wire(on_frame, on_end))
        on_open(self.wires[-1])
        self.wires[-1].tell({**HELLO, "streams": {"session:5": {"epoch": "e", "seq": self.told}}})


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Hall:
    return Hall(monkeypatch)


def refused(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": "아니요"}})


# --- coming


async def test_a_phone_takes_a_seat_and_says_hello(hall: Hall) -> None:
    one = hall.phone()
    await one.come()
    assert (one.record.user_id, one.record.problem) == (7, None)
    assert one.record.seat_ns is not None
    assert one.record.socket_ns is not None
    assert hall.offered == [["ws://127.0.0.1:1/ws/sessions/AB2CD3/", "rt.v1", "bearer.a"]]
    assert (hall.tally.seated, hall.tally.failed) == (1, 0)


async def test_a_lost_answer_asks_for_the_same_seat_again(hall: Hall) -> None:
    hall.seat_answers = [httpx.ReadError("cut"), refused(503, "UNAVAILABLE")]
    one = hall.phone()
    await one.come()
    assert one.record.problem is None
    assert len(hall.seats) == 3
    assert len({seat["device_id"] for seat in hall.seats}) == 1
    assert len(hall.seats[0]["device_id"]) >= 20, "one that is nobody's by chance"


@pytest.mark.parametrize(
    ("answers", "tries", "told"),
    [
        ([refused(409, "SESSION_FULL")], 1, "SESSION_FULL"),
        ([httpx.ConnectError("down")] * 9, 5, "ConnectError"),
    ],
)
async def test_a_phone_without_a_seat_says_why(
    hall: Hall, answers: list[httpx.Response | Exception], tries: int, told: str
) -> None:
    hall.seat_answers = answers
    one = hall.phone()
    await one.come()
    assert one.record.problem is not None
    assert told in one.record.problem
    assert len(hall.seats) == tries
    assert (one.record.user_id, hall.tally.failed, hall.wires) == (None, 1, [])


@pytest.mark.parametrize("refusal", [HandshakeRefused(403), ConnectionResetError("cut"), ValueError("no upgrade")])
async def test_a_phone_with_a_seat_and_without_a_socket_is_not_seated(hall: Hall, refusal: Exception) -> None:
    hall.refusals = [refusal]
    one = hall.phone()
    await one.come()
    assert one.record.problem is not None
    assert one.record.problem.startswith(type(refusal).__name__)
    assert (one.record.seat_ns is not None, one.record.socket_ns) == (True, None)
    assert (hall.tally.seated, hall.tally.failed) == (0, 1)


# --- the class


async def test_steps_are_noted_as_they_arrive_and_as_they_are_shown(hall: Hall) -> None:
    one = hall.phone()
    await one.come()
    for subtask_id, seq in ((101, 1), (101, 1), (102, 2)):
        hall.wires[0].step(subtask_id, seq)
    hall.wires[0].tell({"type": "participant_joined", "user": {"name": "이웃"}})
    assert [(arrival.subtask_id, arrival.seq) for arrival in one.record.arrivals] == [(101, 1), (101, 1), (102, 2)]
    assert one.record.shown == [101, 102], "the screen shows each once"
    assert hall.tally.showing == {101: 1, 102: 1}


async def test_a_tap_is_counted_while_it_is_on_its_way_and_noted_when_it_is_confirmed(hall: Hall) -> None:
    one = hall.phone(share=1.0)
    await one.come()
    wire = hall.wires[0]
    wire.step(101, 1)
    assert hall.tally.tapping == 1
    await until(lambda: any(frame["type"] == "progress_update" for frame in wire.sent))
    write = wire.sent[-1]
    assert (write["subtask_id"], write["status"]) == (101, "COMPLETED")
    wire.tell({"type": "ack", "client_msg_id": write["client_msg_id"], "id": 1})
    await until(lambda: hall.tally.tapping == 0)
    assert ([tap.subtask_id for tap in one.record.taps], hall.tally.confirmed) == ([101], 1)


async def test_a_tap_that_is_refused_is_a_problem_and_not_on_its_way(hall: Hall) -> None:
    one = hall.phone(share=1.0)
    await one.come()
    wire = hall.wires[0]
    wire.step(101, 1)
    await until(lambda: any(frame["type"] == "progress_update" for frame in wire.sent))
    refusal = {"type": "error", "code": "NOT_FOUND", "message": "gone", "client_msg_id": wire.sent[-1]["client_msg_id"]}
    wire.tell(refusal)
    await until(lambda: hall.tally.tapping == 0)
    assert one.record.problem == "a tap was refused: NOT_FOUND: gone"
    assert (one.record.taps, hall.tally.confirmed) == ([], 0)


async def test_only_the_end_of_the_class_is_its_end(hall: Hall) -> None:
    one = hall.phone()
    await one.come()
    hall.wires[0].tell({"type": "session_status_changed", "status": "PAUSED"})
    assert not one.record.ended_seen
    hall.wires[0].tell({"type": "session_status_changed", "status": "REVIEW_MODE"})
    assert (one.record.ended_seen, hall.tally.ended) == (True, 1)


# --- coming back, and going


async def test_a_phone_that_was_cut_off_comes_back_to_its_seat(hall: Hall) -> None:
    one = hall.phone()
    await one.come()
    hall.wires[0].step(101, 1)
    hall.told = 1
    hall.refusals = [ConnectionRefusedError("down"), HandshakeRefused(503)]
    hall.wires[0].end(None)
    await until(lambda: len(hall.wires) == 2)
    hall.wires[1].step(102, 2)
    assert (one.record.reconnects, one.record.shown, len(hall.seats)) == (1, [101, 102], 1)


@pytest.mark.parametrize("code", [4401, 4403, 4410])
async def test_a_phone_that_was_sent_away_stays_away(hall: Hall, code: int) -> None:
    one = hall.phone()
    await one.come()
    hall.wires[0].end(code)
    await asyncio.sleep(0.01)
    assert (one.record.problem, one.record.reconnects, len(hall.wires)) == (f"closed with {code}", 0, 1)


async def test_who_leaves_says_what_the_server_has_and_what_was_never_confirmed(hall: Hall) -> None:
    one = hall.phone(share=1.0)
    await one.come()
    hall.wires[0].step(101, 1)
    await until(lambda: any(frame["type"] == "progress_update" for frame in hall.wires[0].sent))
    hall.stored = [{"subtask_id": 101, "status": "COMPLETED"}, {"subtask_id": 102, "status": "IN_PROGRESS"}]
    await one.leave()
    hall.wires[0].end(1000)
    await asyncio.sleep(0.01)
    assert (one.record.unconfirmed, one.record.stored) == (1, [101])
    assert (hall.wires[0].closed, one.record.reconnects, len(hall.wires)) == (True, 0, 1)


async def test_who_never_had_a_seat_leaves_nothing_to_ask_for(hall: Hall) -> None:
    hall.seat_answers = [refused(409, "SESSION_FULL")]
    one = hall.phone()
    await one.come()
    await one.leave()
    assert one.record.stored is None


# --- a class in several processes


@given(st.integers(1, 3000), st.integers(1, 16), st.integers(1, 200))
def test_every_student_is_in_one_process_and_all_are_about_as_full(students: int, processes: int, at_once: int) -> None:
    plan = ClassPlan(
        url="http://127.0.0.1:1",
        students=students,
        steps=3,
        processes=processes,
        at_once=at_once,
        share=1,
        within=0,
        email="",
        password="",
    )
    shares = conductor._shares(plan, "AB2CD3")
    numbers = [number for share in shares for number in range(share.first, share.first + share.count)]
    assert numbers == list(range(1, students + 1))
    counts = [share.count for share in shares]
    assert max(counts) - min(counts) <= 1
    assert min(counts) >= 1
    assert all(share.at_once >= 1 for share in shares)
    assert sum(share.at_once for share in shares) <= max(at_once, len(shares))


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=200))
def test_a_percentile_is_a_value_that_was_measured(nanoseconds: list[int]) -> None:
    spread = _spread(nanoseconds)
    assert spread is not None
    measured = {round(value / 1e6, 2) for value in nanoseconds}
    assert {spread.p50, spread.p95, spread.p99, spread.max} <= measured
    assert spread.p50 <= spread.p95 <= spread.p99 <= spread.max == max(measured)
    assert sum(round(value / 1e6, 2) <= spread.p95 for value in nanoseconds) >= 0.95 * len(nanoseconds)
