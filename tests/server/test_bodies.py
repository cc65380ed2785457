"""What bodies cost a real server while they arrive and leave: memory, and nobody else's time (reliability X11, F18)."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from tests.pictures import bomb
from tests.server.process import Running, migrate, running
from tests.server.test_servers import SERVE

pytestmark = pytest.mark.servers

_MB = 1024 * 1024
_FILM = b"\0\0\0\x14ftypisom\0\0\0\0isom"
_EDGE = "edge"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One account may send as much as many would, and nobody is trusted for being on this machine."""
    data = migrate(tmp_path_factory.mktemp("data"))
    more = {"UPLOADS_AT_ONCE_PER_USER": "100", "CHAT_FILE_BYTES_PER_DAY": str(2**31), "CHAT_V3_TRUST_USER_ID": "off"}
    with running(SERVE, data, data / "log", **more) as started:
        yield started


@pytest.fixture(scope="module")
def token(server: Running) -> str:
    login = {"email": "admin@example.com", "password": "securePassword123"}
    return str(httpx.post(f"{server.url}/api/auth/login", json=login, timeout=30).json()["access"])


@pytest.fixture(scope="module")
def files(server: Running, token: str) -> str:
    """The path under which the files of a room are sent."""
    headers = {"Authorization": f"Bearer {token}"}
    room = httpx.post(f"{server.url}/api/v1/chat/rooms", json={"name": "복지관"}, headers=headers).json()["data"]
    return f"/api/v1/chat/rooms/{room['id']}/files"


def memory(server: Running, field: str = "VmRSS") -> int:
    """Of the server, in bytes."""
    found = re.search(rf"{field}:\s+(\d+) kB", Path(f"/proc/{server.process.pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


class Growth:
    """The most memory that the server takes from now on, beyond what it has."""

    def __init__(self, server: Running) -> None:
        self._server = server
        Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
        self._before = memory(server)

    @property
    def bytes(self) -> int:
        return memory(self._server, "VmHWM") - self._before


def form(content: bytes, name: str) -> bytes:
    head = f'--{_EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + content + f"\r\n--{_EDGE}--\r\n".encode()


class Upload:
    """An upload by hand, which can stop wherever it likes."""

    def __init__(self, server: Running, path: str, length: int, *headers: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: localhost:{server.port}",
            f"Content-Type: multipart/form-data; boundary={_EDGE}",
            f"Content-Length: {length}",
            *headers,
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def send(self, content: bytes) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused meanwhile
            self.socket.sendall(content)

    def answer(self) -> str:
        """All that comes until the connection ends, or the answer is whole."""
        read = b""
        with suppress(ConnectionResetError):
            while piece := self.socket.recv(65_536):
                read += piece
                head, _, body = read.partition(b"\r\n\r\n")
                length = re.search(rb"content-length: (\d+)", head.lower())
                if length and len(body) >= int(length[1]):
                    break
        return read.decode()

    def __enter__(self) -> Upload:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def test_a_hundred_uploads_of_strangers_cost_nothing(server: Running, files: str) -> None:
    """Ten megabytes each but for the last piece. They are told at once, and what they send is not kept."""
    content, growth = b"x" * (10 * _MB), Growth(server)
    with ExitStack() as stack, ThreadPoolExecutor(20) as pool:
        made = [stack.enter_context(Upload(server, files, len(content) + 1000)) for _ in range(100)]
        list(pool.map(lambda one: one.send(content), made))
        assert httpx.get(f"{server.url}/api/health", timeout=10).status_code == 200
        answers = [one.answer() for one in made]
    assert [answer.split(" ")[1] for answer in answers] == ["401"] * 100
    assert all("connection: close" in answer for answer in answers)
    assert growth.bytes < 64 * _MB


def test_a_hundred_uploads_that_are_not_finished_lie_on_disk(server: Running, files: str, token: str) -> None:
    content = form(b"hello\n" * (6 * _MB // 6), "memo.txt")
    growth = Growth(server)
    with ExitStack() as stack, ThreadPoolExecutor(20) as pool:
        bearer = f"Authorization: Bearer {token}"
        made = [stack.enter_context(Upload(server, files, len(content), bearer)) for _ in range(100)]
        list(pool.map(lambda one: one.send(content[:-10]), made))
        assert httpx.get(f"{server.url}/api/health", timeout=10).status_code == 200
        assert growth.bytes < 96 * _MB  # 64 of bodies, and what a hundred connections cost
        made[0].send(content[-10:])
        assert " 201 " in made[0].answer()
    assert growth.bytes < 96 * _MB


def test_what_is_refused_costs_little(server: Running, files: str, token: str) -> None:
    """X11: too large, chunked without a length, and a picture that would be one."""
    headers = {"Authorization": f"Bearer {token}"}
    url = server.url + files
    assert httpx.post(url, files={"file": ("a.png", bomb())}, headers=headers).status_code == 400  # what is loaded once
    growth = Growth(server)
    larger = b"x" * (10 * _MB + 1)
    assert httpx.post(url, files={"file": ("a.txt", larger)}, headers=headers, timeout=60).status_code == 413

    def pieces() -> Iterator[bytes]:
        yield form(b"", "a.mp4")[:-20]
        for _ in range(60):
            yield b"x" * _MB

    multipart = {**headers, "Content-Type": f"multipart/form-data; boundary={_EDGE}"}
    with suppress(httpx.WriteError):
        assert httpx.post(url, content=pieces(), headers=multipart, timeout=60).status_code == 413
    assert httpx.post(url, files={"file": ("a.png", bomb())}, headers=headers).status_code == 400
    assert growth.bytes < 20 * _MB


def test_who_asks_first_is_told_first(server: Running, files: str, token: str) -> None:
    """``Expect: 100-continue``."""
    content = form(b"hello", "memo.txt")
    with Upload(server, files, len(content), "Expect: 100-continue") as stranger:
        answer = stranger.answer()
        assert answer.startswith("HTTP/1.1 401")
        assert "100 Continue" not in answer
        assert stranger.socket.recv(10) == b""  # closed: the body would be read as a request
    with Upload(server, files, len(content), "Expect: 100-continue", f"Authorization: Bearer {token}") as member:
        assert member.socket.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        member.send(content)
        assert member.answer().startswith("HTTP/1.1 201")
        member.socket.sendall(f"GET /api/health HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode())
        assert member.answer().startswith("HTTP/1.1 200")  # the connection goes on


def test_a_film_goes_in_and_out_in_pieces(server: Running, files: str, token: str) -> None:
    """Also to who does not read it."""
    film = _FILM + b"\0\0\0\0mdat" + bytes(48 * _MB)
    headers = {"Authorization": f"Bearer {token}"}
    growth = Growth(server)
    sent = httpx.post(server.url + files, files={"file": ("나들이.mp4", film)}, headers=headers, timeout=120)
    assert (sent.status_code, sent.json()["data"]["mime"]) == (201, "video/mp4")
    address = sent.json()["data"]["file_url"].partition("/api/")[2]
    asked = f"GET /api/{address} HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode()
    with ExitStack() as stack:
        for _ in range(20):
            reader = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            reader.sendall(asked)
        time.sleep(1)
        part = httpx.get(f"{server.url}/api/{address}", headers={"Range": "bytes=1000000-1000999"}, timeout=10)
        assert (part.status_code, part.content) == (206, film[1_000_000:1_001_000])
        assert httpx.get(f"{server.url}/api/{address}", timeout=60).content == film
        assert growth.bytes < 40 * _MB
