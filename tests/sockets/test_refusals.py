"""What is refused is one structured line (reliability X18): path, code, user or address, request id; and no error."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as django_settings
from django.db import OperationalError
from pytest_django.fixtures import Settings
from structlog.testing import capture_logs

from mobilegpt.accounts.models import User
from mobilegpt.chat.models import Room
from mobilegpt.classroom.models import LectureSession
from mobilegpt.database.loop_batcher import LoopBatcher
from tests import cast
from tests.sockets.client import Refused, SocketClient, serving

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = {"origin": "http://testserver"}
EVIL = {"origin": "https://evil.example"}
Lines = list[MutableMapping[str, Any]]


@pytest.fixture(autouse=True)
async def served(settings: Settings) -> AsyncIterator[None]:
    settings.REALTIME = {**django_settings.REALTIME, "JOIN_WITHIN_SECONDS": 0.1}
    async with serving():
        yield


async def token_of(user: User) -> str:
    return str(await sync_to_async(cast.access_token)(user))


async def knock(client: SocketClient, *frames: dict[str, Any] | str) -> tuple[Refused | None, Lines]:
    """How it ends, and what the log says of it."""
    with capture_logs() as lines:
        try:
            async with client:
                for frame in frames:
                    client.send(frame)
                await client.closed()
        except Refused as refused:
            return refused, lines
        except TimeoutError:
            return None, lines
    return Refused(code=client.code), lines


def line_of(lines: Lines) -> MutableMapping[str, Any]:
    """The one line, and that it is no error."""
    assert [line["event"] for line in lines] == ["socket_refused"], lines
    assert lines[0]["log_level"] == "info"
    assert len(lines[0]["request_id"]) >= 8
    return lines[0]


@pytest.mark.parametrize(
    ("path", "named", "status", "code"),
    [
        ("/ws/nothing/here/", {}, 404, "NOT_FOUND"),
        ("/ws/sessions/ZZZZ99/", {}, 404, "NOT_FOUND"),
        ("/ws/progress/1/", {}, 401, "UNAUTHENTICATED"),
        ("/ws/progress/1/", {"token": "a.b.c"}, 401, "INVALID_TOKEN"),
        ("/ws/progress/1/", {"query": {"token": "a.b.c"}}, 401, "INVALID_TOKEN"),
        ("/ws/progress/1/", {"headers": {"host": "evil.example"}}, 400, "INVALID_REQUEST"),
        ("/ws/nothing/here/", {"headers": {"host": "evil.example"}}, 400, "INVALID_REQUEST"),
        ("/ws/progress/1/", {"headers": {"cookie": "sessionid=x", **EVIL}}, 403, "FORBIDDEN"),
        ("/ws/progress/1/", {"headers": {"cookie": "sessionid=x"}}, 403, "FORBIDDEN"),
    ],
)
@pytest.mark.parametrize("way", ["http", "daphne", "rt.v1"])
async def test_who_is_not_let_in(path: str, named: dict[str, Any], status: int, code: str, way: str) -> None:
    headers = {"x-request-id": "request-12345678", **named.get("headers", {})}
    offered = ["rt.v1"] if way == "rt.v1" else []
    client = SocketClient(path, **{**named, "headers": headers}, subprotocols=offered, can_answer_http=way != "daphne")
    refused, lines = await knock(client)
    assert refused is not None
    line = line_of(lines)
    assert (line["path"], line["code"], line["address"]) == (path, code, "198.51.100.7")
    assert line["request_id"] == "request-12345678"
    assert "a.b.c" not in str(line)
    if way == "http":
        assert (refused.status, refused.body["error"]["code"], line["status"]) == (status, code, status)
    elif way == "rt.v1":
        assert refused.code == line["close"]


async def test_the_line_names_who_it_was(room: Room, session: LectureSession, kim: User) -> None:
    choi = await sync_to_async(cast.instructor_choi)()
    stranger = {"kim": await token_of(kim), "choi": await token_of(choi)}
    for client, user, code in (
        (SocketClient(f"/ws/session/{session.pk}/instructor/", token=stranger["kim"]), kim, "FORBIDDEN"),
        (SocketClient(f"/ws/sessions/{session.code}/", token=stranger["choi"]), choi, "FORBIDDEN"),
        (SocketClient(f"/ws/chat/{room.pk}", token=stranger["choi"]), choi, "NOT_A_MEMBER"),
        (SocketClient("/ws/chat/999999", token=stranger["choi"]), choi, "NOT_FOUND"),
    ):
        refused, lines = await knock(client)
        assert refused is not None
        line = line_of(lines)
        assert (line["user"], line["code"]) == (user.pk, code)


async def test_what_is_closed_after_it_was_open(session: LectureSession, lee: User) -> None:
    token = await token_of(lee)
    path = f"/ws/sessions/{session.code}/"
    refused, lines = await knock(SocketClient(path, headers=PAGE))
    assert refused is not None
    assert (refused.code, line_of(lines)["close"], line_of(lines)["code"]) == (4401, 4401, "UNAUTHENTICATED")
    refused, lines = await knock(SocketClient(path, token=token))
    assert refused is not None
    assert (refused.code, line_of(lines)["close"], line_of(lines)["code"]) == (4403, 4403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("frames", "close", "code"),
    [
        (["no json"] * 20, 4400, "INVALID_REQUEST"),
        ([{"type": "heartbeat"}] * 60, 4429, "RATE_LIMITED"),
        ([json.dumps({"type": "heartbeat", "timestamp": "x" * 65_536})], 1009, "TOO_LARGE"),
    ],
)
async def test_what_is_closed_for_what_it_sends(
    session: LectureSession, park: User, settings: Settings, frames: list[Any], close: int, code: str
) -> None:
    settings.REALTIME = {**settings.REALTIME, "FRAMES_PER_SECOND": 20 if close == 4429 else 100}
    client = SocketClient(f"/ws/sessions/{session.code}/", token=await token_of(park))
    refused, lines = await knock(client, *frames)
    assert refused is not None
    assert refused.code == close
    assert [(line["close"], line["code"], line["user"]) for line in lines if line["event"] == "socket_refused"] == [
        (close, code, park.pk)
    ]
    assert {line["log_level"] for line in lines} == {"info"}


async def test_a_command_that_is_refused_is_a_line_too(session: LectureSession, kim: User, park: User) -> None:
    await sync_to_async(cast.enroll)(session.lecture, kim)
    async with SocketClient(f"/ws/sessions/{session.code}/", token=await token_of(kim)) as phone:
        with capture_logs() as lines:
            phone.send({"type": "next_step"})
            assert (await phone.frame())["code"] == "FORBIDDEN"
    assert [(line["event"], line["code"], line["user"]) for line in lines] == [("command_refused", "FORBIDDEN", kim.pk)]


async def test_one_socket_more_than_there_may_be(session: LectureSession, park: User, settings: Settings) -> None:
    settings.REALTIME = {**settings.REALTIME, "SOCKETS_PER_USER": 1}
    path, token = f"/ws/sessions/{session.code}/", await token_of(park)
    async with SocketClient(path, token=token):
        refused, lines = await knock(SocketClient(path, token=token))
    assert refused is not None
    line = line_of(lines)
    assert (refused.code, line["close"], line["code"], line["user"]) == (4409, 4409, "RATE_LIMITED", park.pk)


async def test_too_many_wrong_codes(session: LectureSession, kim: User) -> None:
    token = await token_of(kim)
    for _ in range(10):
        await knock(SocketClient("/ws/sessions/WRONG2/", token=token))
    refused, lines = await knock(SocketClient(f"/ws/sessions/{session.code}/", token=token))
    assert refused is not None
    assert (refused.status, line_of(lines)["code"], line_of(lines)["user"]) == (429, "RATE_LIMITED", kim.pk)


async def test_a_database_that_is_down_is_503(kim: User, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await token_of(kim)

    async def broken(*_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(LoopBatcher, "run", broken)
    refused, lines = await knock(SocketClient(f"/ws/help/{kim.pk}/", token=token))
    assert refused is not None
    assert refused.status == 503
    assert [line["code"] for line in lines if line["event"] == "socket_refused"] == ["UNAVAILABLE"]
