"""Pictures of steps where people see them: on phones, closely, ahead of time, on the wall, on paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, Device, ask_by_picture, enter, sign_in
from tests.browser.screens import GUIDES, TITLES, Lesson, make_lesson, open_class
from tests.browser.test_pages import findings, looks_right

pytestmark = pytest.mark.browser

SMALL = {"width": 320, "height": 640}
USUAL = {"width": 360, "height": 740}
LYING = {"width": 740, "height": 360}
DESK = {"width": 1366, "height": 768}
FILES = re.compile(r"/media/lessons/")
# This Chromium has no voice, and says so once: below the picture, in its room.
_HAS_BEEN_TOLD = "localStorage.setItem('mgpt.no-voice-told', 'true');"
_AT_ONCE = "Math.random = () => 0;"
_ON_3G = "Object.defineProperty(navigator, 'connection', { value: { effectiveType: '3g' } });"
_BOXES = """() => {
  const box = (one) => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return { left, top, right, bottom };
  };
  const find = (selector) => document.querySelector(selector);
  return {
    picture: box(find('main [data-picture]')), words: box(find('main article')), bar: box(find('[data-thumb]')),
    help: box([...document.querySelectorAll('[data-thumb] button')].at(-2)),
    done: box([...document.querySelectorAll('[data-thumb] button')].at(-1)),
  };
}"""
# Whatever else can be pressed and lies over the picture.
_COVERING = """() => {
  const picture = document.querySelector('main [data-picture]').getBoundingClientRect();
  return [...document.querySelectorAll('button, a')]
    .filter((one) => one.checkVisibility() && !one.parentElement.querySelector('[data-picture]'))
    .filter((one) => {
      const box = one.getBoundingClientRect();
      const beside = box.left >= picture.right || box.right <= picture.left;
      return !beside && box.top < picture.bottom && box.bottom > picture.top;
    })
    .map((one) => one.textContent.trim());
}"""
_SMALLEST_TEXT = """() => Math.min(...[...document.querySelectorAll('body *')]
  .filter((one) => one.checkVisibility() && !one.closest('.sr-only'))
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
_FOCUSED = """() => document.activeElement === document.body ? '' : document.activeElement.textContent.trim()"""
# What came over the network; out of the browser's own store nothing is transferred.
_CAME = """() => performance.getEntriesByType('resource')
  .filter(({ name, transferSize }) => name.includes('/media/lessons/') && transferSize > 0)
  .map(({ name }) => new URL(name).pathname)"""
_MOVING = """() => document.getAnimations().filter(({ effect, playState }) =>
  effect.target?.closest('[data-marks]') && playState === 'running').length"""
# From the moment when the step's words stand on the page to the one when its picture can be drawn.
_WATCH_STEPS = """
window.seen = {};
new MutationObserver(() => {
  const title = document.querySelector('main h1')?.textContent;
  const picture = document.querySelector('main [data-picture] img');
  if (!title || !picture || window.seen[title] !== undefined) return;
  const from = performance.now();
  window.seen[title] = null;
  picture.decode().then(() => { window.seen[title] = performance.now() - from; });
}).observe(document, { childList: true, subtree: true, characterData: true });
"""


@pytest.fixture(scope="module")
def tall(teacher: Teacher) -> Lesson:
    return make_lesson(teacher.http, "메신저로 글 보내기")


@pytest.fixture(scope="module")
def wide(teacher: Teacher) -> Lesson:
    return make_lesson(teacher.http, "부분 그림", wide=True)


def came(device: Device, lesson: Lesson | None = None, step: int = 0) -> list[str]:
    """Which files of lessons came over the network, in order; of one step, or all."""
    paths: list[str] = device.page.evaluate(_CAME)
    return [path for path in paths if lesson is None or path in lesson.files_of(step)]


def comes(device: Device, lesson: Lesson, step: int) -> None:
    for _ in range(100):
        if came(device, lesson, step):
            return
        device.page.wait_for_timeout(100)
    raise AssertionError(f"the picture of step {step} is not fetched")


def shows(device: Device, step: int) -> None:
    """The step's words, and its picture is there."""
    device.heading(TITLES[step])
    picture = device.page.locator("main [data-picture] img")
    expect(picture).to_have_attribute("alt", f"{TITLES[step]}: 휴대폰 화면")
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    device.page.wait_for_timeout(400)  # it slides in


# --- its place


@pytest.mark.parametrize("size", [SMALL, USUAL, LYING, DESK], ids=["320", "360", "lying", "desk"])
@pytest.mark.parametrize("shape", ["tall", "wide"])
def test_a_picture_has_the_room_between_words_and_buttons(
    browser: Browser,
    lan: str,
    pictures: Path,
    teacher: Teacher,
    tall: Lesson,
    wide: Lesson,
    size: dict[str, int],
    shape: str,
) -> None:
    lesson = tall if shape == "tall" else wide
    code = open_class(teacher.http, lesson, "그림 자리")
    name = f"70-{shape}-{size['width']}"
    with Device(browser, size, lan, pictures) as phone:
        phone.context.add_init_script(_HAS_BEEN_TOLD)
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        shows(phone, 0)
        looks_right(phone, name, senior=True)
        boxes = phone.page.evaluate(_BOXES)
        picture, words, bar = boxes["picture"], boxes["words"], boxes["bar"]
        for button in (boxes["help"], boxes["done"]):
            assert button["top"] >= bar["top"]
            assert button["bottom"] <= size["height"]
        assert picture["bottom"] <= bar["top"] + 1
        if size is LYING:
            assert picture["left"] >= words["right"] - 1
        else:
            assert picture["top"] >= words["bottom"]
        # As high as there is room, or as wide.
        room = bar["top"] - (picture["top"] if size is LYING else words["bottom"])
        column = min(size["width"], 896 if size is LYING else 576) - 40
        height, width = picture["bottom"] - picture["top"], picture["right"] - picture["left"]
        assert height >= room - 48 or width >= column * (0.48 if size is LYING else 0.7)
        assert width / height == pytest.approx(lesson.images[0]["width"] / lesson.images[0]["height"], abs=0.02)
        assert phone.page.evaluate(_SMALLEST_TEXT) >= 20
        assert phone.page.evaluate(_COVERING) == []

        teacher.tell(code, "next-step")
        shows(phone, 1)
        teacher.tell(code, "announce", message="천천히 하세요. 옆 사람과 같이 보셔도 좋아요.")
        phone.sees("천천히 하세요. 옆 사람과 같이 보셔도 좋아요.")
        looks_right(phone, f"{name}-message", senior=True)
        after = phone.page.evaluate(_BOXES)
        assert after["done"]["bottom"] <= size["height"]
        assert phone.page.evaluate(_COVERING) == []
        assert after["picture"]["bottom"] - after["picture"]["top"] >= 100
        assert phone.complaints == []


def test_nothing_moves_when_the_picture_comes(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, tall: Lesson
) -> None:
    code = open_class(teacher.http, tall, "늦은 그림")
    held: list[Route] = []
    with Device(browser, SMALL, lan, pictures) as phone:
        phone.context.add_init_script(_HAS_BEEN_TOLD)
        phone.context.route(FILES, lambda route: held.append(route))
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(TITLES[0])
        phone.sees(GUIDES[0])  # the words do not wait
        expect(phone.page.locator("main [data-picture]")).to_be_visible()
        phone.page.wait_for_timeout(500)
        before = phone.page.evaluate(_BOXES)
        for route in held:
            route.continue_()
        phone.context.unroute(FILES)
        shows(phone, 0)
        assert phone.page.evaluate(_BOXES) == before


@pytest.mark.parametrize("moves", [True, False])
def test_marks_move_gently_and_stand_still_for_who_wants_it(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, tall: Lesson, moves: bool
) -> None:
    code = open_class(teacher.http, tall, "표시")
    with Device(browser, USUAL, lan, pictures, reduced_motion="no-preference" if moves else "reduce") as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        shows(phone, 0)
        assert (phone.page.evaluate(_MOVING) > 0) is moves
        for step in range(1, len(TITLES)):
            teacher.tell(code, "next-step")
            shows(phone, step)
            marks = phone.page.locator("main [data-marks] g")
            expect(marks).to_have_count(1)
            assert (phone.page.evaluate(_MOVING) > 0) is moves
            if not moves:
                phone.page.locator("main [data-picture]").screenshot(path=pictures / f"71-mark-{step}.png")


# --- ahead of time


def test_pictures_are_there_before_their_step_and_asked_for_once(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, tall: Lesson
) -> None:
    code = open_class(teacher.http, tall, "미리")
    with Device(browser, USUAL, lan, pictures) as phone:
        phone.context.add_init_script(_AT_ONCE)
        phone.context.add_init_script(_WATCH_STEPS)
        enter(phone, code, "김영희")
        phone.sees("곧 시작해요")
        comes(phone, tall, 0)
        phone.page.wait_for_timeout(500)
        teacher.tell(code, "start")
        for step in range(4):
            shows(phone, step)
            comes(phone, tall, step + 1)
            phone.page.wait_for_timeout(500)
            teacher.tell(code, "next-step")
        shows(phone, 4)
        assert [len(came(phone, tall, step)) for step in range(5)] == [1] * 5
        times = phone.page.evaluate("window.seen")
        assert sorted(times[TITLES[step]] for step in range(5))[2] <= 50, times


def test_on_a_slow_line_the_small_one_comes_first(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, tall: Lesson
) -> None:
    code = open_class(teacher.http, tall, "느린 인터넷")
    with Device(browser, {"width": 412, "height": 915}, lan, pictures, device_scale_factor=3) as phone:
        phone.context.add_init_script(_ON_3G)
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        shows(phone, 0)
        small = min(tall.images[0]["variants"], key=lambda one: one["width"])
        assert came(phone, tall, 0)[0] == small["url"]
        phone.page.wait_for_timeout(1_500)
        paths = came(phone)
        assert len(set(paths)) == len(paths)


def test_a_picture_that_cannot_be_had_leaves_its_words(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, tall: Lesson
) -> None:
    code = open_class(teacher.http, tall, "그림 없음")
    with Device(browser, SMALL, lan, pictures) as phone:
        phone.context.route(FILES, lambda route: route.abort())
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(TITLES[0])
        phone.sees(GUIDES[0])
        phone.sees(f"{TITLES[0]}: 휴대폰 화면")
        looks_right(phone, "72-broken", senior=True)
        expect(phone.page.get_by_role("button", name="그림 크게 보기")).to_be_hidden()
        phone.context.unroute(FILES)
        phone.page.evaluate("window.dispatchEvent(new Event('online'))")
        shows(phone, 0)
        phone.press("다 했어요")
        phone.sees(re.compile("잘하셨어요"))


# --- closely


def test_one_tap_enlarges_it_and_the_two_buttons_stay(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, tall: Lesson
) -> None:
    code = open_class(teacher.http, tall, "크게")
    with Device(browser, SMALL, lan, pictures) as phone:
        page = phone.page
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        shows(phone, 0)
        small = page.locator("main [data-picture]").bounding_box()
        page.get_by_role("button", name="그림 크게 보기").click()
        zoom = page.get_by_role("dialog")
        expect(zoom).to_be_visible()
        looks_right(phone, "73-zoom", senior=True)
        large = zoom.locator("[data-picture]")
        before = _width(large.bounding_box())
        assert before > _width(small)
        page.wait_for_timeout(600)
        zoom.get_by_role("button", name="크게", exact=True).click()
        assert _width(large.bounding_box()) == pytest.approx(before * 1.5, rel=0.02)
        zoom.get_by_role("button", name="작게", exact=True).click()
        assert _width(large.bounding_box()) == pytest.approx(before, rel=0.02)

        _tap_twice(phone)
        assert _width(large.bounding_box()) == pytest.approx(before * 2.5, rel=0.02)
        phone.picture("73-zoom-close")
        _tap_twice(phone)
        assert _width(large.bounding_box()) == pytest.approx(before, rel=0.02)
        _pinch(phone)
        assert _width(large.bounding_box()) > before * 1.6
        page.keyboard.press("0")
        page.keyboard.press("+")
        assert _width(large.bounding_box()) == pytest.approx(before * 1.5, rel=0.02)
        top = large.bounding_box()["y"]  # type: ignore[index]
        page.keyboard.press("ArrowUp")
        assert large.bounding_box()["y"] > top  # type: ignore[index]

        page.keyboard.press("Escape")
        expect(zoom).to_be_hidden()
        expect(page.get_by_role("button", name="그림 크게 보기")).to_be_focused()
        page.keyboard.press("Enter")
        expect(zoom).to_be_visible()
        page.go_back()
        expect(zoom).to_be_hidden()
        shows(phone, 0)  # still in class
        page.wait_for_timeout(600)
        page.get_by_role("button", name="그림 크게 보기").click()
        page.wait_for_timeout(600)
        zoom.get_by_role("button", name="닫기").click()
        expect(zoom).to_be_hidden()
        page.wait_for_timeout(600)
        page.get_by_role("button", name="그림 크게 보기").click()
        phone.press("다 했어요")
        phone.sees(re.compile("잘하셨어요"))
        expect(zoom).to_be_hidden()
        page.wait_for_timeout(600)
        page.get_by_role("button", name="그림 크게 보기").click()
        expect(zoom).to_be_visible()
        teacher.tell(code, "next-step")
        shows(phone, 1)
        expect(zoom).to_be_hidden()
        assert phone.complaints == []


def test_with_keys_only_the_picture_and_the_two_buttons_are_reached(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, tall: Lesson
) -> None:
    code = open_class(teacher.http, tall, "자판")
    with Device(browser, DESK, lan, pictures) as laptop:
        enter(laptop, code, "김영희")
        teacher.tell(code, "start")
        shows(laptop, 0)
        laptop.page.get_by_role("button", name="그림 크게 보기").press("Enter")
        expect(laptop.page.get_by_role("dialog")).to_be_visible()
        reached = []
        for _ in range(12):
            laptop.page.keyboard.press("Tab")
            reached.append(laptop.page.evaluate(_FOCUSED))
        assert set(reached) - {""} == {"크게", "닫기", "도와주세요", "다 했어요"}, reached
        laptop.page.keyboard.press("Escape")
        expect(laptop.page.get_by_role("dialog")).to_be_hidden()
        assert laptop.page.evaluate("document.querySelectorAll('[inert]').length") == 0


# --- elsewhere


def test_it_is_in_every_other_state_of_the_class(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, tall: Lesson
) -> None:
    code = open_class(teacher.http, tall, "모든 곳")
    with Device(browser, USUAL, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        teacher.tell(code, "next-step")
        shows(phone, 1)
        phone.press("이전 단계 보기")
        shows(phone, 0)
        looks_right(phone, "74-earlier", senior=True)
        phone.press("수업으로 돌아가기")
        ask_by_picture(phone)
        expect(phone.page.locator("section [data-picture] img")).to_be_visible()
        looks_right(phone, "74-help", senior=True)
        teacher.tell(code, "pause")
        phone.sees("잠시 쉬어요")
        expect(phone.page.locator("main [data-picture] img")).to_be_visible()
        looks_right(phone, "74-paused", senior=True)
        teacher.tell(code, "end")
        phone.press("복습하기")
        shows(phone, 0)
        looks_right(phone, "74-review", senior=True)
        assert phone.complaints == []


def test_the_instructor_and_the_wall_see_it(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, tall: Lesson, wide: Lesson
) -> None:
    for shape, lesson in (("tall", tall), ("wide", wide)):
        code = open_class(teacher.http, lesson, "벽")
        session = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
        teacher.tell(code, "start")
        with Device(browser, LAPTOP, lan, pictures) as laptop:
            sign_in(laptop)
            laptop.goto(f"/teach/sessions/{session}")
            expect(laptop.page.locator("[data-step] [data-picture] img")).to_have_count(len(TITLES))
            expect(laptop.page.locator("[data-phone] [data-picture] img")).to_be_visible()
            looks_right(laptop, f"75-live-{shape}")
            laptop.goto(f"/teach/sessions/{session}/projector")
            picture = laptop.page.locator("main [data-picture]")
            expect(picture).to_be_visible()
            looks_right(laptop, f"75-wall-{shape}")
            box: Any = picture.bounding_box()
            stage: Any = laptop.page.locator("main .step").bounding_box()
            assert box["height"] >= stage["height"] * 0.97 or box["width"] >= stage["width"] * 0.48
            assert laptop.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
            expect(laptop.page.get_by_text(GUIDES[0]).first).to_be_visible()
            assert laptop.complaints == []
        teacher.tell(code, "end")


def test_a_handout_is_in_large_print_with_its_pictures_and_the_way_to_the_review(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, tall: Lesson
) -> None:
    code = open_class(teacher.http, tall, "안내지")
    session = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
    teacher.tell(code, "start")
    teacher.tell(code, "end")
    with Device(browser, LAPTOP, lan, pictures) as laptop:
        sign_in(laptop)
        for name, path in (
            ("lecture", f"/teach/lectures/{tall.id}/handout"),
            ("class", f"/teach/sessions/{session}/handout"),
        ):
            laptop.goto(path)
            expect(laptop.page.locator("article [data-picture] img")).to_have_count(len(TITLES))
            qr = laptop.page.get_by_role("img", name=re.compile("다시 보기 QR 코드"))
            expect(qr).to_be_visible()
            for number in range(len(TITLES)):
                expect(laptop.page.get_by_role("heading", name=f"{number + 1} {TITLES[number]}")).to_be_visible()
            laptop.page.wait_for_load_state("networkidle")
            looks_right(laptop, f"76-handout-{name}")
            laptop.page.emulate_media(media="print")
            assert laptop.page.evaluate(_SMALLEST_TEXT) >= 24  # 18 points
            paper = laptop.page.pdf(path=pictures / f"76-handout-{name}.pdf", prefer_css_page_size=True)
            # Two steps with screens on a page.
            assert 3 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 4
            laptop.page.emulate_media(media="screen")
        assert findings(laptop) == []
        assert laptop.complaints == []


# --- fingers


def _width(box: Any) -> float:
    return float(box["width"])


def _tap_twice(phone: Device) -> None:
    for _ in range(2):
        phone.page.touchscreen.tap(160, 200)


def _pinch(phone: Device) -> None:
    client = phone.context.new_cdp_session(phone.page)
    for kind, gap in (("touchStart", 40), ("touchMove", 60), ("touchMove", 90), ("touchEnd", None)):
        points = [] if gap is None else [{"x": 160 - gap, "y": 200, "id": 0}, {"x": 160 + gap, "y": 200, "id": 1}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    client.detach()
