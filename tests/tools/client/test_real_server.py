"""The client in a class on a real server process: seats, steps, a lost connection, writes that are stored once."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from mobilegpt.tools.client import Api, ApiError, Refused, RtSocket
from mobilegpt.tools.client.reconnect import Backoff
from tests.server.process import Running, running, with_tables

pytestmark = [pytest.mark.servers, pytest.mark.asyncio]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("client")
    command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", "{port}"]
    with running(command, with_tables(data / "data"), data / "log") as started:
        yield started


@pytest.fixture
async def teacher(server: Running) -> AsyncIterator[Api]:
    async with Api(server.url) as api:
        user = await api.login("instructor@test.com", "test1234")
        assert user["role"] == "INSTRUCTOR"
        yield api


@pytest.fixture
async def session(teacher: Api) -> dict[str, Any]:
    lectures = await teacher.get("/api/lectures")
    lecture = next(each for each in lectures["lectures"] if each["title"] == "유튜브 사용법 배우기")
    return await teacher.post(f"/api/lectures/{lecture['id']}/sessions", {"title": "오전반"})


def phone_of(student: Api, session: dict[str, Any]) -> RtSocket:
    quick = Backoff(base=0.02, random=lambda: 1.0)
    url = student.socket_url(f"/ws/sessions/{session['session_code']}/")
    return RtSocket(url, student.token, backoff=quick)


async def move(teacher: Api, session: dict[str, Any], operation: str) -> int:
    answer = await teacher.post(f"/api/sessions/{session['session_id']}/{operation}")
    return int(answer["current_subtask"]["id"])


async def test_a_guest_follows_loses_the_connection_and_misses_nothing(
    server: Running, teacher: Api, session: dict[str, Any]
) -> None:
    async with Api(server.url) as student:
        await student.take_guest_seat(session["session_code"], "김영자", secrets.token_urlsafe(24))
        async with phone_of(student, session) as phone:
            await phone.until_online()
            moved = [await move(teacher, session, "start")]
            assert (await phone.next("step_changed"))["subtask"]["id"] == moved[0]
            phone.cut()
            moved += [await move(teacher, session, "next-step") for _ in range(3)]
            seen = [(await phone.next("step_changed"))["subtask"]["id"] for _ in range(3)]
            assert seen == moved[1:]
            assert phone.connections == 2


async def test_taps_made_without_a_connection_are_stored_once(
    server: Running, teacher: Api, session: dict[str, Any]
) -> None:
    async with Api(server.url) as student:
        await student.take_guest_seat(session["session_code"], "이순자", secrets.token_urlsafe(24))
        async with phone_of(student, session) as phone:
            await phone.until_online()
            step = await move(teacher, session, "start")
            await phone.next("step_changed")
            phone.cut()
            tap = {"type": "progress_update", "subtask_id": step, "status": "COMPLETED"}
            ack = await asyncio.wait_for(phone.write(tap), 10)
            assert ack.id == step
            progress = await student.get("/api/progress/me")
            assert progress["progress_summary"]["completed_subtasks"] == 1
            with pytest.raises(Refused, match="NOT_FOUND"):
                await asyncio.wait_for(phone.write({**tap, "subtask_id": 999_999}), 10)


async def test_the_same_device_gets_its_seat_back_and_a_login_can_be_refreshed(
    server: Running, teacher: Api, session: dict[str, Any]
) -> None:
    device = secrets.token_urlsafe(24)
    async with Api(server.url) as first, Api(server.url) as second:
        seat = await first.take_guest_seat(session["session_code"], "박종수", device)
        again = await second.take_guest_seat(session["session_code"], "박종수", device)
        assert seat["participant_id"] == again["participant_id"]
        assert await second.token(fresh=True) is not None
        await second.post("/api/auth/logout")
        assert await second.token(fresh=True) is None


async def test_a_revoked_login_ends_the_socket_for_good(server: Running, teacher: Api, session: dict[str, Any]) -> None:
    async with Api(server.url) as student:
        await student.take_guest_seat(session["session_code"], "최말순", secrets.token_urlsafe(24))
        async with phone_of(student, session) as phone:
            await phone.until_online()
            await student.post("/api/auth/logout")
            assert await phone.until_over() == 4401


async def test_a_code_that_does_not_exist_is_final(server: Running) -> None:
    async with Api(server.url) as student:
        await student.login("student1@test.com", "test1234")
        async with RtSocket(student.socket_url("/ws/sessions/ZZZZZ9/"), student.token) as phone:
            assert await phone.until_over() == 4404


async def test_refusals_carry_status_and_code(server: Running) -> None:
    async with Api(server.url) as student:
        with pytest.raises(ApiError) as refused:
            await student.login("student1@test.com", "wrong-password")
        assert (refused.value.status, refused.value.code) == (401, "INVALID_CREDENTIALS")


async def test_a_post_with_retries_is_done_once(teacher: Api, session: dict[str, Any]) -> None:
    before = await teacher.get(f"/api/lectures/{session['lecture']['id']}/sessions")
    await teacher.post(f"/api/lectures/{session['lecture']['id']}/sessions", {"title": "한 번"}, retries=2)
    after = await teacher.get(f"/api/lectures/{session['lecture']['id']}/sessions")
    assert after["pagination"]["total_count"] == before["pagination"]["total_count"] + 1
