"""The main job: one instructor and three phones hold a class of twelve steps in real browsers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, PHONE, Device, ask_by_picture, enter, sign_in

pytestmark = pytest.mark.browser


def open_class(laptop: Device) -> str:
    """From the list of lectures to the live page; returns the class's code."""
    sign_in(laptop)
    card = laptop.page.locator("li, article").filter(has_text="유튜브 사용법 배우기").first
    card.get_by_role("button", name="수업 열기").click()
    laptop.page.get_by_role("dialog").get_by_role("button", name="수업 열기").click()
    laptop.page.wait_for_url("**/teach/sessions/*")
    # The list of lectures, with the codes of other classes, stays until the live page is there.
    expect(laptop.page.get_by_role("button", name="수업 시작")).to_be_visible()
    code = laptop.page.get_by_text(re.compile(r"^[A-Z2-9]{6}$")).first
    expect(code).to_be_visible()
    return code.inner_text()


def test_a_whole_class(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    titles = teacher.steps()
    assert len(titles) == 12
    with (
        Device(browser, LAPTOP, lan, pictures) as laptop,
        Device(browser, PHONE, lan, pictures) as kim,
        Device(browser, PHONE, lan, pictures) as lee,
        Device(browser, PHONE, lan, pictures) as park,
    ):
        laptop.goto("/")
        laptop.picture("01-landing-laptop")
        code = open_class(laptop)
        laptop.picture("02-live-empty")
        for phone, name in ((kim, "김영희"), (lee, "이철수"), (park, "박순자")):
            enter(phone, code, name)
            phone.sees("곧 시작해요")
        kim.picture("03-waiting-phone")
        laptop.sees(re.compile("박순자"))
        laptop.picture("04-live-three-came")

        laptop.press("수업 시작")
        for place, title in enumerate(titles, start=1):
            online = [kim, lee] if place in (6, 7) else [kim, lee, park]
            for phone in online:
                phone.heading(title)
                phone.sees(re.compile(rf"{place} / 12"))
            stage(place, laptop, kim, lee, park)
            kim.press("다 했어요")
            kim.sees(re.compile("잘하셨어요"))
            if place < 12:
                laptop.page.keyboard.press("ArrowRight")
                laptop.heading(titles[place])

        laptop.press("수업 끝내기")
        laptop.picture("12-live-end-asked")
        laptop.page.get_by_role("dialog").get_by_role("button", name="끝내기").click()
        laptop.page.wait_for_url("**/summary")
        laptop.sees("수업 결과")
        laptop.picture("13-summary")
        for phone in (kim, lee, park):
            phone.sees("수업이 끝났어요")
        kim.picture("14-over-phone")
        kim.press("복습하기")
        kim.heading(titles[0])
        kim.press("다음")
        kim.heading(titles[1])
        kim.picture("15-review-phone")
        for device in (laptop, kim, lee, park):
            assert device.complaints == []


def stage(place: int, laptop: Device, kim: Device, lee: Device, park: Device) -> None:
    """What happens besides at some of the steps."""
    if place == 1:
        kim.picture("05-step-phone")
        laptop.picture("06-live-first-step")
    elif place == 3:
        ask_and_answer(laptop, lee)
    elif place == 4:
        pause_and_resume(laptop, kim)
    elif place == 5:
        park.cut()
        park.sees(re.compile("인터넷이 끊겼어요"))
        park.press("다 했어요")
        park.sees(re.compile("보내는 중"))
        park.picture("10-lost-phone")
    elif place == 7:
        park.mend()
    elif place == 8:
        park.picture("11-back-phone")


def ask_and_answer(laptop: Device, lee: Device) -> None:
    ask_by_picture(lee)
    lee.picture("07-help-phone")
    laptop.page.keyboard.press("h")
    dialog = laptop.page.get_by_role("dialog")
    dialog.get_by_label("답", exact=True).fill("화면 아래 빨간 단추를 누르세요.")
    laptop.picture("08-live-help")
    dialog.get_by_role("button", name="답 보내기").click()
    lee.sees("화면 아래 빨간 단추를 누르세요.")
    lee.picture("09-answer-phone")
    lee.press("해결됐어요")
    lee.press("그냥 넘어가기")
    laptop.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def pause_and_resume(laptop: Device, kim: Device) -> None:
    laptop.press("잠시 쉬기")
    kim.sees("잠시 쉬어요")
    kim.picture("09b-paused-phone")
    laptop.press("다시 시작")
    expect(kim.page.get_by_text("잠시 쉬어요").filter(visible=True)).to_have_count(0)


def test_what_was_tapped_without_a_connection_is_counted_once(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("끊긴 수업")
    with Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        teacher.tell(code, "start")
        kim.heading(teacher.steps()[0])
        kim.page.wait_for_load_state("networkidle")  # what is loaded after the first step says that nothing is sent
        kim.cut()
        kim.sees(re.compile("인터넷이 끊겼어요"))
        kim.press("다 했어요")
        kim.page.wait_for_timeout(300)
        kim.mend()
        kim.sees(re.compile("잘하셨어요"))
        summary = teacher.http.get(f"/api/sessions/{code}/summary").json()
        assert [step["completed_participants"] for step in summary["steps"]][:2] == [1, 0]
