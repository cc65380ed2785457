"""A press just after the thing under the finger changed is not meant (web/src/press): real mouse, touch and keys with
controlled gaps. Presses go by coordinates here: ``Locator.click`` waits for the page to be quiet."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import (
    LAPTOP,
    NOT_FOUND,
    PHONE,
    Device,
    answered,
    ask_by_picture,
    enter,
    sign_in,
    the_teacher_looks,
)
from tests.browser.quick import doubled, pressed_at_once, until_quick, wait_for_change, watch, watch_keys

pytestmark = pytest.mark.browser

Pointer = Callable[[Page, float, float], None]
_QUIET_MS = 1_200


def _mouse(page: Page, x: float, y: float) -> None:
    page.mouse.click(x, y)


def _touch(page: Page, x: float, y: float) -> None:
    page.touchscreen.tap(x, y)


def _between(gap: int) -> Any:
    """A gap between others that are tried in any case."""
    return pytest.param(gap, marks=pytest.mark.between)


POINTERS = pytest.mark.parametrize("press", [_mouse, _touch], ids=["mouse", "touch"])


def middle(thing: Locator) -> tuple[float, float]:
    box = thing.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def twice(page: Page, place: tuple[float, float], gap_ms: int, press: Pointer) -> None:
    press(page, *place)
    page.wait_for_timeout(gap_ms)
    press(page, *place)


def button(device: Device, name: str) -> Locator:
    return device.page.get_by_role("button", name=name, exact=True)


def seated(phone: Device, teacher: Teacher, title: str) -> str:
    """A phone on the first step of a running class, in a quiet moment; returns the code."""
    code = teacher.open(title)
    enter(phone, code, "김영희")
    phone.sees("곧 시작해요")
    teacher.tell(code, "start")
    phone.heading(teacher.steps()[0])
    phone.page.wait_for_timeout(_QUIET_MS)
    return code


def done(teacher: Teacher, code: str) -> list[int]:
    summary = teacher.http.get(f"/api/sessions/{code}/summary").json()
    return [step["completed_participants"] for step in summary["steps"]][:3]


def requests_of(teacher: Teacher, code: str) -> list[dict[str, object]]:
    number = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
    answer = teacher.http.get("/api/dashboard/help-requests/pending", params={"session_id": number})
    rows: list[dict[str, object]] = answer.json()["pending_requests"]
    return rows


def place_of(teacher: Teacher, code: str) -> str:
    return str(teacher.http.get(f"/api/sessions/{code}/current").json()["current_subtask"]["title"])


@POINTERS
@pytest.mark.parametrize("gap", [80, _between(200), 350, _between(500), 700])
def test_calling_for_help_twice_is_one_call(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, press: Pointer, gap: int
) -> None:
    with Device(browser, PHONE, lan, pictures) as phone:
        code = seated(phone, teacher, "두 번 부르기")
        twice(phone.page, middle(button(phone, "도와주세요")), gap, press)
        the_teacher_looks(phone)
        assert [row["reason"] for row in requests_of(teacher, code)] == [None]
        phone.page.wait_for_timeout(_QUIET_MS)
        twice(phone.page, middle(button(phone, NOT_FOUND)), gap, press)
        answered(phone)
        phone.page.wait_for_timeout(300)
        expect(button(phone, "아직이에요")).to_be_visible()
        expect(button(phone, "해결됐어요")).to_be_visible()
        # Nobody has said that the answer did not help.
        expect(phone.page.get_by_text("선생님께도 알려 드렸어요.")).to_have_count(0)
        assert done(teacher, code)[0] == 0
        assert [(row["reason"], row["answer_rating"]) for row in requests_of(teacher, code)] == [("CANNOT_FIND", None)]


@POINTERS
@pytest.mark.parametrize("gap", [0, 150, 350])
def test_done_just_after_the_step_changed_is_not_taken(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, press: Pointer, gap: int
) -> None:
    steps = teacher.steps()
    with Device(browser, PHONE, lan, pictures) as phone:
        code = seated(phone, teacher, "빠른 걸음")
        place = middle(button(phone, "다 했어요"))
        for at in until_quick(phone.page, (1, 2), pressed_at_once):
            watch(phone.page, "heading", steps[at])
            teacher.tell(code, "next-step")
            wait_for_change(phone.page)
            phone.page.wait_for_timeout(gap)
            press(phone.page, *place)
            phone.page.wait_for_timeout(700)
        assert done(teacher, code)[at:] == [0] * (3 - at)
        expect(phone.page.get_by_text("잘하셨어요").filter(visible=True)).to_have_count(0)
        press(phone.page, *place)  # now it has been read
        phone.sees(re.compile("잘하셨어요"))
        phone.page.wait_for_timeout(300)
        assert done(teacher, code)[at] == 1


@POINTERS
def test_a_button_that_has_just_come_is_not_pressed(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, press: Pointer
) -> None:
    """Where the thumb rests while everybody waits, the first step puts its buttons."""
    with Device(browser, PHONE, lan, pictures) as phone:
        code = seated(phone, teacher, "쉬는 엄지")
        place = middle(button(phone, "다 했어요"))
        for at in until_quick(phone.page, range(3), pressed_at_once):
            if at:
                teacher.tell(code, "next-step")
            teacher.tell(code, "pause")
            phone.sees("잠시 쉬어요")
            phone.page.wait_for_timeout(_QUIET_MS)
            watch(phone.page, "button", "다 했어요")
            teacher.tell(code, "resume")
            wait_for_change(phone.page)
            press(phone.page, *place)
            phone.page.wait_for_timeout(500)
        assert done(teacher, code)[at:] == [0] * (3 - at)


def acts_within(page: Page, press: Callable[[], None]) -> float:
    """Milliseconds from the press to the first change of the page, by the page's own clock."""
    page.evaluate(
        """() => { window.acted = new Promise((tell) => {
          addEventListener('pointerdown', () => {
            const pressed = performance.now();
            const seen = new MutationObserver((changes) => {
              if (changes.some((change) => change.type === 'childList')) tell(performance.now() - pressed);
            });
            seen.observe(document.querySelector('main'), {subtree: true, childList: true, attributes: true});
          }, true);
          setTimeout(() => tell(1e6), 5000);
        }); }"""
    )
    press()
    return float(page.evaluate("window.acted"))


