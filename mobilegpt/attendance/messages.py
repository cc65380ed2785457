"""What the files of attendance say, in Korean and English."""

from __future__ import annotations

from typing import Literal, TypeAlias

from mobilegpt.classroom.models import LectureSession
from mobilegpt.core.clock import SEOUL

Language: TypeAlias = Literal["ko", "en"]

_TEXTS: dict[Language, dict[str, str]] = {
    "ko": {
        "title": "출석부",
        "class": "수업",
        "lecture": "강의",
        "teacher": "강사",
        "time": "수업 시간",
        "number": "번호",
        "name": "이름",
        "first_in": "들어온 시각",
        "last_out": "나간 시각",
        "minutes": "참석 시간(분)",
        "seconds": "참석 시간(초)",
        "steps_done": "마친 단계",
        "hands_raised": "손든 횟수",
        "answers": "받은 답",
        "attended": "참석한 수업",
        "unknown": "기록 없음",
        "present": "참석 중",
        "running": "진행 중",
    },
    "en": {
        "title": "Attendance",
        "class": "Class",
        "lecture": "Lecture",
        "teacher": "Teacher",
        "time": "Time",
        "number": "No.",
        "name": "Name",
        "first_in": "First in",
        "last_out": "Last out",
        "minutes": "Present (minutes)",
        "seconds": "Present (seconds)",
        "steps_done": "Steps done",
        "hands_raised": "Hands raised",
        "answers": "Answers",
        "attended": "Classes attended",
        "unknown": "not recorded",
        "present": "still there",
        "running": "running",
    },
}


def text(key: str, language: Language) -> str:
    return _TEXTS[language][key]


def moments_of(session: LectureSession, language: Language) -> str:
    """``2025-10-28 10:00 - 11:05`` in Seoul; of a class that goes on, from when."""
    began = (session.started_at or session.created_at).astimezone(SEOUL)
    ended = session.ended_at.astimezone(SEOUL) if session.ended_at else None
    until = text("running", language) if ended is None else f"{ended:%H:%M}"
    return f"{began:%Y-%m-%d %H:%M} - {until}"
