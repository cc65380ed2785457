"""The bridge: what reaches Django, what is refused before, how answers leave."""

from __future__ import annotations

import asyncio
import errno
import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytest_django import Settings

from mobilegpt.server import http_bridge
from mobilegpt.server.bodies import Bodies
from mobilegpt.server.http_bridge import HttpBridge, Refusal, Uploads, environ_of


def scope(method: str = "GET", path: str = "/", headers: Iterable[tuple[bytes, bytes]] = (), **more: Any) -> Any:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": list(headers),
        "server": ("127.0.0.1", 8000),
        "client": ("192.0.2.7", 50000),
        **more,
    }


class Exchange:
    """One request by hand: body pieces in, messages out. After the last piece the client waits, or leaves."""

    def __init__(self, *pieces: bytes, leaves: bool = False) -> None:
        self.pieces = list(pieces) or [b""]
        self.leaves = leaves
        self.asked = 0
        self.sent: list[Any] = []

    async def receive(self) -> Any:
        self.asked += 1
        if self.pieces:
            piece = self.pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(self.pieces) or self.leaves}
        if not self.leaves:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])

    @property
    def code(self) -> str:
        return str(msgspec.json.decode(self.body)["error"]["code"])


class Whole(list[bytes]):
    """An answer that is complete, as Django's plain responses are."""

    streaming = False


def echo(environ: Any, start_response: Any) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Whole([environ["CONTENT_LENGTH"].encode(), b":", body])


def room_for(memory: int = 10_000_000, disk: int = 10_000_000) -> Bodies:
    return Bodies(in_memory=memory, on_disk=disk, folder=Path(tempfile.gettempdir()))


def bridge(wsgi: Any = echo, max_body: int = 1000, bodies: Bodies | None = None, **more: Any) -> HttpBridge:
    return HttpBridge(wsgi, threads=2, max_body=max_body, bodies=bodies or room_for(), **more)


def uploads(caller: Callable[[Any], str | None] = lambda environ: "kim", most: int = 2_000_000) -> Uploads:
    return Uploads(paths=re.compile("/files/[0-9]+"), most=lambda _path: most, caller=caller, at_once=2)


async def test_a_body_in_pieces_arrives_whole_with_its_length() -> None:
    exchange = Exchange(b"hello ", b"class")
    await bridge()(scope("POST"), exchange.receive, exchange.send)
    assert (exchange.status, exchange.body) == (200, b"11:hello class")
    assert exchange.headers[b"content-length"] == b"14"


async def test_the_handler_runs_in_a_pool_thread() -> None:
    names = []

    def wsgi(environ: Any, start_response: Any) -> Iterable[bytes]:
        names.append(threading.current_thread().name)
        return echo(environ, start_response)

    exchange = Exchange()
    await bridge(wsgi, name="lane")(scope(), exchange.receive, exchange.send)
    assert names[0].startswith("lane")


async def test_an_announced_length_over_the_limit_is_refused_before_the_handler() -> None:
    exchange = Exchange(b"x" * 10)
    called = pytest.fail
    await bridge(called)(scope("POST", headers=[(b"content-length", b"1001")]), exchange.receive, exchange.send)
    assert (exchange.status, exchange.code) == (413, "TOO_LARGE")
    assert exchange.headers[b"connection"] == b"close"


async def test_a_chunked_body_over_the_limit_is_refused_as_well() -> None:
    exchange = Exchange(b"x" * 600, b"x" * 600, b"x" * 600)
    await bridge(pytest.fail)(scope("POST"), exchange.receive, exchange.send)
    assert exchange.status == 413
    assert exchange.pieces == []  # thrown away, so that the client gets to read its answer


async def test_a_client_that_waits_to_continue_is_not_asked_for_its_body() -> None:
    exchange = Exchange(b"x" * 600)
    headers = [(b"content-length", b"5000"), (b"expect", b"100-continue")]
    await bridge(pytest.fail)(scope("POST", headers=headers), exchange.receive, exchange.send)
    assert (exchange.status, exchange.asked) == (413, 0)


async def test_upload_paths_may_have_a_larger_limit() -> None:
    one = bridge(uploads=uploads())
    exchange, other = Exchange(b"x" * 2000), Exchange(b"x" * 2000)
    await one(scope("POST", "/files/1"), exchange.receive, exchange.send)
    await one(scope("POST", "/files/1/other"), other.receive, other.send)
    assert (exchange.status, other.status) == (200, 413)


# --- bodies on their way


