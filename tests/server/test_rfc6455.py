"""RFC 6455 over raw sockets: framing, pings, reserved bits, opcodes, fragments, UTF-8, closing (reliability F19, F20).

What Autobahn's groups 1 to 7 and 10 ask of a server, with a heartbeat and its answer in place of an echo.
"""

from __future__ import annotations

import json
import os
import random
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.server.lesson import Lesson
from tests.server.process import Running, running, with_tables
from tests.server.raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawSocket, close, frame, heartbeat

pytestmark = pytest.mark.servers

SERVE = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", "{port}"]
LARGEST = 65_536
BAD_FRAMES = int(os.environ.get("BAD_FRAMES", "2000"))
Open = Callable[[], RawSocket]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("rfc6455")
    with running(SERVE, with_tables(folder / "data"), folder / "log") as started:
        yield started
        assert started.process.poll() is None
        assert "Traceback" not in started.output()


@pytest.fixture(scope="module")
def guest(server: Running) -> tuple[str, str]:
    """A path and a token."""
    lesson = Lesson(server)
    token = lesson.guest()
    lesson.close()
    return f"/ws/sessions/{lesson.code}/", token


@pytest.fixture
def open_socket(server: Running, guest: tuple[str, str]) -> Iterator[Open]:
    opened: list[RawSocket] = []

    def connect() -> RawSocket:
        opened.append(RawSocket(server.port, *guest))
        return opened[-1]

    yield connect
    for raw in opened:
        raw.__exit__(None, None, None)


@pytest.fixture
def raw(open_socket: Open) -> RawSocket:
    return open_socket()


# --- 1: framing


@pytest.mark.parametrize("size", [0, 125, 126, 127, 128, 1000, 65_535, LARGEST])
def test_texts_of_every_length(raw: RawSocket, size: int) -> None:
    raw.send(frame(TEXT, heartbeat("m", size)))
    raw.acknowledged("m")


def test_a_text_by_single_octets(raw: RawSocket) -> None:
    raw.send_by_octets(frame(TEXT, heartbeat("m", 128)))
    raw.acknowledged("m")


def test_more_than_the_largest_is_refused(raw: RawSocket) -> None:
    raw.send(frame(TEXT, heartbeat("m", LARGEST + 1)))
    closing = raw.ended()
    assert closing is not None
    assert closing.code == 1009


def test_binary_is_no_json_and_closes_nothing(raw: RawSocket) -> None:
    raw.send(frame(BINARY, b"\x00\xff" * 10) + frame(TEXT, heartbeat("m")))
    raw.acknowledged("m")


def test_frames_that_are_not_masked_are_refused(raw: RawSocket) -> None:
    raw.send(frame(TEXT, heartbeat("m"), masked=False))
    closing = raw.ended()
    assert closing is not None
    assert closing.code == 1002


# --- 2: pings


@pytest.mark.parametrize("payload", [b"", b"Hello", b"\x00\xff\xfe\xfd", b"\xfe" * 125])
def test_a_ping_is_answered_with_its_payload(raw: RawSocket, payload: bytes) -> None:
    raw.send(frame(PING, payload))
    assert raw.until(PONG).payload == payload


def test_pings_by_single_octets_and_many_at_once(raw: RawSocket) -> None:
    raw.send_by_octets(frame(PING, b"slow"))
    assert raw.until(PONG).payload == b"slow"
    raw.send(b"".join(frame(PING, str(number).encode()) for number in range(10)))
    assert [raw.until(PONG).payload for _ in range(10)] == [str(number).encode() for number in range(10)]


def test_pongs_that_nobody_asked_for_are_nothing(raw: RawSocket) -> None:
    raw.send(frame(PONG) + frame(PONG, b"unasked") + frame(PING, b"asked"))
    assert raw.until(PONG).payload == b"asked"


# --- 3 to 5: what ends a connection

