#!/usr/bin/env python3
"""Two people in one chat room, in two terminals (the LiveChat API).

    python test_chat_api.py             makes both accounts and a room, then chats as user 1
    python test_chat_api.py --user 2    joins the newest room of that name as user 2

What you type is sent, line by line; Ctrl-D (the end of the input) leaves the room.
Needs Python 3.11 and one package: pip install websockets
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
import urllib.error
import urllib.request
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

PASSWORD = "testpass123"
PEOPLE = {1: ("user1@example.com", "사용자1"), 2: ("user2@example.com", "사용자2")}
WHY_REFUSED = {401: "로그인이 필요해요", 403: "들어갈 수 없는 방이에요", 404: "그런 방이 없어요"}
LAST_WORDS_SECONDS = 10


class Refused(Exception):
    """The server said no: the HTTP status and what it answered."""

    def __init__(self, status: int, answer: Any) -> None:
        super().__init__(f"{status} {json.dumps(answer, ensure_ascii=False)}")
        self.status = status
        self.answer = answer


class Server:
    """The REST half: JSON in, JSON out, with a token once there is one."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.token = ""

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Raises ``Refused``, and ``OSError`` when nobody answers."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            raise Refused(refusal.code, _json_or_text(refusal.read())) from None

    def register(self, email: str, nickname: str) -> None:
        """A second run finds the account of the first."""
        body = {"email": email, "password1": PASSWORD, "password2": PASSWORD, "nickname": nickname}
        try:
            made = self.ask("POST", "/user/v1/register/", body)
            print(f"회원가입: {email} (번호 {made['id']})", flush=True)
        except Refused as refusal:
            if not isinstance(refusal.answer, dict) or "email" not in refusal.answer:
                raise
            print(f"이미 있는 회원: {email}", flush=True)

    def log_in(self, email: str) -> None:
        self.token = self.ask("POST", "/user/v1/login/", {"email": email, "password": PASSWORD})["access"]
        print(f"로그인: {email}", flush=True)


def _json_or_text(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")[:200]


def prepare(server: Server, name: str) -> int:
    """Both accounts, a room, and a first message by REST. Returns the room's id."""
    for email, nickname in PEOPLE.values():
        server.register(email, nickname)
    server.log_in(PEOPLE[1][0])
    room = server.ask("POST", "/chat/v1/room/", {"name": name, "post": 1})
    print(f"채팅방 생성: {room['id']}번 “{room['name']}”", flush=True)
    server.ask("POST", "/chat/v1/message/", {"message": "안녕하세요!", "room": room["id"]})
    return int(room["id"])


def newest_room(server: Server, name: str) -> int:
    """The newest room of this name among one's own and the open ones."""
    found = [int(room["id"]) for room in server.ask("GET", "/chat/v1/room/") if room["name"] == name]
    if not found:
        sys.exit(f"“{name}” 방이 없어요. 먼저 python test_chat_api.py 를 실행하세요.")
    return max(found)


def show_history(server: Server, room_id: int) -> None:
    room = server.ask("GET", f"/chat/v1/room/{room_id}/")
    print(f"--- {room['id']}번 “{room['name']}” ---", flush=True)
    for message in room["chat_messages"]:
        print(f"{message['sender']}: {message['message']}", flush=True)


class Chat:
    """A connected terminal: shows what comes, sends what is typed."""

    def __init__(self, socket: ClientConnection, email: str) -> None:
        self.socket = socket
        self.email = email
        self.unanswered = 0
        self.answered = asyncio.Event()

    async def run(self) -> None:
        reader = asyncio.create_task(self.show())
        writer = asyncio.create_task(self.send_lines())
        done, _ = await asyncio.wait({reader, writer}, return_when=asyncio.FIRST_COMPLETED)
        for task in (reader, writer):
            task.cancel()
        for task in done:
            task.result()

    async def show(self) -> None:
        async for text in self.socket:
            frame = json.loads(text)
            match frame["type"]:
                case "chat.message":
                    own = frame["sender"] == self.email
                    print(f"{'나' if own else frame['nickname']}: {frame['message']}", flush=True)
                    if own:
                        self._confirm()
                case "chat.user.join":
                    print(f"* {frame['username']} 님이 들어왔어요", flush=True)
                case "chat.user.leave":
                    print(f"* {frame['username']} 님이 나갔어요", flush=True)
                case "error":
                    print(f"! {frame['message']} ({frame['code']})", flush=True)
                    self._confirm()

    async def send_lines(self) -> None:
        """Until the input ends; then wait a moment for the echo of the last words."""
        lines = _typed_lines()
        while (line := await lines.get()) is not None:
            if text := line.strip():
                self.unanswered += 1
                self.answered.clear()
                await self.socket.send(json.dumps({"type": "chat.message", "message": text}))
        if self.unanswered:
            await asyncio.wait_for(self.answered.wait(), LAST_WORDS_SECONDS)

    def _confirm(self) -> None:
        self.unanswered = max(0, self.unanswered - 1)
        if not self.unanswered:
            self.answered.set()


def _typed_lines() -> asyncio.Queue[str | None]:
    """Lines of the terminal or pipe, then ``None``. Read by a thread that may be left waiting when the program ends."""
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        with open(0, encoding=sys.stdin.encoding, errors="replace", closefd=False) as typed:
            for line in typed:
                loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return lines


async def chat(server: Server, room_id: int, email: str) -> None:
    address = f"{server.url.replace('http', 'ws', 1)}/ws/chat/{room_id}/chat/"
    async with connect(address, additional_headers={"Authorization": f"Bearer {server.token}"}) as socket:
        print("--- 연결됐어요. 글을 쓰고 Enter를 누르세요. 끝내려면 Ctrl-D ---", flush=True)
        await Chat(socket, email).run()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--user", type=int, choices=sorted(PEOPLE), help="join the room that is there, as this user")
    options.add_argument("--room", type=int, help="the room's id (default: the newest one of that name)")
    options.add_argument("--name", default="테스트 채팅방", help="the room's name (default: %(default)s)")
    options.add_argument("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    given = options.parse_args()
    server, (email, nickname) = Server(given.url), PEOPLE[given.user or 1]
    try:
        if given.user is None and given.room is None:
            room_id = prepare(server, given.name)
        else:
            server.register(email, nickname)
            server.log_in(email)
            room_id = given.room or newest_room(server, given.name)
        show_history(server, room_id)
        asyncio.run(chat(server, room_id, email))
    except Refused as refusal:
        sys.exit(f"서버가 받아 주지 않았어요: {refusal}")
    except InvalidStatus as refusal:
        status = refusal.response.status_code
        sys.exit(f"연결하지 못했어요: {status} {WHY_REFUSED.get(status, '')}")
    except ConnectionClosed as closed:
        sys.exit(f"연결이 끊겼어요: {closed}")
    except TimeoutError:
        sys.exit("보낸 글의 답이 오지 않았어요")
    except OSError as problem:
        sys.exit(f"{server.url} 에 서버가 없어요. 먼저 python manage.py runserver 를 실행하세요. ({problem})")
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