@pytest.mark.parametrize("size", [1, 255_000, 257_000, 900_000])
async def test_a_body_arrives_as_it_was_sent_wherever_it_waits(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    pieces = [content[at : at + 50_000] for at in range(0, size, 50_000)]
    bodies, exchange = room_for(), Exchange(*pieces)
    before = (bodies.memory_left, bodies.disk_left)
    await bridge(bodies=bodies, uploads=uploads())(scope("POST", "/files/1"), exchange.receive, exchange.send)
    assert exchange.body == b"%d:" % size + content
    assert (bodies.memory_left, bodies.disk_left) == before


async def test_a_large_body_is_on_disk_while_it_arrives() -> None:
    bodies, exchange = room_for(), Exchange(*[b"x" * 60_000] * 20, leaves=True)
    held: list[int] = []

    async def receive() -> Any:
        held.append(10_000_000 - bodies.memory_left)
        return await exchange.receive()

    await bridge(bodies=bodies, uploads=uploads())(scope("POST", "/files/1"), receive, exchange.send)
    assert max(held) <= 256 * 1024 + 60_000
    assert exchange.sent == []
    assert (bodies.memory_left, bodies.disk_left) == (10_000_000, 10_000_000)


@pytest.mark.parametrize(
    ("memory", "disk", "size"), [(15_000, 10_000_000, 9_000), (1_000_000, 300_000, 90_000)], ids=["memory", "disk"]
)
async def test_beyond_what_may_be_on_its_way_the_next_ones_come_again(memory: int, disk: int, size: int) -> None:
    bodies = room_for(memory, disk)
    waiting = Exchange(b"x" * size, leaves=True)
    stuck = asyncio.Event()

    async def never() -> Any:
        if waiting.asked:
            await stuck.wait()
        return await waiting.receive()

    one = bridge(bodies=bodies, max_body=2_000_000)
    first = asyncio.ensure_future(one(scope("POST"), never, waiting.send))
    await asyncio.sleep(0.01)
    exchange = Exchange(*[b"x" * size] * 10)
    await one(scope("POST"), exchange.receive, exchange.send)
    assert (exchange.status, exchange.code) == (503, "UNAVAILABLE")
    assert int(exchange.headers[b"retry-after"]) > 0
    assert exchange.headers[b"connection"] == b"close"
    stuck.set()
    await first
    assert (bodies.memory_left, bodies.disk_left) == (memory, disk)
    again = Exchange(b"x" * 10)
    await one(scope("POST"), again.receive, again.send)
    assert again.status == 200


async def test_a_full_disk_is_a_store_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """F18: while the body arrives."""

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    bodies, exchange = room_for(), Exchange(*[b"x" * 90_000] * 10)
    await bridge(pytest.fail, bodies=bodies, max_body=2_000_000)(scope("POST"), exchange.receive, exchange.send)
    assert (exchange.status, exchange.code) == (503, "UNAVAILABLE")
    assert (bodies.memory_left, bodies.disk_left) == (10_000_000, 10_000_000)


async def test_who_is_nobody_is_told_so_before_the_body_is_asked_for() -> None:
    def refuse(environ: Any, start_response: Any) -> Iterable[bytes]:
        assert environ["wsgi.input"].read() == b""
        assert environ["CONTENT_LENGTH"] == "0"
        start_response("401 Unauthorized", [("WWW-Authenticate", "Bearer")])
        return Whole([b"no"])

    one = bridge(refuse, uploads=uploads(lambda environ: None))
    exchange = Exchange(b"x" * 600, b"x" * 600)
    sent_before_reading: list[int] = []

    async def receive() -> Any:
        sent_before_reading.append(len(exchange.sent))
        return await exchange.receive()

    await one(scope("POST", "/files/1"), receive, exchange.send)
    assert (exchange.status, exchange.body) == (401, b"no")
    assert exchange.headers[b"connection"] == b"close"
    assert exchange.headers[b"www-authenticate"] == b"Bearer"
    assert sent_before_reading == [2, 2]  # read away, once the answer is out
    patient = Exchange(b"x" * 600)
    await one(scope("POST", "/files/1", [(b"expect", b"100-continue")]), patient.receive, patient.send)
    assert (patient.status, patient.asked) == (401, 0)


async def test_one_caller_sends_few_files_at_once() -> None:
    one = bridge(uploads=uploads(lambda environ: environ["HTTP_X_NAME"]))
    stuck = asyncio.Event()

    async def never() -> Any:
        await stuck.wait()
        return {"type": "http.disconnect"}

    async def post(name: bytes) -> Exchange:
        exchange = Exchange(b"x")
        await one(scope("POST", "/files/1", [(b"x-name", name)]), exchange.receive, exchange.send)
        return exchange

    head = scope("POST", "/files/1", [(b"x-name", b"kim")])
    waiting = [asyncio.ensure_future(one(head, never, Exchange().send)) for _ in range(2)]
    await asyncio.sleep(0.01)
    refused = await post(b"kim")
    assert (refused.status, refused.code) == (429, "RATE_LIMITED")
    assert (await post(b"lee")).status == 200
    stuck.set()
    await asyncio.gather(*waiting)
    assert (await post(b"kim")).status == 200


@pytest.mark.parametrize("total", [False, True], ids=["silent", "a little now and then"])
async def test_a_body_that_does_not_come_on_is_given_up(monkeypatch: pytest.MonkeyPatch, total: bool) -> None:
    monkeypatch.setattr(http_bridge, "_SILENT_SECONDS", 10 if total else 0.05)
    monkeypatch.setattr(http_bridge, "_BODY_SECONDS", 0.05 if total else 10)
    exchange = Exchange(b"x")

    async def receive() -> Any:
        await asyncio.sleep(0.02 if total else 60)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async with asyncio.timeout(5):
        await bridge(pytest.fail)(scope("POST"), receive, exchange.send)
    assert (exchange.status, exchange.code) == (408, "INVALID_REQUEST")


async def test_a_body_that_comes_on_may_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_bridge, "_SILENT_SECONDS", 0.2)
    monkeypatch.setattr(http_bridge, "_BODY_SECONDS", 0.1)
    exchange = Exchange(*[b"x" * 8192] * 10)

    async def receive() -> Any:
        await asyncio.sleep(0.03)
        return await exchange.receive()

    await bridge(max_body=100_000)(scope("POST"), receive, exchange.send)
    assert exchange.status == 200