@POINTERS
def test_one_press_after_a_quiet_moment_acts_at_once(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, press: Pointer
) -> None:
    with Device(browser, PHONE, lan, pictures) as phone:
        seated(phone, teacher, "한 번만")
        place = middle(button(phone, "도와주세요"))
        assert acts_within(phone.page, lambda: press(phone.page, *place)) < 100


def live_page(laptop: Device, teacher: Teacher, title: str) -> str:
    sign_in(laptop)
    code = teacher.open(title)
    number = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
    laptop.goto(f"/teach/sessions/{number}")
    button(laptop, "수업 시작").wait_for()
    laptop.page.wait_for_timeout(_QUIET_MS)
    return code


@pytest.mark.parametrize("gap", [40, _between(150), _between(300), 450])
def test_a_double_click_starts_and_moves_by_one_step(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, gap: int
) -> None:
    steps = teacher.steps()
    with Device(browser, LAPTOP, lan, pictures) as laptop:
        code = live_page(laptop, teacher, "두 번 누르기")
        place = middle(button(laptop, "수업 시작"))
        twice(laptop.page, place, gap, _mouse)
        laptop.heading(steps[0])
        laptop.page.wait_for_timeout(_QUIET_MS)
        assert place_of(teacher, code) == steps[0]
        expect(button(laptop, "다음 단계")).to_be_visible()
        twice(laptop.page, middle(button(laptop, "다음 단계")), gap, _mouse)
        laptop.page.wait_for_timeout(_QUIET_MS)
        assert place_of(teacher, code) == steps[1]
        # The key for pausing still pauses: no button has kept the focus.
        laptop.page.keyboard.press("Space")
        button(laptop, "다시 시작").wait_for()
        laptop.page.wait_for_timeout(_QUIET_MS)
        twice(laptop.page, middle(button(laptop, "다시 시작")), gap, _mouse)
        laptop.page.wait_for_timeout(_QUIET_MS)
        expect(button(laptop, "잠시 쉬기")).to_be_visible()
        assert place_of(teacher, code) == steps[1]
        assert laptop.complaints == []


