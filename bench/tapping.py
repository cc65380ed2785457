"""A class whose phones report their taps, at a real server: its instructor on W1, phones on W1 and over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from bench import told_events
from bench.told_events import Told
from mobilegpt.tools.client.api import Api, Tokens
from mobilegpt.tools.client.session import RtSession
from mobilegpt.tools.simulation.phone import Habits, Phone, Tally
from mobilegpt.tools.simulation.wire import Wire, open_wire

BATCH = 3
WAYS = ("single", "anonymous", "batch")
"""How phones send, in turn: each event as it comes, with a token or by the device alone, or so many together."""
_HABITS = Habits(share=0.0, within=0.0)
_encode, _decode = msgspec.json.encode, msgspec.json.Decoder(dict).decode
_PATHS = {"single": "/api/logs/activity", "anonymous": "/api/logs/activity/anonymous", "batch": "/api/logs/batch"}


class Line(asyncio.Protocol):
    """One kept HTTP connection: answers come in the order of the requests."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._awaited: deque[Callable[[int], None]] = deque()
        self._transport: asyncio.Transport | None = None

    @property
    def waiting(self) -> int:
        return len(self._awaited)

    @property
    def is_open(self) -> bool:
        """The server closes a connection on which nothing came for a few seconds."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def post(self, path: str, token: str, body: bytes, answered: Callable[[int], None]) -> None:
        """``answered`` gets the status; 0 where the connection ends before."""
        if self._transport is None or not self.is_open:
            answered(0)
            return
        signed = f"Authorization: Bearer {token}\r\n" if token else ""
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{signed}Content-Type: application/json\r\n"
        self._awaited.append(answered)
        self._transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end]).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if len(self._buffer) < end + 4 + length:
                return
            del self._buffer[: end + 4 + length]
            self._awaited.popleft()(int(head.split(b" ", 2)[1]))

    def connection_lost(self, error: Exception | None) -> None:
        while self._awaited:
            self._awaited.popleft()(0)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


@dataclass(slots=True)
class Seen:
    """What came of a turn. Nanoseconds from the press to the phones, and from the last byte of what a phone sent to the
    instructor's ``whereabouts`` and ``progress_updated``; events by the status of their answer; what was not there at
    the end of the step, by name."""

    steps: list[int] = field(default_factory=list)
    whereabouts: list[int] = field(default_factory=list)
    progress: list[int] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    done: int = 0
    lost: Counter[str] = field(default_factory=Counter)


class TappingPhone:
    """A phone of the class, as ``simulate_class`` has them, that tells what is done on it."""

    def __init__(self, api: Api, code: str, number: int, dice: Random) -> None:
        self.phone = Phone(api, code, f"학생{number}", _HABITS, Tally(), dice)
        self.way = WAYS[number % len(WAYS)]
        self.done_at: int | None = None
        self.line = Line()
        self._api, self._code, self._dice = api, code, dice
        self._held: list[Told] = []

    async def come(self) -> None:
        """Raises ``RuntimeError`` for a phone that does not get in."""
        await self.phone.come()
        if self.phone.record.problem:
            raise RuntimeError(self.phone.record.problem)

    async def do(self, place: int, subtask_id: int, until: float, seen: Seen) -> None:
        """One event a second until then, of the loop's clock; every phone at a moment of its own within the second."""
        loop = asyncio.get_running_loop()
        telling, due = iter(told_events.story(place, self._dice)), loop.time() + self._dice.random()
        while due < until:
            await asyncio.sleep(due - loop.time())
            if not self.line.is_open:
                address = urlsplit(self._api.base_url)
                _, self.line = await loop.create_connection(Line, address.hostname or "", address.port or 80)
            self._tell(next(telling, None) or told_events.rest(place), subtask_id, seen)
            due += 1
        if self._held:
            self._send(subtask_id, seen)

    def _tell(self, told: Told, subtask_id: int, seen: Seen) -> None:
        self._held.append(told)
        if self.way != "batch" or len(self._held) == BATCH:
            self._send(subtask_id, seen)

    def _send(self, subtask_id: int, seen: Seen) -> None:
        held, self._held = self._held, []
        if self.way == "anonymous":
            body = _encode(told_events.native(held[0], subtask_id, self._code, self.phone.device_id))
        else:
            logs = [told_events.documented(told, subtask_id) for told in held]
            body = _encode({"logs": logs} if self.way == "batch" else logs[0])
        tokens = self._api.tokens
        token = tokens.access if tokens is not None and self.way != "anonymous" else ""
        count = len(held)

        def answered(status: int) -> None:
            seen.statuses[status] += count

        if any(told.completes for told in held):
            self.done_at = time.monotonic_ns()
        self.line.post(_PATHS[self.way], token, body, answered)


