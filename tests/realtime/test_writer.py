"""The way out of one socket: order, how much may be unsent, goodbyes, and what becomes of a peer that does not read."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any, cast

import pytest

from mobilegpt.realtime import writer
from mobilegpt.realtime.close import CloseCode
from mobilegpt.realtime.frames import WireFrames
from mobilegpt.realtime.prepared_frames import Outlet, PreparedFrames
from mobilegpt.realtime.writer import Writer


class Transport:
    """Both ways out of a server: ``send()``, and prepared frames. ``reads`` is cleared while the peer does not read."""

    def __init__(self) -> None:
        self.sent: list[str | int] = []
        self.written = b""
        self.takes = True
        self.gone = False
        self.aborted = False
        self.outlet: Outlet | None = None
        self.reads = asyncio.Event()
        self.reads.set()

    async def send(self, message: MutableMapping[str, Any]) -> None:
        await self.reads.wait()
        if self.gone:
            raise OSError("gone")
        if message["type"] != "websocket.accept":
            self.sent.append(message["code"] if message["type"] == "websocket.close" else message["text"])

    def write_prepared(self, frame: bytes) -> bool:
        if self.takes:
            self.written += frame
        return self.takes

    async def until_read(self) -> None:
        await self.reads.wait()

    def silent_for(self) -> float:
        return 0.0

    def abort(self) -> None:
        self.aborted = True

    def attach(self, outlet: Outlet) -> None:
        self.outlet = outlet
        outlet.descriptor = 7

    def detach(self) -> None:
        self.outlet = None


class Phone:
    descriptor = -1


def frames(*texts: str) -> WireFrames:
    return WireFrames([text.encode() for text in texts])


def sending(transport: Transport, most_unsent: int = 1000) -> Writer:
    return Writer(transport.send, None, most_unsent)


def prepared(transport: Transport) -> Writer:
    return Writer(transport.send, cast("PreparedFrames", transport), 1000)


async def turns() -> None:
    """Whatever can happen without anybody else happens."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_frames_go_out_in_their_order_and_the_goodbye_after_them() -> None:
    transport = Transport()
    out = sending(transport)
    assert out.write(frames("1", "2"))
    assert out.write(frames("3"))
    out.close(CloseCode.SESSION_OVER, "over")
    assert out.write(frames("4"))  # too late, and no fault of the peer's
    await turns()
    assert transport.sent == ["1", "2", "3", 4410]


async def test_more_unsent_than_may_be_is_said_at_once_and_not_waited_for() -> None:
    transport = Transport()
    transport.reads.clear()
    out = sending(transport, most_unsent=2 * len(frames("x" * 50).wire))
    assert [out.write(frames("x" * 50)) for _ in range(3)] == [True, True, False]
    out.close(CloseCode.TOO_SLOW, "too slow")
    transport.reads.set()
    await turns()
    assert 4428 in transport.sent


async def test_what_was_read_counts_no_more() -> None:
    transport = Transport()
    out = sending(transport, most_unsent=100)
    for _ in range(20):
        assert out.write(frames("x" * 80))
        await turns()
    assert len(transport.sent) == 20


@pytest.mark.parametrize("make", [sending, prepared])
async def test_a_long_answer_goes_out_as_it_is_read(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_PIECE_BYTES", 100)
    transport = Transport()
    transport.reads.clear()
    out = make(transport)
    long = frames(*("x" * 80 for _ in range(40)))
    answer = asyncio.create_task(out.write_in_pieces(long))
    await turns()
    assert not answer.done()
    assert len(transport.written) < 200
    transport.reads.set()
    assert await asyncio.wait_for(answer, 5)
    await turns()
    assert transport.written == long.wire if make is prepared else len(transport.sent) == 40


async def test_a_peer_that_is_gone_is_written_to_no_more() -> None:
    transport = Transport()
    transport.gone = True
    out = sending(transport)
    out.write(frames("1"))
    await turns()
    assert out.closed
    assert out.write(frames("2"))
    await turns()
    assert transport.sent == []


@pytest.mark.parametrize("rest", [True, False])
async def test_a_socket_that_the_server_cut_is_let_alone(rest: bool) -> None:
    transport, phone = Transport(), Phone()
    out = prepared(transport)
    await out.accept(None, phone)
    assert phone.descriptor == 7
    transport.takes = False
    if rest:
        out.write_rest(b"the end")
    else:
        assert out.write(frames("1"))
    assert (out.closed, phone.descriptor, transport.outlet) == (True, -1, None)


async def test_nothing_goes_past_the_transport_once_goodbye_is_said() -> None:
    transport, phone = Transport(), Phone()
    out = prepared(transport)
    await out.accept(None, phone)
    out.write(frames("1"))
    out.close(CloseCode.GAP, "")
    out.write(frames("2"))
    out.write_rest(b"2")
    assert (phone.descriptor, transport.outlet, transport.written) == (-1, None, frames("1").wire)
    await turns()
    assert transport.sent == [4440]


async def test_a_socket_that_was_closed_while_it_opened_is_never_attached() -> None:
    transport, phone = Transport(), Phone()
    out = prepared(transport)
    out.close(CloseCode.TOKEN, "")
    await out.accept(None, phone)
    assert (phone.descriptor, transport.outlet) == (-1, None)


async def test_a_peer_that_does_not_read_the_goodbye_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_CLOSE_PATIENCE_SECONDS", 0.01)
    transport = Transport()
    transport.reads.clear()
    prepared(transport).close(CloseCode.GAP, "")
    await asyncio.sleep(0.05)
    assert (transport.aborted, transport.sent) == (True, [])


async def test_whoever_is_gone_is_sent_nothing_that_waits() -> None:
    transport = Transport()
    transport.reads.clear()
    out = sending(transport)
    out.write(frames("1"))
    await turns()
    out.close(CloseCode.GAP, "")
    await turns()
    out.stop()
    transport.reads.set()
    await turns()
    assert transport.sent == []
