"""The file for spreadsheets (reliability X12): opens in a Korean Excel, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilegpt.dashboard import export
from mobilegpt.dashboard.selectors import Student, StudentFigures

NOON = datetime(2025, 10, 28, 3, 5, tzinfo=UTC)


def standing(name: str, **fields: object) -> StudentFigures:
    student = Student(
        user_id=7,
        name=name,
        email="student1@example.com",
        enrolled_at=NOON,
        completed=1,
        total=8,
        help_count=3,
        auto_help_count=2,
        pending_help=1,
    )
    known: dict[str, object] = {
        "step_id": 5,
        "step_title": "친구 선택하기",
        "step_status": "IN_PROGRESS",
        "last_activity": None,
    }
    return StudentFigures(student=student, **{**known, **fields})  # type: ignore[arg-type]


def read(language: str, *students: StudentFigures) -> list[list[str]]:
    text = b"".join(export.lines(students, language)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_file_begins_with_a_mark_and_ends_its_lines_as_rfc_4180_says() -> None:
    raw = b"".join(export.lines([standing("김학생")], "ko"))
    assert raw.startswith("\ufeff번호,이름,이메일,".encode())
    assert raw.count(b"\r\n") == 2
    assert raw.endswith(b"\r\n")


def test_a_line_for_each_student_in_seouls_time() -> None:
    _, line = read("ko", standing("김학생", last_activity=NOON))
    assert line == [
        "7", "김학생", "student1@example.com", "13", "1", "8", "친구 선택하기", "진행 중",
        "3", "1", "2025-10-28 12:05", "2025-10-28 12:05",
    ]  # fmt: skip


def test_headings_in_english() -> None:
    heading, line = read("en", standing("Kim", step_id=None, step_title=None, step_status=None))
    assert heading == list(export.HEADINGS["en"])
    assert len(heading) == len(export.HEADINGS["ko"]) == len(line)
    assert line[6:8] == ["", ""]


@pytest.mark.parametrize(
    "name",
    [
        "=1+1", "+82 10", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "﹢1", "﹣1", "﹫1",
        "−1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\u3000＝1", '="a";', "=cmd|' /C calc'!A0", "\u202e=1",
        "⁻1", "₋1", "⁺1", "₊1", "⁼1", "₌1", "⁻2+3", "\u200d⁻1",
    ],
)  # fmt: skip
def test_what_begins_a_formula_is_text(name: str) -> None:
    _, line = read("ko", standing(name))
    assert line[1] == "'" + name


def test_no_sign_that_comes_down_to_one_of_a_formula_begins_a_cell() -> None:
    alike = [sign for sign in map(chr, range(0x110000)) if unicodedata.normalize("NFKC", sign)[:1] in tuple("=+-@−")]
    assert len(alike) > 15
    assert [sign for sign in alike if export.safe(f"{sign}1") != f"'{sign}1"] == []


@pytest.mark.parametrize("name", ["김학생", 'Kim, "Grandma"', "두\n줄", "'=1", "a=b", "7", "", "…", "(관리)"])
def test_other_text_stays_as_it_is(name: str) -> None:
    _, line = read("ko", standing(name))
    assert line[1] == name


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30), max_size=8))
def test_every_text_comes_back(names: list[str]) -> None:
    _, *lines = read("ko", *(standing(name, step_title=name) for name in names))
    assert [line[1].removeprefix("'") for line in lines] == [name.removeprefix("'") for name in names]
    for line in lines:
        assert line[1][:1] not in tuple("=+-@\t\r\n＝＋－＠")
        assert line[1] == line[6]


def test_a_long_list_comes_in_pieces() -> None:
    pieces = list(export.lines([standing(f"학생{number}") for number in range(250)], "ko"))
    assert len(pieces) == 3
    assert b"".join(pieces).count(b"\r\n") == 251


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("카카오톡 기초", "카카오톡 기초 2025-10-28.csv"),
        ('../a\\b:"c"\r\n', "abc 2025-10-28.csv"),
        ("???", "students 2025-10-28.csv"),
        ("가" * 200, "가" * 80 + " 2025-10-28.csv"),
    ],
)
def test_a_file_is_called_after_its_lecture(title: str, name: str) -> None:
    assert export.file_name(title, date(2025, 10, 28)) == name
