#!/usr/bin/env python3
"""A first connection to each socket: of a class (the WebSocket guide) and of a chat room (chat v3).

    python test_websocket.py                            opens a class of the sample instructor and takes a seat in it
    python test_websocket.py ABC123                     takes a seat in the class with this code
    python test_websocket.py --room 1 --user-id 123     listens to a chat room, and says something by REST

Prints every frame, for 5 seconds (--seconds 0: until Ctrl-C). Ends with 0 when what must come has come.
Needs Python 3.11 and one package: pip install websockets
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

SAMPLE_INSTRUCTOR = {"email": "instructor@test.com", "password": "test1234"}
WHY_CLOSED = {4401: "로그인이 필요해요 (--token)", 4403: "이 방의 멤버가 아니에요", 4404: "그런 방이나 수업이 없어요"}


def ask(url: str, body: dict[str, Any] | None = None, token: str | None = None) -> Any:
    """POST with a body, else GET; JSON in, JSON out."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=15) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        sys.exit(f"서버가 받아 주지 않았어요: {refusal.code} {refusal.read().decode(errors='replace')[:300]}")


def open_sample_class(url: str) -> str:
    """A waiting class of the sample instructor; returns its code."""
    token = ask(f"{url}/api/auth/login", SAMPLE_INSTRUCTOR)["access_token"]
    lectures = ask(f"{url}/api/lectures", token=token)["lectures"]
    if not lectures:
        sys.exit("강의가 없어요. 먼저 python manage.py create_sample_data 를 실행하세요.")
    session = ask(f"{url}/api/lectures/{lectures[0]['id']}/sessions", {"title": "연결 시험"}, token)
    print(f"수업을 열었어요: {session['session_code']} “{lectures[0]['title']}”", flush=True)
    return str(session["session_code"])


async def frames(socket: ClientConnection, seconds: float) -> AsyncIterator[dict[str, Any]]:
    """Every frame until the time is over (0: until the end), each printed."""
    try:
        async with asyncio.timeout(seconds or None):
            async for text in socket:
                frame = json.loads(text)
                print("받음:", json.dumps(frame, ensure_ascii=False), flush=True)
                yield frame
    except TimeoutError:
        return


async def sit_in_class(url: str, code: str, seconds: float) -> bool:
    """S0 and S2: a seat without an account, and a heartbeat. Whether both were answered."""
    seen = set()
    async with connect(f"{url.replace('http', 'ws', 1)}/ws/sessions/{code}/") as socket:
        for frame in (
            {"type": "join", "data": {"device_id": "test", "name": "tester"}},
            {"type": "heartbeat", "data": {"timestamp": "2025-10-28T10:00:00Z"}},
        ):
            print("보냄:", json.dumps(frame, ensure_ascii=False), flush=True)
            await socket.send(json.dumps(frame))
        async for frame in frames(socket, seconds):
            seen.add(frame["type"])
    return {"join_confirmed", "heartbeat_ack"} <= seen


async def listen_to_room(url: str, room: int, user_id: int, say: str, token: str | None, seconds: float) -> bool:
    """S4: the socket only listens, REST writes. Whether one's own message came back."""
    query = f"user_id={user_id}" + (f"&token={token}" if token else "")
    sent, seen = None, set()
    async with connect(f"{url.replace('http', 'ws', 1)}/ws/chat/{room}?{query}") as socket:
        if say:
            body = {"user_id": user_id, "message": say, "message_type": "text", "file_url": None}
            answer = await asyncio.to_thread(ask, f"{url}/api/v1/chat/rooms/{room}/messages", body, token)
            print("답:", json.dumps(answer, ensure_ascii=False), flush=True)
            sent = answer["data"]["id"]
        async for frame in frames(socket, seconds):
            if frame["type"] == "message":
                seen.add(frame["data"]["id"])
    return sent is None or sent in seen


def arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("code", nargs="?", help="a class's code; without one a class is opened")
    options.add_argument("--room", type=int, help="a chat room's id")
    options.add_argument("--user-id", type=int, help="who listens: a member of the room")
    options.add_argument("--say", default="안녕하세요!", help="what is said by REST; empty: nothing")
    options.add_argument("--token", help="an access token; on the server's own machine user_id alone will do")
    options.add_argument("--seconds", type=float, default=5, help="how long to listen (default: %(default)s)")
    options.add_argument("--url", default="http://localhost:8000", help="the server (default: %(default)s)")
    given = options.parse_args()
    if (given.room is None) != (given.user_id is None):
        options.error("--room and --user-id belong together")
    given.url = given.url.rstrip("/")
    return given


async def run(given: argparse.Namespace) -> bool:
    if given.room is not None:
        return await listen_to_room(given.url, given.room, given.user_id, given.say, given.token, given.seconds)
    code = given.code or await asyncio.to_thread(open_sample_class, given.url)
    return await sit_in_class(given.url, code, given.seconds)


def main() -> None:
    given = arguments()
    try:
        fine = asyncio.run(run(given))
    except InvalidStatus as refusal:
        sys.exit(f"연결하지 못했어요: HTTP {refusal.response.status_code}")
    except ConnectionClosed as closed:
        code = closed.rcvd.code if closed.rcvd else 1006
        sys.exit(f"서버가 연결을 닫았어요: {code} {WHY_CLOSED.get(code, '')}")
    except OSError as problem:
        sys.exit(f"{given.url} 에 서버가 없어요. 먼저 python manage.py runserver 를 실행하세요. ({problem})")
    except KeyboardInterrupt:
        return
    print("잘 돼요." if fine else "와야 할 것이 오지 않았어요.", flush=True)
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
