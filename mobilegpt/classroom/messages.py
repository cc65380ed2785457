"""What the system says to someone who comes into a class."""

from __future__ import annotations

from mobilegpt.classroom.models import SessionStatus

_WELCOME = {
    SessionStatus.WAITING.value: "대기실에 입장했습니다. 강사가 수업을 시작할 때까지 기다려주세요.",
    SessionStatus.IN_PROGRESS.value: "수업에 입장했습니다. 지금 하고 있는 단계부터 함께해요.",
    SessionStatus.PAUSED.value: "수업에 입장했습니다. 지금은 잠시 쉬고 있어요.",
    SessionStatus.REVIEW_MODE.value: "수업이 끝났습니다. 천천히 복습해 보세요.",
}


_RUNS_IT = {
    SessionStatus.WAITING.value: "수업방에 연결되었습니다. 준비가 되면 수업을 시작해 주세요.",
    SessionStatus.IN_PROGRESS.value: "수업방에 연결되었습니다. 수업이 진행 중입니다.",
    SessionStatus.PAUSED.value: "수업방에 연결되었습니다. 수업이 잠시 멈춰 있습니다.",
    SessionStatus.REVIEW_MODE.value: "수업방에 연결되었습니다. 이 수업은 끝났습니다.",
}


def welcome(session_status: str) -> str:
    return _WELCOME[session_status]


def welcome_back(session_status: str) -> str:
    """To those who run the class: nobody waits for themselves."""
    return _RUNS_IT[session_status]
