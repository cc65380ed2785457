"""What the five documents promise: every operation and every message (contract 1), and what proves it besides examples.

``proof`` names tests of what no example shows; the answers, frames and requests of the examples and the cells of the
access matrix are found by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """A row of the inventory. ``path`` has ``{}`` for every parameter."""

    row: str
    method: str
    path: str
    document: str
    proof: tuple[str, ...] = ()


@dataclass(frozen=True)
class Message:
    """A frame of a socket. ``sender`` is ``client`` or ``server``."""

    socket: str
    sender: str
    kind: str
    document: str
    proof: tuple[str, ...] = ()

    @property
    def example(self) -> str:
        return f"{self.socket}.{self.sender}.{self.kind}"


_SESSION = "/api/sessions/{}"
_RECORDING = "/api/sessions/recordings/{}"
_ROOM = "/api/v1/chat/rooms/{}"

OPERATIONS: tuple[Operation, ...] = (
    Operation("R1", "POST", "/api/auth/register", "S1, S2"),
    Operation("R2", "POST", "/api/auth/login", "S1, S2"),
    Operation("R3", "POST", "/api/auth/refresh", "S1, S2"),
    Operation("R4", "GET", "/api/auth/me", "S1, S2"),
    Operation("R5", "GET", "/api/lectures", "S1, S2"),
    Operation("R6", "POST", "/api/lectures", "S1, S2"),
    Operation("R7", "GET", "/api/lectures/{}", "S1, S2"),
    Operation("R8", "PUT", "/api/lectures/{}", "S1", ("tests/rest/test_lectures.py",)),
    Operation("R8", "PATCH", "/api/lectures/{}", "S1", ("tests/rest/test_lectures.py",)),
    Operation("R9", "DELETE", "/api/lectures/{}", "S1"),
    Operation("R10", "POST", "/api/lectures/{}/enroll", "S1, S2"),
    Operation("R11", "POST", "/api/lectures/{}/sessions", "S1"),
    Operation("R12", "GET", _SESSION, "S1, S2"),
    Operation("R13", "POST", f"{_SESSION}/join", "S1, S2"),
    Operation("R14", "GET", f"{_SESSION}/participants", "S1"),
    Operation("R15", "POST", f"{_SESSION}/start", "S1, S2"),
    Operation("R16", "POST", f"{_SESSION}/next-step", "S1, S2"),
    Operation("R17", "POST", f"{_SESSION}/pause", "S1, S2"),
    Operation("R18", "POST", f"{_SESSION}/resume", "S1, S2"),
    Operation("R19", "POST", f"{_SESSION}/end", "S1, S2"),
    Operation("R20", "GET", f"{_SESSION}/current", "S1"),
    Operation("R21", "GET", "/api/sessions/my-active", "S1"),
    Operation("R22", "POST", "/api/lectures/{}/tasks", "S1"),
    Operation("R23", "GET", "/api/tasks/{}", "S1"),
    Operation("R24", "POST", "/api/tasks/{}/subtasks", "S1"),
    Operation("R25", "PUT", "/api/subtasks/{}", "S1", ("tests/rest/test_lectures.py",)),
    Operation("R25", "PATCH", "/api/subtasks/{}", "S1", ("tests/rest/test_lectures.py",)),
    Operation("R26", "DELETE", "/api/subtasks/{}", "S1", ("tests/rest/test_lectures.py",)),
    Operation("R27", "GET", "/api/progress/me", "S1"),
    Operation("R28", "POST", "/api/progress/update", "S1"),
    Operation("R29", "GET", "/api/progress/users/{}/lectures/{}", "S1"),
    Operation("R30", "POST", "/api/logs/activity", "S1, S2"),
    Operation("R31", "POST", "/api/logs/batch", "S1", ("tests/rest/test_activity.py",)),
    Operation("R32", "POST", "/api/help/request", "S1"),
    Operation("R33", "GET", "/api/help/request/{}", "S1"),
    Operation("R34", "POST", "/api/help/feedback", "S1"),
    Operation("R35", "GET", "/api/dashboard/lectures/{}/students", "S1"),
    Operation("R36", "GET", "/api/dashboard/help-requests/pending", "S1"),
    Operation("R37", "GET", "/api/dashboard/statistics/lecture/{}", "S1"),
    Operation("R38", "GET", "/api/dashboard/chart-data/progress-trend", "S1"),
    Operation("R39", "GET", "/api/notifications", "S1"),
    Operation("R40", "POST", "/api/notifications/{}/read", "S1"),
    Operation("R41", "POST", "/api/lectures/{}/sessions/create", "S2", ("tests/rest/test_classroom.py",)),
    Operation("R42", "GET", "/api/sessions/recordings", "S2", ("tests/rest/test_recordings.py",)),
    Operation("R43", "POST", "/api/sessions/recordings", "S2", ("tests/rest/test_recordings.py",)),
    Operation("R44", "GET", _RECORDING, "S2", ("tests/rest/test_recordings.py",)),
    Operation("R45", "POST", f"{_RECORDING}/stop", "S2", ("tests/rest/test_recordings.py",)),
    Operation("R46", "GET", f"{_RECORDING}/events", "S2", ("tests/rest/test_recordings.py",)),
    Operation("R47", "POST", f"{_RECORDING}/save-events-batch", "S2", ("tests/rest/test_recordings.py",)),
    Operation("R48", "GET", "/api/health", "S2", ("tests/rest/test_operations.py",)),
    Operation("R49", "GET", "/api/health/detailed", "S2", ("tests/rest/test_operations.py",)),
    Operation("R50", "GET", "/.well-known/assetlinks.json", "S2", ("tests/rest/test_operations.py",)),
    Operation("R51", "POST", "/user/v1/register", "S3"),
    Operation("R52", "POST", "/user/v1/login", "S3"),
    Operation("R53", "GET", "/chat/v1/room", "S3", ("tests/rest/test_livechat.py",)),
    Operation("R54", "POST", "/chat/v1/room", "S3", ("tests/rest/test_livechat.py",)),
    Operation("R55", "GET", "/chat/v1/room/{}", "S3", ("tests/rest/test_livechat.py",)),
    Operation("R56", "POST", "/chat/v1/message", "S3", ("tests/rest/test_livechat.py",)),
    Operation("R57", "POST", f"{_ROOM}/messages", "S4"),
    Operation("R58", "POST", f"{_ROOM}/read", "S4"),
    Operation("R59", "POST", f"{_ROOM}/members", "S4"),
    Operation("R60", "DELETE", f"{_ROOM}/members/{{}}", "S4"),
)


def _messages(socket: str, sender: str, document: str, kinds: str, proof: tuple[str, ...] = ()) -> tuple[Message, ...]:
    return tuple(Message(socket, sender, kind, document, proof) for kind in kinds.split())


MESSAGES: tuple[Message, ...] = (
    *_messages("W1", "client", "S0", "next_step pause_session resume_session end_session progress_update help_request"),
    *_messages("W1", "client", "S2", "join"),
    *_messages("W1", "client", "S2", "heartbeat", ("tests/realtime/test_connection.py",)),
    *_messages("W1", "client", "S2", "request_help", ("tests/sockets/test_dialects.py",)),
    *_messages(
        "W1",
        "server",
        "S0",
        "step_changed session_status_changed participant_joined participant_left progress_updated help_requested",
    ),
    *_messages("W1", "server", "S2", "join_confirmed", ("tests/sockets/test_openings.py",)),
    *_messages("W1", "server", "S2", "heartbeat_ack", ("tests/realtime/test_connection.py",)),
    *_messages("W2", "client", "S0", "request_statistics request_student_list"),
    *_messages("W2", "server", "S0", "initial_data progress_update help_request participant_status statistics_update"),
    *_messages("W2", "server", "S0", "student_list", ("tests/sockets/test_dashboard.py",)),
    *_messages("W3", "client", "S0", "get_my_progress mark_complete"),
    *_messages(
        "W3",
        "server",
        "S0",
        "initial_progress subtask_completed progress_updated achievement_unlocked encouragement",
    ),
    *_messages("W4", "server", "S1", "session_started step_changed session_paused session_resumed session_ended"),
    *_messages("W4", "server", "contract 7.2", "session_state", ("tests/sockets/test_state.py",)),
    *_messages("W5", "server", "S1", "student_joined student_progress student_help_request student_disconnected"),
    *_messages("W5", "server", "contract 7.2", "participant_list", ("tests/sockets/test_state.py",)),
    *_messages("W6", "server", "S1", "progress_update help_request student_activity"),
    *_messages("W7", "server", "S1", "new_help_request"),
    *_messages("W8", "server", "S1", "HELP_AVAILABLE"),
    *_messages(
        "W9",
        "server",
        "S2",
        "help_request progress_update session_status_changed",
        ("tests/sockets/test_dashboard.py",),
    ),
    *_messages("W10", "client", "S3", "chat.message"),
    *_messages("W10", "server", "S3", "chat.message chat.user.join chat.user.leave"),
    *_messages("W11", "server", "S4", "message read member_join member_leave member_online member_offline"),
)
