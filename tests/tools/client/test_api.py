"""The client's REST door: who it signs in as, what it repeats, how it reads a refusal (contract 4.1, 10.3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mobilegpt.tools.client.api import Api, ApiError, Tokens

URL = "http://192.168.0.7:8000"
PAIR = {"access_token": "a2", "refresh_token": "r2"}

Answer = httpx.Response | Exception


class Server:
    """Answers in turn; the last answer stays."""

    def __init__(self, *answers: Answer) -> None:
        self.seen: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def api(self, tokens: Tokens | None = None, url: str = URL) -> Api:
        return Api(url, tokens=tokens, http=httpx.AsyncClient(transport=httpx.MockTransport(self)))

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.seen]


def ok(body: Any = None) -> httpx.Response:
    return httpx.Response(200, json={} if body is None else body)


def refusal(status: int, code: str = "UNAVAILABLE", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": "아니요"}}, headers=headers)


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client would have waited."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("asyncio.sleep", sleep)
    return waited


# --- addresses


@pytest.mark.parametrize(
    ("url", "socket"),
    [
        ("http://192.168.0.7:8000", "ws://192.168.0.7:8000/ws/x/"),
        ("http://192.168.0.7:8000/", "ws://192.168.0.7:8000/ws/x/"),
        ("https://class.example.com", "wss://class.example.com/ws/x/"),
        ("http://http.example.com", "ws://http.example.com/ws/x/"),
    ],
)
def test_sockets_are_where_the_server_is(url: str, socket: str) -> None:
    assert Server(ok()).api(url=url).socket_url("/ws/x/") == socket


async def test_a_question_goes_into_the_address() -> None:
    server = Server(ok({"page": 2}))
    assert await server.api().get("/api/progress/me", page=2, q="가 나") == {"page": 2}
    assert server.seen[0].url.path == "/api/progress/me"
    assert dict(server.seen[0].url.params) == {"page": "2", "q": "가 나"}


async def test_an_answer_without_a_body_is_empty() -> None:
    assert await Server(httpx.Response(204)).api().post("/api/auth/logout") == {}


# --- signing in


async def test_who_logs_in_shows_the_token_from_then_on() -> None:
    server = Server(ok({**PAIR, "user": {"id": 7}}), ok())
    api = server.api()
    assert await api.login("kim@example.com", "비밀번호") == {"id": 7}
    await api.get("/api/auth/me")
    assert "Authorization" not in server.seen[0].headers
    assert server.seen[1].headers["Authorization"] == "Bearer a2"
    assert api.tokens == Tokens("a2", "r2")


async def test_a_guest_is_known_by_its_device() -> None:
    server = Server(ok({**PAIR, "user": {"id": 9}, "session": {"id": 5}}))
    api = server.api()
    answer = await api.take_guest_seat("AB2CD3", "이웃", "device-1")
    assert answer["session"] == {"id": 5}
    assert server.seen[0].url.path == "/api/sessions/AB2CD3/guest"
    assert server.bodies == [{"name": "이웃", "device_id": "device-1"}]
    assert api.tokens == Tokens("a2", "r2")


async def test_a_refused_login_leaves_who_one_was() -> None:
    api = Server(refusal(401, "INVALID_CREDENTIALS")).api(Tokens("a1", "r1"))
    with pytest.raises(ApiError) as error:
        await api.login("kim@example.com", "x")
    assert (error.value.status, error.value.code) == (401, "INVALID_CREDENTIALS")
    assert api.tokens == Tokens("a1", "r1")


async def test_who_is_not_signed_in_has_nothing_to_refresh() -> None:
    server = Server(ok(PAIR))
    with pytest.raises(ApiError) as error:
        await server.api().refresh()
    assert (error.value.status, server.seen) == (401, [])


# --- what sockets ask for


async def test_a_socket_gets_the_token_that_there_is_and_a_fresh_one_when_it_was_refused() -> None:
    server = Server(ok(PAIR))
    api = server.api(Tokens("a1", "r1"))
    assert await api.token() == "a1"
    assert server.seen == []
    assert await api.token(fresh=True) == "a2"
    assert server.bodies == [{"refresh_token": "r1"}]


async def test_a_login_that_is_over_has_no_token_any_more() -> None:
    server = Server(refusal(401, "INVALID_TOKEN"))
    api = server.api(Tokens("a1", "r1"))
    assert await api.token(fresh=True) is None
    assert api.tokens is None
    assert await api.token(fresh=True) is None
    assert len(server.seen) == 1


@pytest.mark.parametrize("answer", [refusal(503), refusal(429), httpx.ConnectError("down"), httpx.ReadTimeout("slow")])
async def test_a_server_that_is_away_says_nothing_of_the_login(answer: Answer) -> None:
    """The socket comes back later with what it has."""
    api = Server(answer).api(Tokens("a1", "r1"))
    with pytest.raises(OSError, match=r"503|429|down|slow"):
        await api.token(fresh=True)
    assert api.tokens == Tokens("a1", "r1")


# --- once, however often it is tried


@pytest.mark.parametrize("lost", [httpx.ReadError("cut"), httpx.ConnectTimeout("slow"), refusal(503)])
async def test_what_was_lost_is_sent_again_as_the_same(lost: Answer) -> None:
    server = Server(lost, lost, ok({"id": 7}))
    assert await server.api().post("/api/sessions", {"title": "오전반"}, retries=2) == {"id": 7}
    assert len({request.headers["Idempotency-Key"] for request in server.seen}) == 1
    assert server.bodies == [{"title": "오전반"}] * 3


async def test_two_posts_are_two() -> None:
    server = Server(ok())
    api = server.api()
    for _ in range(2):
        await api.post("/api/sessions", {"title": "오전반"})
    assert len({request.headers["Idempotency-Key"] for request in server.seen}) == 2


async def test_without_retries_the_first_loss_is_told(waits: list[float]) -> None:
    server = Server(httpx.ReadError("cut"))
    with pytest.raises(httpx.ReadError):
        await server.api().post("/api/sessions")
    assert (len(server.seen), waits) == (1, [])


async def test_patience_ends(waits: list[float]) -> None:
    server = Server(refusal(503))
    with pytest.raises(ApiError):
        await server.api().post("/api/sessions", retries=3)
    assert len(server.seen) == 4
    assert [wait <= most for wait, most in zip(waits, (0.5, 1.0, 2.0), strict=True)] == [True] * 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500])
async def test_a_no_is_not_asked_again(status: int) -> None:
    server = Server(refusal(status, "NO"), ok())
    with pytest.raises(ApiError) as error:
        await server.api().post("/api/sessions", retries=5)
    assert (error.value.status, len(server.seen)) == (status, 1)


# --- refusals


@pytest.mark.parametrize(("waits", "seconds"), [("30", 30.0), ("", None), ("soon", None), ("1.5", None), ("-3", None)])
async def test_how_long_to_wait_is_read_where_it_is_a_number(waits: str, seconds: float | None) -> None:
    with pytest.raises(ApiError) as error:
        await Server(refusal(429, "RATE_LIMITED", **{"Retry-After": waits})).api().get("/x")
    assert (error.value.code, error.value.retry_after) == ("RATE_LIMITED", seconds)


@pytest.mark.parametrize(
    "make",
    [
        lambda: httpx.Response(502, text="<h1>Bad Gateway</h1>" * 50),
        lambda: httpx.Response(502, json=["no"]),
        lambda: httpx.Response(502, json={"error": "no"}),
        lambda: httpx.Response(502, json={"error": {"code": "X"}}),
        lambda: httpx.Response(502),
    ],
)
async def test_what_is_no_envelope_is_unreadable_and_told_in_short(make: Callable[[], httpx.Response]) -> None:
    """A proxy in between answers in its own words."""
    with pytest.raises(ApiError) as error:
        await Server(make()).api().get("/x")
    assert (error.value.status, error.value.code) == (502, "UNREADABLE")
    assert len(str(error.value)) < 230


# --- its connections


async def test_connections_that_were_brought_are_left_open() -> None:
    http = httpx.AsyncClient(transport=httpx.MockTransport(Server(ok())))
    async with Api(URL, http=http):
        pass
    assert not http.is_closed
    own = Api(URL)
    async with own:
        assert not own._http.is_closed
    assert own._http.is_closed
