"""One student's phone: a guest seat over HTTP, a socket of ``rt.v1``, an eye on the steps, a tap when done."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from dataclasses import dataclass, field

import httpx
import msgspec

from mobilegpt.tools.client.api import Api, ApiError
from mobilegpt.tools.client.reconnect import Backoff, Meaning, meaning_of
from mobilegpt.tools.client.session import Ack, RtSession
from mobilegpt.tools.client.streams import Frame
from mobilegpt.tools.simulation.pictures import PictureLine, PicturesAhead, PicturesSeen, pictures_of
from mobilegpt.tools.simulation.wire import HandshakeRefused, Wire, open_wire

_SEAT_TRIES = 5
_RECONNECT_SECONDS = 30
_COMING_AND_GOING = b'{"type":"participant_'
_decode = msgspec.json.Decoder(dict).decode


class StepArrival(msgspec.Struct, frozen=True, array_like=True):
    """A step's frame as it came over the wire; ``at`` in nanoseconds of the machine's monotonic clock."""

    subtask_id: int
    seq: int
    at: int


class Tap(msgspec.Struct, frozen=True, array_like=True):
    """A confirmed "다 했어요": how long the confirmation took, in nanoseconds."""

    subtask_id: int
    took: int


class PhoneRecord(msgspec.Struct, kw_only=True):
    """What one phone went through. ``shown`` are the steps in the order in which its screen showed them, ``stored``
    those that the server, asked at the end, has as completed. ``received`` are the bytes of its frames.
    """

    user_id: int | None = None
    seat_ns: int | None = None
    socket_ns: int | None = None
    arrivals: list[StepArrival] = []
    shown: list[int] = []
    taps: list[Tap] = []
    unconfirmed: int = 0
    reconnects: int = 0
    ended_seen: bool = False
    stored: list[int] | None = None
    received: int = 0
    pictures: PicturesSeen | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """How students behave: the share of steps that they confirm, within how many seconds; whether their phones fetch
    the steps' pictures."""

    share: float
    within: float
    pictures: bool = False


@dataclass(slots=True)
class Tally:
    """What a crowd reports while it runs: phones seated, per step how many show it, taps on their way."""

    seated: int = 0
    failed: int = 0
    showing: dict[int, int] = field(default_factory=dict)
    ended: int = 0
    tapping: int = 0
    confirmed: int = 0


