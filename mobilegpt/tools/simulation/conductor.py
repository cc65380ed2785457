"""The instructor of a simulated class: opens it, lets the crowds come, moves the steps, and asks what was stored."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self

import msgspec

from mobilegpt.tools.client.api import Api, ApiError
from mobilegpt.tools.simulation import crowd
from mobilegpt.tools.simulation.crowd import CrowdPlan
from mobilegpt.tools.simulation.phone import PhoneRecord, Tally

_LOOK_SECONDS = 0.01
_STEP_PATIENCE_SECONDS = 15.0
_TAP_PATIENCE_SECONDS = 120.0
_LEAVE_PATIENCE_SECONDS = 120.0


class ClassFailed(Exception):
    """The class could not be held at all; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """What kind of class: who comes, how long it is, and how they behave (see ``simulate_class --help``).

    ``lecture_id`` is of a lecture with at least ``steps`` steps; one is found or made without it. ``waiting`` are the
    seconds in the waiting room when everybody sits, ``pace`` those that each step lasts at least. With ``pictures``
    phones fetch them.
    """

    url: str
    students: int
    steps: int
    processes: int
    at_once: int
    share: float
    within: float
    email: str
    password: str
    lecture_id: int | None = None
    waiting: float = 0.0
    pace: float = 0.0
    pictures: bool = False


@dataclass(slots=True)
class StepSent:
    """One press of the button, in nanoseconds of the monotonic clock."""

    subtask_id: int
    at: int
    answered_after: int


@dataclass(slots=True)
class ClassHeld:
    """Everything that a report is made of."""

    plan: ClassPlan
    seating_seconds: float
    sent: list[StepSent]
    phones: list[PhoneRecord]
    summary: dict[str, Any]
    seconds: float


Progress = Callable[[str, int, int], None]
"""``(stage, done, total)``, called often."""


async def hold_class(plan: ClassPlan, progress: Progress) -> ClassHeld:
    """Hold the class from the login to the end. Raises ``ClassFailed``."""
    started = time.monotonic()
    async with Api(plan.url) as api:
        try:
            await api.login(plan.email, plan.password)
            session = await _open_session(api, plan)
        except ApiError as error:
            raise ClassFailed(f"the class could not be opened: {error}") from None
        async with AsyncExitStack() as stack:
            shares = _shares(plan, session["session_code"])
            crowds = [await stack.enter_async_context(_Crowd(share)) for share in shares]
            return await _Class(plan, api, session, crowds, progress).hold(started)


class _Class:
    def __init__(
        self, plan: ClassPlan, api: Api, session: dict[str, Any], crowds: list[_Crowd], progress: Progress
    ) -> None:
        self._plan = plan
        self._api = api
        self._path = f"/api/sessions/{session['session_id']}"
        self._crowds = crowds
        self._progress = progress

    async def hold(self, started: float) -> ClassHeld:
        seating_seconds = await self._seat()
        await asyncio.sleep(self._plan.waiting)
        sent = []
        for number in range(1, self._plan.steps + 1):
            sent.append(await self._move("start" if number == 1 else "next-step", number))
        await self._api.post(f"{self._path}/end", {"message": "수고하셨어요!"})
        await self._until("끝 · end", lambda tally: tally.ended, self._seated, _STEP_PATIENCE_SECONDS)
        phones = [record for each in self._crowds for record in await each.leave()]
        summary = await self._api.get(f"{self._path}/summary")
        return ClassHeld(self._plan, seating_seconds, sent, phones, summary, time.monotonic() - started)

    async def _seat(self) -> float:
        """Seconds until everybody sits with an open socket, or has failed to."""
        begun = time.monotonic()
        for each in self._crowds:
            each.order("come")
        patience = 30 + self._plan.students / 10
        await self._until("입장 · seats", lambda tally: tally.seated + tally.failed, self._plan.students, patience)
        if self._seated == 0:
            raise ClassFailed("nobody got a seat")
        return time.monotonic() - begun

    async def _move(self, operation: str, number: int) -> StepSent:
        at = time.monotonic_ns()
        answer = await self._api.post(f"{self._path}/{operation}", {})
        sent = StepSent(int(answer["current_subtask"]["id"]), at, time.monotonic_ns() - at)
        name = f"{number}/{self._plan.steps} 단계 · step"
        showing = _showing(sent.subtask_id)
        await self._until(name, showing, self._seated, _STEP_PATIENCE_SECONDS)
        # The next step waits for this one's taps: a class takes half a minute for each, not half a second.
        await self._until_quiet()
        await asyncio.sleep(max(0.0, self._plan.pace - (time.monotonic_ns() - at) / 1e9))
        return sent

    @property
    def _seated(self) -> int:
        return sum(each.tally.seated for each in self._crowds)

    async def _until(self, stage: str, count: Callable[[Tally], int], total: int, patience: float) -> None:
        """Wait until the crowds have counted up to ``total``; what is missing after ``patience`` the report tells."""
        deadline = time.monotonic() + patience
        while (done := sum(count(each.tally) for each in self._crowds)) < total and time.monotonic() < deadline:
            self._progress(stage, done, total)
            await asyncio.sleep(_LOOK_SECONDS)
            self._check_crowds()
        self._progress(stage, done, total)

    async def _until_quiet(self) -> None:
        await asyncio.sleep(2 * crowd.TALLY_SECONDS)
        deadline = time.monotonic() + _TAP_PATIENCE_SECONDS
        while any(each.tally.tapping for each in self._crowds) and time.monotonic() < deadline:
            await asyncio.sleep(_LOOK_SECONDS)
            self._check_crowds()

    def _check_crowds(self) -> None:
        if any(each.dead for each in self._crowds):
            raise ClassFailed("a process of phones has died")


