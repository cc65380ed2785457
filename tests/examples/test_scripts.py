"""The scripts of ``examples/`` as their readers run them: processes of their own, against a real server."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import pytest

from tests.server.process import ROOT, Running, environment, free_port, running, with_tables

pytestmark = pytest.mark.servers

SERVE = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", "{port}"]
CHAT = ROOT / "examples" / "test_chat_api.py"
FIRST_CONNECTION = ROOT / "examples" / "test_websocket.py"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """With the sample data of a first start."""
    data = tmp_path_factory.mktemp("examples")
    with running(SERVE, with_tables(data / "data"), data / "log") as started:
        yield started


class Terminal:
    """A script with somebody at its keyboard."""

    def __init__(self, screen: Path, *command: str | Path) -> None:
        self._screen = screen
        self._out = screen.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=self._out,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env=environment(screen.parent),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(5)
        self._out.close()

    def type(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def shows(self, text: str, seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.screen():
            assert time.monotonic() < deadline, f"{text!r} is not on the screen:\n{self.screen()}"
            time.sleep(0.02)

    def screen(self) -> str:
        return self._screen.read_text(encoding="utf-8", errors="replace")

    def leave(self) -> int:
        """The end of the input; returns the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(15)


def run(*command: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env=environment(Path()),
        timeout=30,
    )


def test_two_terminals_talk_to_each_other(server: Running, tmp_path: Path) -> None:
    with Terminal(tmp_path / "one", CHAT, "--url", server.url) as first:
        first.shows("연결됐어요")
        first.shows("user1@example.com: 안녕하세요!")
        with Terminal(tmp_path / "two", CHAT, "--user", "2", "--url", server.url) as second:
            second.shows("연결됐어요")
            second.shows("user1@example.com: 안녕하세요!")
            first.shows("사용자2 님이 들어왔어요")
            first.type("잘 들리세요?")
            second.shows("사용자1: 잘 들리세요?")
            second.type("네, 잘 들려요 <b>&</b>")
            first.shows("사용자2: 네, 잘 들려요 <b>&</b>")
            second.type("가" * 2001)
            second.shows("! ")
            assert "가가가" not in first.screen()
            assert second.leave() == 0
        first.shows("나: 잘 들리세요?")
        assert first.leave() == 0


def test_a_pipe_is_sent_and_the_program_ends_with_it(server: Running) -> None:
    prepared = run(CHAT, "--url", server.url, "--name", "파이프 방", typed="하나\n\n둘\n")
    assert prepared.returncode == 0, prepared.stdout
    assert prepared.stdout.index("나: 하나") < prepared.stdout.index("나: 둘")
    again = run(CHAT, "--user", "2", "--url", server.url, "--name", "파이프 방", typed="셋\n")
    assert again.returncode == 0, again.stdout
    for line in ("user1@example.com: 하나", "user1@example.com: 둘", "나: 셋"):
        assert line in again.stdout


def test_what_cannot_work_is_said_in_one_line(server: Running) -> None:
    no_room = run(CHAT, "--user", "1", "--room", "999999", "--url", server.url)
    no_server = run(CHAT, "--url", f"http://127.0.0.1:{free_port()}")
    assert (no_room.returncode, no_server.returncode) == (1, 1)
    assert "404" in no_room.stdout
    assert "서버가 없어요" in no_server.stdout
    assert "Traceback" not in no_room.stdout + no_server.stdout


def test_the_first_connection_to_a_class(server: Running) -> None:
    tried = run(FIRST_CONNECTION, "--url", server.url, "--seconds", "1.5")
    assert tried.returncode == 0, tried.stdout
    assert '"type": "join_confirmed"' in tried.stdout
    assert '"type": "heartbeat_ack", "timestamp": "2025-10-28T10:00:00Z"' in tried.stdout
    code = tried.stdout.split("수업을 열었어요: ")[1][:6]
    again = run(FIRST_CONNECTION, code, "--url", server.url, "--seconds", "1.5")
    assert again.returncode == 0, again.stdout
    wrong = run(FIRST_CONNECTION, "ZZZZZ2", "--url", server.url, "--seconds", "1.5")
    assert (wrong.returncode, "Traceback" in wrong.stdout) == (1, False), wrong.stdout


def test_the_first_connection_to_a_room(server: Running) -> None:
    """As S4's samples do it: on the server's own machine ``user_id`` alone tells who it is."""
    with httpx.Client(base_url=server.url) as http:
        body = {"email": "student1@test.com", "password": "test1234"}
        login = http.post("/user/v1/login/", json=body).json()
        http.headers["Authorization"] = f"Bearer {login['access']}"
        rooms = http.get("/chat/v1/room/").json()
        room = next(one for one in rooms if one["name"] == "스마트폰 배움반 이야기방")
        me = login["user"]["id"]
        command = ["--room", str(room["id"]), "--user-id", str(me), "--url", server.url, "--seconds", "1.5"]
        tried = run(FIRST_CONNECTION, *command, "--say", "들려요?")
        assert tried.returncode == 0, tried.stdout
        assert '받음: {"type": "message"' in tried.stdout
        latest = http.get(f"/chat/v1/room/{room['id']}/").json()["chat_messages"][-1]
        assert (latest["sender"], latest["message"]) == (body["email"], "들려요?")
    stranger = run(FIRST_CONNECTION, "--room", "999999", "--user-id", str(me), "--url", server.url, "--say", "")
    assert stranger.returncode == 1
    assert "4404" in stranger.stdout
