"""Who may do what: the project's own copy of the access matrix, for every route that exists.

A row names a request and its status for anonymous, student, other student, guest, teacher, other teacher and admin, in
this order; a deactivated account and an expired token are 401 everywhere unless the row says otherwise. The student is
enrolled and seated, the other student is neither; the teacher owns the lecture, the other teacher does not.
401: no or bad token. 403: the role may not. 404: absent, or hidden from the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.contract.world import PRINCIPALS


@dataclass(frozen=True)
class Row:
    """One request. ``{name}`` in the path and in values of the body stands for an id of the world."""

    method: str
    path: str
    statuses: dict[str, int]
    body: dict[str, Any] | None = None
    note: str = ""
    hides: bool = True

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}" + (f" ({self.note})" if self.note else "")


def _row(
    method: str, path: str, cells: str, body: dict[str, Any] | None = None, note: str = "", *, hides: bool = True
) -> Row:
    given = [int(cell) for cell in cells.split()]
    given += [401] * (len(PRINCIPALS) - len(given))
    return Row(method, path, dict(zip(PRINCIPALS, given, strict=True)), body, note, hides)


_ACCOUNT = {"email": "new@example.com", "password": "securePassword123", "name": "새학생", "role": "STUDENT"}
_LOGIN = {"email": "student1@example.com", "password": "securePassword123"}
_STEP = {"title": "새 단계"}
_ORDER = {"tasks": "{order}"}

_ACCOUNTS = [
    _row("POST", "/api/auth/register", "201 201 201 201 201 201 201", _ACCOUNT),
    _row("POST", "/api/auth/login", "200 200 200 200 200 200 200", _LOGIN),
    _row("POST", "/api/auth/refresh", "200 200 200 200 200 200 200", {"refresh_token": "{refresh}"}),
    _row("POST", "/api/auth/logout", "401 200 200 200 200 200 200"),
    _row("GET", "/api/auth/me", "401 200 200 200 200 200 200"),
]
_LECTURES = [
    _row("GET", "/api/lectures", "401 200 200 403 200 200 200"),
    _row("POST", "/api/lectures", "401 403 403 403 201 201 201", {"title": "새 강의"}),
    _row("GET", "/api/lectures/{lecture}", "401 200 200 200 200 200 200"),
    _row("GET", "/api/lectures/{idle}", "401 200 200 403 200 200 200", note="another lecture than the guest's"),
    _row("GET", "/api/lectures/{inactive}", "401 200 404 403 200 404 200", note="inactive"),
    _row("PUT", "/api/lectures/{lecture}", "401 403 403 403 200 403 200", {"title": "신규"}),
    _row("PATCH", "/api/lectures/{lecture}", "401 403 403 403 200 403 200", {"title": "신규"}),
    _row("DELETE", "/api/lectures/{idle}", "401 403 403 403 204 403 204"),
    _row("DELETE", "/api/lectures/{lecture}", "401 403 403 403 409 403 409", note="a live class stands on it"),
    _row("POST", "/api/lectures/{idle}/enroll", "401 201 201 403 403 403 403"),
    _row("POST", "/api/lectures/{lecture}/enroll", "401 409 201 403 403 403 403", note="enrolled already"),
    _row("PUT", "/api/lectures/{idle}/order", "401 403 403 403 200 403 200", _ORDER),
    _row("POST", "/api/lectures/{lecture}/tasks", "401 403 403 403 201 403 201", {"title": "새 과제"}),
    _row("GET", "/api/tasks/{task}", "401 200 403 200 200 403 200"),
    _row("GET", "/api/tasks/{idle_task}", "401 403 403 403 200 403 200", note="another lecture"),
    _row("PUT", "/api/tasks/{task}", "401 403 403 403 200 403 200", {"title": "신규"}),
    _row("PATCH", "/api/tasks/{task}", "401 403 403 403 200 403 200", {"title": "신규"}),
    _row("DELETE", "/api/tasks/{idle_task}", "401 403 403 403 204 403 204"),
    _row("POST", "/api/tasks/{task}/subtasks", "401 403 403 403 201 403 201", _STEP),
    _row("PUT", "/api/subtasks/{subtask}", "401 403 403 403 200 403 200", _STEP),
    _row("PATCH", "/api/subtasks/{subtask}", "401 403 403 403 200 403 200", _STEP),
    _row("DELETE", "/api/subtasks/{idle_subtask}", "401 403 403 403 204 403 204"),
]
_SESSIONS = [
    _row("POST", "/api/lectures/{lecture}/sessions", "401 403 403 403 201 403 201", {"title": "오전반"}),
    _row("POST", "/api/lectures/{lecture}/sessions/create", "401 403 403 403 201 403 201", {"title": "오전반"}),
    _row("GET", "/api/lectures/{lecture}/sessions", "401 403 403 403 200 403 200"),
    _row("GET", "/api/sessions/{code}", "401 200 200 200 200 200 200", note="by code"),
    _row("GET", "/api/sessions/{live}", "401 200 404 200 200 404 200", note="by id"),
    _row("POST", "/api/sessions/{code}/join", "401 200 201 200 403 403 403", note="by code"),
    _row("POST", "/api/sessions/{live}/join", "401 200 403 200 403 403 403", note="by id, without the code"),
    _row(
        "POST",
        "/api/sessions/{code}/guest",
        "201 201 201 201 201 201 201",
        {"name": "손님", "device_id": "another-device-of-a-visitor"},
    ),
    _row("GET", "/api/sessions/{live}/participants", "401 403 403 403 200 404 200"),
    _row("POST", "/api/sessions/{waiting}/start", "401 403 403 403 200 404 200"),
    _row("POST", "/api/sessions/{live}/next-step", "401 403 403 403 200 404 200"),
    _row("POST", "/api/sessions/{live}/pause", "401 403 403 403 200 404 200"),
    _row("POST", "/api/sessions/{paused}/resume", "401 403 403 403 200 404 200"),
    _row("POST", "/api/sessions/{live}/end", "401 403 403 403 200 404 200"),
    _row("POST", "/api/sessions/{live}/announce", "401 403 403 403 200 404 200", {"message": "천천히 하세요"}),
    _row("GET", "/api/sessions/{live}/summary", "401 403 403 403 200 404 200"),
    _row("GET", "/api/sessions/{live}/current", "401 200 404 200 200 404 200"),
    _row("GET", "/api/sessions/my-active", "401 200 404 200 403 403 403", note="404 is its own body", hides=False),
]
_UPDATE = {"subtask_id": "{next_subtask}", "status": "IN_PROGRESS"}
_PROGRESS = [
    _row("GET", "/api/progress/me?lecture_id={lecture}", "401 200 403 200 403 403 403"),
    _row("POST", "/api/progress/update", "401 200 403 200 403 403 403", _UPDATE),
    _row("GET", "/api/progress/users/{kim}/lectures/{lecture}", "401 403 403 403 200 404 200"),
    _row(
        "GET",
        "/api/progress/users/{kim}/lectures/{foreign}",
        "401 403 403 403 404 404 404",
        note="not enrolled there",
        hides=False,  # its teacher knows the lecture, and learns nothing of the student
    ),
]
_HELP = [
    _row("POST", "/api/help/request", "401 201 403 201 403 403 403", {"subtask_id": "{next_subtask}"}),
    _row("GET", "/api/help/request/{help}", "401 200 404 404 200 404 200"),
    _row("POST", "/api/help/request/{help}/answer", "401 403 403 403 200 404 200", {"help_content": "여기"}),
    _row("POST", "/api/help/request/{help}/close", "401 200 404 404 200 404 200"),
    _row("POST", "/api/help/feedback", "401 200 404 404 403 403 403", {"help_response_id": "{response}", "rating": 5}),
    _row("GET", "/api/dashboard/help-requests/pending", "401 403 403 403 200 200 200"),
]
_OPEN = "200 200 200 200 200 200 200 200 200"
_OPERATIONS = [
    _row("GET", "/api/health", _OPEN),
    _row("GET", "/api/health/detailed", _OPEN),
    _row("GET", "/.well-known/assetlinks.json", _OPEN),
    _row("GET", "/qr/{code}.png", _OPEN),
    _row("GET", "/api/schema", "200 200 200 200 200 200 200", note="development profile"),
    _row("GET", "/api/docs", "200 200 200 200 200 200 200", note="development profile"),
]
MATRIX: tuple[Row, ...] = (*_ACCOUNTS, *_LECTURES, *_SESSIONS, *_PROGRESS, *_HELP, *_OPERATIONS)


@dataclass(frozen=True)
class SocketRow:
    """One URL: the status of the refused handshake, 200 for open, 4401 and 4403 for open until no ``join`` came."""

    path: str
    statuses: dict[str, int] = field(default_factory=dict)


def _socket(path: str, cells: str) -> SocketRow:
    given = [int(cell) for cell in cells.split()]
    given += [401] * (len(PRINCIPALS) - len(given))
    return SocketRow(path, dict(zip(PRINCIPALS, given, strict=True)))


SOCKETS: tuple[SocketRow, ...] = (
    _socket("/ws/sessions/{code}/", "4401 200 4403 200 200 403 200"),
    _socket("/ws/sessions/{live}/", "404 200 404 200 200 404 200"),
    _socket("/ws/sessions/ZZZZ99/", "404 404 404 404 404 404 404"),
    _socket("/ws/session/{live}/student/", "401 200 404 200 403 403 403"),
    _socket("/ws/session/{live}/instructor/", "401 403 403 403 200 404 200"),
    _socket("/ws/progress/{kim}/", "401 200 403 403 403 403 403"),
    _socket("/ws/help/{kim}", "401 200 403 403 403 403 403"),
    _socket("/ws/nothing/here/", "404 404 404 404 404 404 404 404 404"),
)
