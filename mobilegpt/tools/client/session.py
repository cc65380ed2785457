"""What a client knows across its connections: places in streams, and writes that nobody has confirmed yet.

Knows no socket: a transport calls ``connected``, ``take`` and ``disconnected``, and gets bytes to send through the
function that it brought. Belongs to one event loop.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

import msgspec

from mobilegpt.tools.client.reconnect import GAP, SILENT
from mobilegpt.tools.client.streams import Frame, Position, StreamOrder

ANSWER_SECONDS = 10.0
_RETRY_WRITE_SECONDS = 2.0
# Refusals of a write that pass by themselves; one that fails this often in a row must not block those behind it.
_PASSING = frozenset({"RATE_LIMITED", "UNAVAILABLE", "INTERNAL_ERROR", "IDEMPOTENCY_IN_FLIGHT"})
_MAX_WRITE_FAILURES = 6

_encode = msgspec.json.Encoder().encode
Send = Callable[[bytes], None]
Drop = Callable[[int], None]


class Ack(msgspec.Struct, frozen=True):
    """The server's confirmation of a write: committed, now or before (``duplicate``)."""

    client_msg_id: str
    id: int | None = None
    seq: int | None = None
    duplicate: bool = False


class Refused(Exception):
    """The server has read a write and said no; it will not be sent again."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class _Write:
    __slots__ = ("answer", "data", "id")

    def __init__(self, body: Frame) -> None:
        self.id = uuid.uuid4().hex
        self.data = _encode({**body, "client_msg_id": self.id})
        self.answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()


class RtSession:
    """Delivers every event once and in order; sends every write until it is confirmed, one at a time.

    ``on_event(frame, replayed)``: ``replayed`` events were missed and later ones follow at once. ``on_snapshot`` hears
    that the missed events are gone; the frames of the new state come as events. Types in ``receipts`` are answered
    with ``received`` when they are numbered. A session that ``only_listens`` sends nothing: its transport asks for the
    missed events in the address (contract 10.2).
    """

    def __init__(
        self,
        on_event: Callable[[Frame, bool], None],
        *,
        on_snapshot: Callable[[Frame], None] = lambda frame: None,
        on_error: Callable[[Frame], None] = lambda frame: None,
        on_online: Callable[[], None] = lambda: None,
        receipts: Collection[str] = ("step_changed",),
        only_listens: bool = False,
    ) -> None:
        self.limits: dict[str, int] = {}
        self.restart_after: float | None = None
        self._on_event = on_event
        self._on_error = on_error
        self._on_online = on_online
        self._receipts = frozenset(receipts)
        self._only_listens = only_listens
        self._streams = StreamOrder(
            deliver=self._deliver, resume=self._resume, snapshot=on_snapshot, give_up=lambda: self._give_up(GAP)
        )
        self._writes: deque[_Write] = deque()
        self._in_flight: _Write | None = None
        self._write_failures = 0
        self._send: Send | None = None
        self._drop: Drop | None = None
        self._online = False
        self._heartbeat_seconds = 30.0
        self._timers: dict[str, asyncio.TimerHandle] = {}

    # --- for whoever uses the client

    @property
    def online(self) -> bool:
        """Whether a connection is up and has said hello."""
        return self._online

    @property
    def unsent(self) -> int:
        """Writes without a confirmation."""
        return len(self._writes)

    @property
    def positions(self) -> dict[str, Position]:
        return self._streams.positions

    def write(self, body: Frame) -> asyncio.Future[Ack]:
        """Queue a write; it goes out now or when the connection is back, after all that was queued before it.

        The future raises ``Refused`` when the server says no.
        """
        write = _Write(body)
        self._writes.append(write)
        self._pump()
        return write.answer

    def tell(self, frame: Frame) -> bool:
        """Send a frame that nobody confirms, if there is a connection now that takes frames."""
        if self._send is None or self._only_listens:
            return False
        self._send(_encode(frame))
        return True

    # --- for the transport

    def connected(self, send: Send, drop: Drop) -> None:
        """A connection is open. ``drop(code)`` asks the transport to leave it."""
        self._send, self._drop, self.restart_after = send, drop, None
        self._after("hello", ANSWER_SECONDS, lambda: self._give_up(SILENT))

    def disconnected(self) -> None:
        """The connection is gone; what was on its way is sent again on the next one."""
        self._send = self._drop = None
        self._online = False
        self._in_flight = None
        self._streams.pause()
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def take(self, frame: Frame) -> None:
        """A frame has come."""
        self._stop("silence")
        match frame.get("type"):
            case "hello":
                self._hello(frame)
            case "ack":
                self._confirmed(msgspec.convert(frame, Ack))
            case "error":
                self._refused(frame)
            case "resumed":
                self._streams.resumed(frame)
                self._settle_resume()
            case "snapshot":
                self._streams.snapshot(frame)
                self._settle_resume()
            case "reconnect":
                self.restart_after = float(frame.get("after_ms") or 0) / 1000
            case "heartbeat_ack":
                pass
            case _:
                if self._streams.take(frame):  # a long answer is an answer
                    self._wait_for_resume()

    # --- events

    def _hello(self, frame: Frame) -> None:
        self._stop("hello")
        self.limits = frame.get("limits", {})
        self._heartbeat_seconds = float(frame.get("heartbeat_interval") or 30)
        if not self._only_listens:
            self._beat()
        self._streams.hello(msgspec.convert(frame.get("streams", {}), dict[str, Position]))
        self._online = True
        self._on_online()
        self._pump()

    def _deliver(self, frame: Frame, replayed: bool) -> None:
        self._on_event(frame, replayed)
        if frame["type"] in self._receipts and "seq" in frame:
            self.tell({"type": "received", "stream": frame["stream"], "seq": frame["seq"]})

    def _resume(self, positions: dict[str, Position]) -> None:
        if self._only_listens and self._online:
            self._give_up(GAP)  # a hole in the middle: the next connection's address asks
        elif self._only_listens or self.tell({"type": "resume", "streams": msgspec.to_builtins(positions)}):
            self._wait_for_resume()

    def _wait_for_resume(self) -> None:
        self._after("resume", ANSWER_SECONDS, lambda: self._give_up(GAP))

    def _settle_resume(self) -> None:
        if not self._streams.waiting:
            self._stop("resume")

    # --- heartbeat

    def _beat(self) -> None:
        self._after("beat", self._heartbeat_seconds, self._probe)

    def _probe(self) -> None:
        self.tell({"type": "heartbeat", "timestamp": datetime.now(UTC).isoformat(timespec="seconds")})
        if "silence" not in self._timers:
            self._after("silence", ANSWER_SECONDS, lambda: self._give_up(SILENT))
        self._beat()

    # --- writes

    def _pump(self) -> None:
        """Send the oldest write; one at a time is what keeps them in order."""
        if self._in_flight is not None or not self._writes or not self._online or "write" in self._timers:
            return
        assert self._send is not None
        self._in_flight = self._writes[0]
        self._send(self._in_flight.data)
        self._after("ack", ANSWER_SECONDS, lambda: self._give_up(SILENT))

    def _confirmed(self, ack: Ack) -> None:
        write = self._finish(ack.client_msg_id)
        if write is not None and not write.answer.done():
            write.answer.set_result(ack)
        self._pump()

    def _refused(self, frame: Frame) -> None:
        write = self._in_flight
        if write is None or frame.get("client_msg_id") != write.id:
            self._on_error(frame)
            return
        code = str(frame.get("code", "ERROR"))
        if code in _PASSING and self._write_failures < _MAX_WRITE_FAILURES:
            self._write_failures += 1
            self._in_flight = None
            self._stop("ack")
            self._after("write", float(frame.get("retry_after") or _RETRY_WRITE_SECONDS), self._pump)
            return
        self._finish(write.id)
        if not write.answer.done():
            write.answer.set_exception(Refused(code, str(frame.get("message", code))))
        self._pump()

    def _finish(self, client_msg_id: str) -> _Write | None:
        if not self._writes or self._writes[0].id != client_msg_id:
            return None
        self._in_flight = None
        self._write_failures = 0
        self._stop("ack")
        return self._writes.popleft()

    # --- timers

    def _give_up(self, code: int) -> None:
        if self._drop is not None:
            self._drop(code)

    def _after(self, name: str, seconds: float, run: Callable[[], Any]) -> None:
        def fire() -> None:
            del self._timers[name]
            run()

        self._stop(name)
        self._timers[name] = asyncio.get_running_loop().call_later(seconds, fire)

    def _stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
