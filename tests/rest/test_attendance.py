"""Attendance at the REST door: JSON, CSV and XLSX say the same (contract 11.6; reliability X12, X18)."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine

from mobilegpt.accounts.models import User
from mobilegpt.attendance import services as attendance
from mobilegpt.audit import trail
from mobilegpt.audit.models import AuditEntry
from mobilegpt.classroom import services
from mobilegpt.classroom.models import LectureSession, PresenceInterval, SessionParticipant
from mobilegpt.core.clock import SEOUL, now
from tests import cast, classes
from tests.rest.api import Api

pytestmark = pytest.mark.django_db
TEN = datetime(2026, 11, 30, 1, tzinfo=UTC)  # in Seoul
_CELLS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EVIL = ["=1+1", "+82 10", "-1", "@SUM(A1)", "＝1+1"]


@pytest.fixture
def held(session: LectureSession) -> Iterator[LectureSession]:
    """Ten minutes with seven people, some of whom are called as formulas are."""
    students = cast.students(7)
    with time_machine.travel(TEN, tick=False) as clock:
        for student, name in zip(students, ["", "", *EVIL], strict=True):
            classes.seat(session, student)
            SessionParticipant.objects.filter(user=student).update(name=name)
        classes.start(session)
        clock.move_to(TEN + timedelta(seconds=605))
        services.touch([student.pk for student in students], now())
        classes.end(session)
        attendance.take(session.pk)
        PresenceInterval.objects.filter(user=students[1]).delete()
        yield session


@pytest.fixture
def api(park: User, held: LectureSession) -> Api:
    """Signed in at the time of the class."""
    return Api(park)


def url(session: LectureSession) -> str:
    return f"/api/sessions/{session.pk}/attendance"


def download(api: Api, path: str, language: str = "") -> Any:
    headers = {"Authorization": f"Bearer {api.token}", **({"Accept-Language": language} if language else {})}
    return api.client.get(path, headers=headers)


def csv_of(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"), newline="")))


def xlsx_of(response: Any) -> list[list[str | int]]:
    """The rows of its one sheet; asserts that there is no formula in it."""
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as book:
        shared = [
            "".join(part.text or "" for part in one.iter(f"{_CELLS}t"))
            for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{_CELLS}si")
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert list(sheet.iter(f"{_CELLS}f")) == []
    rows: list[list[str | int]] = []
    for row in sheet.iter(f"{_CELLS}row"):
        cells = [(cell, cell.findtext(f"{_CELLS}v") or "0") for cell in row.iter(f"{_CELLS}c")]
        rows.append([shared[int(value)] if cell.get("t") == "s" else int(value) for cell, value in cells])
    return rows


def shown(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(SEOUL):%Y-%m-%d %H:%M:%S}"


def as_cells(body: dict[str, Any]) -> list[list[str | int]]:
    """What a file has to say of the JSON."""
    return [
        [
            number,
            one["name"],
            shown(one["first_in"]),
            shown(one["last_out"]),
            (one["present_seconds"] + 30) // 60,
            one["present_seconds"],
            one["steps_done"],
            one["hands_raised"],
            one["answers"],
        ]
        for number, one in enumerate(body["participants"], start=1)
    ]


def test_the_sheet_of_a_class(api: Api, held: LectureSession) -> None:
    answer = api.get(url(held))
    first = answer.body["participants"][0]
    assert answer.status == 200
    assert (answer.body["session_id"], answer.body["status"], answer.body["taken_at"]) == (
        held.pk,
        "REVIEW_MODE",
        "2026-11-30T01:10:05Z",
    )
    assert first == {
        "user_id": first["user_id"],
        "name": "학생1",
        "same_name_number": None,
        "first_in": "2026-11-30T01:00:00Z",
        "last_out": "2026-11-30T01:10:05Z",
        "present_seconds": 605,
        "steps_done": 0,
        "hands_raised": 0,
        "answers": 0,
        "is_present": False,
    }
    assert len(answer.body["participants"]) == 7


def test_by_code_as_by_number(api: Api, held: LectureSession) -> None:
    assert api.get(f"/api/sessions/{held.code}/attendance").body == api.get(url(held)).body


def test_csv_says_what_the_json_says(api: Api, held: LectureSession) -> None:
    response = download(api, f"{url(held)}?format=csv")
    heading, *rows = csv_of(response)
    wanted = [[str(cell) for cell in cells] for cells in as_cells(api.get(url(held)).body)]
    assert [[*row[:1], row[1].removeprefix("'"), *row[2:]] for row in rows] == wanted
    assert heading[:4] == ["번호", "이름", "들어온 시각", "나간 시각"]
    assert [row[1][:1] for row in rows if row[1].lstrip("'") in EVIL] == ["'"] * len(EVIL)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    assert "attachment" in response["Content-Disposition"]


def test_a_korean_excel_reads_the_csv(api: Api, held: LectureSession) -> None:
    raw = b"".join(download(api, f"{url(held)}?format=csv").streaming_content)
    assert raw.startswith("\ufeff번호,".encode())
    assert raw.count(b"\r\n") == 8


def test_xlsx_says_what_the_json_says(api: Api, held: LectureSession) -> None:
    response = download(api, f"{url(held)}?format=xlsx")
    rows = xlsx_of(response)
    assert rows[0] == ["출석부"]
    assert ["강사", "박강사"] in rows
    assert ["수업 시간", "2026-11-30 10:00 - 10:10"] in rows
    assert rows[-7:] == as_cells(api.get(url(held)).body)
    assert response["Content-Type"].endswith("spreadsheetml.sheet")


def test_words_follow_the_language_of_the_reader(api: Api, held: LectureSession) -> None:
    wanted = [("en-US,en;q=0.9,ko;q=0.8", "Name"), ("ko-KR,en;q=0.5", "이름"), ("fr", "이름"), ("", "이름")]
    for language, word in wanted:
        assert csv_of(download(api, f"{url(held)}?format=csv", language))[0][1] == word


def test_what_is_not_known_is_said(api: Api, held: LectureSession, kim: User, lecture: Any) -> None:
    running = classes.open_class(lecture)
    classes.seat(running, kim)
    classes.seat(running, cast.student_lee())
    PresenceInterval.objects.filter(session=running, user=kim).delete()
    unknown, there = csv_of(download(api, f"{url(running)}?format=csv"))[1:]
    assert unknown[3:7] == ["기록 없음"] * 4
    assert there[3:7] == ["참석 중", "0", "0", "0"]
    assert [one["present_seconds"] for one in api.get(url(running)).body["participants"]] == [None, 0]


@pytest.mark.parametrize("wanted", ["pdf", "", "CSV", "csv "])
def test_another_format_is_refused_with_its_code(api: Api, held: LectureSession, wanted: str) -> None:
    answer = api.get(url(held), format=wanted)
    assert (answer.status, answer.code) == (400, "BAD_FORMAT")
    answer = api.get(f"/api/lectures/{held.lecture_id}/attendance", format=wanted)
    assert (answer.status, answer.code) == (400, "BAD_FORMAT")


def test_a_lecture_over_its_classes(api: Api, held: LectureSession) -> None:
    path = f"/api/lectures/{held.lecture_id}/attendance"
    answer = api.get(path)
    assert [one["session_id"] for one in answer.body["sessions"]] == [held.pk]
    assert {one["present_seconds"] for one in answer.body["people"]} == {605}
    heading, *rows = csv_of(download(api, f"{path}?format=csv"))
    assert heading[2] == "2026-11-30 10:00 오전반"
    sums = [[one["attended"], 10, one["present_seconds"], 0, 0, 0] for one in answer.body["people"]]
    assert [row[3:] for row in rows] == [[str(cell) for cell in cells] for cells in sums]
    assert [row[3:] for row in xlsx_of(download(api, f"{path}?format=xlsx"))[-7:]] == sums
    names = [re.sub("^'", "", row[1]) for row in rows]
    assert names == [one["name"] for one in answer.body["people"]]


def test_looking_and_taking_away_are_written_down_apart(api: Api, held: LectureSession) -> None:
    trail.waiting.clear()
    api.get(url(held))
    csv_of(download(api, f"{url(held)}?format=csv"))
    api.get(url(held))
    trail.waiting.flush(everything=True)
    kept = AuditEntry.objects.filter(action__endswith=".attendance").order_by("pk")
    assert list(kept.values_list("action", "subject")) == [
        ("read.attendance", f"session_ref:{held.pk}"),
        ("export.attendance", f"session_ref:{held.pk}"),
        ("read.attendance", f"session_ref:{held.pk}"),
    ]