class TappingClass:
    """A class on its own lecture; ``places`` of steps are from 1."""

    def __init__(self, url: str, made: dict[str, Any], by_itself: bool, http: httpx.AsyncClient) -> None:
        self.phones: list[TappingPhone] = []
        self.by_itself = by_itself
        self._url, self._http = url, http
        self._api = Api(url, tokens=Tokens(made["token"], ""), http=http)
        self._lecture = made["lecture"]
        self._place, self._subtask_id = 0, 0
        self._noticed: dict[str, dict[int, int]] = {"whereabouts": {}, "progress_updated": {}}
        self._session = RtSession(lambda frame, replayed: None)
        self._wire: Wire

    async def open(self, phones: int, first: int, gate: asyncio.Semaphore) -> None:
        """The class is opened, its phones sit, its instructor listens."""
        opened = await self._api.post(f"/api/lectures/{self._lecture}/sessions", {"title": "누르는 반"})
        self._path, code = f"/api/sessions/{opened['session_id']}", opened["session_code"]
        completion = "by_itself" if self.by_itself else "suggested"
        await self._api.patch(self._path, {"completion": completion})

        async def come(number: int) -> TappingPhone:
            phone = TappingPhone(Api(self._url, http=self._http), code, number, Random(number))
            async with gate:
                await phone.come()
            return phone

        self.phones = list(await asyncio.gather(*(come(number) for number in range(first, first + phones))))
        offered = ["rt.v1", f"bearer.{self._api.tokens.access if self._api.tokens else ''}"]
        self._wire = await open_wire(
            self._api.socket_url(f"/ws/sessions/{code}/"),
            offered,
            on_open=lambda wire: self._session.connected(wire.send, lambda _: wire.abort()),
            on_frame=self._on_frame,
            on_end=lambda _: self._session.disconnected(),
        )

    def _on_frame(self, payload: bytes, arrived: int) -> None:
        frame = _decode(payload)
        if frame["type"] == "whereabouts":
            for one in frame["people"]:
                if one["whereabouts"] and one["whereabouts"]["verdict"] == "done":
                    self._noticed["whereabouts"].setdefault(one["user_id"], arrived)
        elif frame["type"] == "progress_updated" and frame["status"] == "COMPLETED":
            self._noticed["progress_updated"].setdefault(frame["user_id"], arrived)
        self._session.take(frame)

    async def step(self, seen: Seen, *, tapping: bool, seconds: float, patience: float) -> None:
        """The class moves on, and with ``tapping`` all its phones do the step within ``seconds``."""
        for noticed in self._noticed.values():
            noticed.clear()
        for phone in self.phones:
            phone.done_at = None
        self._place += 1
        ends, pressed = asyncio.get_running_loop().time() + seconds, time.monotonic_ns()
        answer = await self._api.post(f"{self._path}/{'start' if self._place == 1 else 'next-step'}", {})
        self._subtask_id = int(answer["current_subtask"]["id"])
        if tapping:
            await asyncio.gather(*(one.do(self._place, self._subtask_id, ends, seen) for one in self.phones))
        else:
            await asyncio.sleep(max(0.0, ends - asyncio.get_running_loop().time()))
        await self._roster(seen, patience if tapping else 0.0)
        self._count(seen, pressed)

    async def _roster(self, seen: Seen, patience: float) -> None:
        """Who has done the step is done in the roster; what is not there after ``patience`` seconds is lost."""
        due = asyncio.get_running_loop().time() + patience
        mine = {phone.phone.record.user_id for phone in self.phones if phone.done_at is not None}
        while True:
            people = (await self._api.get(f"{self._path}/roster"))["people"]
            there = {person["user_id"] for person in people if _is_done(person, self.by_itself)}
            if mine <= there or asyncio.get_running_loop().time() >= due:
                break
            await asyncio.sleep(0.2)
        seen.done += len(mine)
        seen.lost["not_in_the_roster"] += len(mine - there)

    def _count(self, seen: Seen, pressed: int) -> None:
        for phone in self.phones:
            record = phone.phone.record
            came = next((one.at for one in record.arrivals if one.subtask_id == self._subtask_id), None)
            if came is None:
                seen.lost["steps_not_shown"] += 1
            else:
                seen.steps.append(came - pressed)
            seen.lost["not_answered"] += phone.line.waiting
            if phone.done_at is None or record.user_id is None:
                continue
            self._timed("whereabouts", record.user_id, phone.done_at, seen.whereabouts, seen)
            if self.by_itself:
                self._timed("progress_updated", record.user_id, phone.done_at, seen.progress, seen)

    def _timed(self, kind: str, user_id: int, since: int, times: list[int], seen: Seen) -> None:
        at = self._noticed[kind].get(user_id)
        if at is None:
            seen.lost[f"no_{kind}_frame"] += 1
        else:
            times.append(at - since)

    async def close(self) -> None:
        await self._api.post(f"{self._path}/end", {})
        self._wire.close()
        for phone in self.phones:
            phone.line.close()


def _is_done(person: dict[str, Any], by_itself: bool) -> bool:
    if by_itself:
        return bool(person["state"] == "DONE")
    return bool(person["whereabouts"] and person["whereabouts"]["suggested"])
