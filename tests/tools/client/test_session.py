"""Writes leave once, one after the other, and survive the connection; silence is noticed (contract 10.3, 10.4)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from mobilegpt.tools.client import session as session_module
from mobilegpt.tools.client.reconnect import GAP, SILENT, Backoff, Meaning, meaning_of
from mobilegpt.tools.client.session import Refused, RtSession


class Line:
    """A session on a transport that only remembers."""

    def __init__(self, *, only_listens: bool = False) -> None:
        self.events: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.dropped: list[int] = []
        self.session = RtSession(
            lambda frame, replayed: self.events.append(frame), on_error=self.errors.append, only_listens=only_listens
        )

    def connect(self, **hello: Any) -> None:
        self.session.connected(lambda data: self.sent.append(json.loads(data)), self.dropped.append)
        self.session.take({"type": "hello", "heartbeat_interval": 30, "streams": {}, "limits": {}, **hello})

    def ack(self, sent: dict[str, Any], **more: Any) -> None:
        self.session.take({"type": "ack", "client_msg_id": sent["client_msg_id"], "id": 7, "seq": 2, **more})


def tap(subtask_id: int) -> dict[str, Any]:
    return {"type": "progress_update", "subtask_id": subtask_id, "status": "COMPLETED"}


async def test_writes_go_out_one_at_a_time_in_order() -> None:
    line = Line()
    line.connect()
    first, second = line.session.write(tap(1)), line.session.write(tap(2))
    assert [frame["subtask_id"] for frame in line.sent] == [1]
    line.ack(line.sent[0])
    assert (await first).id == 7
    assert [frame["subtask_id"] for frame in line.sent] == [1, 2]
    line.ack(line.sent[1])
    assert (await second).seq == 2
    assert line.session.unsent == 0


async def test_a_write_without_a_connection_is_sent_when_there_is_one() -> None:
    line = Line()
    answer = line.session.write(tap(1))
    assert line.sent == []
    line.connect()
    line.ack(line.sent[0])
    assert not (await answer).duplicate


async def test_a_write_whose_answer_was_lost_is_sent_again_as_the_same() -> None:
    line = Line()
    line.connect()
    answer = line.session.write(tap(1))
    line.session.disconnected()
    line.connect()
    assert line.sent[0] == line.sent[1]
    line.ack(line.sent[1], duplicate=True)
    assert (await answer).duplicate


async def test_a_refused_write_is_over_and_the_next_one_goes() -> None:
    line = Line()
    line.connect()
    first, second = line.session.write(tap(1)), line.session.write(tap(2))
    line.session.take(
        {"type": "error", "code": "NOT_FOUND", "message": "gone", "client_msg_id": line.sent[0]["client_msg_id"]}
    )
    with pytest.raises(Refused) as refused:
        await first
    assert refused.value.code == "NOT_FOUND"
    line.ack(line.sent[1])
    await second


async def test_a_refusal_that_passes_is_tried_again() -> None:
    line = Line()
    line.connect()
    answer = line.session.write(tap(1))
    line.session.take(
        {
            "type": "error",
            "code": "UNAVAILABLE",
            "message": "busy",
            "retry_after": 0.01,
            "client_msg_id": line.sent[0]["client_msg_id"],
        }
    )
    await asyncio.sleep(0.05)
    assert line.sent[0] == line.sent[1]
    line.ack(line.sent[1])
    await answer


async def test_an_error_that_belongs_to_no_write_is_told() -> None:
    line = Line()
    line.connect()
    line.session.take({"type": "error", "code": "UNKNOWN_TYPE", "message": "?"})
    assert [error["code"] for error in line.errors] == ["UNKNOWN_TYPE"]


async def test_steps_are_answered_with_a_receipt() -> None:
    line = Line()
    line.connect(streams={"session:5": {"epoch": "e", "seq": 3}})
    line.session.take({"type": "step_changed", "stream": "session:5", "epoch": "e", "seq": 4})
    assert line.sent == [{"type": "received", "stream": "session:5", "seq": 4}]
    line.session.disconnected()


async def test_a_heartbeat_goes_out_and_silence_after_it_drops_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 0.05)
    line = Line()
    line.connect(heartbeat_interval=0.02)
    await asyncio.sleep(0.03)
    assert line.sent[0]["type"] == "heartbeat"
    await asyncio.sleep(0.08)
    assert line.dropped[0] == SILENT
    line.session.disconnected()


async def test_any_frame_is_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 0.05)
    line = Line()
    line.connect(heartbeat_interval=0.02)
    for _ in range(8):
        await asyncio.sleep(0.02)
        line.session.take({"type": "heartbeat_ack", "timestamp": None, "server_time": "x"})
    assert line.dropped == []
    line.session.disconnected()


async def test_a_resume_without_an_answer_drops_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 0.05)
    line = Line()
    line.connect(streams={"session:5": {"epoch": "e", "seq": 3}})
    line.session.take({"type": "step_changed", "stream": "session:5", "epoch": "e", "seq": 9})
    await asyncio.sleep(0.1)
    assert line.dropped == [GAP]
    line.session.disconnected()


def patient_until(line: Line) -> float:
    """When a resume without an answer will be given up, by the loop's clock."""
    return line.session._timers["resume"].when()


async def test_a_long_answer_to_a_resume_is_an_answer_and_what_goes_on_meanwhile_is_none() -> None:
    line = Line()
    line.connect(streams={"session:5": {"epoch": "e", "seq": 3}})

    async def patience_after(seq: int) -> float:
        await asyncio.sleep(0.005)
        line.session.take({"type": "step_changed", "stream": "session:5", "epoch": "e", "seq": seq})
        return patient_until(line)

    asked = await patience_after(9)
    moved_on = [await patience_after(seq) for seq in (4, 5, 6)]
    assert asked < moved_on[0] < moved_on[1] < moved_on[2]
    assert await patience_after(10) == moved_on[2]
    assert await patience_after(7) > moved_on[2]
    line.session.disconnected()


async def test_one_that_only_listens_sends_nothing_and_takes_what_its_address_asked_for() -> None:
    line = Line(only_listens=True)
    place = {"stream": "room:7", "epoch": "e"}

    def said(seq: int) -> dict[str, Any]:
        return {"type": "message", **place, "seq": seq, "event_id": str(seq)}

    line.connect(streams={"room:7": {"epoch": "e", "seq": 1}})
    line.session.take(said(2))
    line.session.disconnected()
    line.connect(streams={"room:7": {"epoch": "e", "seq": 4}})
    for frame in (said(3), said(4), {"type": "resumed", "stream": "room:7", "recovered": True, "count": 2}, said(5)):
        line.session.take(frame)
    assert [frame["seq"] for frame in line.events] == [2, 3, 4, 5]
    line.session.take(said(7))
    assert (line.sent, line.dropped) == ([], [GAP])
    line.session.disconnected()


@pytest.mark.parametrize("code", [4400, 4403, 4404, 4409, 4410])
def test_final_codes(code: int) -> None:
    assert meaning_of(code) is Meaning.FINAL


@pytest.mark.parametrize("code", [None, 1000, 1006, 1009, 1011, 1012, 1013, 4408, 4428, 4429, 4440])
def test_codes_that_ask_for_a_reconnect(code: int | None) -> None:
    assert meaning_of(code) is Meaning.RETRY


def test_the_backoff_doubles_is_jittered_and_ends_at_thirty_seconds() -> None:
    longest = Backoff(random=lambda: 1.0)
    assert [longest.delay() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    longest.reset()
    assert longest.delay() == 0.5
    assert Backoff(random=lambda: 0.0).delay() == 0