async def test_a_client_that_leaves_during_its_body_costs_no_thread() -> None:
    exchange = Exchange(b"half", leaves=True)
    await bridge(pytest.fail)(scope("POST"), exchange.receive, exchange.send)
    assert exchange.sent == []


@pytest.mark.parametrize("character", [b"\x00", b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e", b"\x7f", b"\x85"])
async def test_control_characters_in_a_header_are_refused(character: bytes) -> None:
    exchange = Exchange()
    headers = [(b"x-name", b"a" + character + b"b")]
    await bridge(pytest.fail)(scope(headers=headers), exchange.receive, exchange.send)
    assert (exchange.status, exchange.code) == (400, "INVALID_REQUEST")


def test_an_underscore_cannot_pass_for_a_hyphen() -> None:
    environ = environ_of(scope(headers=[(b"x_forwarded_for", b"203.0.113.9"), (b"x-forwarded-for", b"198.51.100.1")]))
    assert environ["HTTP_X_FORWARDED_FOR"] == "198.51.100.1"


@pytest.mark.parametrize(("trusted", "believed"), [([], None), (["198.51.100.0/24"], "https")])
def test_only_a_trusted_proxy_says_that_this_is_https(
    settings: Settings, trusted: list[str], believed: str | None
) -> None:
    settings.TRUSTED_PROXIES = trusted
    said = scope(headers=[(b"x-forwarded-proto", b"https")], client=("198.51.100.7", 5))
    assert environ_of(said).get("HTTP_X_FORWARDED_PROTO") == believed


def test_repeated_headers_are_joined_cookies_by_their_own_rule() -> None:
    environ = environ_of(
        scope(headers=[(b"accept", b"a"), (b"accept", b"b"), (b"cookie", b"x=1"), (b"cookie", b"y=2")])
    )
    assert (environ["HTTP_ACCEPT"], environ["HTTP_COOKIE"]) == ("a,b", "x=1; y=2")


@pytest.mark.parametrize("name", [b"host", b"authorization", b"content-type"])
def test_headers_that_decide_something_may_not_be_repeated(name: bytes) -> None:
    with pytest.raises(Refusal):
        environ_of(scope(headers=[(name, b"a"), (name, b"b")]))


def test_fifty_thousand_headers_are_refused_early() -> None:
    def headers() -> Iterator[tuple[bytes, bytes]]:
        for number in range(50_000):
            assert number < 300, "read on after the limit"
            yield b"x-a", b"b"

    request = scope()
    request["headers"] = headers()
    with pytest.raises(Refusal):
        environ_of(request)


def test_a_korean_path_and_a_mount_point_reach_wsgi_as_it_wants_them() -> None:
    environ = environ_of(scope(path="/base/교실", root_path="/base"))
    assert environ["SCRIPT_NAME"] == "/base"
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/교실"


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"", b"9" * 40])
async def test_a_length_that_is_no_number_is_refused(length: bytes) -> None:
    exchange = Exchange()
    headers = [(b"content-length", length)]
    await bridge(pytest.fail)(scope("POST", headers=headers), exchange.receive, exchange.send)
    assert exchange.status == 400