_PING = frame(PING, b"p")
BROKEN = {
    "a ping of 126": frame(PING, b"x" * 126),
    "a close of 126": frame(CLOSE, struct.pack("!H", 1000) + b"x" * 124),
    **{f"reserved bits {rsv}": frame(TEXT, heartbeat("m"), rsv=rsv) for rsv in range(1, 8)},
    "reserved bits of a ping": frame(PING, b"p", rsv=4),
    **{f"opcode {opcode}": frame(opcode, b"x") for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)},
    "a ping in two": frame(PING, b"a", fin=False) + frame(CONTINUATION, b"b"),
    "a pong in two": frame(PONG, b"a", fin=False) + frame(CONTINUATION, b"b"),
    "the end of nothing": frame(CONTINUATION, b"x"),
    "the middle of nothing": frame(CONTINUATION, b"x", fin=False),
    "a text inside of a text": frame(TEXT, b"{", fin=False) + frame(TEXT, b"}"),
    "a binary inside of a text": frame(TEXT, b"{", fin=False) + frame(BINARY, b"}"),
    "the end of nothing after a text": frame(TEXT, heartbeat("m")) + frame(CONTINUATION, b"x"),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_what_no_client_may_send_ends_the_connection(raw: RawSocket, data: bytes) -> None:
    raw.send(data)
    closing = raw.ended()
    assert closing is not None
    assert closing.code == 1002


def pieces(data: bytes, size: int) -> list[bytes]:
    """The frames of one text in fragments."""
    parts = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    last = len(parts) - 1
    return [frame(TEXT if not at else CONTINUATION, part, fin=at == last) for at, part in enumerate(parts)]


@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_text_in_fragments(raw: RawSocket, size: int) -> None:
    raw.send(b"".join(pieces(heartbeat("조각", 200), size)))
    raw.acknowledged("조각")


def test_a_fragment_may_be_empty(raw: RawSocket) -> None:
    raw.send(frame(TEXT, b"", fin=False) + frame(CONTINUATION, b"", fin=False) + frame(CONTINUATION, heartbeat("m")))
    raw.acknowledged("m")


def test_pings_between_fragments_are_answered_at_once(raw: RawSocket) -> None:
    parts = pieces(heartbeat("m", 100), 20)
    for part in parts[:-1]:
        raw.send(part + _PING)
        assert raw.until(PONG).payload == b"p"
    raw.send_by_octets(parts[-1])
    raw.acknowledged("m")


def test_the_largest_text_in_many_fragments(raw: RawSocket) -> None:
    """Group 10."""
    raw.send(b"".join(pieces(heartbeat("m", LARGEST), 1300)))
    raw.acknowledged("m")


def test_fragments_cannot_add_up_to_more_than_the_largest(raw: RawSocket) -> None:
    raw.send(b"".join(pieces(heartbeat("m", LARGEST + 1), 1300)))
    closing = raw.ended()
    assert closing is not None
    assert closing.code == 1009


# --- 6: UTF-8


@pytest.mark.parametrize("text", ["κόσμε", "안녕하세요", "\U00010000", "\U0010ffff", "\ufffd", "\u2000"])
def test_every_character_comes_back(raw: RawSocket, text: str) -> None:
    raw.send(b"".join(pieces(heartbeat(text), 1)))  # in the middle of characters
    raw.acknowledged(text)


NOT_UTF8 = {
    "a lone continuation": b"\x80",
    "a lost continuation": b"\xe1\x80",
    "overlong": b"\xc0\xaf",
    "overlong in three": b"\xe0\x80\xaf",
    "overlong in four": b"\xf0\x80\x80\xaf",
    "a surrogate": b"\xed\xa0\x80",
    "a pair of surrogates": b"\xed\xa0\x80\xed\xb0\x80",
    "beyond the last": b"\xf4\x90\x80\x80",
    "five octets": b"\xf8\x88\x80\x80\x80",
    "never an octet": b"\xfe\xff",
}


@pytest.mark.parametrize("size", [1000, 1], ids=["whole", "in fragments"])
@pytest.mark.parametrize("octets", NOT_UTF8.values(), ids=NOT_UTF8.keys())
def test_what_is_not_utf8_ends_the_connection(raw: RawSocket, octets: bytes, size: int) -> None:
    raw.send(b"".join(pieces(b'{"type":"heartbeat","timestamp":"' + octets + b'"}', size)))
    closing = raw.ended()
    assert closing is not None
    assert closing.code == 1007


# --- 7: closing


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
def test_a_close_is_answered_with_its_code(raw: RawSocket, code: int) -> None:
    raw.send(close(code, "안녕히".encode()))
    closing = raw.ended()
    assert closing is not None
    assert closing.code == code


