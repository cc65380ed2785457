"""Who goes to help, as instructors see it; leaving a class or a role; and that the pages of a class fit on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, PHONE, Device, enter, sign_in
from tests.browser.test_colleagues import PASSWORD, accepts, invited, registered
from tests.browser.test_joining import in_english
from tests.browser.test_pages import looks_right

pytestmark = pytest.mark.browser

LOW_PHONE = {"width": 360, "height": 740}
GOING = re.compile("^내가 갈게요")
_WIDER = """() => [...document.querySelectorAll('body *')].filter((one) =>
  one.checkVisibility() && !one.closest('.sr-only') && one.getBoundingClientRect().right > innerWidth + 0.5
).map((one) => one.outerHTML.slice(0, 120)).slice(0, 3)"""


def session_of(teacher: Teacher, code: str) -> int:
    return int(teacher.http.get(f"/api/sessions/{code}").json()["session_id"])


def state_of(teacher: Teacher, session_id: int) -> str:
    [person] = teacher.http.get(f"/api/sessions/{session_id}/roster").json()["people"]
    return str(person["state"])


def until_state(phone: Device, teacher: Teacher, session_id: int, *states: str) -> None:
    for _ in range(30):
        if state_of(teacher, session_id) in states:
            return
        phone.page.wait_for_timeout(100)
    assert state_of(teacher, session_id) in states


@pytest.mark.parametrize("language", ["ko", "en"])
def test_goodbye_and_back_in_one_tap(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, language: str
) -> None:
    code = teacher.open("나가기")
    session_id = session_of(teacher, code)
    settings, leave, back = {
        "ko": ("보기 설정", "수업에서 나가기", "다시 들어가기"),
        "en": ("Display", "Leave the class", "Back to my class"),
    }[language]
    with Device(browser, LOW_PHONE, lan, pictures) as phone:
        enter(phone, code, "김영자")
        if language == "en":
            in_english(phone)
            phone.page.reload()
        teacher.tell(code, "start")
        phone.heading(teacher.steps()[0])
        phone.press(settings)
        phone.page.get_by_role("button", name=leave).scroll_into_view_if_needed()
        looks_right(phone, f"95-leave-360-{language}", senior=True)
        phone.press(leave)
        phone.page.wait_for_url(f"{lan}/")
        until_state(phone, teacher, session_id, "LEFT")
        phone.page.get_by_role("link", name=back).wait_for()
        looks_right(phone, f"95-left-360-{language}", senior=True)
        phone.page.wait_for_timeout(1_000)
        assert state_of(teacher, session_id) == "LEFT"
        phone.page.get_by_role("link", name=back).click()
        phone.heading(teacher.steps()[0])
        until_state(phone, teacher, session_id, "SENT", "READING", "TRYING")
        assert phone.complaints == []


def test_who_goes_is_seen_by_all_and_each_may_leave(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("함께 돕기")
    session_id = session_of(teacher, code)
    co = registered(lan, "leaves-co@test.com", "강동료", "INSTRUCTOR")
    helper = registered(lan, "leaves-helper@test.com", "박도움", "STUDENT")
    with (
        Device(browser, LAPTOP, lan, pictures) as owner,
        Device(browser, LAPTOP, lan, pictures) as board,
        Device(browser, LAPTOP, lan, pictures) as colleague,
        Device(browser, LOW_PHONE, lan, pictures) as support,
        Device(browser, PHONE, lan, pictures) as learner,
    ):
        sign_in(owner)
        owner.goto(f"/teach/sessions/{session_id}")
        owner.press("함께 가르치는 사람")
        teaching, helping = (invited(owner, role, "이 수업만") for role in ("함께 가르치기", "도와주기"))
        owner.page.keyboard.press("Escape")
        accepts(colleague, teaching, co)
        accepts(support, helping, helper)
        support.page.wait_for_url(f"**/support/{session_id}")
        sign_in(board)
        board.goto(f"/teach/lectures/{teacher.lecture_id}/dashboard")

        teacher.tell(code, "start")
        enter(learner, code, "김영자")
        learner.page.get_by_role("button", name="도와주세요").first.click()
        mine = (
            owner.page.locator("li").filter(has_text="김영자").filter(has=owner.page.get_by_role("button", name=GOING))
        )
        mine.first.wait_for()
        looks_right(owner, "96-live-unclaimed-1366")
        support.page.get_by_role("button", name=GOING).click()
        for device in (owner, board, colleague):
            device.sees("박도움 님이 가고 있어요")
        looks_right(owner, "96-live-claimed-1366")
        looks_right(board, "96-dashboard-claimed-1366")
        looks_right(support, "96-support-claimed-360", senior=True)

        owner.page.get_by_role("button", name=re.compile("^다른 분이 가게 하기")).first.click()
        expect(board.page.get_by_text("박도움 님이 가고 있어요")).to_have_count(0)
        owner.page.locator("li").get_by_role("button", name=re.compile("^김영자")).first.click()
        case = owner.page.get_by_role("dialog", name=re.compile("김영자"))
        case.get_by_role("button", name=GOING).click()
        expect(case.get_by_text("내가 가고 있어요")).to_be_visible()
        looks_right(owner, "96-case-claimed-1366")
        support.sees(re.compile("님이 가고 있어요"))
        expect(support.page.get_by_role("button", name=GOING)).to_have_count(0)

        support.press("그만하기")
        looks_right(support, "96-support-leave-360", senior=True)
        support.page.get_by_role("dialog").get_by_role("button", name="그만하기").click()
        support.page.wait_for_url("**/support")
        support.sees("함께하는 강의가 없어요. 선생님께 초대 링크를 받으면 여기에 나와요.")
        colleague.press("함께 가르치는 사람")
        dialog = colleague.page.get_by_role("dialog", name="함께 가르치는 사람")
        dialog.get_by_role("button", name="그만하기").wait_for()
        looks_right(colleague, "96-colleague-leave-1366")
        dialog.get_by_role("button", name="그만하기").click()
        colleague.page.get_by_role("dialog", name="함께하기를 그만둘까요?").get_by_role(
            "button", name="그만하기"
        ).click()
        colleague.page.wait_for_url("**/teach")
        for email in (co, helper):
            with httpx.Client(base_url=lan, timeout=15) as client:
                login = client.post("/api/auth/login", json={"email": email, "password": PASSWORD}).json()
                client.cookies.clear()
                client.headers["Authorization"] = f"Bearer {login['access_token']}"
                assert client.get("/api/colleagues/me").json() == {"classes": [], "roles": []}
        for device in (owner, board, colleague, support, learner):
            assert device.complaints == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pages_of_a_class_fit_on_a_narrow_phone(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, language: str
) -> None:
    code, other = teacher.open("좁은 화면에서 보는 오전반 수업"), teacher.open("다른 수업")
    session_id = session_of(teacher, code)
    helper = registered(lan, f"narrow-{language}@test.com", "남궁도움이", "STUDENT")
    with (
        Device(browser, LOW_PHONE, lan, pictures) as narrow,
        Device(browser, LAPTOP, lan, pictures) as owner,
        Device(browser, LOW_PHONE, lan, pictures) as support,
        Device(browser, LOW_PHONE, lan, pictures) as learner,
    ):
        sign_in(narrow)
        sign_in(owner)
        owner.goto(f"/teach/sessions/{session_id}")
        owner.press("함께 가르치는 사람")
        accepts(support, invited(owner, "도와주기", "이 수업만"), helper)
        support.page.wait_for_url(f"**/support/{session_id}")
        enter(learner, code, "황보영자할머니")
        teacher.tell(code, "start")
        learner.page.get_by_role("button", name="도와주세요").first.click()
        support.page.get_by_role("button", name=GOING).click()
        support.sees("내가 가고 있어요")
        for device in (narrow, support, learner):
            if language == "en":
                in_english(device)
        pages = [
            (narrow, f"/teach/sessions/{other}", "waiting"),
            (narrow, f"/teach/sessions/{session_id}", "live"),
            (narrow, f"/teach/sessions/{session_id}/attendance", "attendance"),
            (support, f"/support/{session_id}", "support"),
            (learner, "/learning", "learning"),
            (learner, f"/join/{other}", "join"),
        ]
        for device, address, name in pages:
            device.goto(address)
            device.page.wait_for_selector("main h1")
            device.page.wait_for_timeout(1_500)
            tabs = device.page.get_by_role("tab")
            for which in range(max(tabs.count(), 1)):
                if tabs.count():
                    tabs.nth(which).click()
                for width in (320, 360):
                    device.page.set_viewport_size({"width": width, "height": 740})
                    device.page.wait_for_timeout(100)
                    full = device.page.evaluate("document.documentElement.scrollWidth")
                    device.page.screenshot(path=pictures / f"97-{name}{which}-{width}-{language}.png", full_page=True)
                    assert full <= width, (name, which, width, full, device.page.evaluate(_WIDER))
            assert device.complaints == []
