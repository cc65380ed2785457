"""What the system says to someone who takes a seat."""

from __future__ import annotations

from mobilegpt.classroom.models import SessionStatus

_WELCOME = {
    SessionStatus.WAITING.value: "대기실에 입장했습니다. 강사가 수업을 시작할 때까지 기다려주세요.",
    SessionStatus.IN_PROGRESS.value: "수업에 입장했습니다. 지금 하고 있는 단계부터 함께해요.",
    SessionStatus.PAUSED.value: "수업에 입장했습니다. 지금은 잠시 쉬고 있어요.",
    SessionStatus.REVIEW_MODE.value: "수업이 끝났습니다. 천천히 복습해 보세요.",
}


def welcome(session_status: str) -> str:
    return _WELCOME[session_status]
