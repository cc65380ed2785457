"""The students of a lecture as a CSV file (``core/spreadsheet.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from mobilegpt.core.clock import seoul_minute
from mobilegpt.core.spreadsheet import csv_pieces
from mobilegpt.dashboard.figures import whole_percent
from mobilegpt.dashboard.selectors import StudentFigures

HEADINGS = {
    "ko": (
        "번호", "이름", "이메일", "진행률(%)", "완료한 단계", "전체 단계", "현재 단계", "단계 상태",
        "도움 요청", "열린 도움 요청", "마지막 활동", "등록일",
    ),
    "en": (
        "ID", "Name", "E-mail", "Progress (%)", "Steps completed", "Steps in all", "Current step", "Status of the step",
        "Help requests", "Open help requests", "Last activity", "Enrolled",
    ),
}  # fmt: skip
_STATUS = {
    "ko": {"NOT_STARTED": "시작 전", "IN_PROGRESS": "진행 중", "COMPLETED": "완료", "HELP_NEEDED": "도움 필요"},
    "en": {
        "NOT_STARTED": "not started",
        "IN_PROGRESS": "in progress",
        "COMPLETED": "done",
        "HELP_NEEDED": "needs help",
    },
}


def lines(students: Iterable[StudentFigures], language: str) -> Iterator[bytes]:
    """The file in pieces; times are those of Seoul."""
    return csv_pieces(chain([HEADINGS[language]], (_cells(standing, language) for standing in students)))


def _cells(standing: StudentFigures, language: str) -> list[str | int]:
    student = standing.student
    return [
        student.user_id,
        student.name,
        student.email or "",
        whole_percent(student.rate),
        student.completed,
        student.total,
        standing.step_title or "",
        _STATUS[language].get(standing.step_status or "", ""),
        student.help_count,
        student.pending_help,
        seoul_minute(standing.last_activity) if standing.last_activity else "",
        seoul_minute(student.enrolled_at),
    ]
