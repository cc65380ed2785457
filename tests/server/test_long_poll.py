"""Long polls on a real server: answered as soon as something happens, and nobody waits for them (contract 10.2)."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.lesson import Lesson
from tests.server.process import Running, running, with_tables

pytestmark = pytest.mark.servers

SERVE = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", "{port}"]
# More than there are threads for requests.
POLLS = 30
AT_ONCE = 4  # of one person


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("long-poll")
    with running(SERVE, with_tables(folder / "data"), folder / "log", HTTP_THREADS="4") as started:
        yield started


@pytest.fixture
def lesson(server: Running) -> Iterator[Lesson]:
    held = Lesson(server)
    yield held
    held.close()


def client(lesson: Lesson, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    limits = httpx.Limits(max_connections=POLLS + 5)
    return httpx.AsyncClient(base_url=lesson.server.url, headers=headers, timeout=20, limits=limits, trust_env=False)


async def events(http: httpx.AsyncClient, lesson: Lesson, **query: Any) -> Any:
    answer = await http.get(f"/api/sessions/{lesson.code}/events", params=query)
    assert answer.status_code == 200, answer.text
    assert "x-wait-for" not in answer.headers
    return answer.json()


async def test_many_wait_without_a_thread_and_all_hear_at_once(lesson: Lesson) -> None:
    people = [lesson.guest() for _ in range(-(-POLLS // AT_ONCE))]
    async with AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(client(lesson, token)) for token in people]
        http = phones[0]
        await asyncio.sleep(0.5)  # what their own arrival caused
        at = await events(http, lesson)
        place = {"after_seq": at["seq"], "epoch": at["epoch"]}
        waiting = [
            asyncio.create_task(events(phones[number // AT_ONCE], lesson, **place, wait=15)) for number in range(POLLS)
        ]
        await asyncio.sleep(1)
        began = time.monotonic()
        assert (await http.get(f"/api/sessions/{lesson.code}/current")).status_code == 200
        assert time.monotonic() - began < 1
        assert not any(task.done() for task in waiting)
        began = time.monotonic()
        await asyncio.to_thread(lesson.ask, "POST", f"/api/sessions/{lesson.code}/start", 200, {})
        told = await asyncio.gather(*waiting)
        assert time.monotonic() - began < 3
    for answer in told:
        assert (answer["recovered"], answer["reason"]) == (True, None)
        assert [frame["seq"] for frame in answer["events"]] == list(range(at["seq"] + 1, answer["seq"] + 1))
        assert "step_changed" in {frame["type"] for frame in answer["events"]}


async def test_nobody_waits_for_the_same_thing_more_than_four_times(lesson: Lesson, server: Running) -> None:
    async with client(lesson, lesson.guest()) as http, client(lesson, lesson.guest()) as other:
        await asyncio.sleep(0.5)
        at = await events(http, lesson)
        place = {"after_seq": at["seq"], "epoch": at["epoch"], "wait": 15}
        waiting = [asyncio.create_task(events(http, lesson, **place)) for _ in range(AT_ONCE)]
        others = asyncio.create_task(events(other, lesson, **place))
        await asyncio.sleep(0.5)
        for _ in range(2):
            refused = await http.get(f"/api/sessions/{lesson.code}/events", params=place)
            assert (refused.status_code, refused.json()["error"]["code"]) == (429, "RATE_LIMITED")
            assert int(refused.headers["retry-after"]) > 0
        waiting.pop().cancel()  # who leaves makes room
        await asyncio.sleep(0.3)
        waiting.append(asyncio.create_task(events(http, lesson, **place)))
        await asyncio.sleep(0.3)
        assert not waiting[-1].done()
        await asyncio.to_thread(lesson.ask, "POST", f"/api/sessions/{lesson.code}/start", 200, {})
        for told in await asyncio.gather(others, *waiting):
            assert told["events"]
        assert server.output().count("code=RATE_LIMITED") == 2


async def test_who_waits_in_vain_is_told_so_in_time(lesson: Lesson) -> None:
    async with client(lesson, lesson.guest()) as http:
        at = await events(http, lesson)
        await asyncio.sleep(0.5)  # what its own arrival caused
        at = await events(http, lesson)
        began = time.monotonic()
        answer = await events(http, lesson, after_seq=at["seq"], epoch=at["epoch"], wait=1)
        assert 0.9 < time.monotonic() - began < 3
        assert (answer["events"], answer["seq"], answer["recovered"]) == ([], at["seq"], True)


async def test_what_cannot_be_had_and_what_makes_no_sense(lesson: Lesson) -> None:
    async with client(lesson, lesson.guest()) as http:
        lost = await events(http, lesson, after_seq=0, epoch="another", wait=20)
        assert (lost["recovered"], lost["reason"], lost["events"]) == (False, "epoch changed", [])
        ahead = await events(http, lesson, after_seq=10_000, wait=20)
        assert (ahead["recovered"], ahead["reason"]) == (False, "ahead of the stream")
        for query in ("after_seq=x", "after_seq=-1", "wait=26", "wait=1.5"):
            refused = await http.get(f"/api/sessions/{lesson.code}/events?{query}")
            assert (refused.status_code, "INVALID_REQUEST" in refused.text) == (400, True), query
        http.headers.pop("Authorization")
        http.cookies.clear()
        assert (await http.get(f"/api/sessions/{lesson.code}/events?wait=20")).status_code == 401


async def test_who_leaves_leaves_nothing_behind(lesson: Lesson, server: Running) -> None:
    async with client(lesson, lesson.guest()) as http:
        at = await events(http, lesson)
        await asyncio.sleep(0.5)
        at = await events(http, lesson)
        for _ in range(20):
            with pytest.raises(httpx.ReadTimeout):
                await http.get(
                    f"/api/sessions/{lesson.code}/events",
                    params={"after_seq": at["seq"], "epoch": at["epoch"], "wait": 20},
                    timeout=0.2,
                )
        assert (await events(http, lesson, after_seq=at["seq"], epoch=at["epoch"]))["recovered"]
    assert "Traceback" not in server.output()


async def test_a_room_can_be_followed_the_same_way(server: Running) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=20, trust_env=False) as http:
        account = {"email": "poll@example.com", "password1": "securePassword123", "password2": "securePassword123"}
        assert (await http.post("/user/v1/register/", json={**account, "nickname": "김"})).status_code == 201
        login = {"email": account["email"], "password": account["password1"]}
        token = (await http.post("/user/v1/login/", json=login)).json()["access"]
        http.headers["Authorization"] = f"Bearer {token}"
        room = (await http.post("/chat/v1/room/", json={"name": "방"})).json()["id"]
        path = f"/api/v1/chat/rooms/{room}/messages"
        at = (await http.get(f"{path}?after_seq=0")).json()["data"]
        waiting = asyncio.create_task(http.get(path, params={"after_seq": at["seq"], "epoch": at["epoch"], "wait": 15}))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        assert (await http.post(path, json={"message": "안녕하세요"})).status_code == 201
        told = (await waiting).json()["data"]
        assert [frame["data"]["message"] for frame in told["events"]] == ["안녕하세요"]
