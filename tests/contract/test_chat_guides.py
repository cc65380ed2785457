"""The requests that S3's and S4's guides tell their readers to make, byte for byte as those programs make them."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from pytest_django.fixtures import Settings

from mobilegpt.chat import services
from mobilegpt.chat.commands import OpenRoom
from mobilegpt.chat.models import Message
from tests import cast
from tests.rest.asgi import Reply, over_asgi

pytestmark = pytest.mark.django_db(transaction=True)

SAID = json.dumps({"user_id": 123, "message": "안녕!"}, ensure_ascii=False)


async def ask(method: str, path: str, body: str, headers: dict[str, str], peer: str = "127.0.0.1") -> Reply:
    fields = {"host": "localhost:3000", "content-length": str(len(body.encode())), **headers}
    return await over_asgi(method, path, body.encode(), headers=fields, peer=peer)


CURL = {"user-agent": "curl/8.5.0", "accept": "*/*", "host": "127.0.0.1:8000", "content-type": "application/json"}


async def test_the_curl_lines_of_s3() -> None:
    account = '{\n    "email": "test@example.com",\n    "password1": "testpass123",\n    "password2": "testpass123",\n'
    account += '    "nickname": "테스트사용자"\n  }'
    registered = await ask("POST", "/user/v1/register/", account, CURL)
    assert (registered.status, registered.body["nickname"]) == (201, "테스트사용자")
    login = '{\n    "email": "test@example.com",\n    "password": "testpass123"\n  }'
    tokens = await ask("POST", "/user/v1/login/", login, CURL)
    assert tokens.status == 200
    signed_in = {**CURL, "authorization": f"Bearer {tokens.body['access']}"}
    room = await ask("POST", "/chat/v1/room/", '{\n    "name": "테스트 채팅방",\n    "post": 1\n  }', signed_in)
    assert (room.status, room.body["name"], room.body["post"]) == (201, "테스트 채팅방", 1)
    assert room.body["chat_url"] == f"127.0.0.1:8000/ws/chat/{room.body['id']}/chat/"
    assert (
        await ask("POST", "/chat/v1/room/", "{}", {**CURL, "authorization": "Bearer YOUR_ACCESS_TOKEN"})
    ).status == 401


@pytest.fixture
def room() -> int:
    """Room with 김학생, who has the guide's id."""
    kim = cast.person("user@example.com", "홍길동", pk=123)
    return services.open_room(actor=cast.actor(kim), command=OpenRoom(name="복지관")).room_id


FETCH = {"accept": "*/*", "user-agent": "Mozilla/5.0", "content-type": "text/plain;charset=UTF-8"}
CLIENTS: dict[str, dict[str, str]] = {
    "http": {"content-type": "application/json"},
    "flutter": {"user-agent": "Dart/3.5 (dart:io)", "content-type": "text/plain; charset=utf-8"},
    "flutter, form": {"user-agent": "Dart/3.5 (dart:io)", "content-type": "application/x-www-form-urlencoded"},
    "javascript": {**FETCH, "origin": "http://localhost:5173", "referer": "http://localhost:5173/"},
    "javascript in node": {"accept": "*/*", "user-agent": "node", "content-type": "text/plain;charset=UTF-8"},
    "python": {"user-agent": "python-requests/2.32.3", "accept": "*/*", "content-type": "application/json"},
    "no type at all": {},
    "a type that is none": {"content-type": "nonsense"},
}


@pytest.mark.parametrize("client", CLIENTS)
async def test_the_requests_of_s4(room: int, client: str) -> None:
    reply = await ask("POST", f"/api/v1/chat/rooms/{room}/messages", SAID, CLIENTS[client])
    assert reply.status == 201, reply.body
    assert (reply.body["data"]["user_id"], reply.body["data"]["message"]) == (123, "안녕!")
    assert reply.headers["content-type"] == "application/json"


async def test_python_writes_korean_in_escapes(room: int) -> None:
    said = json.dumps({"user_id": 123, "message": "안녕!"})
    reply = await ask("POST", f"/api/v1/chat/rooms/{room}/messages", said, CLIENTS["python"])
    assert reply.body["data"]["message"] == "안녕!"


@pytest.mark.parametrize("origin", ["null", "https://evil.example"])
async def test_a_page_from_elsewhere_is_nobody(room: int, origin: str) -> None:
    reply = await ask("POST", f"/api/v1/chat/rooms/{room}/messages", SAID, {**FETCH, "origin": origin})
    assert (reply.status, reply.body["code"]) == (401, "UNAUTHENTICATED")
    assert await Message.objects.acount() == 0


async def test_a_browser_may_read_the_answer(room: int) -> None:
    """S4's page comes from a server of its own (contract 2.5)."""
    assert settings.CORS_ALLOW_ALL_ORIGINS
    reply = await ask("POST", f"/api/v1/chat/rooms/{room}/messages", SAID, CLIENTS["javascript"])
    assert reply.headers["access-control-allow-origin"] == "*"


async def test_in_production_nobody_names_itself(room: int, settings: Settings) -> None:
    settings.CHAT_V3_TRUST_USER_ID = "off"
    reply = await ask("POST", f"/api/v1/chat/rooms/{room}/messages", SAID, CLIENTS["python"])
    assert (reply.status, reply.body) == (
        401,
        {"success": False, "error": "Sign in first", "code": "UNAUTHENTICATED"},
    )