def test_keys_that_are_held_or_doubled_press_once(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    steps = teacher.steps()
    with Device(browser, LAPTOP, lan, pictures) as laptop, Device(browser, PHONE, lan, pictures) as phone:
        code = live_page(laptop, teacher, "붙은 글쇠")
        enter(phone, code, "김영희")
        keys = laptop.page.keyboard
        button(laptop, "수업 시작").focus()
        for _ in range(12):  # a second press without a release is the key's own repeat
            keys.down("Enter")
            laptop.page.wait_for_timeout(40)
        keys.up("Enter")
        laptop.page.wait_for_timeout(_QUIET_MS)
        assert place_of(teacher, code) == steps[0]
        laptop.page.evaluate("document.activeElement.blur()")
        for _ in range(30):
            keys.down("ArrowRight")
            laptop.page.wait_for_timeout(30)
        keys.up("ArrowRight")
        laptop.page.wait_for_timeout(_QUIET_MS)
        assert place_of(teacher, code) == steps[1]
        for gap in (60, 250, 400):
            for _ in until_quick(laptop.page, range(2), doubled):
                before = place_of(teacher, code)
                watch_keys(laptop.page)
                keys.press("ArrowRight")
                laptop.page.wait_for_timeout(gap)
                keys.press("ArrowRight")
                laptop.page.wait_for_timeout(_QUIET_MS)
            assert steps.index(place_of(teacher, code)) == steps.index(before) + 1
        for _ in range(2):  # paused, and not resumed by the same breath
            keys.press("Space")
            laptop.page.wait_for_timeout(150)
        laptop.page.wait_for_timeout(_QUIET_MS)
        expect(button(laptop, "다시 시작")).to_be_visible()
        keys.press("Space")
        button(laptop, "잠시 쉬기").wait_for()
        phone.page.wait_for_timeout(_QUIET_MS)
        ask_by_picture(phone)  # an answered call: its case opens with the field for one's own words
        expect(laptop.page.get_by_text("도움 요청").filter(visible=True).first).to_be_visible()
        laptop.page.wait_for_timeout(_QUIET_MS)
        for _ in range(10):
            keys.down("h")
            laptop.page.wait_for_timeout(30)
        keys.up("h")
        answer = laptop.page.get_by_role("dialog").get_by_label("답", exact=True)
        answer.focus()
        expect(answer).to_have_value("")


@POINTERS
@pytest.mark.parametrize("gap", [60, 250, 450])
def test_a_question_that_opens_under_the_finger_is_not_answered(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, press: Pointer, gap: int
) -> None:
    """On a narrow page the question's own buttons, or what is around it, stand where "수업 끝내기" stood."""
    size = {"width": 360, "height": 740}
    with Device(browser, size, lan, pictures) as tablet:
        code = live_page(tablet, teacher, "끝내기 두 번")
        button(tablet, "수업 시작").click()
        tablet.heading(teacher.steps()[0])
        tablet.page.wait_for_timeout(_QUIET_MS)
        opener = button(tablet, "수업 끝내기")
        opener.scroll_into_view_if_needed()
        # The worst case: the question's button stands exactly under the finger.
        tablet.page.add_style_tag(
            content="dialog[open] button:last-of-type {{position: fixed; left: {}px; top: {}px; margin: 0}}".format(
                *(side - 20 for side in middle(opener))
            )
        )
        tablet.page.wait_for_timeout(_QUIET_MS)
        twice(tablet.page, middle(opener), gap, press)
        tablet.page.wait_for_timeout(500)
        tablet.picture(f"40-end-asked-{gap}")
        expect(tablet.page.get_by_role("dialog")).to_be_visible()
        assert teacher.http.get(f"/api/sessions/{code}/current").json()["status"] == "IN_PROGRESS"
        button(tablet, "끝내기").click()
        tablet.page.wait_for_url("**/summary")
        assert teacher.http.get(f"/api/sessions/{code}/current").json()["status"] == "REVIEW_MODE"


@POINTERS
def test_a_press_around_a_question_that_has_just_opened_does_not_close_it(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, press: Pointer
) -> None:
    with Device(browser, PHONE, lan, pictures) as phone:
        seated(phone, teacher, "화면 설정")
        opener = button(phone, "보기 설정")
        twice(phone.page, middle(opener), 200, press)
        phone.page.wait_for_timeout(400)
        expect(phone.page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("gap", [0, 200])
def test_rows_that_change_places_are_not_taken_for_each_other(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, gap: int
) -> None:
    with (
        Device(browser, LAPTOP, lan, pictures) as laptop,
        Device(browser, PHONE, lan, pictures) as kim,
        Device(browser, PHONE, lan, pictures) as lee,
    ):
        code = live_page(laptop, teacher, "바뀌는 줄")
        enter(kim, code, "가나다")
        enter(lee, code, "마바사")
        teacher.tell(code, "start")
        for at, title in until_quick(laptop.page, enumerate(teacher.steps()), pressed_at_once):
            if at:  # a press that came late was meant, and opened a dialog
                laptop.page.keyboard.press("Escape")
                teacher.tell(code, "next-step")
            kim.heading(title)
            row = laptop.page.locator("button", has_text="가나다")
            expect(row).not_to_contain_text("다 함")
            laptop.page.wait_for_timeout(_QUIET_MS)
            place = middle(row)
            laptop.page.mouse.move(*place)
            watch(laptop.page, "elsewhere", [list(place), "가나다"])
            kim.page.mouse.click(*middle(button(kim, "다 했어요")))  # who is done goes to the end of the list
            wait_for_change(laptop.page)
            laptop.page.wait_for_timeout(gap)
            laptop.page.mouse.click(*place)
            laptop.page.wait_for_timeout(300)
        expect(laptop.page.get_by_role("dialog")).to_have_count(0)


def test_a_row_that_leaves_while_the_finger_is_down_is_not_pressed(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    steps = teacher.steps()
    with Device(browser, PHONE, lan, pictures) as phone:
        code = seated(phone, teacher, "눌러 둔 손가락")
        phone.page.mouse.move(*middle(button(phone, "다 했어요")))
        phone.page.mouse.down()
        teacher.tell(code, "next-step")
        phone.heading(steps[1])
        phone.page.wait_for_timeout(700)
        phone.page.mouse.up()
        phone.page.wait_for_timeout(400)
        assert done(teacher, code) == [0, 0, 0]


def test_what_is_not_taken_does_not_look_pressed(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    with Device(browser, PHONE, lan, pictures) as phone:
        code = seated(phone, teacher, "눌린 모양")
        done_button = button(phone, "다 했어요")
        phone.page.mouse.move(*middle(done_button))
        teacher.tell(code, "next-step")
        phone.heading(teacher.steps()[1])
        phone.page.mouse.down()
        style = "one => [getComputedStyle(one).translate, document.activeElement === one]"
        assert done_button.evaluate(style) == ["none", False]
        phone.page.mouse.up()
        phone.page.wait_for_timeout(_QUIET_MS)
        phone.page.mouse.down()
        assert done_button.evaluate(style) != ["none", False]
        phone.page.mouse.up()
        phone.sees(re.compile("잘하셨어요"))


def test_everything_can_be_pressed_without_a_pointer(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    """By keys, which is a click without a pointer as screen readers make it, and by a program."""
    with Device(browser, PHONE, lan, pictures) as phone:
        seated(phone, teacher, "손가락 없이")
        button(phone, "도와주세요").focus()
        phone.page.keyboard.press("Enter")
        the_teacher_looks(phone)
        phone.page.wait_for_timeout(_QUIET_MS)
        button(phone, "다른 말로 할게요").evaluate("one => one.click()")
        phone.page.wait_for_timeout(_QUIET_MS)
        button(phone, "그림에서 고를게요").focus()
        phone.page.keyboard.press("Enter")
        phone.page.wait_for_timeout(_QUIET_MS)
        button(phone, NOT_FOUND).focus()
        phone.page.keyboard.press("Space")
        answered(phone)
        phone.page.wait_for_timeout(_QUIET_MS)
        button(phone, "해결됐어요").focus()
        phone.page.keyboard.press("Space")
        expect(button(phone, "그냥 넘어가기")).to_be_visible()
        button(phone, "그냥 넘어가기").evaluate("one => one.click()")
        expect(button(phone, "그냥 넘어가기")).to_have_count(0)
