"""Lessons' files from memory: the very answer that Django gives, who is asked once for a class (contract 11.11)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from pytest_django.fixtures import Settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from config.asgi import application
from mobilegpt.files import lesson_files, store
from mobilegpt.rest.lectures import media as door
from mobilegpt.server import lesson_files as memory
from mobilegpt.server.django_handler import RememberingHandler
from mobilegpt.server.http_bridge import Asgi, HttpBridge
from mobilegpt.server.lesson_files import LessonFiles
from tests.server.serving import serving
from tests.server.test_bridge import Exchange, room_for, scope

_CONTENT = bytes(range(256)) * 800  # two pieces
_HOST = (b"host", b"localhost")
_MOST = 4 * 1024 * 1024


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def name() -> str:
    return lesson_files.keep(_CONTENT, "webp")


class Django:
    """The real one behind a bridge; ``asked`` has the methods of the requests that came to it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._bridge = HttpBridge(RememberingHandler(), threads=2, max_body=1000, bodies=room_for())

    async def __call__(self, asked: Any, receive: Any, send: Any) -> None:
        self.asked.append(asked["method"])
        await self._bridge(asked, receive, send)


@pytest.fixture
def django() -> Django:
    return Django()


@pytest.fixture
def remembering(django: Django) -> LessonFiles:
    return LessonFiles(django, most_bytes=_MOST)


async def ask(application: Asgi, name: str, *headers: tuple[bytes, bytes], **more: Any) -> Exchange:
    exchange = Exchange()
    asked = scope(path=lesson_files.url_of(name), headers=[_HOST, *headers], **more)
    await application(asked, exchange.receive, exchange.send)
    return exchange


def without_id(exchange: Exchange) -> dict[bytes, bytes]:
    return {name: value for name, value in exchange.headers.items() if name != b"x-request-id"}


@pytest.mark.parametrize("ending", lesson_files.MIMES)
async def test_what_was_asked_before_is_the_same_answer_without_django(
    remembering: LessonFiles, django: Django, ending: str
) -> None:
    name = lesson_files.keep(_CONTENT, ending)
    first, second = [await ask(remembering, name) for _ in range(2)]
    plain = await ask(django, name)
    assert django.asked == ["GET", "GET"]
    for answer in (first, second):
        assert (answer.status, answer.body, without_id(answer)) == (200, _CONTENT, without_id(plain))
    assert second.headers[b"cache-control"] == b"public, max-age=31536000, immutable"
    assert not second.sent[-1].get("more_body", False)
    assert first.headers[b"x-request-id"] != second.headers[b"x-request-id"]


async def test_a_class_that_asks_at_once_asks_django_once(remembering: LessonFiles, django: Django, name: str) -> None:
    answers = await asyncio.gather(*(ask(remembering, name) for _ in range(200)))
    assert {(answer.status, answer.body) for answer in answers} == {(200, _CONTENT)}
    assert django.asked == ["GET"]


@pytest.mark.parametrize(
    ("method", "headers", "status", "body"),
    [
        ("GET", {b"range": b"bytes=5-9"}, 206, _CONTENT[5:10]),
        ("GET", {b"range": b"bytes=-3"}, 206, _CONTENT[-3:]),
        ("GET", {b"range": b"bytes=999999-"}, 416, None),
        ("GET", {b"if-none-match": b"*"}, 304, b""),
        ("GET", {b"if-match": b'"another"'}, 412, None),
        ("GET", {b"host": b"elsewhere.example"}, 400, None),
        ("GET", {b"origin": b"https://elsewhere.example"}, 200, _CONTENT),
        ("GET", {b"content-length": b"0"}, 200, _CONTENT),
        ("HEAD", {}, 200, b""),
        ("POST", {}, 405, None),
    ],
)
async def test_whoever_asks_for_something_else_is_answered_by_django(
    remembering: LessonFiles,
    django: Django,
    name: str,
    method: str,
    headers: dict[bytes, bytes],
    status: int,
    body: bytes | None,
) -> None:
    await ask(remembering, name)
    asked = scope(method, lesson_files.url_of(name), {b"host": b"localhost", **headers}.items())
    exchange = Exchange()
    await remembering(asked, exchange.receive, exchange.send)
    assert (exchange.status, django.asked) == (status, ["GET", method])
    assert body is None or exchange.body == body
    assert (await ask(remembering, name)).body == _CONTENT


async def test_headers_that_are_not_in_order_are_refused_as_anywhere(remembering: LessonFiles, name: str) -> None:
    await ask(remembering, name)
    assert (await ask(remembering, name, _HOST)).status == 400
    assert (await ask(remembering, name, (b"x-request-id", b"a\nb"))).status == 400


