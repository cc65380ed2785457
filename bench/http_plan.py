"""What the HTTP bench asks: the operations, and the requests that a filled database allows. The paths and bodies are
those of the documents, the same for every contestant."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

LANES = 16  # connections; all requests of one class are in one lane, in their order
SEATS, STEPS = 25, 20  # of a class
_HALL = 200  # seats of a session that people come to
_MOST_A_SECOND = 1500  # nobody does more of what cannot be repeated; a turn that runs out of it ends early


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many people and classes a run needs: ``comers`` join, ``moving`` classes change steps, the students of
    ``phones`` classes do everything else."""

    comers: int
    moving: int
    phones: int

    @classmethod
    def for_seconds(cls, seconds: float) -> Crowd:
        once = int(seconds * _MOST_A_SECOND)
        return cls(comers=once, moving=_lanes(once, STEPS - 1), phones=_lanes(once, SEATS * STEPS, at_least=LANES))

    @property
    def arguments(self) -> list[str]:
        """As the programs that fill the databases take it."""
        return [str(number) for number in (self.comers, _HALL, self.moving, self.phones, SEATS, STEPS)]


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the result.

    ``stored``: what the database has one more of after each. ``judged``: it has a target. ``beside``: only the
    documents' stack does it, and is compared with our operation of this name.
    """

    name: str
    title: str
    expect: int
    requests: Callable[[dict[str, Any]], Iterable[tuple[int, dict[str, Any]]]]
    repeat: bool = False
    keep: str = ""
    stored: str = ""
    judged: bool = True
    beside: str = ""

    def lanes(self, filled: dict[str, Any]) -> list[dict[str, Any]]:
        lanes: list[dict[str, Any]] = [{"requests": []} for _ in range(LANES)]
        for place, request in self.requests(filled):
            lanes[place % LANES]["requests"].append(request)
        return lanes


def plan_of(filled: dict[str, Any], port: int, operations: Iterable[Operation]) -> dict[str, Any]:
    """The plan for the load program."""
    return {
        "address": f"127.0.0.1:{port}",
        "operations": {
            operation.name: {
                "expect": operation.expect,
                "repeat": operation.repeat,
                "keep": operation.keep,
                "lanes": operation.lanes(filled),
            }
            for operation in operations
        },
    }


def _lanes(requests: int, of_a_class: int, at_least: int = 0) -> int:
    """Classes for so many requests, the same number in every lane and one to spare for the count of queries."""
    return (max(at_least, requests // of_a_class) // LANES + 2) * LANES


def _request(method: str, path: str, token: str = "", body: dict[str, Any] | None = None) -> dict[str, Any]:
    text = json.dumps(body, ensure_ascii=False) if body else ""
    return {"method": method, "path": path, "token": token, "body": text, "secret": ""}


def _students(filled: dict[str, Any]) -> Iterable[tuple[int, dict[str, Any], dict[str, Any]]]:
    """Seat after seat through all classes, so that neighbours in time are in different ones."""
    for seat in range(SEATS):
        for place, held in enumerate(filled["phones"]):
            yield place, held, held["students"][seat]


def _join(filled: dict[str, Any]) -> Iterable[tuple[int, dict[str, Any]]]:
    for place, (session, user, token) in enumerate(filled["comers"]):
        yield place, _request("POST", f"/api/sessions/{session}/join", token, {"user_id": user})


def _next_step(filled: dict[str, Any]) -> Iterable[tuple[int, dict[str, Any]]]:
    message = "잘하셨습니다! 이제 다음 단계로 넘어갑니다."
    for place, held in enumerate(filled["moving"]):
        for step in held["steps"][1:]:
            body = {"next_subtask_id": step, "message": message}
            yield place, _request("POST", f"/api/sessions/{held['session']}/next-step", held["teacher"], body)


def _progress(filled: dict[str, Any]) -> Iterable[tuple[int, dict[str, Any]]]:
    for place, held in enumerate(filled["phones"]):
        for step in held["steps"]:
            for student in held["students"]:
                body = {"subtask_id": step, "status": "COMPLETED"}
                yield place, _request("POST", "/api/progress/update", student["token"], body)


def _current(filled: dict[str, Any]) -> Iterable[tuple[int, dict[str, Any]]]:
    for place, held, student in _students(filled):
        yield place, _request("GET", f"/api/sessions/{held['session']}/current", student["token"])


def _log(filled: dict[str, Any]) -> Iterable[tuple[int, dict[str, Any]]]:
    for place, held, student in _students(filled):
        body = {
            "user_id": student["user"],
            "subtask_id": held["steps"][0],
            "event_type": "CLICK",
            "event_data": {"x": 150, "y": 300, "element": "Button", "text": "확인"},
            "screen_info": {
                "package_name": "com.kakao.talk",
                "activity_name": "MainActivity",
                "screen_title": "친구 목록",
            },
            "timestamp": "2025-10-28T10:05:30Z",
        }
        yield place, _request("POST", "/api/logs/activity", student["token"], body)


def _message(filled: dict[str, Any]) -> Iterable[tuple[int, dict[str, Any]]]:
    text = "네, 지금 화면이 보여요. 다음은 어디를 누르면 되나요?"
    for place, held, student in _students(filled):
        body = {"user_id": student["user"], "message": text, "message_type": "text", "file_url": None}
        yield place, _request("POST", f"/api/v1/chat/rooms/{held['room']}/messages", student["token"], body)


def _refresh(path: str, odd: int) -> Callable[[dict[str, Any]], Iterable[tuple[int, dict[str, Any]]]]:
    """Every second student, so that the two ways of refreshing never meet each other's tokens."""

    def requests(filled: dict[str, Any]) -> Iterable[tuple[int, dict[str, Any]]]:
        for number, (place, _, student) in enumerate(_students(filled)):
            if number // len(filled["phones"]) % 2 == odd:
                request = _request("POST", path, body={"refresh_token": "{secret}"})
                yield place, {**request, "secret": student["refresh"]}

    return requests


def _me(filled: dict[str, Any]) -> Iterable[tuple[int, dict[str, Any]]]:
    for place, _, student in _students(filled):
        yield place, _request("GET", "/api/auth/me", student["token"])


OPERATIONS = (
    Operation("join", "join a session", 201, _join, stored="seats"),
    Operation("next-step", "next step", 200, _next_step, stored="steps"),
    Operation("progress", "progress update", 200, _progress, stored="completed"),
    Operation("current", "current session", 200, _current, repeat=True),
    Operation("log", "log one event", 201, _log, repeat=True, stored="logs"),
    Operation("message", "send a message", 201, _message, repeat=True, stored="messages"),
    Operation(
        "refresh",
        "token refresh",
        200,
        _refresh("/api/auth/refresh", 0),
        repeat=True,
        keep="refresh_token",
        stored="tokens",
    ),
    Operation(
        "refresh-unrotated",
        "token refresh, theirs without rotation",
        200,
        _refresh("/api/auth/refresh-unrotated", 1),
        repeat=True,
        judged=False,
        beside="refresh",
    ),
    Operation("me", "a bare authenticated read", 200, _me, repeat=True, judged=False),
)
