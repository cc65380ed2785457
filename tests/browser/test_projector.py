"""The wall of the hall: how to get in, the step in large letters, the sheet for the door; reports on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, Device, sign_in
from tests.browser.test_pages import findings

pytestmark = pytest.mark.browser

WALLS = [{"width": 1920, "height": 1080}, {"width": 1366, "height": 768}]
_SHORT = "노란색 그림을 누르세요."
_LONG = (
    "카카오톡 첫 화면의 아래쪽에 있는 말풍선 그림을 한 번 누르세요. 그러면 지금까지 이야기를 나눈 "
    "친구들의 이름이 차례로 나와요. 이야기하고 싶은 친구의 이름을 천천히 찾아서 한 번만 누르세요. "
    "이름이 보이지 않으면 화면을 밀어 올리세요."
)
_BEYOND = """() => [...document.querySelectorAll('main *')].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && (box.bottom > innerHeight + 1 || box.right > innerWidth + 1 || box.top < -1 || box.left < -1);
}).map((one) => one.outerHTML.slice(0, 120))"""
_LETTERS = "(text) => parseFloat(getComputedStyle([...document.querySelectorAll('main p')].find(" \
    "(one) => one.textContent.startsWith(text))).fontSize)"  # fmt: skip
_WHOLE = """() => [...document.querySelectorAll('main [role=region]')]
  .every((one) => one.scrollHeight <= one.clientHeight + 2)"""
_CENTRE = """() => {
  const box = document.querySelector('main h1').getBoundingClientRect();
  return [(box.left + box.right) / 2 / document.documentElement.clientWidth, box.top / innerHeight];
}"""


@pytest.fixture(scope="module")
def lecture(teacher: Teacher) -> int:
    """A short step, a long one, and one that nobody could read in a hall."""
    made = teacher.http.post("/api/lectures", json={"title": "카카오톡 기초"}).json()["id"]
    task = teacher.http.post(f"/api/lectures/{made}/tasks", json={"title": "메시지 보내기"}).json()["id"]
    for title, guide in (("카카오톡 열기", _SHORT), ("친구 고르기", _LONG), ("긴 안내", _LONG * 12)):
        body = {"title": title, "guide_text": guide}
        teacher.http.post(f"/api/tasks/{task}/subtasks", json=body).raise_for_status()
    return int(made)


def opened(teacher: Teacher, lecture: int) -> dict[str, Any]:
    answer = teacher.http.post(f"/api/lectures/{lecture}/sessions", json={"title": "화요일 오전반"})
    answer.raise_for_status()
    return dict(answer.json())


@contextmanager
def wall(browser: Browser, lan: str, pictures: Path, size: dict[str, int]) -> Iterator[Device]:
    with Device(browser, size, lan, pictures) as device:
        sign_in(device)
        yield device
        assert device.complaints == []


def is_filled(device: Device, name: str) -> None:
    device.picture(name)
    assert device.page.evaluate(_BEYOND) == [], name
    assert device.page.evaluate("document.documentElement.scrollHeight <= innerHeight"), f"{name} scrolls"
    assert findings(device) == [], name


@pytest.mark.parametrize("size", WALLS, ids=["1080", "768"])
def test_every_state_fills_the_wall_and_nothing_leaves_it(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, lecture: int, size: dict[str, int]
) -> None:
    session, height = opened(teacher, lecture), size["height"]
    code, path = session["session_code"], f"/teach/sessions/{session['session_id']}/projector"
    least = 56 * height / 1080
    with wall(browser, lan, pictures, size) as device:
        device.goto(path)
        device.sees("아직 들어온 사람이 없어요")
        is_filled(device, f"37-wall-waiting-{height}")
        teacher.tell(code, "start")
        device.heading("카카오톡 열기")
        is_filled(device, f"37-wall-short-{height}")
        assert device.page.evaluate(_LETTERS, _SHORT) >= 1.5 * least
        teacher.tell(code, "next-step", message="천천히 따라 하세요.")
        device.heading("친구 고르기")
        is_filled(device, f"37-wall-long-{height}")
        assert device.page.evaluate(_LETTERS, _LONG[:20]) >= least
        teacher.tell(code, "next-step")
        device.heading("긴 안내")
        device.picture(f"37-wall-endless-{height}")
        assert findings(device) == []
        assert device.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        teacher.tell(code, "pause", message="5분 쉬었다가 다시 해요.")
        device.heading("잠시 쉬어요")
        is_filled(device, f"37-wall-paused-{height}")
        teacher.tell(code, "end", message="수고하셨어요. 다음 주에 만나요.")
        device.heading("수업이 끝났어요")
        is_filled(device, f"37-wall-over-{height}")
        across, down = device.page.evaluate(_CENTRE)
        assert abs(across - 0.5) < 0.02
        assert 0.25 < down < 0.6


@pytest.mark.parametrize("size", WALLS, ids=["1080", "768"])
def test_the_wi_fi_is_told_and_stays_in_this_browser(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, lecture: int, size: dict[str, int]
) -> None:
    session = opened(teacher, lecture)
    with wall(browser, lan, pictures, size) as device:
        sent: list[str] = []
        device.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
        device.goto(f"/teach/sessions/{session['session_id']}/projector")
        device.press("와이파이 안내")
        device.press("보이기")
        device.sees("와이파이 이름을 쓰세요.")
        device.page.get_by_label("와이파이 이름").fill("복지관 2층")
        device.page.get_by_label("비밀번호").fill('secret;"12')
        device.press("보이기")
        device.sees('secret;"12')
        expect(device.page.get_by_role("img", name="와이파이에 연결하는 QR 코드. 이름 복지관 2층")).to_be_visible()
        is_filled(device, f"38-wall-wifi-{size['height']}")
        device.page.reload()
        device.sees('secret;"12')
        device.goto(f"/teach/sessions/{session['session_id']}/sheet")
        device.sees('secret;"12')
        assert not [one for one in sent if "secret" in one or "%22" in one]
        device.press("와이파이 안내")
        device.press("지우기")
        expect(device.page.get_by_text("복지관 2층")).to_have_count(0)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_the_sheet_is_one_page_with_nothing_to_press(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, lecture: int
) -> None:
    session = opened(teacher, lecture)
    with wall(browser, lan, pictures, LAPTOP) as device:
        device.goto(f"/teach/sessions/{session['session_id']}/sheet")
        device.heading("화요일 오전반")
        device.sees(session["session_code"])
        assert findings(device) == []
        device.picture("39-sheet")
        pdf = device.page.pdf(prefer_css_page_size=True, path=pictures / "39-sheet.pdf")
        assert pages_of(pdf) == 1
        device.page.emulate_media(media="print")
        assert _pressable(device) == []


def test_reports_are_printed_without_what_is_for_the_screen(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("인쇄")
    teacher.tell(code, "start")
    teacher.tell(code, "end")
    with wall(browser, lan, pictures, LAPTOP) as device:
        for name, path, title in (
            ("summary", f"/teach/sessions/{code}/summary", "수업 결과"),
            ("board", f"/teach/lectures/{teacher.lecture_id}/dashboard", "학습 현황"),
            ("overview", "/teach/dashboard", "모든 강의 현황"),
        ):
            device.page.emulate_media(media="screen")
            device.goto(path)
            device.heading(title)
            device.page.wait_for_load_state("networkidle")
            assert pages_of(device.page.pdf(prefer_css_page_size=True, path=pictures / f"39-{name}.pdf")) >= 1
            device.page.emulate_media(media="print")
            assert _pressable(device) == [], name
            assert device.page.get_by_role("heading", name=title).is_visible()
            assert device.page.evaluate(_WHOLE), f"{name} hides rows"


def _pressable(device: Device) -> list[str]:
    """Links that are words may stay; the headings of columns are words too."""
    shown = "[...document.querySelectorAll('button, input, select, header nav, body > * header a, a.border-2')]" \
        ".filter((one) => !one.closest('th') && one.checkVisibility() && one.getClientRects().length)" \
        ".map((one) => one.outerHTML.slice(0, 100))"  # fmt: skip
    found: list[str] = device.page.evaluate(shown)
    return found
