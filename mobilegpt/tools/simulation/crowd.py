"""A process full of phones. It talks with the conductor over a pipe: a plan and orders in, tallies and records out.

Orders are ``"come"`` and ``"leave"``; a ``Tally`` goes out whenever it has changed, at most twenty times a second; the
records of all phones are the last message.
"""

from __future__ import annotations

import asyncio
import gc
import random
import resource
from contextlib import suppress
from dataclasses import asdict
from multiprocessing.connection import Connection
from typing import Any

import httpx
import msgspec

from mobilegpt.tools.client.api import Api
from mobilegpt.tools.simulation.phone import Habits, Phone, PhoneRecord, Tally

TALLY_SECONDS = 0.05


class CrowdPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The phones of one process: ``first`` and ``count`` of the class, ``at_once`` of them arriving at a time."""

    url: str
    code: str
    first: int
    count: int
    at_once: int
    share: float
    within: float
    seed: int
    pictures: bool = False


def run(pipe: Connection, plan: bytes) -> None:
    """The process's own function; ``plan`` is an encoded ``CrowdPlan``."""
    raise_file_limit()
    decoded = msgspec.json.decode(plan, type=CrowdPlan)
    try:
        import uvloop
    except ImportError:  # not on Windows: slower, and as right
        asyncio.run(_Crowd(pipe, decoded).main())
    else:
        uvloop.run(_Crowd(pipe, decoded).main())


def raise_file_limit() -> int:
    """As many open files as the system lets this process have; returns how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 1_048_576)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return soft


class _Crowd:
    def __init__(self, pipe: Connection, plan: CrowdPlan) -> None:
        self._pipe = pipe
        self._plan = plan
        self._tally = Tally()

    async def main(self) -> None:
        loop = asyncio.get_running_loop()
        limits = httpx.Limits(max_connections=self._plan.at_once, max_keepalive_connections=self._plan.at_once)
        async with httpx.AsyncClient(timeout=30, trust_env=False, limits=limits) as http:
            phones = [self._phone(number, http) for number in range(self._plan.first, self._last)]
            reporter = loop.create_task(self._report())
            await self._obey("come")
            await self._each(phones, lambda phone: phone.come())
            gc.collect()
            gc.freeze()  # a collection over a thousand phones would be measured as the server's delay
            await self._obey("leave")
            await self._each(phones, lambda phone: phone.leave())
            reporter.cancel()
        self._pipe.send(("records", msgspec.json.encode([phone.record for phone in phones])))

    @property
    def _last(self) -> int:
        return self._plan.first + self._plan.count

    def _phone(self, number: int, http: httpx.AsyncClient) -> Phone:
        dice = random.Random(self._plan.seed + number)  # noqa: S311 - the same class every time, no secret
        api = Api(self._plan.url, http=http)
        habits = Habits(self._plan.share, self._plan.within, self._plan.pictures)
        return Phone(api, self._plan.code, f"학생{number}", habits, self._tally, dice)

    async def _obey(self, order: str) -> None:
        """Wait for this order, in a thread: uvloop would make the pipe non-blocking. Ends the process at its end."""
        try:
            told = await asyncio.to_thread(self._pipe.recv)
        except EOFError:
            raise SystemExit(1) from None  # the conductor is gone
        assert told == order

    async def _each(self, phones: list[Phone], do: Any) -> None:
        gate = asyncio.Semaphore(self._plan.at_once)

        async def one(phone: Phone) -> None:
            async with gate:
                await do(phone)

        async with asyncio.TaskGroup() as tasks:
            for phone in phones:
                tasks.create_task(one(phone))

    async def _report(self) -> None:
        told: dict[str, Any] = {}
        while True:
            await asyncio.sleep(TALLY_SECONDS)
            current = asdict(self._tally)
            if current != told:
                told = current
                self._pipe.send(("tally", msgspec.json.encode(current)))


def decode_records(data: bytes) -> list[PhoneRecord]:
    return msgspec.json.decode(data, type=list[PhoneRecord])


def decode_tally(data: bytes) -> Tally:
    return msgspec.json.decode(data, type=Tally)
