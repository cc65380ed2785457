"""What a simulated phone fetches of a lesson's pictures, and when."""

from __future__ import annotations

import asyncio
import functools
import random
from contextlib import suppress

import pytest

from mobilegpt.tools.simulation import pictures
from mobilegpt.tools.simulation.pictures import PictureLine, PicturesAhead, pictures_of
from tests.until import until

STEPS = [(number, f"/{number}.webp") for number in range(1, 7)]


class Store:
    """Answers when it is told to; what is in ``broken`` it refuses."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken: set[str] = set()
        self.open = asyncio.Event()
        self.open.set()

    async def fetch(self, url: str) -> int:
        self.asked.append(url)
        await self.open.wait()
        if url in self.broken:
            raise ValueError("HTTP/1.1 404")
        return 100


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(pictures, "_WAITING_SECONDS", 0.01)
    monkeypatch.setattr(pictures, "_TEACHING_SECONDS", 0.01)
    return Store()


def phone(store: Store, steps: list[tuple[int, str | None]] | None = None) -> PicturesAhead:
    return PicturesAhead(steps or list(STEPS), store.fetch, random.Random(1))


async def test_the_beginning_is_fetched_in_the_waiting_room_in_order(store: Store) -> None:
    one = phone(store)
    one.wait()
    assert store.asked == []
    await until(lambda: one.seen.fetched == 3)
    assert store.asked == ["/1.webp", "/2.webp", "/3.webp"]
    assert one.seen.received == 300


async def test_each_picture_is_asked_for_once_and_is_ready_at_its_step(store: Store) -> None:
    one = phone(store)
    one.wait()
    await until(lambda: one.seen.fetched == 3)
    for step, there in enumerate((4, 5, 6, 6, 6, 6), start=1):
        one.show(step)
        await until(functools.partial(lambda wanted: one.seen.fetched == wanted, there))
    assert sorted(store.asked) == [url for _, url in STEPS]
    assert (one.seen.ready, one.seen.late_ns) == (6, [])


async def test_what_was_not_fetched_ahead_is_asked_for_at_once_and_is_late(store: Store) -> None:
    one = phone(store)
    store.open.clear()
    one.show(2)
    await asyncio.sleep(0)
    assert store.asked == ["/2.webp"]
    one.show(99)  # no step of this lesson
    store.open.set()
    await until(lambda: len(one.seen.late_ns) == 1)
    assert one.seen.ready == 0
    assert one.seen.late_ns[0] > 0


async def test_another_step_begins_the_waiting_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_WAITING_SECONDS", 0.2)
    one = phone(store)
    one.wait()
    one.show(6)
    await asyncio.sleep(0.3)
    assert store.asked == ["/6.webp"]


async def test_one_that_could_not_be_had_is_asked_for_again_at_its_step(store: Store) -> None:
    store.broken = {"/1.webp"}
    one = phone(store, [(1, "/1.webp"), (2, None)])
    one.wait()
    await until(lambda: one.seen.failed == 1)
    store.broken = set()
    one.show(1)
    await until(lambda: one.seen.fetched == 1)
    assert (len(one.seen.late_ns), store.asked) == (1, ["/1.webp", "/1.webp"])


@pytest.mark.parametrize(
    ("widths", "chosen"),
    [((1080, 720, 360), "720.webp"), ((360,), "360.webp"), ((1080,), "1080.webp"), ((500, 360), "500.webp")],
)
def test_a_phone_takes_the_narrowest_that_is_sharp(widths: tuple[int, ...], chosen: str) -> None:
    image = {"url": f"{widths[0]}.webp", "variants": [{"url": f"{width}.webp", "width": width} for width in widths]}
    lesson = {"tasks": [{"subtasks": [{"id": 1, "image": image}]}, {"subtasks": [{"id": 2, "image": None}]}]}
    assert pictures_of(lesson) == [(1, chosen), (2, None)]


async def test_a_line_is_kept_and_opened_again_when_the_server_has_closed_it() -> None:
    lines: list[int] = []
    closed: list[None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(0)
        with suppress(EOFError):
            while lines[-1] < 2 and await reader.readuntil(b"\r\n\r\n"):
                lines[-1] += 1
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        writer.close()
        closed.append(None)

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        line = PictureLine(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        counts = [await line.fetch("/a.webp") for _ in range(3)]
        line.close()
        await until(lambda: len(closed) == 2)
    assert counts == [len(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")] * 3
    assert lines == [2, 1]


async def test_a_refusal_and_a_server_that_is_gone_are_told_apart() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(ValueError, match="404"):
            await PictureLine(url).fetch("/a.webp")
    with pytest.raises(OSError):
        await PictureLine(url).fetch("/a.webp")
