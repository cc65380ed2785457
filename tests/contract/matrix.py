"""Who may do what: the project's own copy of the access matrix, for every route that exists.

A row names a request and its status for anonymous, student, other student, guest, teacher, other teacher and admin, in
this order; a deactivated account and an expired token are 401 everywhere unless the row says otherwise. Four colleagues
follow (``tests/contract/rows.py``): two of the lecture and two of some of its classes, who teach or help.
The student is enrolled and seated, the other student is neither; the teacher owns the lecture, the other teacher does
not.
401: no or bad token. 403: the role may not. 404: absent, or hidden from the caller.
"""

from __future__ import annotations

from tests.contract.apps_matrix import APPS
from tests.contract.chat_matrix import CHAT, CHAT_SOCKETS
from tests.contract.dashboard_matrix import DASHBOARD, DASHBOARD_SOCKETS
from tests.contract.pictures_matrix import PICTURES
from tests.contract.recordings_matrix import RECORDINGS
from tests.contract.rows import Row, SocketRow, row, socket
from tests.contract.travel_matrix import TRAVEL
from tests.sounds import voice, written

_ACCOUNT = {"email": "new@example.com", "password": "securePassword123", "name": "새학생", "role": "STUDENT"}
_LOGIN = {"email": "student1@example.com", "password": "securePassword123"}
_STEP = {"title": "새 단계"}
_ORDER = {"tasks": "{order}"}
_STANDS = {"subtask_id": "{next_subtask}"}

_HELPS = {"role": "supporter"}
_OWN_204 = "401 403 403 403 204 403 204"
_REFUSED, _ALL_FOUR = "403 403 403 403", "200 200 200 200"

