"""Screenshots from the teacher's own phone: a QR code in the editor, a page without sign-in, and what has arrived."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import Device
from tests.browser.screenshots import SMALL, Lesson, choose_step, payload
from tests.browser.test_pages import looks_right

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_phone_sends_screenshots_into_the_open_editor(
    browser: Browser, lan: str, pictures: Path, laptop: Device, teacher: Teacher, language: str
) -> None:
    lesson = Lesson(teacher, "휴대폰에서")
    lesson.with_step("카카오톡", "열기")
    page = laptop.page
    laptop.goto(lesson.page)
    laptop.heading("그림으로 단계 만들기")
    page.locator("section[aria-labelledby=many-title]").get_by_role("button", name="휴대폰에서 올리기").click()
    expect(page.get_by_role("img", name="휴대폰에서 올리는 화면의 QR")).to_be_visible()
    address = page.get_by_text("/upload/").inner_text()
    looks_right(laptop, "77-phone-link")
    with Device(browser, SMALL, lan, pictures) as phone:
        phone.page.add_init_script(f"localStorage.setItem('mgpt.lang', JSON.stringify('{language}'))")
        phone.goto(address[address.index("/upload/") :])
        choose, done = {"ko": ("그림 고르기", "3장이 모두 들어갔어요"), "en": ("Choose pictures", "arrived: 3")}[
            language
        ]
        expect(phone.page.get_by_role("button", name=choose)).to_be_visible()
        looks_right(phone, f"78-upload-{language}", senior=True)
        with phone.page.expect_file_chooser() as chooser:
            phone.press(choose)
        chooser.value.set_files([payload(number) for number in (1, 2, 3)])
        phone.sees(re.compile(done))
        looks_right(phone, f"79-upload-done-{language}", senior=True)
        laptop.sees("그림 3장이 들어왔어요.")
        expect(page.locator("[data-row^=step-]")).to_have_count(4)
        laptop.press("닫기")
        # Nobody shows the code any more.
        with phone.page.expect_file_chooser() as chooser:
            phone.press({"ko": "더 고르기", "en": "Choose more"}[language])
        chooser.value.set_files(payload(4))
        phone.sees(re.compile({"ko": "이 주소는 이제 쓸 수 없어요", "en": "does not work any more"}[language]))
        assert phone.complaints == []
    assert [step["image"] is None for step in lesson.steps()] == [True, False, False, False]


def test_a_phone_sends_the_picture_of_one_step(
    browser: Browser, lan: str, pictures: Path, laptop: Device, teacher: Teacher
) -> None:
    lesson = Lesson(teacher, "휴대폰에서 하나")
    lesson.with_step("카카오톡", "열기")
    page = laptop.page
    laptop.goto(lesson.page)
    choose_step(page, "열기")
    page.get_by_role("button", name="휴대폰에서 올리기").last.click()
    address = page.get_by_text("/upload/").inner_text()
    with Device(browser, SMALL, lan, pictures) as phone:
        phone.goto(address[address.index("/upload/") :])
        phone.sees(re.compile("‘휴대폰에서 하나’ 강의의 ‘열기’ 단계에 올려요"))
        with phone.page.expect_file_chooser() as chooser:
            phone.press("그림 고르기")
        chooser.value.set_files(payload(5))
        phone.sees(re.compile("1장이 모두 들어갔어요"))
        expect(phone.page.get_by_role("button", name=re.compile("고르기"))).to_have_count(0)
        laptop.sees("그림 1장이 들어왔어요.")
        laptop.press("닫기")
        expect(page.get_by_role("button", name="표시하고 가리기")).to_be_visible()
    assert lesson.steps()[0]["image"] is not None
