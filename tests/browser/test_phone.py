"""The seat stays: reload, another scan, a closed tab, an in-app browser that keeps nothing, the back button."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import KAKAOTALK, PHONE, Device, enter

pytestmark = pytest.mark.browser

_NO_STORAGE = """
for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
  Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
}
Object.defineProperty(document, 'cookie', { get: () => '', set() {} });
"""


def seats(teacher: Teacher, code: str) -> list[str]:
    body = teacher.http.get(f"/api/sessions/{code}/participants").json()
    return sorted(row["name"] for row in body["participants"])


def test_a_reload_a_second_scan_and_a_new_tab_bring_back_the_same_seat_on_the_right_step(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code, titles = teacher.open("다시 오는 수업"), teacher.steps()
    with Device(browser, PHONE, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(titles[0])
        phone.page.reload()
        phone.heading(titles[0])
        teacher.tell(code, "next-step")
        phone.goto(f"/join/{code}")  # scanned once more
        phone.heading(titles[1])
        phone.page.close()
        teacher.tell(code, "next-step")
        phone.page = phone.context.new_page()
        phone.goto(f"/join/{code.lower()}")
        phone.heading(titles[2])
        assert seats(teacher, code) == ["김영희"]


def test_an_in_app_browser_that_keeps_nothing_comes_back_after_a_reload(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code, titles = teacher.open("카카오톡으로 온 수업"), teacher.steps()
    with Device(browser, PHONE, lan, pictures, user_agent=KAKAOTALK) as phone:
        phone.context.add_init_script(_NO_STORAGE)
        enter(phone, code, "이철수")
        teacher.tell(code, "start")
        phone.heading(titles[0])
        phone.press("다 했어요")
        phone.sees("잘하셨어요. 선생님을 기다려 주세요.")
        phone.page.reload()
        phone.heading(titles[0])
        assert seats(teacher, code) == ["이철수"]
        assert phone.complaints == []


def test_pages_work_without_a_secure_context(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code = teacher.open("보통 주소")
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.goto("/")
        assert phone.page.evaluate("window.isSecureContext") is ("127.0.0.1" in lan)
        phone.page.get_by_role("textbox").fill(code.lower())
        phone.press("들어가기")
        phone.page.wait_for_url("**/join/*")
        phone.page.get_by_role("textbox").fill("박순자")
        phone.page.keyboard.press("Enter")
        phone.sees("곧 시작해요")
        assert phone.complaints == []


def test_a_code_is_the_class_however_it_is_given(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code = teacher.open("여러 가지 번호")
    with Device(browser, PHONE, lan, pictures) as phone:
        for ending in (".", "%20", "로%20들어오세요"):
            phone.goto(f"/join/{code}{ending}")
            phone.sees(code)
        phone.goto("/")
        phone.page.get_by_role("textbox").fill(f"{lan}/join/{code}로 들어오세요")
        phone.picture("23-pasted-link-phone")
        phone.press("들어가기")
        phone.page.wait_for_url(f"**/join/{code}")
        phone.page.get_by_role("textbox").fill("\u3164")
        phone.press("들어가기")
        phone.sees("이름을 쓰세요.")
        phone.page.get_by_role("textbox").fill("박순자")
        phone.page.keyboard.press("Enter")
        phone.sees("곧 시작해요")
        assert phone.complaints == []


def guarded(phone: Device, tries: int = 100) -> None:
    """What keeps the back button in the class is loaded after the first words."""
    while not phone.page.evaluate("history.state?.inClass === true"):
        tries -= 1
        assert tries, "the back button is not guarded"
        phone.page.wait_for_timeout(100)


def test_the_back_button_stays_in_the_class(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code = teacher.open("뒤로 가기")
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.goto("/")
        enter(phone, code, "김영희")
        phone.sees("곧 시작해요")
        guarded(phone)
        phone.page.go_back()
        phone.sees("곧 시작해요")
        expect(phone.page).to_have_url(f"{lan}/class/{code}")


def test_wrong_codes_and_ended_classes_say_what_to_do(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    over = teacher.open("끝난 수업")
    teacher.tell(over, "end")
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.goto("/join/ZZZZZ9")
        phone.sees("이 번호의 수업이 없어요. 선생님 화면의 번호를 다시 확인해 주세요.")
        phone.goto(f"/join/{over}")
        phone.sees("이 수업은 끝났어요. 수업에 계셨던 분은 다시 볼 수 있어요.")
        phone.picture("20-class-over-phone")


def test_text_size_and_language_are_remembered(browser: Browser, lan: str, pictures: Path) -> None:
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.goto("/")
        before = phone.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        phone.press("보기 설정")
        phone.page.get_by_text("아주 크게", exact=True).click()
        phone.picture("21-settings-phone")
        phone.page.get_by_text("English", exact=True).click()
        expect(phone.page.locator("html")).to_have_attribute("lang", "en")
        phone.page.reload()
        expect(phone.page.locator("html")).to_have_attribute("lang", "en")
        after = phone.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        assert after > before
        phone.picture("22-landing-english-large")
