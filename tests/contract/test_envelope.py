"""Refusals have one shape wherever they come from: views, routes, the framework, the bridge (contract 4.1, 4.2)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mobilegpt.core.errors import ErrorCode
from tests import cast
from tests.rest.api import Answer, Api
from tests.rest.asgi import ask

pytestmark = pytest.mark.django_db

_LOGIN = {"email": "a@example.com", "password": "securePassword123"}


def code_of(body: Any) -> str:
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert isinstance(body["error"]["details"], dict)
    assert body["error"]["code"] in set(ErrorCode)
    return str(body["error"]["code"])


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/api/nothing/", "/api/lectures/1/nothing", "/api", "/api/sessions/a/b"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_an_unknown_route(method: str, path: str) -> None:
    status, body = await ask(method, path)
    assert (status, code_of(body)) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/auth/login"), ("DELETE", "/api/auth/register/"), ("POST", "/api/health"), ("PUT", "/qr/ABC234.png")],
)
async def test_a_wrong_method(method: str, path: str) -> None:
    status, body = await ask(method, path)
    assert (status, code_of(body)) == (405, "METHOD_NOT_ALLOWED")
    assert str(body).isascii()  # for programs: in English, whoever asks (contract 2.9)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "INVALID_JSON"),
        (b"\xff\xfe", "INVALID_JSON"),
        (b'{"email": "\xff"}', "INVALID_JSON"),
        (b'{"a":' * 50_000, "INVALID_JSON"),
        (b'{"email": NaN}', "INVALID_JSON"),
        (b"[]", "INVALID_REQUEST"),
        (b"null", "INVALID_REQUEST"),
        (b'"text"', "INVALID_REQUEST"),
        (b"", "INVALID_REQUEST"),
        (b'{"email": 5, "password": "x"}', "INVALID_REQUEST"),
        (b'{"email": "a@example.com\\u0000", "password": "x"}', "INVALID_REQUEST"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else value,
)
async def test_a_body_that_makes_no_sense(raw: bytes, code: str) -> None:
    status, body = await ask("POST", "/api/auth/login", raw)
    assert (status, code_of(body)) == (400, code)


async def test_another_content_type() -> None:
    headers = {"content-type": "text/plain"}
    status, body = await ask("POST", "/api/auth/login", json.dumps(_LOGIN).encode(), headers=headers)
    assert (status, code_of(body)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_body_that_says_that_it_is_too_large() -> None:
    headers = {"content-length": "50000000"}
    status, body = await ask("POST", "/api/auth/login", b"{}", headers=headers)
    assert (status, code_of(body)) == (413, "TOO_LARGE")


async def test_a_body_that_grows_too_large() -> None:
    status, body = await ask("POST", "/api/auth/login", *([b" " * 65_536] * 20))
    assert (status, code_of(body)) == (413, "TOO_LARGE")


async def test_a_foreign_host() -> None:
    status, body = await ask("GET", "/api/auth/me", headers={"host": "evil.example"})
    assert (status, code_of(body)) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x1e", "\x85"])
async def test_control_characters_in_a_header(character: str) -> None:
    """Reliability X16."""
    status, body = await ask("GET", "/api/health", headers={"x-request-id": f"abcdefgh{character}evil"})
    assert (status, code_of(body)) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "한글".encode().decode("latin-1")])
async def test_a_token_that_is_none(token: str) -> None:
    status, body = await ask("GET", "/api/auth/me", headers={"authorization": f"Bearer {token}"})
    assert status == 401
    assert code_of(body) in ("INVALID_TOKEN", "UNAUTHENTICATED")


@pytest.mark.parametrize("number", ["0", "-1", "9" * 19, "9" * 400, "1.5", "abc", "%00", "１"])
@pytest.mark.parametrize("path", ["/api/lectures/{}", "/api/tasks/{}", "/api/help/request/{}"])
def test_an_id_that_cannot_be(path: str, number: str) -> None:
    answer = Api(cast.instructor_park()).get(path.format(number))
    assert (answer.status, answer.code) == (404, "NOT_FOUND")


@pytest.mark.parametrize("reference", ["0", "9" * 19, "9" * 400, "a", "%00", "세션", "ABC-12", "A" * 21])
def test_a_session_that_cannot_be(reference: str) -> None:
    student = Api(cast.student_kim())
    for answer in (student.get(f"/api/sessions/{reference}"), student.get(f"/api/sessions/{reference}/current")):
        assert (answer.status, answer.code) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/lectures", {"page": "0"}),
        ("/api/lectures", {"page": "x"}),
        ("/api/lectures", {"page_size": "1000000000"}),
        ("/api/lectures", {"page_size": "-1"}),
        ("/api/lectures", {"instructor_id": "x"}),
        ("/api/lectures", {"instructor_id": "\x00"}),
        ("/api/lectures", {"is_active": "maybe"}),
        ("/api/dashboard/help-requests/pending", {"page_size": "101"}),
    ],
)
def test_a_query_that_makes_no_sense(path: str, query: dict[str, str]) -> None:
    answer = Api(cast.instructor_park()).get(path, **query)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


def test_a_page_beyond_the_last_is_empty() -> None:
    answer = Api(cast.instructor_park()).get("/api/lectures", page="999999999", page_size="100")
    assert (answer.status, answer.body["lectures"]) == (200, [])


_WRONG: list[Any] = [None, True, -1, 0, 10**30, 1.5, "", " ", "\ud800", "x" * 100_000, [], {}, [[]], "９", "1e5"]


@pytest.mark.parametrize("wrong", _WRONG, ids=lambda value: repr(value)[:12])
def test_no_field_of_any_body_brings_the_server_down(wrong: Any) -> None:
    """Contract 4.2: never a 500 for bad input."""
    park, kim = cast.instructor_park(), cast.student_kim()
    lecture = cast.lecture(park)
    cast.enroll(lecture, kim)
    teacher, student = Api(park), Api(kim)
    account = {"password": "securePassword123", "name": "가"}
    asked = {"subtask_id": 1, "request_type": "MANUAL", "message": "가", "context_data": {}}
    bodies: list[tuple[Api, str, dict[str, Any]]] = [
        (Api(), "/api/auth/register", {"email": "new@example.com", **account}),
        (Api(), "/api/auth/register", {"email": "b@example.com", "age": 1, "role": "STUDENT", **account}),
        (Api(), "/api/auth/refresh", {"refresh_token": "x"}),
        (teacher, "/api/lectures", {"title": "가", "description": "나", "thumbnail_url": "https://a.example/b"}),
        (teacher, f"/api/lectures/{lecture.pk}/tasks", {"title": "가", "order_index": 9}),
        (teacher, f"/api/lectures/{lecture.pk}/sessions", {"title": "가", "scheduled_at": "2025-10-28T10:00:00Z"}),
        (student, "/api/progress/update", {"subtask_id": 1, "status": "COMPLETED"}),
        (student, "/api/help/request", asked),
        (student, "/api/help/feedback", {"rating": 5, "help_response_id": 1}),
    ]
    for api, path, body in bodies:
        for name in body:
            answer: Answer = api.post(path, {**body, name: wrong})
            assert answer.status < 500, (path, name)
            if answer.status >= 400:
                assert code_of(answer.body)
