"""F22: sockets that nobody says anything on outlive every expiry, and are told everything afterwards."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import jwt
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.faults.form import LONG, PATIENCE
from tests.faults.hall import OPEN_HALL
from tests.faults.processes import Server
from tests.faults.watching import Watch, claims_of, lesson_at
from tests.server.lesson import Lesson, until

pytestmark = pytest.mark.faults

KEY = "a key that is known to the test alone"
SETTINGS = {
    **OPEN_HALL,
    **PATIENCE,
    "SECRET_KEY": KEY,
    "PRESENCE_ABSENT_AFTER_SECONDS": "2",
    "STREAM_KEEP_SECONDS": "2",
}
LEEWAY_SECONDS = 30
TOKEN_SECONDS = 8
# Several pings, and two leases, of the settings in use.
IDLE_SECONDS = 120 if LONG else 14


def short(token: str) -> str:
    """The same login for a few seconds more, which the lifetime's setting, in minutes, cannot say."""
    expires = int(time.time()) + TOKEN_SECONDS - LEEWAY_SECONDS
    return jwt.encode({**claims_of(token), "iat": expires - 1, "exp": expires}, KEY, algorithm="HS256")


def phone(server: Server, path: str, token: str, *, rt: bool = False) -> connect:
    """Answers pings, as every browser does, and says nothing."""
    offered = [*(["rt.v1"] if rt else []), f"bearer.{token}"]
    return connect(
        server.ws + path, subprotocols=[Subprotocol(name) for name in offered], ping_interval=None, proxy=None
    )


async def test_idle_sockets_are_kept_and_told_everything(data: Path, tmp_path: Path) -> None:
    with Server(tmp_path, SETTINGS, data) as server:
        async with lesson_at(server) as lesson, Watch(server, lesson) as watch:
            await _outlive_everything(server, lesson)
        assert not watch.left
        assert "Traceback" not in server.output()


async def _outlive_everything(server: Server, lesson: Lesson) -> None:
    facts = lesson.ask("GET", f"/api/sessions/{lesson.code}", 200)
    session, room = facts["id"], facts["chat_room_id"]
    guest, student, teacher = short(lesson.guest()), short(lesson.student()), short(lesson.token)
    async with AsyncExitStack() as stack:
        steps = [
            await stack.enter_async_context(phone(server, f"/ws/sessions/{lesson.code}/", guest)),
            await stack.enter_async_context(phone(server, f"/ws/sessions/{lesson.code}/", student, rt=True)),
            await stack.enter_async_context(phone(server, f"/ws/session/{session}/student/", student)),
        ]
        desks = [await stack.enter_async_context(phone(server, f"/ws/session/{session}/instructor/", teacher))]
        chats = [
            await stack.enter_async_context(phone(server, f"/ws/chat/{room}/chat/", student)),
            await stack.enter_async_context(phone(server, f"/ws/chat/{room}", guest, rt=True)),
        ]
        await asyncio.sleep(IDLE_SECONDS)
        for token in (guest, student, teacher):
            assert await _is_refused(server, f"/ws/sessions/{lesson.code}/", token)
        await _hold_the_class(lesson, room, steps, chats)
        asked = await _ask_for_help(lesson, desks[0])
        assert asked["type"] == "student_help_request"
        assert all(socket.close_code is None for socket in [*steps, *desks, *chats])


async def _is_refused(server: Server, path: str, token: str) -> bool:
    """The proof that the token has expired."""
    try:
        async with phone(server, path, token):
            return False
    except InvalidStatus as refused:
        return refused.response.status_code == 401


async def _hold_the_class(
    lesson: Lesson, room: int, steps: list[ClientConnection], chats: list[ClientConnection]
) -> None:
    await asyncio.to_thread(lesson.ask, "POST", f"/api/sessions/{lesson.code}/start", 200, {})
    await asyncio.to_thread(lesson.ask, "POST", f"/api/sessions/{lesson.code}/next-step", 200, {})
    for socket in steps:
        shown: list[int] = []
        while lesson.steps[1] not in shown:
            shown.append(_step_of(await until(socket, "step_changed")))
        assert shown[-1] == lesson.steps[1]
    said = [f"{number}번 이야기" for number in range(20)]
    for text in said:
        await asyncio.to_thread(lesson.ask, "POST", f"/api/v1/chat/rooms/{room}/messages", 201, {"message": text})
    assert [(await until(chats[0], "chat.message"))["message"] for _ in said] == said
    assert [(await until(chats[1], "message"))["data"]["message"] for _ in said] == said


def _step_of(frame: dict[str, Any]) -> int:
    data = frame.get("data", frame)
    return int((data.get("current_subtask") or data["subtask"])["id"])


async def _ask_for_help(lesson: Lesson, desk: ClientConnection) -> dict[str, Any]:
    """By a guest who comes now."""
    token = await asyncio.to_thread(lesson.guest)
    headers = {"Authorization": f"Bearer {token}"}
    body = {"subtask_id": lesson.steps[1]}
    response = await asyncio.to_thread(lesson.http.post, "/api/help/request", json=body, headers=headers)
    assert response.status_code == 201, response.text
    return await until(desk, "student_help_request")
