"""The students of a lecture as a CSV file that a Korean Excel opens as it is: UTF-8 with a mark, RFC 4180.

A cell that a spreadsheet would take for a formula begins with an apostrophe instead (reliability X12).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from mobilegpt.core.clock import seoul_minute
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
_MARK = "\ufeff"
_FORMULA = frozenset("=+-@\u2212")  # with the sign for minus that raised and lowered ones come down to
_LINES_AT_ONCE = 100


def lines(students: Iterable[StudentFigures], language: str) -> Iterator[bytes]:
    """The file in pieces; times are those of Seoul."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(_MARK)
    writer.writerow(HEADINGS[language])
    for number, standing in enumerate(students, start=1):
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in _cells(standing, language)])
        if number % _LINES_AT_ONCE == 0:
            yield _taken_from(buffer)
    yield _taken_from(buffer)


def _taken_from(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


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


def safe(text: str) -> str:
    """The text as a cell that is only ever text: an apostrophe before what begins, or could begin, a formula.

    Full-width, raised and lowered signs count as the plain ones, and nothing invisible hides the first sign.
    """
    if text[:1].isalnum() or not text:
        return text
    if text[0] in "\t\r\n":
        return "'" + text
    visible = next((sign for sign in text if not sign.isspace() and unicodedata.category(sign)[0] != "C"), "")
    if unicodedata.normalize("NFKC", visible)[:1] in _FORMULA:
        return "'" + text
    return text


def file_name(title: str, day: date) -> str:
    """``카카오톡 기초 2025-10-28.csv`` without what file systems refuse."""
    kept = "".join(sign for sign in title if sign.isalnum() or sign in " -_()").strip()
    return f"{kept[:80] or 'students'} {day.isoformat()}.csv"