_ACCOUNTS = [
    row("POST", "/api/auth/register", "201 201 201 201 201 201 201", _ACCOUNT),
    row("GET", "/api/auth/signup", "200 200 200 200 200 200 200"),
    row("POST", "/api/auth/confirm", "200 200 200 200 200 200 200", {"key": "{confirm}"}),
    row("POST", "/api/auth/confirm/resend", "202 202 202 202 202 202 202", {"email": "new@example.com"}),
    row("POST", "/api/auth/login", "200 200 200 200 200 200 200", _LOGIN),
    row("POST", "/api/auth/instructor", "401 200 200 403 403 403 403"),
    row("POST", "/api/auth/refresh", "200 200 200 200 200 200 200", {"refresh_token": "{refresh}"}),
    row("POST", "/api/auth/logout", "401 200 200 200 200 200 200"),
    row("GET", "/api/auth/me", "401 200 200 200 200 200 200"),
]
_LECTURES = [
    row("GET", "/api/lectures", "401 200 200 403 200 200 200"),
    row("POST", "/api/lectures", "401 403 403 403 201 201 201", {"title": "새 강의"}),
    row("GET", "/api/lectures/{lecture}", "401 200 200 200 200 200 200"),
    row("GET", "/api/lectures/{idle}", "401 200 200 403 200 200 200", note="another lecture than the guest's"),
    row("GET", "/api/lectures/{inactive}", "401 200 404 403 200 404 200", note="inactive"),
    row("PUT", "/api/lectures/{lecture}", "401 403 403 403 200 403 200", {"title": "신규"}),
    row("PATCH", "/api/lectures/{lecture}", "401 403 403 403 200 403 200", {"title": "신규"}),
    row("DELETE", "/api/lectures/{idle}", "401 403 403 403 204 403 204", colleagues=_REFUSED),
    row(
        "DELETE",
        "/api/lectures/{lecture}",
        "401 403 403 403 409 403 409",
        note="a live class stands on it",
        colleagues=_REFUSED,
    ),
    row("POST", "/api/lectures/{idle}/enroll", "401 201 201 403 403 403 403"),
    row("POST", "/api/lectures/{lecture}/enroll", "401 409 201 403 403 403 403", note="enrolled already"),
    row("POST", "/api/lectures/{lecture}/duplicate", "401 403 403 403 201 201 201", {"title": "내 것"}),
    row("POST", "/api/lectures/{inactive}/duplicate", "401 403 403 403 201 404 201", {}, note="inactive"),
    row("PUT", "/api/lectures/{idle}/order", "401 403 403 403 200 403 200", _ORDER),
    row("POST", "/api/lectures/{lecture}/tasks", "401 403 403 403 201 403 201", {"title": "새 과제"}),
    row("GET", "/api/tasks/{task}", "401 200 403 200 200 403 200"),
    row("GET", "/api/tasks/{idle_task}", "401 403 403 403 200 403 200", note="another lecture"),
    row("PUT", "/api/tasks/{task}", "401 403 403 403 200 403 200", {"title": "신규"}),
    row("PATCH", "/api/tasks/{task}", "401 403 403 403 200 403 200", {"title": "신규"}),
    row("DELETE", "/api/tasks/{idle_task}", "401 403 403 403 204 403 204"),
    row("POST", "/api/tasks/{task}/subtasks", "401 403 403 403 201 403 201", _STEP),
    row("PUT", "/api/subtasks/{subtask}", "401 403 403 403 200 403 200", _STEP),
    row("PATCH", "/api/subtasks/{subtask}", "401 403 403 403 200 403 200", _STEP),
    row("POST", "/api/subtasks/{subtask}/audio", "401 403 403 403 201 403 201", upload=written(voice(0.5), "wav")),
    row("DELETE", "/api/subtasks/{idle_subtask}/audio", "401 403 403 403 204 403 204"),
    row("DELETE", "/api/subtasks/{idle_subtask}", "401 403 403 403 204 403 204"),
]
_SESSIONS = [
    row("POST", "/api/lectures/{lecture}/sessions", "401 403 403 403 201 403 201", {"title": "오전반"}),
    row("POST", "/api/lectures/{lecture}/sessions/create", "401 403 403 403 201 403 201", {"title": "오전반"}),
    row("GET", "/api/lectures/{lecture}/sessions", "401 403 403 403 200 403 200"),
    row("GET", "/api/sessions/{code}", "401 200 200 200 200 200 200", note="by code"),
    row("GET", "/api/sessions/{live}", "401 200 404 200 200 404 200", note="by id"),
    row("PATCH", "/api/sessions/{live}", "401 403 403 403 200 404 200", {"locked": True}),
    row("GET", "/api/sessions/{live}/settings", "401 403 403 403 200 404 200"),
    row("POST", "/api/sessions/{code}/join", "401 200 201 200 403 403 403", note="by code"),
    row("POST", "/api/sessions/{live}/join", "401 200 403 200 403 403 403", note="by id, without the code"),
    row(
        "POST",
        "/api/sessions/{code}/guest",
        "201 201 201 201 201 201 201",
        {"name": "손님", "device_id": "another-device-of-a-visitor"},
    ),
    row("GET", "/api/sessions/{code}/preview", "200 200 200 200 200 200 200"),
    row("GET", "/api/sessions/{live}/seats", "401 403 403 403 200 404 200"),
    row("PATCH", "/api/sessions/{live}/seats/{seat}", "401 403 403 403 200 404 200", {"name": "봄이"}),
    row("DELETE", "/api/sessions/{live}/seats/{seat}", "401 403 403 403 200 404 200"),
    row("POST", "/api/sessions/{live}/seats/{seat}/merge", "401 403 403 403 409 404 409", {"into": "{seat}"}),
    row("POST", "/api/sessions/{live}/completion/accept", "401 403 403 403 200 404 200", _STANDS),
    row("POST", "/api/sessions/{live}/seats/{guest_seat}/completion/accept", "401 403 403 403 200 404 200", _STANDS),
    row("POST", "/api/sessions/{live}/seats/{guest_seat}/completion/decline", "401 403 403 403 200 404 200", _STANDS),
    row("GET", "/api/sessions/{live}/participants", "401 403 403 403 200 404 200", colleagues=_ALL_FOUR),
    row("GET", "/api/sessions/{live}/roster", "401 403 403 403 200 404 200", colleagues=_ALL_FOUR),
    row("GET", "/api/sessions/{live}/seats/{seat}/page", "401 403 403 403 200 404 200", colleagues=_ALL_FOUR),
    row("POST", "/api/sessions/{waiting}/start", "401 403 403 403 200 404 200"),
    row("POST", "/api/sessions/{live}/next-step", "401 403 403 403 200 404 200"),
    row("POST", "/api/sessions/{live}/pause", "401 403 403 403 200 404 200"),
    row("POST", "/api/sessions/{paused}/resume", "401 403 403 403 200 404 200"),
    row("GET", "/api/sessions/{paused}/break", "401 200 404 403 200 404 200", note="another session than the guest's"),
    row("POST", "/api/sessions/{live}/break", "401 403 403 403 200 404 200", {"minutes": 5}),
    row("DELETE", "/api/sessions/{paused}/break", "401 403 403 403 200 404 200"),
    row("POST", "/api/sessions/{live}/end", "401 403 403 403 200 404 200"),
    row("POST", "/api/sessions/{live}/announce", "401 403 403 403 200 404 200", {"message": "천천히 하세요"}),
    row("GET", "/api/sessions/{live}/lesson", "401 200 404 200 200 404 200"),
    row("POST", "/api/sessions/{live}/refresh-lesson", "401 403 403 403 200 404 200"),
    row("GET", "/api/sessions/{live}/summary", "401 200 404 200 200 404 200"),
    row("GET", "/api/sessions/{live}/attendance", "401 403 403 403 200 404 200"),
    row("GET", "/api/sessions/{live}/attendance?format=xlsx", "401 403 403 403 200 404 200", note="as a file"),
    row("GET", "/api/lectures/{lecture}/attendance", "401 403 403 403 200 404 200"),
    row("GET", "/api/lectures/{lecture}/attendance?format=csv", "401 403 403 403 200 404 200", note="as a file"),
    row("GET", "/api/sessions/{live}/current", "401 200 404 200 200 404 200"),
    row("GET", "/api/sessions/{live}/my-steps", "401 200 404 200 403 403 403"),
    row("GET", "/api/sessions/{live}/events", "401 200 404 200 200 404 200"),
    row("GET", "/api/sessions/my-active", "401 200 404 200 403 403 403", note="404 is its own body", hides=False),
]
_COLLEAGUES = [
    row("POST", "/api/lectures/{lecture}/invitations", "401 403 403 403 201 403 201", _HELPS, colleagues=_REFUSED),
    row("DELETE", "/api/lectures/{lecture}/invitations/{invitation}", _OWN_204, colleagues=_REFUSED),
    row("GET", "/api/lectures/{lecture}/colleagues", "401 403 403 403 200 403 200"),
    row(
        "DELETE",
        "/api/lectures/{lecture}/colleagues/{class_supporter}",
        _OWN_204,
        colleagues="403 403 403 204",
        note="or oneself",
    ),
    row("GET", "/api/colleagues/me", "401 200 200 403 200 200 200"),
    row("GET", "/api/invitations/{token}", "200 200 200 200 200 200 200"),
    row(
        "POST",
        "/api/invitations/{token}/accept",
        "401 200 200 403 409 200 200",
        colleagues="409 200 409 200",
        note="to help",
    ),
    row("GET", "/api/sessions/{live}/staff", "401 403 403 403 200 404 200", colleagues=_ALL_FOUR),
    row("POST", "/api/sessions/{live}/take-control", "401 403 403 403 200 404 200"),
]
_UPDATE = {"subtask_id": "{next_subtask}", "status": "IN_PROGRESS"}
_PROGRESS = [
    row("GET", "/api/progress/me?lecture_id={lecture}", "401 200 403 200 403 403 403"),
    row("POST", "/api/progress/update", "401 200 403 200 403 403 403", _UPDATE),
    row("GET", "/api/progress/users/{kim}/lectures/{lecture}", "401 403 403 403 200 404 200"),
    row(
        "GET",
        "/api/progress/users/{kim}/lectures/{foreign}",
        "401 403 403 403 404 404 404",
        note="not enrolled there",
        hides=False,  # its teacher knows the lecture, and learns nothing of the student
    ),
]
_CLICK = {"event_type": "CLICK", "subtask_id": "{next_subtask}"}
_LOGS = [
    row("POST", "/api/logs/activity", "401 201 201 201 201 201 201", _CLICK),
    row("POST", "/api/logs/activity", "401 403 403 403 403 403 403", {**_CLICK, "user_id": 999_999}, note="another's"),
    row("POST", "/api/logs/batch", "401 201 201 201 201 201 201", {"logs": [{"event_type": "CLICK"}]}),
]
_HELP = [
    row("POST", "/api/help/request", "401 201 403 201 403 403 403", {"subtask_id": "{next_subtask}"}),
    row("GET", "/api/help/request/{help}", "401 200 404 404 200 404 200", colleagues=_ALL_FOUR),
    row(
        "POST",
        "/api/help/request/{help}/answer",
        "401 403 403 403 200 404 200",
        {"help_content": "여기"},
        colleagues=_ALL_FOUR,
    ),
    row(
        "POST",
        "/api/help/request/{withheld}/suggestion/send",
        "401 403 403 403 200 404 200",
        {},
        colleagues=_ALL_FOUR,
    ),
    row("POST", "/api/help/request/{withheld}/suggestion/decline", "401 403 403 403 200 404 200", colleagues=_ALL_FOUR),
    row(
        "POST",
        "/api/help/groups/answer",
        "401 403 403 403 200 404 200",
        {"session_id": "{live}", "subtask_id": "{next_subtask}", "help_content": "여기"},
        colleagues=_ALL_FOUR,
    ),
    row("POST", "/api/help/request/{help}/claim", "401 403 403 403 200 404 200", colleagues=_ALL_FOUR),
    row("DELETE", "/api/help/request/{help}/claim", "401 403 403 403 200 404 200", colleagues=_ALL_FOUR),
    row("POST", "/api/help/request/{help}/close", "401 200 404 404 200 404 200", colleagues=_ALL_FOUR),
    row("POST", "/api/help/nudge/dismiss", "401 204 403 204 403 403 403", {"subtask_id": "{next_subtask}"}),
    row("POST", "/api/help/feedback", "401 200 404 404 403 403 403", {"help_response_id": "{response}", "rating": 5}),
    row("GET", "/api/lectures/{lecture}/answers", "401 403 403 403 200 404 200"),
    row("POST", "/api/help/responses/{response}/share", "401 403 403 403 201 404 201", {}),
    row("PATCH", "/api/help/answers/{answer}", "401 403 403 403 200 404 200", {"pinned": True}),
    row("DELETE", "/api/help/answers/{answer}", "401 403 403 403 204 404 204"),
    row("GET", "/api/dashboard/help-requests/pending", "401 403 403 403 200 200 200", colleagues=_ALL_FOUR),
]
_NOTIFICATIONS = [
    row("GET", "/api/notifications", "401 200 200 200 200 200 200", note="everybody their own"),
    row(
        "POST",
        "/api/notifications/{notification}/read",
        "401 404 404 404 200 404 404",
        note="admins neither",
        colleagues="404 404 404 404",
    ),
]
_OPEN = "200 200 200 200 200 200 200 200 200"
_OPERATIONS = [
    row("GET", "/api/health", _OPEN),
    row("GET", "/api/health/detailed", _OPEN),
    row("GET", "/.well-known/assetlinks.json", _OPEN),
    row("GET", "/qr/{code}.png", _OPEN),
    row("GET", "/api/schema", "200 200 200 200 200 200 200", note="development profile"),
    row("GET", "/api/docs", "200 200 200 200 200 200 200", note="development profile"),
]
MATRIX: tuple[Row, ...] = (
    *_ACCOUNTS,
    *_LECTURES,
    *APPS,
    *PICTURES,
    *TRAVEL,
    *_SESSIONS,
    *_COLLEAGUES,
    *_PROGRESS,
    *_LOGS,
    *_HELP,
    *_NOTIFICATIONS,
    *DASHBOARD,
    *RECORDINGS,
    *CHAT,
    *_OPERATIONS,
)


