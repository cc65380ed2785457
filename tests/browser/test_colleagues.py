"""Teaching and helping together: invite, accept, take over, and two who go for the same request (contract 11.8)."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, PHONE, Device, enter, sign_in
from tests.browser.test_pages import looks_right

pytestmark = pytest.mark.browser

PASSWORD = "test1234"


def registered(url: str, email: str, name: str, role: str) -> str:
    body = {"email": email, "password": PASSWORD, "name": name, "role": role}
    httpx.post(f"{url}/api/auth/register", json=body, timeout=15).raise_for_status()
    return email


def invited(laptop: Device, role: str, where: str) -> str:
    """The link that the owner makes in the dialog, as its address shows it."""
    dialog = laptop.page.get_by_role("dialog", name="함께 가르치는 사람")
    dialog.get_by_text(role, exact=True).first.click()
    dialog.get_by_text(where, exact=True).first.click()
    link = dialog.get_by_text("/invite/")
    old = link.text_content() if link.count() else None
    dialog.get_by_role("button", name="초대 링크 만들기").click()
    expect(link).not_to_have_text(old or "nothing yet")
    return str(link.text_content()).rpartition("/invite/")[2]


def accepts(device: Device, token: str, email: str) -> None:
    """From the link over the log-in back to the link, and in."""
    device.goto(f"/invite/{token}")
    device.heading("함께해 주세요")
    device.page.get_by_role("link", name="로그인").click()
    device.page.get_by_label("이메일").fill(email)
    device.page.get_by_label("비밀번호").fill(PASSWORD)
    device.press("로그인")
    device.page.wait_for_url("**/invite/**")
    device.press("함께할게요")


def test_a_class_of_several(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code = teacher.open("둘이 하는 수업")
    session_id = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
    co = registered(lan, "co@test.com", "강동료", "INSTRUCTOR")
    helpers = [registered(lan, f"helper{number}@test.com", f"도우미{number}", "STUDENT") for number in (1, 2)]
    with (
        Device(browser, LAPTOP, lan, pictures) as owner,
        Device(browser, LAPTOP, lan, pictures) as colleague,
        Device(browser, PHONE, lan, pictures) as first,
        Device(browser, PHONE, lan, pictures) as second,
        Device(browser, PHONE, lan, pictures) as learner,
    ):
        sign_in(owner)
        owner.goto(f"/teach/sessions/{session_id}")
        owner.press("함께 가르치는 사람")
        teaching = invited(owner, "함께 가르치기", "이 수업만")
        looks_right(owner, "90-invite-1366")
        helping = [invited(owner, "도와주기", "이 수업만") for _ in helpers]
        owner.page.keyboard.press("Escape")

        first.goto(f"/invite/{helping[0]}")
        first.heading("함께해 주세요")
        looks_right(first, "90-invited-390", senior=True)
        accepts(colleague, teaching, co)
        colleague.page.wait_for_url(f"**/teach/sessions/{session_id}")

        owner.press("수업 시작")
        colleague.sees(re.compile("지금 수업 진행: .+ 님"))
        owner.sees("지금 수업 진행: 나")
        looks_right(colleague, "90-control-1366")
        refused = colleague.page.get_by_role("button", name=re.compile("^다음 단계"))
        refused.click()
        colleague.sees("지금 다른 선생님이 수업을 진행하고 있어요. 먼저 이어받아 주세요.")
        colleague.press("내가 이어받기")
        owner.sees("지금 수업 진행: 강동료 님")
        refused.click()
        owner.heading(teacher.steps()[1])

        enter(learner, code, "김영자")
        accepts(first, helping[0], helpers[0])
        accepts(second, helping[1], helpers[1])
        for helper in (first, second):
            helper.page.wait_for_url(f"**/support/{session_id}")
            helper.sees("지금 기다리는 사람이 없어요.")
        learner.page.get_by_role("button", name="도와주세요").first.click()
        for helper in (first, second):
            expect(helper.page.get_by_role("button", name=re.compile("^내가 갈게요"))).to_be_visible()
        looks_right(second, "90-support-390", senior=True)
        first.page.get_by_role("button", name=re.compile("^내가 갈게요")).click()
        first.sees("내가 가고 있어요")
        second.sees("도우미1 님이 가고 있어요")
        expect(second.page.get_by_role("button", name=re.compile("^내가 갈게요"))).to_have_count(0)
        looks_right(first, "90-claimed-390", senior=True)
        first.press("답 쓰기")
        first.page.get_by_label("답 쓰기").fill("화면 아래쪽의 초록 단추를 눌러 보세요")
        first.press("답 보내기")
        learner.sees("화면 아래쪽의 초록 단추를 눌러 보세요")

        owner.press("함께 가르치는 사람")
        listed = owner.page.get_by_role("dialog", name="함께 가르치는 사람").get_by_role("listitem")
        looks_right(owner, "90-colleagues-1366")
        listed.filter(has_text="강동료").get_by_role("button", name=re.compile("^빼기")).click()
        owner.page.get_by_role("dialog", name=re.compile("강동료 님을 뺄까요")).get_by_role(
            "button", name="빼기"
        ).click()
        owner.sees("강동료 님을 뺐어요.")
        colleague.sees(re.compile("연결|끊"))
        for device in (owner, colleague, first, second, learner):
            assert device.complaints == []
