"""A class through the whole stack: PostgreSQL, Redis, Kafka, two servers, the consumer, Celery (marker ``stack``)."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from websockets.sync.client import connect

from tools.stack import ROOT, Stack, free_port, missing, stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def running() -> Iterator[Stack]:
    assert missing() == []
    with stack([free_port(), free_port()], {"LOG_LEVEL": "INFO", "OPENAI_API_KEY": ""}) as started:
        yield started


class Person:
    """Somebody of the sample data, at one of the servers."""

    def __init__(self, url: str, email: str) -> None:
        self.url = url
        self.headers: dict[str, str] = {}
        login = self.ask("POST", "/api/auth/login", {"email": email, "password": "test1234"})
        self.token, self.id = login["access_token"], login["user"]["id"]
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = httpx.request(method, f"{self.url}{path}", json=body, headers=self.headers, timeout=20)
        assert answer.is_success, (path, answer.status_code, answer.text)
        return answer.json()


def until(seen: Callable[[], Any], seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        value = seen()
        if value or time.monotonic() > deadline:
            return value
        time.sleep(0.2)


def ask_database(running: Stack, query: str, *parameters: Any) -> Any:
    with psycopg.connect(running.environment["DATABASE_URL"]) as connection:
        row = connection.execute(query, parameters).fetchone()
        assert row is not None
        return row[0]


def test_every_service_is_healthy(running: Stack) -> None:
    body = httpx.get(f"{running.urls[0]}/api/health/detailed").json()
    states = {name: check if isinstance(check, str) else check["status"] for name, check in body["checks"].items()}
    assert states == {"database": "healthy", "redis": "healthy", "kafka": "healthy"}


def test_a_class_loses_nothing(running: Stack) -> None:
    command = [
        sys.executable,
        "manage.py",
        "simulate_class",
        "--students",
        "20",
        "--steps",
        "4",
        "--url",
        running.urls[0],
    ]
    done = subprocess.run(command, cwd=ROOT, env=running.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "nothing lost" in done.stdout


def test_a_class_spans_both_servers(running: Stack) -> None:
    """The instructor speaks to one server, the student listens at the other (contract 2.2)."""
    teacher, student = Person(running.urls[0], "instructor@test.com"), Person(running.urls[1], "student1@test.com")
    lecture = teacher.ask("GET", "/api/lectures")["lectures"][0]["id"]
    session = teacher.ask("POST", f"/api/lectures/{lecture}/sessions", {"title": "두 서버"})
    socket = f"{running.urls[1].replace('http', 'ws')}/ws/sessions/{session['session_code']}/?token={student.token}"
    with connect(socket) as listening:
        listening.send(json.dumps({"type": "join", "data": {"name": "tester"}}))
        assert json.loads(listening.recv(timeout=10))["type"] == "join_confirmed"
        teacher.ask("POST", f"/api/sessions/{session['session_id']}/start", {})
        heard = [json.loads(listening.recv(timeout=10))["type"] for _ in range(2)]
    assert heard == ["session_status_changed", "step_changed"]


def test_logs_go_through_kafka(running: Stack) -> None:
    student = Person(running.urls[1], "student2@test.com")
    ids = [str(uuid.uuid4()) for _ in range(50)]
    moment = "2026-01-15T10:30:00Z"
    logs = [
        {"event_type": "CLICK", "event_data": {"n": number}, "timestamp": moment, "event_id": event_id}
        for number, event_id in enumerate(ids)
    ]
    answer = student.ask("POST", "/api/logs/batch", {"logs": logs})
    assert answer["saved_count"] == 50
    query = "SELECT count(*) FROM activity_activitylog WHERE user_id = %s AND event_id = ANY(%s::uuid[])"
    assert until(lambda: ask_database(running, query, student.id, ids) == 50, 30)
    assert "activity_logs" in running.said("consumer")


def test_help_is_worked_out_by_celery(running: Stack) -> None:
    student = Person(running.urls[0], "student3@test.com")
    step = student.ask("GET", "/api/progress/me")["current_subtask"]["id"]
    asked = student.ask("POST", "/api/help/request", {"subtask_id": step, "reason": "CANNOT_FIND"})
    assert asked["status"] == "ANALYZING"
    path = f"/api/help/request/{asked['help_request_id']}"
    answered = until(lambda: (body := student.ask("GET", path))["status"] == "RESOLVED" and body, 60)
    assert answered, student.ask("GET", path)
    assert answered["help_response"]["help_content"]
    assert answered["help_response"]["source"] == "LOCAL"
    assert "run_job" in running.said("worker")


def test_a_message_reaches_the_other_server(running: Stack) -> None:
    teacher, student = Person(running.urls[0], "instructor@test.com"), Person(running.urls[1], "student1@test.com")
    room = student.ask("GET", "/api/v1/chat/rooms")["data"][0]["id"]
    with connect(f"{running.urls[1].replace('http', 'ws')}/ws/chat/{room}?token={student.token}") as listening:
        teacher.ask("POST", f"/api/v1/chat/rooms/{room}/messages", {"message": "두 서버 사이"})
        deadline = time.monotonic() + 10
        texts: list[str] = []
        while "두 서버 사이" not in texts and time.monotonic() < deadline:
            frame = json.loads(listening.recv(timeout=10))
            texts += [frame["data"]["message"]] if frame["type"] == "message" else []
    assert "두 서버 사이" in texts


def test_everything_ends_by_itself(running: Stack) -> None:
    """The last test: it ends the programs."""
    codes = running.stop()
    assert set(codes.values()) <= {0}, codes