SOCKETS: tuple[SocketRow, ...] = (
    socket("/ws/sessions/{code}/", "4401 200 4403 200 200 403 200"),
    socket("/ws/sessions/{live}/", "404 200 404 200 200 404 200"),
    socket("/ws/sessions/ZZZZ99/", "404 404 404 404 404 404 404"),
    socket("/ws/session/{live}/student/", "401 200 404 200 403 403 403"),
    socket("/ws/session/{live}/instructor/", "401 403 403 403 200 404 200", colleagues=_ALL_FOUR),
    socket("/ws/progress/{kim}/", "401 200 403 403 403 403 403"),
    socket("/ws/help/{kim}", "401 200 403 403 403 403 403"),
    socket("/ws/dashboard/help-requests/", "401 403 403 403 200 200 200", colleagues=_ALL_FOUR),
    *DASHBOARD_SOCKETS,
    *CHAT_SOCKETS,
    socket("/ws/nothing/here/", "404 404 404 404 404 404 404 404 404"),
)
# An app that names no Origin and shows no credential: it listens to the class whose code it knows, and to nothing else
# (contract 3.9). The anonymous of the rows above is a browser.
LISTENER: dict[str, int] = {row.path: row.statuses["anonymous"] for row in SOCKETS} | {"/ws/sessions/{code}/": 200}
