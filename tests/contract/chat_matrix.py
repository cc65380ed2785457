"""Who may do what in chat: rows of the access matrix (reliability, section 3; contract 9).

``{room}`` is the room of the live class: its teacher and co-instructors run it, the student and the guest sit in the
class, supporters are no members. ``{open}`` is an open room of the teacher's; to ``{inviting}`` the other student is
invited.
"""

from __future__ import annotations

from tests.contract.rows import Row, SocketRow, row, socket

_NEW = {"email": "livechat@example.com", "password1": "testpass123", "password2": "testpass123", "nickname": "새손님"}
_LOGIN = {"email": "student1@example.com", "password": "securePassword123"}
_TO_ROOM = {"message": "안녕", "room": "{room}"}
_TO_OPEN = {"message": "안녕", "room": "{open}"}
_LIVECHAT = (
    row("POST", "/user/v1/register", "201 201 201 201 201 201 201", _NEW),
    row("POST", "/user/v1/login", "200 200 200 200 200 200 200", _LOGIN),
    row("GET", "/chat/v1/room", "401 200 200 403 200 200 200"),
    row("POST", "/chat/v1/room", "401 201 201 403 201 201 201", {"name": "새 방", "post": 1}),
    row("GET", "/chat/v1/room/{room}", "401 200 404 403 200 404 404"),
    row("GET", "/chat/v1/room/{open}", "401 200 200 403 200 200 200", note="open: joins"),
    row("POST", "/chat/v1/message", "401 201 404 403 201 404 404", _TO_ROOM, colleagues="201 201 404 404"),
    row("POST", "/chat/v1/message", "401 201 201 403 201 201 201", _TO_OPEN, "open: joins"),
)
_ABSENT = "404 404 404 404"
_TEACHER_ONLY = {"teacher_only": True}
_SAY = {"message": "안녕하세요!", "message_type": "text", "file_url": None}
_KIM = {"user_id": "{kim}"}
_NAMED = {**_SAY, "user_id": "{kim}"}
_ROOMS = (
    row("GET", "/api/v1/chat/rooms", "401 200 200 200 200 200 200"),
    row("POST", "/api/v1/chat/rooms", "401 201 201 403 201 201 201", {"name": "새 방"}),
    row("GET", "/api/v1/chat/rooms/{room}", "401 200 404 200 200 404 404"),
    row("GET", "/api/v1/chat/invitations", "401 200 200 200 200 200 200"),
    row(
        "DELETE",
        "/api/v1/chat/invitations/{inviting}",
        "401 404 200 404 404 404 404",
        note="the invited one's",
        colleagues=_ABSENT,
    ),
    row(
        "GET",
        "/api/v1/chat/rooms/{inviting}",
        "401 404 200 403 200 404 404",
        note="opening accepts",
        colleagues=_ABSENT,
    ),
    row(
        "GET",
        "/api/v1/chat/rooms/{open}",
        "401 404 404 403 200 404 404",
        note="open: invited members only",
        colleagues=_ABSENT,
    ),
    row("PATCH", "/api/v1/chat/rooms/{room}", "401 403 404 403 200 404 404", _TEACHER_ONLY),
    row("GET", "/api/v1/chat/rooms/{room}/messages", "401 200 404 200 200 404 404"),
    row("GET", "/api/v1/chat/rooms/{room}/messages?after_seq=0", "401 200 404 200 200 404 404"),
    row("POST", "/api/v1/chat/rooms/{room}/messages", "401 201 403 201 201 403 403", _SAY),
    row("POST", "/api/v1/chat/rooms/{room}/messages", "401 201 403 403 403 403 403", _NAMED, "user_id of the student"),
    row("POST", "/api/v1/chat/rooms/{room}/read", "401 200 404 200 200 404 404", {}, hides=False),
    row("POST", "/api/v1/chat/rooms/{room}/read", "401 200 403 403 403 403 403", _KIM, "of the student"),
    row("GET", "/api/v1/chat/rooms/{room}/members", "401 200 404 200 200 404 404"),
    row("POST", "/api/v1/chat/rooms/{room}/members", "401 403 404 403 201 404 201", {"user_id": "{lee}"}),
    row("DELETE", "/api/v1/chat/rooms/{room}/members/{kim}", "401 200 404 403 200 404 200", note="200 for oneself"),
    row("DELETE", "/api/v1/chat/rooms/{room}/members/{park}", "401 403 404 403 409 404 409", note="the last admin"),
    row("POST", "/api/v1/chat/rooms/{room}/files", "401 201 404 201 201 404 404", upload=b"hello"),
    row("GET", "/api/v1/chat/files/{file}", "401 200 404 200 200 404 404"),
)
_PICTURES = (row("GET", "/media/profiles/{picture}", "200 200 200 200 200 200 200 401 401"),)
CHAT: tuple[Row, ...] = (*_LIVECHAT, *_ROOMS, *_PICTURES)

CHAT_SOCKETS: tuple[SocketRow, ...] = (
    socket("/ws/chat/{room}/chat/", "401 200 404 403 200 404 404"),
    socket("/ws/chat/999999/chat/", "401 404 404 403 404 404 404"),
    socket("/ws/chat/{room}", "4401 200 4403 200 200 4403 4403 4401 4401"),
    socket("/ws/chat/{room}?user_id={kim}", "4401 200 4403 4403 4403 4403 4403 4401 4401"),
    socket("/ws/chat/999999", "4401 4404 4404 4403 4404 4404 4404 4401 4401"),
)
