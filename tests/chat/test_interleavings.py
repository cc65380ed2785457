"""Whatever happens in whatever order, by both APIs at once: every client has the same room as the database.

Real dialects, hub and connections on one event loop; REST in threads beside it. The short profile is always the same;
``HYPOTHESIS_PROFILE=long`` looks for new orders.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterator
from typing import Any, ClassVar

import pytest
from django.conf import settings as project
from django.db import connections
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mobilegpt.chat import events
from mobilegpt.database.threads import in_database
from mobilegpt.realtime.runtime import runtime
from tests import cast, rooms
from tests.chat.clients import RoomClient, S3Client, S4Client
from tests.chat.house import House, Person, Truth, person

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
PROFILE = settings(
    max_examples=200 if LONG else 10,
    stateful_step_count=50 if LONG else 25,
    derandomize=not LONG,
    phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],  # a wrong room is waited for at every try
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
PATIENCE = 30.0

WHO = st.integers(0, 2)  # 박강사 owns the room, 김학생 and 이학생 come and go
API = st.sampled_from([S3Client, S4Client])
DOOR = st.sampled_from(["S3 REST", "S3 socket", "S4 REST"])
WRITE = st.one_of(
    st.tuples(st.just("say"), WHO, DOOR, st.booleans()),
    st.tuples(st.just("read"), WHO),
    st.tuples(st.just("add"), st.just(0), WHO),
    st.tuples(st.just("remove"), WHO, WHO),
)


class Interleavings(RuleBasedStateMachine):
    """One room from its opening; three people, each with a client of either API."""

    runner: ClassVar[asyncio.Runner]
    people: ClassVar[list[Person]]

    house: House
    clients: dict[tuple[int, type[RoomClient]], RoomClient]

    @initialize(is_open=st.booleans(), invited=st.sets(st.integers(1, 2)))
    def open_room(self, is_open: bool, invited: set[int]) -> None:
        self.house = House(self.people[0], "우리 방", is_open=is_open)
        self.clients = {
            (index, api): api(self.house, who) for index, who in enumerate(self.people) for api in (S3Client, S4Client)
        }
        for index in sorted(invited):
            self._run(self.house.add(self.people[0], self.people[index]))

    @rule(who=WHO, api=API, rt=st.booleans())
    def connect(self, who: int, api: type[RoomClient], rt: bool) -> None:
        client = self.clients[who, api]
        may_enter = self._may_enter(client)
        self._run(client.disconnect())
        assert self._run(client.connect(rt=rt)) == may_enter

    @rule(who=WHO, api=API)
    def cut(self, who: int, api: type[RoomClient]) -> None:
        self._run(self.clients[who, api].disconnect())

    @rule(who=WHO, api=API)
    def resume(self, who: int, api: type[RoomClient]) -> None:
        client = self.clients[who, api]
        self._run(client.disconnect())
        if client.position is not None:
            may_enter = self._may_enter(client)
            assert self._run(client.resume()) == may_enter

    def _may_enter(self, client: RoomClient) -> bool:
        """Members; by S3 everybody in an open room whom nobody has removed (contract 9.1)."""
        house = self.house
        joins = isinstance(client, S3Client) and house.is_open and not house.has_removed(client.who)
        return joins or house.is_member(client.who)

    @rule(write=WRITE)
    def one_thing(self, write: tuple[Any, ...]) -> None:
        self._run(self._do(write))

    @rule(writes=st.lists(WRITE, min_size=2, max_size=5))
    def many_at_once(self, writes: list[tuple[Any, ...]]) -> None:
        async def together() -> None:
            await asyncio.gather(*(self._do(write) for write in writes))

        self._run(together())

    async def _do(self, write: tuple[Any, ...]) -> None:
        match write:
            case ("say", who, "S3 socket", again) if self.clients[who, S3Client].is_online:
                client = self.clients[who, S3Client]
                assert isinstance(client, S3Client)
                await client.say(again)
            case ("say", who, "S4 REST", again):
                await self.house.say_s4(self.people[who], again)
            case ("say", who, _, again):
                await self.house.say_s3(self.people[who], again)
            case ("read", who):
                await self.house.read(self.people[who])
            case ("add", by, who):
                await self.house.add(self.people[by], self.people[who])
            case ("remove", by, who):
                await self.house.remove(self.people[by], self.people[who])

    @invariant()
    def all_have_the_same_room(self) -> None:
        if hasattr(self, "house"):
            self._run(self._agree())
            self.house.removed.clear()

    async def _agree(self) -> None:
        """Soon. What comes later than that, or once too often, is seen after the next step, or at the end."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            truth = await in_database(self.house.truth)
            wrong = [complaint for client in self.clients.values() if (complaint := await self._wrong(client, truth))]
            if not wrong:
                return
            assert asyncio.get_running_loop().time() < deadline, "\n".join(wrong)
            await asyncio.sleep(0.002)

    async def _wrong(self, client: RoomClient, truth: Truth) -> str | None:
        client.take_what_came()
        name = f"{type(client).__name__} of {client.who.email}"
        code = await client.closed_by_server()
        if code is not None:
            assert code == 4403, (name, code, client.log)
            assert client.who.id in self.house.removed, (name, client.log)
            if isinstance(client, S4Client):
                assert client.log[-1]["type"] == "member_leave", client.log
                assert client.log[-1]["user_id"] == client.who.id
        if not client.is_online:
            return None
        if client.who.id not in truth.members:
            return f"{name} is still connected"
        complaint = client.differs(truth)
        return f"{name}: {complaint}; got {client.log}" if complaint else None

    def teardown(self) -> None:
        if not hasattr(self, "house"):
            return
        self._run(asyncio.sleep(0.02))
        self.all_have_the_same_room()
        for client in self.clients.values():
            self._run(client.disconnect())

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)


@pytest.fixture
def _house_of_three(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lingering, the grace and the limit on messages still happen: sooner, and later."""
    monkeypatch.setattr(events, "COMPANY_SECONDS", 0.005)
    monkeypatch.setattr(project, "CHAT_MESSAGES_PER_10_SECONDS", 30)
    monkeypatch.setattr(project, "CHAT_MESSAGES_PER_MINUTE", 100)
    monkeypatch.setattr(project, "CHAT_ROOMS_PER_DAY", 1_000_000)
    quick = {**project.REALTIME, "GRACE_SECONDS": 0.3}
    with override_settings(REALTIME=quick), asyncio.Runner() as runner:
        Interleavings.runner = runner
        users = [make() for make in (cast.instructor_park, cast.student_kim, cast.student_lee)]
        rooms.acquaint(*users)
        Interleavings.people = [person(user) for user in users]
        runner.run(runtime.start())
        yield
        runner.run(runtime.stop())
    connections.close_all()


@pytest.mark.usefixtures("_house_of_three")
def test_every_client_has_the_same_room_as_the_database() -> None:
    run_state_machine_as_test(Interleavings, settings=PROFILE)