async def test_head_has_the_headers_without_the_body() -> None:
    exchange = Exchange()
    await bridge()(scope("HEAD"), exchange.receive, exchange.send)
    assert (exchange.status, exchange.body) == (200, b"")
    assert exchange.headers[b"content-length"] == b"2"


async def test_a_handler_that_fails_answers_500_without_internals() -> None:
    def wsgi(environ: Any, start_response: Any) -> Iterable[bytes]:
        raise ValueError("secret detail")

    exchange = Exchange()
    await bridge(wsgi)(scope(), exchange.receive, exchange.send)
    assert (exchange.status, exchange.code) == (500, "INTERNAL_ERROR")
    assert b"secret" not in exchange.body


class Streamed:
    """Yields until closed; remembers both."""

    streaming = True

    def __init__(self, pieces: int, before: Callable[[int], None] = lambda number: None) -> None:
        self.pieces, self.before = pieces, before
        self.made = 0
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        for number in range(self.pieces):
            self.before(number)
            self.made += 1
            yield b"%d;" % number

    def close(self) -> None:
        self.closed.set()


def streaming(answer: Streamed) -> Any:
    def wsgi(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return answer

    return wsgi


async def test_a_streamed_answer_goes_out_piece_by_piece_and_is_closed() -> None:
    answer, exchange = Streamed(3), Exchange()
    await bridge(streaming(answer))(scope(), exchange.receive, exchange.send)
    assert [message["body"] for message in exchange.sent[1:]] == [b"0;", b"1;", b"2;", b""]
    assert answer.closed.wait(2)


async def test_streaming_stops_when_the_client_leaves() -> None:
    answer = Streamed(10_000)
    left = asyncio.Event()
    exchange = Exchange()

    async def receive() -> Any:
        if exchange.asked == 0:
            return await exchange.receive()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        await exchange.send(message)
        if len(exchange.sent) == 5:
            left.set()
        await asyncio.sleep(0)

    await bridge(streaming(answer))(scope(), receive, send)
    assert answer.made < 100
    assert answer.closed.wait(2)


async def test_slow_readers_of_a_stream_leave_the_threads_to_others() -> None:
    slow = bridge(streaming(Streamed(3)))
    stuck, blocked = asyncio.Event(), []

    async def never_reads(message: Any) -> None:
        blocked.append(message)
        await stuck.wait()

    waiting = [asyncio.ensure_future(slow(scope(), Exchange().receive, never_reads)) for _ in range(2 * 2)]
    try:
        async with asyncio.timeout(2):
            while len(blocked) < 4:
                await asyncio.sleep(0.01)
        exchange = Exchange()
        async with asyncio.timeout(2):
            await slow(scope(), exchange.receive, exchange.send)
        assert exchange.status == 200
    finally:
        stuck.set()
        await asyncio.gather(*waiting)


async def test_a_request_that_is_cut_short_by_a_stop_is_told_so() -> None:
    exchange = Exchange(b"half", leaves=True)
    waiting = asyncio.Event()

    async def receive() -> Any:
        if exchange.asked == 0:
            return await exchange.receive()
        waiting.set()
        return await asyncio.Event().wait()

    task = asyncio.ensure_future(bridge(pytest.fail)(scope("POST"), receive, exchange.send))
    await waiting.wait()
    task.cancel()
    await task
    assert (exchange.status, exchange.code) == (503, "UNAVAILABLE")


async def test_beyond_the_most_that_may_wait_others_are_told_when_to_come_back() -> None:
    release = threading.Event()

    def slow(environ: Any, start_response: Any) -> Iterable[bytes]:
        release.wait(10)
        return echo(environ, start_response)

    lane = bridge(slow, most=3)
    waiting = [Exchange() for _ in range(3)]
    tasks = [asyncio.create_task(lane(scope(), one.receive, one.send)) for one in waiting]
    await asyncio.sleep(0.05)
    refused = Exchange()
    await lane(scope(), refused.receive, refused.send)
    assert (refused.status, refused.code, refused.headers[b"retry-after"]) == (503, "UNAVAILABLE", b"5")
    release.set()
    await asyncio.gather(*tasks)
    assert [one.status for one in waiting] == [200] * 3
    after = Exchange()
    await lane(scope(), after.receive, after.send)
    assert after.status == 200
