"""What the system says to someone who comes into a class. The documents have the first of them (S0)."""

from __future__ import annotations

from mobilegpt.classroom.models import SessionStatus
from mobilegpt.core.locale import Words

_WELCOME = {
    SessionStatus.WAITING.value: Words(
        "대기실에 입장했습니다. 강사가 수업을 시작할 때까지 기다려주세요.",
        "You are in the waiting room. The class starts soon.",
    ),
    SessionStatus.IN_PROGRESS.value: Words(
        "수업에 들어왔어요. 지금 하고 있는 단계부터 함께해요.", "You are in the class. Join in at this step."
    ),
    SessionStatus.PAUSED.value: Words(
        "수업에 들어왔어요. 지금은 잠시 쉬고 있어요.", "You are in the class. It is having a short break."
    ),
    SessionStatus.REVIEW_MODE.value: Words(
        "수업이 끝났어요. 천천히 복습해 보세요.", "The class is over. Take your time to practise."
    ),
}


_RUNS_IT = {
    SessionStatus.WAITING.value: Words(
        "수업방에 연결했어요. 준비가 되면 수업을 시작해 주세요.",
        "You are connected. Start the class when you are ready.",
    ),
    SessionStatus.IN_PROGRESS.value: Words(
        "수업방에 연결했어요. 수업을 하고 있어요.", "You are connected. The class is running."
    ),
    SessionStatus.PAUSED.value: Words(
        "수업방에 연결했어요. 수업이 잠시 멈춰 있어요.", "You are connected. The class is paused."
    ),
    SessionStatus.REVIEW_MODE.value: Words(
        "수업방에 연결했어요. 이 수업은 끝났어요.", "You are connected. This class is over."
    ),
}


def welcome(session_status: str) -> str:
    return _WELCOME[session_status].said()


def welcome_back(session_status: str) -> str:
    """To those who run the class: nobody waits for themselves."""
    return _RUNS_IT[session_status].said()
