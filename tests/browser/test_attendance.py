"""The attendance sheet: a real class with a cut in it, what the page says of it, what it prints, and what it saves."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, SMALL_PHONE, Device, enter, sign_in
from tests.browser.test_pages import looks_right
from tests.server.process import Running

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def laptop(browser: Browser, server: Running, pictures: Path) -> Iterator[Device]:
    with Device(browser, LAPTOP, server.url, pictures, accept_downloads=True) as device:
        sign_in(device)
        yield device
        assert device.complaints == []


def session_of(teacher: Teacher, code: str) -> int:
    return int(teacher.http.get(f"/api/sessions/{code}").json()["session_id"])


def test_the_sheet_of_a_real_class(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, laptop: Device
) -> None:
    code = teacher.open("출석하는 반")
    session = session_of(teacher, code)
    with (
        Device(browser, PHONE, lan, pictures) as staying,
        Device(browser, PHONE, lan, pictures) as cut,
    ):
        joined = {}
        for phone, name in ((staying, "김영자"), (cut, "이순자")):
            before = time.monotonic()
            enter(phone, code, name)
            joined[name] = (before, time.monotonic())
        teacher.http.post(f"/api/sessions/{session}/start", json={}).raise_for_status()
        laptop.goto(f"/teach/sessions/{session}/attendance")
        expect(laptop.page.get_by_text("아직 끝나지 않은 수업이에요")).to_be_visible()
        expect(laptop.page.get_by_role("row").filter(has_text="이순자").first).to_contain_text("참석 중")
        left = time.monotonic()
        cut.page.close()
        time.sleep(13)  # the grace
        teacher.http.post(f"/api/sessions/{session}/end", json={}).raise_for_status()
        ended = time.monotonic()
        sheet: dict[str, Any] = {}
        while time.monotonic() - ended < 10 and not sheet.get("taken_at"):
            sheet = teacher.http.get(f"/api/sessions/{session}/attendance").json()
            time.sleep(0.3)
    assert sheet["taken_at"] is not None
    seconds = {one["name"]: one["present_seconds"] for one in sheet["participants"]}
    for name, until in (("이순자", left), ("김영자", ended)):
        before, after = joined[name]
        assert until - after - 5 <= seconds[name] <= until - before + 5, name
    laptop.goto(f"/teach/sessions/{session}/attendance")
    laptop.heading("출석부")
    expect(laptop.page.get_by_role("row").filter(has_text="이순자").first).to_be_visible()
    looks_right(laptop, "70-attendance-1366")
    _files_say_the_same(laptop, sheet)
    laptop.page.set_viewport_size(SMALL_PHONE)  # type: ignore[arg-type]
    looks_right(laptop, "71-attendance-320")
    _prints_a_sheet(laptop)
    laptop.page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    laptop.goto(f"/teach/lectures/{teacher.lecture_id}/attendance")
    laptop.heading("출석부")
    expect(laptop.page.get_by_role("row").filter(has_text="이순자").first).to_be_visible()
    looks_right(laptop, "72-attendance-lecture-1366")


def _files_say_the_same(laptop: Device, sheet: dict[str, Any]) -> None:
    people = sheet["participants"]
    with laptop.page.expect_download() as waiting:
        laptop.press("CSV 받기")
    assert re.fullmatch(r"출석부 출석하는 반 \d{4}-\d\d-\d\d\.csv", waiting.value.suggested_filename)
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_bytes().decode("utf-8-sig"))))
    assert [(row["이름"], row["참석 시간(초)"]) for row in rows] == [
        (one["name"], str(one["present_seconds"])) for one in people
    ]
    with laptop.page.expect_download() as waiting:
        laptop.press("엑셀 받기")
    with zipfile.ZipFile(waiting.value.path()) as book:
        assert all(one["name"] in book.read("xl/sharedStrings.xml").decode() for one in people)


def _prints_a_sheet(laptop: Device) -> None:
    """On paper there is the sheet alone: no way around the site and nothing to press."""
    page = laptop.page
    page.emulate_media(media="print")
    assert page.locator("article.sheet").is_visible()
    assert page.locator("table").filter(visible=True).count() == 1
    assert page.get_by_text("파일을 내려받았어요").filter(visible=True).count() == 0
    assert [one for one in page.locator("header, nav, button, input").all() if one.is_visible()] == []
    pdf = page.pdf(prefer_css_page_size=True, path=laptop.pictures / "73-attendance.pdf")
    assert re.search(rb"/MediaBox \[0 0 59[45]\.\d+ 84[12]", pdf)
    page.emulate_media(media="screen")