class Phone:
    """From the seat to the end of the class."""

    def __init__(self, api: Api, code: str, name: str, habits: Habits, tally: Tally, dice: random.Random) -> None:
        self.record = PhoneRecord()
        self.device_id = secrets.token_urlsafe(24)
        self._api = api
        self._code = code
        self._name = name
        self._habits = habits
        self._tally = tally
        self._dice = dice
        self._session = RtSession(self._on_event)
        self._backoff = Backoff(random=dice.random)
        self._wire: Wire | None = None
        self._over = False
        self._task: asyncio.Task[None] | None = None
        self._line: PictureLine | None = None
        self._ahead: PicturesAhead | None = None

    async def come(self) -> None:
        """Take a seat and connect. Raises nothing: a phone that fails says so in its record."""
        started = time.monotonic_ns()
        try:
            await self._take_seat()
            self.record.seat_ns = time.monotonic_ns() - started
            await self._connect()
            self.record.socket_ns = time.monotonic_ns() - started - self.record.seat_ns
            if self._habits.pictures:
                await self._read_lesson()
            self._tally.seated += 1
        except (ApiError, httpx.TransportError, HandshakeRefused, OSError, ValueError) as error:
            self.record.problem = f"{type(error).__name__}: {error}"
            self._tally.failed += 1

    async def leave(self) -> None:
        """Count what the server has stored, then go."""
        self._over = True
        if self._task is not None:
            self._task.cancel()
        self.record.unconfirmed = self._session.unsent
        self._session.disconnected()
        if self._wire is not None:
            self._wire.close()
        if self._ahead is not None and self._line is not None:
            self._ahead.stop()
            self._line.close()
        if self.record.user_id is not None:
            progress = await self._api.get("/api/progress/me")
            statuses = progress["statuses"]
            self.record.stored = [each["subtask_id"] for each in statuses if each["status"] == "COMPLETED"]

    # --- seat and socket

    async def _take_seat(self) -> None:
        """The same device id in every try, so that a lost answer does not leave a second seat."""
        for attempt in range(1, _SEAT_TRIES + 1):
            try:
                answer = await self._api.take_guest_seat(self._code, self._name, self.device_id)
                self.record.user_id = answer["user"]["id"]
                return
            except (ApiError, httpx.TransportError) as error:
                passing = not isinstance(error, ApiError) or error.status == 503
                if not passing or attempt == _SEAT_TRIES:
                    raise
            await asyncio.sleep(self._backoff.delay())

    async def _read_lesson(self) -> None:
        lesson = await self._api.get(f"/api/sessions/{self._code}/lesson")
        self._line = PictureLine(self._api.base_url)
        self._ahead = PicturesAhead(pictures_of(lesson), self._line.fetch, self._dice)
        self.record.pictures = self._ahead.seen
        self._ahead.wait()

    async def _connect(self) -> None:
        """Open the socket and wait for its hello."""
        tokens = self._api.tokens
        assert tokens is not None
        url = self._api.socket_url(f"/ws/sessions/{self._code}/")
        hello: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def first_frame(payload: bytes, arrived: int) -> None:
            if not hello.done() and payload.startswith(b'{"type":"hello"'):
                hello.set_result(None)
            self._on_frame(payload, arrived)

        def ended(code: int | None) -> None:
            if not hello.done():
                hello.set_exception(OSError(f"closed with {code} before hello"))
            elif hello.exception() is None:
                self._on_end(code)

        def opened(wire: Wire) -> None:
            self._wire = wire
            self._session.connected(wire.send, lambda code: wire.abort())

        offered = ["rt.v1", f"bearer.{tokens.access}"]
        await open_wire(url, offered, on_open=opened, on_frame=first_frame, on_end=ended)
        async with asyncio.timeout(_RECONNECT_SECONDS):
            await hello

    def _on_end(self, code: int | None) -> None:
        self._session.disconnected()
        if self._over:
            return
        if meaning_of(code) is Meaning.RETRY:
            self.record.reconnects += 1
            self._task = asyncio.get_running_loop().create_task(self._come_back())
        else:
            self.record.problem = f"closed with {code}"

    async def _come_back(self) -> None:
        while not self._over:
            asked = self._session.restart_after
            await asyncio.sleep(self._backoff.delay() if asked is None else asked)
            try:
                await self._connect()
                return
            except (OSError, HandshakeRefused, ValueError):
                self._session.disconnected()

    # --- the class

    def _on_frame(self, payload: bytes, arrived: int) -> None:
        self.record.received += len(payload)
        if payload.startswith(_COMING_AND_GOING):
            return  # a thousand arrivals tell every phone a thousand names; phones do not show them
        frame: Frame = _decode(payload)
        if frame["type"] == "step_changed":
            self.record.arrivals.append(StepArrival(frame["subtask"]["id"], frame["seq"], arrived))
        self._session.take(frame)

    def _on_event(self, frame: Frame, replayed: bool) -> None:
        match frame["type"]:
            case "step_changed":
                subtask_id = frame["subtask"]["id"]
                self.record.shown.append(subtask_id)
                if self._ahead is not None:
                    self._ahead.show(subtask_id)
                self._tally.showing[subtask_id] = self._tally.showing.get(subtask_id, 0) + 1
                if self._dice.random() < self._habits.share:
                    self._tally.tapping += 1
                    wait = self._dice.random() * self._habits.within
                    asyncio.get_running_loop().call_later(wait, self._tap, subtask_id)
            case "session_status_changed" if frame["status"] == "REVIEW_MODE":
                self.record.ended_seen = True
                self._tally.ended += 1

    def _tap(self, subtask_id: int) -> None:
        started = time.monotonic_ns()
        body = {"type": "progress_update", "subtask_id": subtask_id, "status": "COMPLETED"}

        def answered(answer: asyncio.Future[Ack]) -> None:
            self._tally.tapping -= 1
            if answer.cancelled():
                return
            if (error := answer.exception()) is not None:
                self.record.problem = f"a tap was refused: {error}"
                return
            self._tally.confirmed += 1
            self.record.taps.append(Tap(subtask_id, time.monotonic_ns() - started))

        self._session.write(body).add_done_callback(answered)