async def test_a_proxys_https_is_another_answer_than_plain_http(
    remembering: LessonFiles, django: Django, name: str, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = ["192.0.2.7/32"]
    told = [await ask(remembering, name, (b"x-forwarded-proto", proto)) for proto in (b"https", b"http", b"https")]
    assert [answer.status for answer in told] == [200] * 3
    assert len(django.asked) == 2
    settings.TRUSTED_PROXIES = []
    await ask(remembering, name)
    await ask(remembering, name, (b"x-forwarded-proto", b"https"))  # anybody can say so: it counts for nothing
    assert len(django.asked) == 3


@pytest.mark.parametrize(
    "path",
    [
        f"{'0' * 40}.webp",
        f"{'0' * 40}.svg",
        f"{'0' * 39}.webp",
        "../../db.sqlite3",
        f"../{'0' * 40}.webp",
        f"{'0' * 40}.webp\0",
        f"{'0' * 40}.webp\n",
        "",
    ],
)
async def test_nothing_else_is_served_or_remembered(
    remembering: LessonFiles, django: Django, name: str, path: str
) -> None:
    for _ in range(2):
        answer = await ask(remembering, path)
        assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert len(django.asked) == 2


async def test_a_file_that_came_after_it_was_missed_is_found(remembering: LessonFiles) -> None:
    name = lesson_files.keep(_CONTENT, "png")
    store.remove(lesson_files.path_of(name))
    assert (await ask(remembering, name)).status == 404
    lesson_files.keep(_CONTENT, "png")
    assert (await ask(remembering, name)).body == _CONTENT


async def test_what_was_removed_is_gone_soon(
    remembering: LessonFiles, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask(remembering, name)
    store.remove(lesson_files.path_of(name))
    assert (await ask(remembering, name)).body == _CONTENT
    monkeypatch.setattr(memory, "_KEPT_SECONDS", -1)
    other = lesson_files.keep(_CONTENT, "png")
    assert (await ask(remembering, other)).body == _CONTENT
    store.remove(lesson_files.path_of(other))
    assert (await ask(remembering, other)).status == 404


async def test_memory_has_a_limit_and_keeps_what_was_asked_for_last(django: Django) -> None:
    names = [lesson_files.keep(bytes([number]) * 100_000, "webp") for number in range(4)]
    remembering = LessonFiles(django, most_bytes=320_000)
    for name in (*names[:3], names[0], names[3]):  # the second makes room for the fourth
        await ask(remembering, name)
    assert len(django.asked) == 4
    for name in (names[0], names[2], names[3]):
        await ask(remembering, name)
    assert len(django.asked) == 4
    await ask(remembering, names[1])
    assert len(django.asked) == 5


@pytest.mark.parametrize("most", [0, 10_000])
async def test_a_file_with_no_room_in_memory_is_served_all_the_same(django: Django, name: str, most: int) -> None:
    remembering = LessonFiles(django, most_bytes=most)
    answers = await asyncio.gather(*(ask(remembering, name) for _ in range(5)))
    assert [answer.body for answer in answers] == [_CONTENT] * 5
    assert len(django.asked) == 5


async def test_a_huge_file_goes_out_piece_by_piece_and_stops_when_its_phone_leaves(
    remembering: LessonFiles, django: Django
) -> None:
    content = bytes(8 * 1024 * 1024)
    name = lesson_files.keep(content, "m4a")
    whole = await ask(remembering, name)
    assert whole.body == content
    assert max(len(message["body"]) for message in whole.sent[1:]) <= 128 * 1024
    leaving = Exchange(leaves=True)
    leaving.pieces = []
    await remembering(scope(path=lesson_files.url_of(name), headers=[_HOST]), leaving.receive, leaving.send)
    assert len(leaving.body) < len(content) / 2
    assert len(django.asked) == 2


async def test_nobody_waits_for_a_first_phone_that_is_slow_or_gone(
    remembering: LessonFiles, django: Django, name: str
) -> None:
    taking = asyncio.Event()

    async def slow(message: Any) -> None:
        await taking.wait()

    gone = Exchange(leaves=True)
    gone.pieces = []
    slowly = asyncio.create_task(
        remembering(scope(path=lesson_files.url_of(name), headers=[_HOST]), gone.receive, slow)
    )
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        assert (await ask(remembering, name)).body == _CONTENT
    assert (django.asked, slowly.done()) == (["GET"], False)
    taking.set()
    await slowly


async def test_frames_of_a_class_come_in_between_its_pictures(remembering: LessonFiles, name: str) -> None:
    await ask(remembering, name)
    answers = [asyncio.create_task(ask(remembering, name)) for _ in range(100)]
    done = [0]
    while done[-1] < len(answers):
        await asyncio.sleep(0)
        done.append(sum(answer.done() for answer in answers))
    assert max(later - before for before, later in pairwise(done)) <= 8


async def test_slow_phones_take_no_turns_from_others(remembering: LessonFiles, name: str) -> None:
    await ask(remembering, name)
    taking = asyncio.Event()

    async def slow(message: Any) -> None:
        await taking.wait()

    asked = scope(path=lesson_files.url_of(name), headers=[_HOST])
    phones = [asyncio.create_task(remembering(asked, Exchange().receive, slow)) for _ in range(30)]
    async with asyncio.timeout(5):
        assert (await ask(remembering, name)).body == _CONTENT
    assert not any(phone.done() for phone in phones)
    taking.set()
    await asyncio.gather(*phones)


async def test_an_answer_that_breaks_off_is_not_remembered(name: str) -> None:
    tries = 0

    async def breaks_off_once(scope: Any, receive: Any, send: Any) -> None:
        nonlocal tries
        tries += 1
        await receive()
        headers = [(b"content-length", b"10"), (b"x-request-id", b"12345678")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"01234", "more_body": True})
        if tries == 1:
            raise OSError("the disk went away")
        await send({"type": "http.response.body", "body": b"56789"})

    remembering = LessonFiles(breaks_off_once, most_bytes=_MOST)
    with pytest.raises(OSError, match="went away"):
        await ask(remembering, name)
    for _ in range(2):
        assert (await ask(remembering, name)).body == b"0123456789"
    assert tries == 2


async def test_a_storage_that_is_away_is_told_to_all_and_not_remembered(
    remembering: LessonFiles, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("mobilegpt.files.store.default_storage", None)
        answers = await asyncio.gather(*(ask(remembering, name) for _ in range(5)))
    assert {(answer.status, answer.headers[b"retry-after"]) for answer in answers} == {(503, b"30")}
    assert (await ask(remembering, name)).body == _CONTENT


async def test_no_file_is_read_on_the_event_loop(
    remembering: LessonFiles, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = set()

    def facts_of(path: str) -> Any:
        threads.add(threading.current_thread())
        return store.facts_of(path)

    monkeypatch.setattr(door, "facts_of", facts_of)
    for _ in range(3):
        await ask(remembering, name)
    assert len(threads) == 1
    assert threading.current_thread() not in threads


async def test_each_answer_has_its_line_with_the_id_that_was_given(
    remembering: LessonFiles, name: str, settings: Settings
) -> None:
    settings.DEVELOPMENT = False
    await ask(remembering, name)
    with structlog.testing.capture_logs() as lines:
        answer = await ask(remembering, name, (b"x-request-id", b"phone-0001"))
        await ask(remembering, name, (b"x-request-id", b"no"))
    assert answer.headers[b"x-request-id"] == b"phone-0001"
    first, second = lines
    ms = first.pop("ms")
    assert 0 <= ms < 5000
    assert first == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "path": lesson_files.url_of(name),
        "status": 200,
        "address": "192.0.2.7",
        "request_id": "phone-0001",
    }
    assert len(second["request_id"]) == 32


async def test_the_whole_application_answers_so(name: str) -> None:
    assert (await ask(application, name)).body == _CONTENT
    store.remove(lesson_files.path_of(name))
    assert (await ask(application, name)).body == _CONTENT


@pytest.fixture
async def http(remembering: LessonFiles) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(remembering, HttpToolsProtocol) as port,
        httpx.AsyncClient(base_url=f"http://localhost:{port}", trust_env=False) as client,
    ):
        yield client


async def test_over_a_real_connection(http: httpx.AsyncClient, name: str) -> None:
    address = lesson_files.url_of(name)
    for _ in range(3):
        answer = await http.get(address)
        assert (answer.status_code, answer.content) == (200, _CONTENT)
    assert (await http.get(address.replace(name[0], f"%{ord(name[0]):02x}"))).content == _CONTENT
    assert (await http.head(address)).headers["content-length"] == str(len(_CONTENT))
    for hostile in ("/media/lessons/..%2f..%2fdb.sqlite3", "/media/lessons/%2e%2e/x.webp", f"{address}%00"):
        assert (await http.get(hostile)).status_code == 404


async def test_phones_that_leave_in_the_middle_hurt_nobody(http: httpx.AsyncClient, name: str) -> None:
    address = lesson_files.url_of(name)
    for _ in range(5):
        reader, writer = await asyncio.open_connection("localhost", http.base_url.port)
        writer.write(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        await reader.read(100)
        writer.transport.abort()
    assert (await http.get(address)).content == _CONTENT