def test_a_close_without_a_code(raw: RawSocket) -> None:
    raw.send(close())
    closing = raw.ended()
    assert closing is not None
    assert closing.code in (None, 1000, 1005)


def test_a_reason_of_123_octets(raw: RawSocket) -> None:
    raw.send(close(1000, b"x" * 123))
    closing = raw.ended()
    assert closing is not None
    assert closing.code == 1000


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535])
def test_codes_that_nobody_may_send(raw: RawSocket, code: int) -> None:
    raw.send(close(code))
    closing = raw.ended()
    assert closing is not None
    assert closing.code == 1002


def test_half_a_code_and_a_reason_that_is_no_text(open_socket: Open) -> None:
    for data, codes in ((frame(CLOSE, b"\x03"), {1002}), (close(1000, b"\xff\xfe"), {1002, 1007})):
        raw = open_socket()
        raw.send(data)
        closing = raw.ended()
        assert closing is not None
        assert closing.code in codes


def test_nothing_counts_after_a_close(raw: RawSocket) -> None:
    raw.send(close(1000) + frame(PING, b"late") + frame(TEXT, heartbeat("late")) + close(1001))
    frames = []
    while (found := raw.next()) is not None:
        frames.append(found)
    assert [one.code for one in frames if one.opcode == CLOSE] == [1000]
    assert not [one for one in frames if one.opcode == PONG or b"heartbeat_ack" in one.payload]


# --- garbage (F20)


_DEEP, _DIGITS = "[" * 10_000 + "]" * 10_000, "9" * 10_000
BAD_TEXTS = [
    "", "nul\x00", "{", "[]", "null", '"text"', "1e400", "NaN", _DIGITS, _DEEP, '{"type":1}',
    '{"type":"' + "x" * 500 + '"}', '{"type":"next_step","type":"pause"}',
    '{"type":"progress_update","subtask_id":' + _DIGITS + "}",
    '{"type":"progress_update","subtask_id":"\\ud800"}', '{"type":"heartbeat","timestamp":"\\u0000"}',
    '{"type":"resume","streams":{"session:1":{"epoch":1,"seq":-1}}}', '{"type":"help_request","message":[]}',
]  # fmt: skip


def _broken(dice: random.Random) -> bytes:
    """One frame that ends a connection."""
    return dice.choice(
        [
            *BROKEN.values(),
            frame(TEXT, b"\xed\xa0\x80"),
            frame(TEXT, b"{}", masked=False),
            bytes((0x81, 0xFF)) + struct.pack("!Q", 2**62) + os.urandom(8),
            bytes((0x81, 0xFF)) + struct.pack("!Q", 2**63 + 5) + os.urandom(8),
            os.urandom(dice.randrange(20, 300)),
        ]
    )


def test_garbage_kills_nothing_and_slows_nobody(server: Running, open_socket: Open) -> None:
    """On each socket messages that make no sense, then a frame that ends it; somebody else goes on undisturbed."""
    dice, sent, waits = random.Random(20), 0, []
    before = _memory(server)
    calm = open_socket()
    while sent < BAD_FRAMES:
        raw = open_socket()
        texts = [frame(TEXT, dice.choice(BAD_TEXTS).encode()) for _ in range(15)]
        with suppress(OSError):  # it has enough sometimes
            raw.send(b"".join(texts) + _broken(dice))
        sent += 16
        began = time.monotonic()
        calm.send(frame(PING, b"there?"))
        calm.until(PONG)
        waits.append(time.monotonic() - began)
        raw.__exit__(None, None, None)
    assert sorted(waits)[len(waits) * 99 // 100] < 1
    assert httpx.get(f"{server.url}/api/health", timeout=5).status_code == 200
    assert _memory(server) - before < 30_000


def test_twenty_bad_messages_are_enough(raw: RawSocket) -> None:
    for _ in range(25):
        raw.send(frame(TEXT, b"no json"))
        time.sleep(0.06)  # below the limit of frames in a second
    told = []
    while (found := raw.next()) is not None:
        if found.opcode == TEXT:
            told.append(json.loads(found.payload)["type"])
        elif found.opcode == CLOSE:
            assert found.code == 4400
    assert told.count("error") == 20


def _memory(server: Running) -> int:
    """Kilobytes that the process holds."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])
