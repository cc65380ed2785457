"""A lesson made of screenshots in the editor: by mouse, finger, and keyboard alone; and what goes wrong on the way."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import Device, sign_in
from tests.browser.screenshots import (
    SMALL,
    Lesson,
    at,
    choose_step,
    colour,
    drag,
    drop,
    near,
    open_marks,
    paste,
    payload,
    screenshot,
)
from tests.browser.test_accessibility import focused, press, tab_to
from tests.browser.test_pages import looks_right

pytestmark = pytest.mark.browser


def test_ten_pictures_become_a_lesson_by_mouse(laptop: Device, teacher: Teacher) -> None:
    lesson = Lesson(teacher, "그림으로 만든 강의")
    page = laptop.page
    laptop.goto(lesson.page)
    laptop.heading("그림으로 단계 만들기")
    drop(page, "section[aria-labelledby=many-title]", [payload(number) for number in range(10)])
    expect(page.locator("[data-row^=step-]")).to_have_count(10, timeout=60_000)
    laptop.sees("10 / 10")
    steps = lesson.steps()
    assert [step["position"] for step in steps] == list(range(1, 11))
    for number in range(10):
        top = lesson.picture(number).getpixel((100, 20))
        assert isinstance(top, tuple)
        assert all(abs(one - other) < 12 for one, other in zip(top, colour(number), strict=True)), number
    looks_right(laptop, "70-editor-ten-pictures")

    choose_step(page, steps[0]["title"])
    open_marks(page)
    page.mouse.click(*at(page, 0.85, 0.95))
    page.get_by_role("radio", name="밀기").check()
    drag(page, (0.5, 0.7), (0.5, 0.4))
    page.get_by_role("radio", name="네모").check()
    drag(page, (0.1, 0.2), (0.9, 0.3))
    looks_right(laptop, "71-marks-mouse")
    page.get_by_role("button", name=re.compile("^1. 누르기")).click()
    drag(page, (0.85, 0.95), (0.8, 0.9))
    laptop.press("되돌리기")
    laptop.press("되돌리기")
    expect(page.locator("[data-mark]")).to_have_count(2)
    laptop.press("다시 하기")
    laptop.press("다시 하기")
    proposed = page.get_by_label("그림 설명").input_value()
    laptop.press("휴대폰에 보이는 모습")
    expect(page.locator("dialog [data-phone] [data-marks]")).to_be_visible()
    looks_right(laptop, "72-marks-as-a-phone")
    laptop.press("저장하기")
    laptop.sees("그림을 저장했어요.")
    image = lesson.steps()[0]["image"]
    tap, swipe, box = image["marks"]
    assert (tap["kind"], swipe["kind"], swipe["direction"], box["kind"]) == ("tap", "swipe", "up", "box")
    assert near(tap, x=0.8, y=0.9)
    assert near(swipe, x=0.5, y=0.7)
    assert near(box, x=0.1, y=0.2, w=0.8, h=0.1)
    assert image["alt"] == proposed, "what was proposed is what the server says"


def test_ten_pictures_become_a_lesson_by_keyboard_alone(laptop: Device, teacher: Teacher) -> None:
    lesson = Lesson(teacher, "글쇠로 만든 강의")
    page = laptop.page
    laptop.goto(lesson.page)
    laptop.heading("그림으로 단계 만들기")
    tab_to(page, "그림 여러 장 고르기")
    with page.expect_file_chooser() as chooser:
        page.wait_for_timeout(600)  # a person's pace; and the browser has to know that we want to see the list of files
        page.keyboard.press("Enter")
    chooser.value.set_files([payload(number) for number in range(10)])
    expect(page.locator("[data-row^=step-]")).to_have_count(10, timeout=60_000)
    for number in range(10):
        choose_by_keyboard(page, f"{number + 1}화면 {number + 1}", "Shift+Tab" if number else "Tab")
        press(page, "표시하고 가리기")
        dialog = page.get_by_role("dialog", name="그림에 표시하기")
        expect(dialog).to_be_visible()
        press(page, "가운데에 놓기")
        mark = dialog.locator("[data-mark]")
        expect(mark).to_be_focused()
        for _ in range(number + 1):
            page.keyboard.press("ArrowRight")
            page.keyboard.press("ArrowDown")
        if number == 0:
            expect(dialog.get_by_role("status")).to_contain_text("1. 누르기, 가운데, 왼쪽에서 51%, 위에서 51%")
            the_other_marks_by_keyboard(page)
            looks_right(laptop, "73-marks-keyboard")
        press(page, "저장하기")
        expect(dialog).to_have_count(0)
        expect(page.get_by_role("button", name="표시하고 가리기")).to_be_focused()
    images = [step["image"] for step in lesson.steps()]
    for number, image in enumerate(images):
        assert image["marks"][0] == {
            "kind": "tap",
            "x": round(0.51 + number / 100, 2),
            "y": round(0.51 + number / 100, 2),
        }
        assert image["alt"] == f"새 과제 화면, 가운데 '화면 {number + 1}'"
    assert [mark["kind"] for mark in images[0]["marks"]] == ["tap", "swipe", "box"]
    assert images[0]["marks"][1]["direction"] == "left"
    assert near(images[0]["marks"][2], w=0.32, h=0.13)


def choose_by_keyboard(page: Page, name: str, key: str) -> None:
    """Backwards from the step before, whose form has the focus: that is the shorter way."""
    for _ in range(80):
        page.keyboard.press(key)
        if focused(page) == name:
            break
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")


def the_other_marks_by_keyboard(page: Page) -> None:
    """A swipe to the left and a larger box; a long press that is thought better of, removed, and one more undone."""
    dialog = page.get_by_role("dialog", name="그림에 표시하기")
    tool = dialog.get_by_role("radio", name="누르기", exact=True)
    tool.focus()  # radio buttons are one stop of Tab, whose name is the chosen one's
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    press(page, "가운데에 놓기")
    page.keyboard.press("Shift+ArrowLeft")
    dialog.get_by_role("radio", name="밀기", exact=True).focus()
    page.keyboard.press("ArrowRight")
    press(page, "가운데에 놓기")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    press(page, "가운데에 놓기")
    page.keyboard.press("Delete")
    expect(dialog.locator("[data-mark]")).to_have_count(3)
    expect(dialog.locator("[data-mark]").last).to_be_focused()
    page.keyboard.press("Control+z")
    expect(dialog.locator("[data-mark]")).to_have_count(4)
    page.keyboard.press("Control+y")
    expect(dialog.locator("[data-mark]")).to_have_count(3)


def test_what_is_hidden_and_cut_off_is_gone_for_good(laptop: Device, teacher: Teacher) -> None:
    lesson = Lesson(teacher, "가린 그림")
    lesson.with_step("카카오톡", "글 보내기", target_element_hint="전송")
    page = laptop.page
    laptop.goto(lesson.page)
    choose_step(page, "글 보내기")
    drop(page, "h1", [payload(1)])  # anywhere on the page: onto the step that is chosen
    expect(page.get_by_role("button", name="표시하고 가리기")).to_be_visible()
    before = lesson.steps()[0]["image"]
    open_marks(page)
    page.mouse.click(*at(page, 0.85, 0.96))
    expect(page.get_by_label("그림 설명")).to_have_value("카카오톡 화면, 오른쪽 아래 '전송'")
    page.get_by_role("radio", name="가리기").check()
    drag(page, (0.0, 0.0), (1.0, 0.07))
    page.get_by_role("radio", name="자르기").check()
    drag(page, (0.0, 0.0), (1.0, 0.5))
    laptop.sees(re.compile("가린 곳 1군데는 저장하면 그림에서 아주 지워져요"))
    laptop.sees(re.compile("네모 밖은 잘려 없어져요"))
    expect(page.get_by_role("button", name="저장하기", exact=True)).to_have_count(0)
    looks_right(laptop, "74-marks-hidden")
    laptop.press("아주 지우고 저장하기")
    laptop.sees("그림을 저장했어요.")
    image = lesson.steps()[0]["image"]
    assert image["url"] != before["url"]
    assert abs(image["height"] - before["height"] / 2) < 12
    assert image["marks"] == [], "the tap is on the part that is cut off"
    picture = lesson.picture()
    for x in range(0, picture.width, 20):
        for y in range(0, round(picture.height * 0.12), 8):
            pixel = picture.getpixel((x, y))
            assert isinstance(pixel, tuple)
            assert all(abs(one - 96) < 14 for one in pixel), (x, y, pixel)


def test_marks_are_kept_until_they_are_saved_or_discarded(laptop: Device, teacher: Teacher) -> None:
    lesson = Lesson(teacher, "저장하지 않은 표시")
    lesson.with_step("과제", "하나")
    page = laptop.page
    laptop.goto(lesson.page)
    choose_step(page, "하나")
    drop(page, "h1", [payload(2)])
    open_marks(page)
    page.mouse.click(*at(page, 0.5, 0.5))
    page.keyboard.press("Escape")
    laptop.sees("표시를 아직 저장하지 않았어요.")
    page.keyboard.press("Escape")  # twice: a browser lets nobody be held
    page.wait_for_timeout(300)
    if page.locator("dialog[open]").count():
        laptop.press("계속 고치기")
        expect(page.locator("[data-mark]")).to_have_count(1)
    else:
        laptop.sees("저장하지 않은 표시가 있어요.")
        open_marks(page)
        expect(page.locator("[data-mark]")).to_have_count(1)
    laptop.press("닫기")
    laptop.press("저장하지 않고 닫기")
    open_marks(page)
    expect(page.locator("[data-mark]")).to_have_count(0)
    assert lesson.steps()[0]["image"]["marks"] == []


def test_a_picture_is_pasted_replaced_copied_and_removed(laptop: Device, teacher: Teacher) -> None:
    lesson = Lesson(teacher, "붙여 넣은 그림")
    task = lesson.http.post(f"/api/lectures/{lesson.id}/tasks", json={"title": "과제"}).json()["id"]
    for title in ("하나", "둘"):
        lesson.http.post(f"/api/tasks/{task}/subtasks", json={"title": title}).raise_for_status()
    page = laptop.page
    laptop.goto(lesson.page)
    choose_step(page, "하나")
    paste(page, payload(3))
    expect(page.get_by_role("button", name="표시하고 가리기")).to_be_visible()
    first = lesson.steps()[0]["image"]["url"]
    paste(page, payload(4))
    laptop.heading("그림을 바꿀까요?")
    page.get_by_role("button", name="그만두기").click()
    assert lesson.steps()[0]["image"]["url"] == first
    paste(page, payload(4))
    laptop.press("바꾸기")
    expect(page.locator("section img").first).not_to_have_attribute("src", first)
    open_marks(page)
    page.mouse.click(*at(page, 0.5, 0.5))
    laptop.press("저장하기")
    laptop.sees("그림을 저장했어요.")
    laptop.press("다른 단계에도 넣기")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("둘")).click()
    laptop.sees("‘둘’ 단계에 그림을 넣었어요.")
    one, two = (step["image"] for step in lesson.steps())
    assert (one["url"], one["marks"]) == (two["url"], two["marks"])
    laptop.press("그림 빼기")
    laptop.press("빼기")
    laptop.sees("이 단계에는 그림이 없어요.")
    assert [step["image"] is None for step in lesson.steps()] == [True, False]


def test_what_is_no_picture_is_told_by_name_and_the_rest_arrives(laptop: Device, teacher: Teacher) -> None:
    lesson = Lesson(teacher, "섞인 파일")
    page = laptop.page
    laptop.goto(lesson.page)
    laptop.heading("그림으로 단계 만들기")
    broken: FilePayload = {"name": "broken.png", "mimeType": "image/png", "buffer": screenshot(1)[:300]}
    words: FilePayload = {"name": "notes.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 words"}
    drop(page, "section[aria-labelledby=many-title]", [payload(0), broken, words, payload(5)])
    laptop.sees("2장은 올리지 못했어요.")
    expect(page.get_by_role("listitem").filter(has_text="broken.png")).to_contain_text("열 수 없는 그림이에요")
    expect(page.get_by_role("listitem").filter(has_text="notes.pdf")).to_contain_text("그림 파일이 아니에요")
    expect(page.locator("[data-row^=step-]")).to_have_count(2)
    looks_right(laptop, "75-editor-failed-files")
    laptop.press("목록 치우기")
    expect(page.get_by_text("broken.png")).to_have_count(0)


def test_pictures_wait_for_the_connection_and_keep_their_order(laptop: Device, teacher: Teacher) -> None:
    lesson = Lesson(teacher, "끊긴 인터넷")
    page = laptop.page
    laptop.goto(lesson.page)
    laptop.heading("그림으로 단계 만들기")
    laptop.context.set_offline(True)
    drop(page, "section[aria-labelledby=many-title]", [payload(number) for number in (6, 2, 8)])
    laptop.sees(re.compile("인터넷이 끊겼어요"))
    laptop.context.set_offline(False)
    expect(page.locator("[data-row^=step-]")).to_have_count(3, timeout=40_000)
    laptop.sees("3 / 3")
    tops = [lesson.picture(number).getpixel((100, 20)) for number in range(3)]
    for top, number in zip(tops, (6, 2, 8), strict=True):
        assert isinstance(top, tuple)
        assert all(abs(one - other) < 12 for one, other in zip(top, colour(number), strict=True))


def test_a_lecture_gets_a_picture_of_its_own(laptop: Device, teacher: Teacher) -> None:
    lesson = Lesson(teacher, "대표 그림")
    page = laptop.page
    laptop.goto(lesson.page)
    with page.expect_file_chooser() as chooser:
        laptop.press("그림 고르기")
    chooser.value.set_files(payload(7))
    expect(page.get_by_alt_text("지금 대표 그림")).to_be_visible()
    kept = lesson.http.get(f"/api/lectures/{lesson.id}").json()["thumbnail_url"]
    assert lesson.http.get(kept).headers["content-type"] == "image/webp"
    looks_right(laptop, "76-editor-thumbnail")
    laptop.press("대표 그림 빼기")
    laptop.sees("모두 저장했어요")
    expect(page.get_by_alt_text("지금 대표 그림")).to_have_count(0)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_marks_are_placed_by_a_finger(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, language: str
) -> None:
    lesson = Lesson(teacher, "손가락으로")
    step = lesson.with_step("카카오톡", "열기")
    teacher.http.post(
        f"/api/subtasks/{step}/image", files={"file": ("a.png", screenshot(2), "image/png")}
    ).raise_for_status()
    with Device(browser, SMALL, lan, pictures) as phone:
        page = phone.page
        sign_in(phone)
        page.evaluate(f"localStorage.setItem('mgpt.lang', JSON.stringify('{language}'))")
        phone.goto(lesson.page)
        words = {"ko": ("표시하고 가리기", "가리기", "저장"), "en": ("Mark and hide", "Hide", "Save")}[language]
        expect(page.locator('[data-part="name"]').first).to_be_visible()
        looks_right(phone, f"80-editor-phone-outline-{language}")
        choose_step(page, "열기")
        page.get_by_role("button", name=words[0]).scroll_into_view_if_needed()
        looks_right(phone, f"81-editor-phone-field-{language}")
        page.get_by_role("button", name=words[0]).click()
        expect(page.locator("[data-stage] img")).to_be_visible()
        page.touchscreen.tap(*at(page, 0.85, 0.9))
        expect(page.locator("[data-mark]")).to_have_count(1)
        looks_right(phone, f"82-marks-phone-{language}")
        page.get_by_role("radio", name=words[1]).check()
        page.touchscreen.tap(*at(page, 0.5, 0.3))
        expect(page.locator("[data-mark]")).to_have_count(2)
        looks_right(phone, f"83-marks-phone-hidden-{language}")
        assert phone.complaints == []


def test_a_large_picture_is_made_lighter_on_the_way(laptop: Device, teacher: Teacher, tmp_path: Path) -> None:
    lesson = Lesson(teacher, "큰 그림")
    lesson.with_step("과제", "하나")
    large = tmp_path / "noise.png"
    noise(2400, 2400).save(large)
    assert large.stat().st_size > 15 * 1024 * 1024, "the server would refuse it"
    page = laptop.page
    laptop.goto(lesson.page)
    choose_step(page, "하나")
    with page.expect_file_chooser() as chooser:
        laptop.press("그림 고르기")
    chooser.value.set_files(large)
    expect(page.get_by_role("button", name="표시하고 가리기")).to_be_visible(timeout=60_000)
    assert lesson.steps()[0]["image"]["width"] == 1080


def noise(width: int, height: int) -> Image.Image:
    """A picture that no format makes small."""
    return Image.frombytes("RGB", (width, height), random.Random(17).randbytes(width * height * 3))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_editor_looks_right_in_both_languages(laptop: Device, teacher: Teacher, language: str) -> None:
    lesson = Lesson(teacher, "두 말")
    step = lesson.with_step("카카오톡", "열기")
    picture = {"file": ("a.png", screenshot(4), "image/png")}
    teacher.http.post(f"/api/subtasks/{step}/image", files=picture).raise_for_status()
    page = laptop.page
    page.evaluate(f"localStorage.setItem('mgpt.lang', JSON.stringify('{language}'))")
    laptop.goto(lesson.page)
    choose_step(page, "열기")
    looks_right(laptop, f"84-editor-field-{language}")
    page.get_by_role("button", name={"ko": "표시하고 가리기", "en": "Mark and hide"}[language]).click()
    expect(page.locator("[data-stage] img")).to_be_visible()
    page.mouse.click(*at(page, 0.2, 0.3))
    page.get_by_role("radio", name={"ko": "길게 누르기", "en": "Long press"}[language]).check()
    page.mouse.click(*at(page, 0.5, 0.6))
    looks_right(laptop, f"85-marks-{language}")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    looks_right(laptop, f"86-marks-dark-{language}")
