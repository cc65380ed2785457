"""Every page and state: axe finds nothing, nothing scrolls sideways at 320 px, targets and text are large enough."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from mobilegpt.server.page_paths import PAGE_PATHS
from tests.browser.conftest import Teacher
from tests.browser.hall import (
    LAPTOP,
    NOT_FOUND,
    PHONE,
    SMALL_PHONE,
    Device,
    answered,
    ask_by_picture,
    enter,
    sign_in,
    the_teacher_looks,
)
from tests.server.process import ROOT, Running

pytestmark = pytest.mark.browser

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
# A radio button is as large as the label around it.
_SMALL = """() => [...document.querySelectorAll('main button, main a, main input')]
  .map((one) => (one.type === 'radio' || one.type === 'checkbox' ? one.closest('label') ?? one : one))
  .filter((one) => one.checkVisibility() && !one.closest('.sr-only') && getComputedStyle(one).display !== 'inline')
  .filter((one) => { const box = one.getBoundingClientRect(); return box.height && box.height < 48; })
  .map((one) => one.textContent.trim() || one.outerHTML.slice(0, 80))"""


def findings(device: Device) -> list[str]:
    """What axe reports, each with the first element that it is about."""
    device.page.wait_for_timeout(400)
    device.page.evaluate(AXE.read_text())
    report = device.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in report["violations"]]


def looks_right(device: Device, name: str, *, senior: bool = False) -> None:
    device.picture(name)
    assert findings(device) == [], name
    width = device.page.viewport_size["width"]  # type: ignore[index]
    assert device.page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
    if senior:
        assert device.page.evaluate(_SMALL) == [], f"{name} has small targets"


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE, LAPTOP], ids=["390", "320", "1366"])
def test_public_pages(browser: Browser, lan: str, pictures: Path, size: dict[str, int]) -> None:
    with Device(browser, size, lan, pictures) as device:
        for name, path in (("landing", "/"), ("login", "/login"), ("signup", "/signup"), ("join", "/join/ABC234")):
            device.goto(path)
            device.page.wait_for_selector("main h1")
            looks_right(device, f"30-{name}-{size['width']}", senior=size["width"] < 800)
        assert device.complaints == []


@pytest.mark.parametrize(
    "size", [pytest.param(PHONE, id="390", marks=pytest.mark.between), pytest.param(SMALL_PHONE, id="320")]
)
def test_every_state_of_a_phone(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, size: dict[str, int]
) -> None:
    code, width = teacher.open("모든 화면"), size["width"]
    with Device(browser, size, lan, pictures) as phone:
        enter(phone, code, "김영희")
        phone.sees("곧 시작해요")
        looks_right(phone, f"31-waiting-{width}", senior=True)
        teacher.tell(code, "start", message="함께 시작해요. 천천히 따라 오세요.")
        phone.heading(teacher.steps()[0])
        looks_right(phone, f"31-step-{width}", senior=True)
        phone.press("도와주세요")
        the_teacher_looks(phone)
        looks_right(phone, f"31-asked-{width}", senior=True)
        phone.press(NOT_FOUND)
        answered(phone)
        looks_right(phone, f"31-help-{width}", senior=True)
        phone.press("해결됐어요")
        phone.page.get_by_role("button", name="좋아요").click()
        phone.press("다 했어요")
        phone.sees(re.compile("잘하셨어요"))
        looks_right(phone, f"31-done-{width}", senior=True)
        phone.cut()
        phone.sees(re.compile("인터넷이 끊겼어요"))
        looks_right(phone, f"31-lost-{width}", senior=True)
        phone.mend()
        teacher.tell(code, "pause", message="오 분 쉬어요.")
        phone.sees("잠시 쉬어요")
        looks_right(phone, f"31-paused-{width}", senior=True)
        teacher.tell(code, "end")
        phone.sees("수업이 끝났어요")
        looks_right(phone, f"31-over-{width}", senior=True)
        phone.press("복습하기")
        looks_right(phone, f"31-review-{width}", senior=True)
        assert phone.complaints == []


def test_every_page_comes_back_when_it_is_loaded_again(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("다시 열기")
    session = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
    parts = {"code": code, "room": "1", "id": str(session)}
    with Device(browser, LAPTOP, lan, pictures) as laptop:
        sign_in(laptop)
        for pattern in PAGE_PATHS:
            path = re.sub(r":(\w+)", lambda name: parts.get(name[1], str(session)), pattern)
            if "/lectures/" in pattern:
                path = path.replace(f"/lectures/{session}", f"/lectures/{teacher.lecture_id}")
            for address in (path, f"{path.rstrip('/')}/"):
                laptop.goto(address)
                laptop.page.wait_for_selector("main h1, main [role=alert]")
                answer = laptop.page.reload()
                assert answer is not None
                assert answer.status == 200, address
                assert answer.headers["content-type"].startswith("text/html"), address
                laptop.page.wait_for_selector("main h1, main [role=alert]")
                expect(laptop.page.get_by_text("이 주소에는 아무것도 없어요.")).to_have_count(0)
        for path in ("/nowhere", "/chat/lounge", "/teach/nowhere", f"/teach/sessions/{session}/report.pdf"):
            answer = laptop.page.goto(lan + path)
            assert answer is not None
            assert answer.status == 404, path
            laptop.sees("이 주소에는 아무것도 없어요.")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_was_learned_is_found_by_a_phone_without_an_account(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, language: str
) -> None:
    code = teacher.open("배움")
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.goto("/learning")
        phone.sees("아직 배운 것이 없어요")
        looks_right(phone, "36-learning-none", senior=True)
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.press("다 했어요")
        phone.sees(re.compile("잘하셨어요"))
        teacher.tell(code, "end")
        phone.sees("수업이 끝났어요")
        phone.page.get_by_role("link", name="내 배움").click()
        phone.page.evaluate("(lang) => localStorage.setItem('mgpt.lang', JSON.stringify(lang))", language)
        phone.page.reload()
        phone.heading(re.compile("내 배움|My learning"))
        phone.sees(teacher.steps()[1])
        expect(phone.page.get_by_role("meter")).to_have_attribute("aria-valuenow", "1")
        looks_right(phone, f"36-learning-{language}", senior=True)
        phone.page.get_by_role("link", name=re.compile("복습하러 가기|Review the class")).click()
        phone.page.wait_for_url(f"**/class/{code}")
        assert phone.complaints == []


def test_another_teachers_lecture_is_read_and_copied(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, server: Running
) -> None:
    body = {"email": "choi@example.com", "password": "securePassword123", "name": "최강사", "role": "INSTRUCTOR"}
    answer = httpx.post(f"{server.url}/api/auth/register", json=body)
    assert answer.status_code in (201, 409), answer.text
    with Device(browser, LAPTOP, lan, pictures) as laptop:
        sign_in(laptop, body["email"], body["password"])
        laptop.goto(f"/teach/lectures/{teacher.lecture_id}")
        laptop.sees(re.compile("볼 수만 있어요"))
        expect(laptop.page.locator("main input, main textarea")).to_have_count(0)
        looks_right(laptop, "35-lecture-of-another")
        laptop.press("내 강의로 복사하기")
        laptop.heading(re.compile("사본"))
        laptop.sees("모두 저장했어요")
        looks_right(laptop, "35-lecture-copied")
        assert laptop.complaints == []


def test_a_step_at_400_percent_zoom(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    """1280 x 1024 at 400 % is 320 x 256: everything can still be reached, nothing is cut off sideways."""
    code = teacher.open("크게 보기")
    with Device(browser, {"width": 320, "height": 256}, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(teacher.steps()[0])
        looks_right(phone, "32-zoom-400")
        phone.press("다 했어요")
        phone.sees(re.compile("잘하셨어요"))


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(LAPTOP, id="1366"),
        pytest.param({"width": 820, "height": 1180}, id="tablet", marks=pytest.mark.between),
        pytest.param(SMALL_PHONE, id="320"),
    ],
)
def test_the_instructors_pages(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, size: dict[str, int]
) -> None:
    width = size["width"]
    code = teacher.open("선생님 화면")
    session_id = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
    with Device(browser, size, lan, pictures) as laptop, Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        sign_in(laptop)
        laptop.heading(re.compile("내 강의|강의"))
        looks_right(laptop, f"33-lectures-{width}")
        laptop.goto(f"/teach/lectures/{teacher.lecture_id}")
        laptop.sees(teacher.steps()[0])
        looks_right(laptop, f"33-editor-{width}")
        laptop.goto(f"/teach/sessions/{session_id}/projector")
        laptop.sees(code)
        looks_right(laptop, f"33-projector-{width}")
        laptop.goto(f"/teach/sessions/{session_id}")
        laptop.sees(re.compile("수업 시작"))
        teacher.tell(code, "start")
        laptop.heading(teacher.steps()[0])
        ask_by_picture(kim)
        laptop.sees("도움 요청")
        looks_right(laptop, f"33-live-{width}")
        teacher.tell(code, "end")
        laptop.goto(f"/teach/sessions/{session_id}/summary")
        laptop.sees("수업 결과")
        looks_right(laptop, f"33-summary-{width}")
        assert laptop.complaints == []


def test_every_component_in_every_state(browser: Browser, lan: str, pictures: Path) -> None:
    with Device(browser, LAPTOP, lan, pictures) as laptop:
        laptop.goto("/ui")
        laptop.page.wait_for_selector("main")
        looks_right(laptop, "34-components")


def test_the_shell_can_be_installed(browser: Browser, lan: str, pictures: Path) -> None:
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.goto("/")
        address = phone.page.locator('link[rel="manifest"]').get_attribute("href")
        manifest = phone.page.request.get(f"{lan}{address}").json()
        assert manifest["display"] == "standalone"
        assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
        for icon in manifest["icons"]:
            source = icon["src"] if icon["src"].startswith("/") else f"/{icon['src']}"
            assert phone.page.request.get(f"{lan}{source}").ok
        assert phone.page.request.get(f"{lan}/sw.js").headers["content-type"].startswith("text/javascript")