class _Crowd:
    """The conductor's end of one process of phones."""

    def __init__(self, plan: CrowdPlan) -> None:
        self.tally = Tally()
        self.dead = False
        self._plan = plan
        self._records: asyncio.Future[list[PhoneRecord]] = asyncio.get_running_loop().create_future()
        self._pipe: Connection
        self._process: BaseProcess

    async def __aenter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        data = msgspec.json.encode(self._plan)
        self._process = context.Process(target=crowd.run, args=(theirs, data), daemon=True)
        self._process.start()
        theirs.close()
        asyncio.get_running_loop().add_reader(self._pipe.fileno(), self._read)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._pipe.fileno())
        self._pipe.close()
        await asyncio.to_thread(self._process.join, 5)
        if self._process.is_alive():
            self._process.kill()

    def order(self, order: str) -> None:
        self._pipe.send(order)

    async def leave(self) -> list[PhoneRecord]:
        self.order("leave")
        async with asyncio.timeout(_LEAVE_PATIENCE_SECONDS):
            return await self._records

    def _read(self) -> None:
        try:
            while self._pipe.poll():
                kind, data = self._pipe.recv()
                if kind == "tally":
                    self.tally = crowd.decode_tally(data)
                else:
                    self._records.set_result(crowd.decode_records(data))
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())
            self.dead = not self._records.done()
            if self.dead:
                self._records.set_exception(ClassFailed("a process of phones has died"))


def _showing(subtask_id: int) -> Callable[[Tally], int]:
    return lambda tally: tally.showing.get(subtask_id, 0)


def _shares(plan: ClassPlan, code: str) -> list[CrowdPlan]:
    """The class split evenly over the processes."""
    processes = min(plan.processes, plan.students)
    size, rest = divmod(plan.students, processes)
    shares, first = [], 1
    for index in range(processes):
        count = size + (index < rest)
        shares.append(
            CrowdPlan(
                url=plan.url,
                code=code,
                first=first,
                count=count,
                at_once=max(1, plan.at_once // processes),
                share=plan.share,
                within=plan.within,
                seed=20251028,
                pictures=plan.pictures,
            )
        )
        first += count
    return shares


async def _open_session(api: Api, plan: ClassPlan) -> dict[str, Any]:
    lecture_id = plan.lecture_id or await _lecture_of(api, plan.steps)
    return await api.post(f"/api/lectures/{lecture_id}/sessions", {"title": f"모의 수업 {time.strftime('%H:%M')}"})


async def _lecture_of(api: Api, steps: int) -> int:
    """The instructor's lecture of that many steps, which is made when there is none."""
    title = f"모의 수업 {steps}단계"
    me = await api.get("/api/auth/me")
    mine = await api.get("/api/lectures", instructor_id=me["id"], page_size=100)
    found = next((each for each in mine["lectures"] if each["title"] == title), None)
    lecture = found or await _make_lecture(api, title, steps)
    return int(lecture["id"])


async def _make_lecture(api: Api, title: str, steps: int) -> dict[str, Any]:
    lecture = await api.post("/api/lectures", {"title": title, "description": "simulate_class가 만든 강의예요."})
    task = await api.post(f"/api/lectures/{lecture['id']}/tasks", {"title": "모의 과제"})
    for number in range(1, steps + 1):
        guide = f"{number}번째 화면을 눌러주세요. 다 하셨으면 '다 했어요'를 눌러주세요."
        await api.post(
            f"/api/tasks/{task['id']}/subtasks",
            {"title": f"{number}번째 단계", "target_action": "CLICK", "guide_text": guide, "voice_guide_text": guide},
        )
    return lecture
