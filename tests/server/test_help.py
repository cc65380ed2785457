"""Help with real server processes: killed workers, a model that hangs, sockets that stay awake (F13, F24)."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.openai_server import OpenAIServer
from tests.server.lesson import Lesson, until
from tests.server.process import Running, running, with_tables

pytestmark = pytest.mark.servers
SERVE = [sys.executable, "manage.py", "serve", "--port", "{port}"]


@pytest.fixture
def model() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def settings_of(model: OpenAIServer) -> dict[str, str]:
    return {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": model.url, "STUCK_SECONDS": "0"}


def answers_in(data: Path, request_id: int) -> list[str]:
    with closing(sqlite3.connect(data / "classroom.sqlite3")) as database:
        rows = database.execute("SELECT source FROM helpdesk_helpresponse WHERE request_id = ?", [request_id])
        return [source for (source,) in rows]


def ask(lesson: Lesson, guest: str, step: int) -> int:
    headers = {"Authorization": f"Bearer {guest}"}
    response = lesson.http.post("/api/help/request", json={"subtask_id": step, "message": "안 보여요"}, headers=headers)
    assert response.status_code == 201, response.text
    assert response.json()["status"] == "ANALYZING"
    return int(response.json()["help_request_id"])


def tap(lesson: Lesson, guest: str) -> None:
    headers = {"Authorization": f"Bearer {guest}"}
    response = lesson.http.post("/api/logs/activity", json={"event_type": "CLICK", "event_data": {}}, headers=headers)
    assert response.status_code == 201, response.text


def show(lesson: Lesson, guest: str, request_id: int) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {guest}"}
    body: dict[str, Any] = lesson.http.get(f"/api/help/request/{request_id}", headers=headers).json()
    return body


def wait_for_answer(lesson: Lesson, guest: str, request_id: int, seconds: float) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while (shown := show(lesson, guest, request_id))["status"] == "ANALYZING":
        assert time.monotonic() < deadline, "still waiting"
        time.sleep(0.2)
    return shown


def test_a_worker_that_is_killed_leaves_one_answer(
    tmp_path: Path, model: OpenAIServer, settings_of: dict[str, str]
) -> None:
    """The server dies while it waits for the model, and again at once; the next one answers, within a minute, once."""
    data = with_tables(tmp_path / "data")
    model.behave("hang")
    with running(SERVE, data, tmp_path / "first.log", **settings_of) as server:
        lesson = Lesson(server)
        guest = lesson.guest()
        asked_at = time.monotonic()
        request_id = ask(lesson, guest, lesson.steps[0])
        lesson.close()
        _wait_until(lambda: len(model.requests) == 1)
        _kill(server)
    assert answers_in(data, request_id) == []
    with running(SERVE, data, tmp_path / "second.log", **settings_of) as server:
        _kill(server)
    with running(SERVE, data, tmp_path / "third.log", **settings_of) as server:
        _wait_until(lambda: bool(answers_in(data, request_id)), 60 - (time.monotonic() - asked_at))
        headers = {"Authorization": f"Bearer {guest}"}
        shown = httpx.get(f"{server.url}/api/help/request/{request_id}", headers=headers, timeout=10).json()
        assert (shown["status"], shown["analysis"]["confidence_score"] > 0) == ("RESOLVED", True)
        _wait_until(lambda: _open_jobs(data) == 0, 60)  # whoever still had it finds the answer there
        assert answers_in(data, request_id) == ["LOCAL"]


def _kill(server: Running) -> None:
    server.process.send_signal(signal.SIGKILL)
    server.process.wait(5)


def _open_jobs(data: Path) -> int:
    with closing(sqlite3.connect(data / "classroom.sqlite3")) as database:
        (count,) = database.execute("SELECT COUNT(*) FROM jobs_job WHERE finished_at IS NULL").fetchone()
        return int(count)


def _wait_until(condition: Any, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def server(tmp_path: Path, settings_of: dict[str, str]) -> Iterator[Running]:
    with running(SERVE, with_tables(tmp_path / "data"), tmp_path / "server.log", **settings_of) as one:
        yield one


async def test_a_model_that_hangs_keeps_nobody_else_waiting(
    server: Running, model: OpenAIServer, tmp_path: Path
) -> None:
    """Heartbeats are answered at once, requests too, and the answer comes over W8 when the model was given up on."""
    model.behave("hang")
    lesson = Lesson(server)
    try:
        guests = [lesson.guest() for _ in range(4)]
        me = lesson.http.get("/api/auth/me", headers={"Authorization": f"Bearer {guests[0]}"}).json()["id"]
        async with (
            connect(f"{server.ws}/ws/help/{me}", subprotocols=[f"bearer.{guests[0]}"]) as answers,  # type: ignore[list-item]
            lesson.socket(guests[1]) as room,
        ):
            started = time.monotonic()
            requests = [ask(lesson, guest, lesson.steps[0]) for guest in guests]
            assert time.monotonic() - started < 3
            for number in range(5):
                sent = time.monotonic()
                await room.send(json.dumps({"type": "heartbeat", "timestamp": number}))
                assert (await until(room, "heartbeat_ack"))["timestamp"] == number
                assert time.monotonic() - sent < 1
                await asyncio.sleep(0.2)
            frame = await until(answers, "HELP_AVAILABLE", seconds=40)
            assert frame["help_response"]["help_request_id"] == requests[0]
        for guest, request_id in zip(guests, requests, strict=True):
            await asyncio.to_thread(wait_for_answer, lesson, guest, request_id, 60 - (time.monotonic() - started))
            assert answers_in(tmp_path / "data", request_id) == ["LOCAL"]
        assert len(model.requests) <= 2 * len(requests)
    finally:
        lesson.close()


async def test_whose_phone_falls_silent_is_nudged_and_then_the_instructor_hears_of_it(tmp_path: Path) -> None:
    """Two are on the step; one phone tells of a tap, the other, as a page in a browser, of nothing."""
    with running(SERVE, with_tables(tmp_path / "data"), tmp_path / "server.log", STUCK_SECONDS="1") as server:
        lesson = Lesson(server)
        try:
            guest = lesson.guest()
            lesson.guest()  # who is noticed by nobody
            desk = connect(f"{server.ws}/ws/dashboard/help-requests/", subprotocols=[f"bearer.{lesson.token}"])  # type: ignore[list-item]
            async with lesson.socket(guest, rt=True) as phone, desk as instructor:
                lesson.ask("POST", f"/api/sessions/{lesson.code}/start", 200)
                tap(lesson, guest)
                nudge = await until(phone, "nudge", seconds=20)
                assert (nudge["subtask_id"], "'열기' 단계" in nudge["message"]) == (lesson.steps[0], True)
                asked = (await until(instructor, "new_help_request", seconds=20))["data"]
                assert (asked["subtask"]["id"], asked["priority"]) == (lesson.steps[0], "LOW")
            shown = await asyncio.to_thread(wait_for_answer, lesson, guest, asked["help_request_id"], 60)
            assert (shown["request_type"], shown["status"]) == ("AUTO", "RESOLVED")
            assert await asyncio.to_thread(lesson.ask, "POST", f"/api/sessions/{lesson.code}/next-step", 200)
            pending = lesson.ask("GET", "/api/dashboard/help-requests/pending", 200)
            assert (pending["pending_requests"], pending["count"], pending["auto_count"]) == ([], 0, 0)
            assert show(lesson, guest, asked["help_request_id"])["closed_at"] is not None
            assert asked["user"]["id"] == shown["user"]["id"]
        finally:
            lesson.close()
