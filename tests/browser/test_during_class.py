"""The phone during a class: both buttons always there, done taken back, earlier steps, breaks, a screen that is on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, NOT_FOUND, PHONE, Device, answered, enter, sign_in, the_teacher_looks
from tests.browser.quick import pressed_at_once, until_quick, wait_for_change, watch
from tests.browser.test_pages import findings

pytestmark = pytest.mark.browser

DONE, HELP, NOT_YET = "다 했어요", "도와주세요", "아직 안 했어요"
OTHER_WORDS, PICTURES = "다른 말로 할게요", "그림에서 고를게요"
EARLIER, BACK = "이전 단계 보기", "수업으로 돌아가기"
SCREENS = [
    pytest.param(360, 740, marks=pytest.mark.between),
    (320, 568),
    (740, 360),
    pytest.param(568, 320, marks=pytest.mark.between),
]
# A phone that reads aloud: the voices of a computer without any are none.
_VOICE = """
const voice = {lang: 'ko-KR', name: '유나', localService: true, default: true, voiceURI: 'yuna'};
window.speechSynthesis.getVoices = () => [voice];
window.speechSynthesis.speak = () => undefined;
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def size_text(phone: Device, size: int) -> None:
    phone.page.evaluate("size => document.documentElement.dataset.text = size", str(size))


def button(phone: Device, name: str) -> Locator:
    return phone.page.get_by_role("button", name=name, exact=True)


def step_status(teacher: Teacher, code: str) -> str:
    [row] = teacher.http.get(f"/api/sessions/{code}/participants").json()["participants"]
    return str(row["current_step_status"])


def expect_status(phone: Device, teacher: Teacher, code: str, status: str) -> None:
    for _ in range(50):
        if step_status(teacher, code) == status:
            return
        phone.page.wait_for_timeout(100)
    assert step_status(teacher, code) == status


# --- both buttons


# What is on the screen, whole, and not under anything else: what a finger at its corners and its middle would press.
_REACHED = """(name) => {
  const one = [...document.querySelectorAll('[data-thumb] button')].find((each) => each.textContent.includes(name));
  if (!one) return 'absent';
  const box = one.getBoundingClientRect();
  const points = [[.5, .5], [.08, .15], [.92, .15], [.08, .85], [.92, .85]];
  for (const [x, y] of points) {
    const found = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    if (found !== one && !one.contains(found)) return `covered by ${found && found.outerHTML.slice(0, 80)}`;
  }
  if (box.height < 48 || box.width < 48) return 'too small';
  return '';
}"""


# Buttons with words outside of them.
_SPILLED = """() => [...document.querySelectorAll('main button')].filter((one) => {
  if (!one.checkVisibility()) return false;
  const words = document.createRange();
  words.selectNodeContents(one);
  const [outer, inner] = [one.getBoundingClientRect(), words.getBoundingClientRect()];
  return inner.left < outer.left || inner.right > outer.right || inner.top < outer.top || inner.bottom > outer.bottom;
}).map((one) => one.textContent.trim())"""


# Buttons that lie over each other; the bar at the thumb may lie over anything.
_OVERLAPPING = """() => {
  const all = [...document.querySelectorAll('main button')]
    .filter((one) => one.checkVisibility() && !one.closest('[data-thumb]'))
    .map((one) => ({words: one.textContent.trim(), box: one.getBoundingClientRect()}));
  return all.flatMap(({words, box}, place) => all.slice(place + 1)
    .filter((other) => box.left < other.box.right - 1 && other.box.left < box.right - 1
      && box.top < other.box.bottom - 1 && other.box.top < box.bottom - 1)
    .map((other) => `${words} / ${other.words}`));
}"""


def both_are_there(phone: Device, state: str) -> None:
    for name in (HELP, DONE):
        reached = phone.page.evaluate(_REACHED, name)
        assert reached == "", f"{name} in {state}: {reached}"


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_both_buttons_are_on_the_screen_in_every_state(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, width: int, height: int
) -> None:
    code, titles = teacher.open("두 단추"), teacher.steps()
    with Device(browser, {"width": width, "height": height}, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start", message="천천히 따라 하세요. 모르면 손을 드세요.")
        teacher.tell(code, "next-step")
        phone.heading(titles[1])
        expect(button(phone, EARLIER)).to_be_visible()

        def looks(state: str) -> None:
            for size in (1, 2, 3):
                size_text(phone, size)
                for place in ("0", "document.body.scrollHeight"):
                    phone.page.evaluate(f"scrollTo(0, {place})")
                    both_are_there(phone, f"{state}, text {size}")
                    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                assert findings(phone) == [], state
                assert phone.page.evaluate(_SPILLED) == [], f"{state}, text {size}"
                assert phone.page.evaluate(_OVERLAPPING) == [], f"{state}, text {size}"
                phone.picture(f"40-{width}x{height}-{state}-text{size}")
            size_text(phone, 1)

        looks("step")
        button(phone, EARLIER).click()
        phone.heading(titles[0])
        looks("earlier")
        button(phone, BACK).click()
        phone.press(DONE)
        phone.sees(re.compile("잘하셨어요"))  # until it is kept the button says that it is on its way
        expect(button(phone, NOT_YET)).to_be_visible()
        looks("done")
        button(phone, NOT_YET).click()
        phone.press(HELP)
        the_teacher_looks(phone)
        looks("asked")
        phone.press(OTHER_WORDS)
        looks("in-words")
        phone.press(PICTURES)
        phone.press(NOT_FOUND)
        answered(phone)
        looks("answered")
        phone.press("해결됐어요")
        expect(phone.page.get_by_role("heading", name="해결돼서 다행이에요")).to_be_visible()
        looks("rating")
        assert phone.complaints == []


def test_a_press_just_after_the_step_changed_is_not_taken(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code, titles = teacher.open("바로 누르기"), teacher.steps()
    with Device(browser, {"width": 740, "height": 360}, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(titles[0])
        phone.page.wait_for_timeout(1_200)  # a page that was opened a second ago is still being put together
        box = button(phone, DONE).bounding_box()
        assert box
        for title in until_quick(phone.page, titles[1:4], pressed_at_once):
            watch(phone.page, "heading", title)
            teacher.tell(code, "next-step")
            wait_for_change(phone.page)
            phone.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            phone.page.wait_for_timeout(300)
        assert step_status(teacher, code) == "IN_PROGRESS"
        phone.page.wait_for_timeout(400)
        phone.press(DONE)
        expect_status(phone, teacher, code, "COMPLETED")


# --- done taken back


def test_done_is_taken_back_until_the_class_goes_on(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code, titles = teacher.open("아직 안 했어요"), teacher.steps()
    with Device(browser, PHONE, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(titles[0])
        phone.press(DONE)
        expect_status(phone, teacher, code, "COMPLETED")
        expect(button(phone, HELP)).to_be_enabled()
        phone.press(NOT_YET)
        expect_status(phone, teacher, code, "IN_PROGRESS")
        expect(button(phone, NOT_YET)).to_have_count(0)
        phone.press(DONE)
        expect_status(phone, teacher, code, "COMPLETED")
        teacher.tell(code, "next-step")
        phone.heading(titles[1])
        expect(button(phone, NOT_YET)).to_have_count(0)


def test_what_was_taken_back_without_a_connection_is_sent_in_order(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code, titles = teacher.open("끊긴 채 되돌리기"), teacher.steps()
    with Device(browser, PHONE, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(titles[0])
        expect(button(phone, EARLIER)).to_have_count(0)  # the first step has none before it
        phone.page.wait_for_load_state("networkidle")  # what is loaded after the first step says that nothing is sent
        phone.cut()
        phone.sees(re.compile("인터넷이 끊겼어요"))
        phone.press(DONE)
        phone.press(NOT_YET)
        phone.mend()
        phone.sees(re.compile("다시 연결됐어요"))
        expect_status(phone, teacher, code, "IN_PROGRESS")
        expect(button(phone, DONE)).to_be_enabled()


# --- earlier steps


def test_who_fell_behind_looks_back_and_never_ahead(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code, titles = teacher.open("이전 단계"), teacher.steps()
    with Device(browser, PHONE, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        for _ in range(3):
            teacher.tell(code, "next-step")
        phone.heading(titles[3])
        phone.press(EARLIER)
        phone.heading(titles[2])
        expect(button(phone, "다음 단계")).to_be_disabled()
        phone.press("이전 단계")
        phone.heading(titles[1])
        phone.press("다음 단계")
        phone.heading(titles[2])
        phone.picture("41-earlier-step-phone")
        # The class goes on meanwhile: said, and not lost.
        teacher.tell(code, "next-step", message="이제 글씨를 써요")
        phone.sees(re.compile(f"수업은 다음 단계로 갔어요. {titles[4]}"))
        phone.sees("이제 글씨를 써요")
        expect(phone.page.get_by_role("heading", level=1)).to_have_text(titles[2])
        expect(phone.page.locator("[aria-live]").filter(has_text=f"새 단계예요. {titles[4]}")).to_have_count(1)
        phone.picture("42-earlier-step-moved-phone")
        phone.press(BACK)
        phone.heading(titles[4])
        expect(button(phone, BACK)).to_have_count(0)
        # The class goes back to before what is looked at: nobody is ahead of it.
        phone.press(EARLIER)
        phone.heading(titles[3])
        lecture = teacher.http.get(f"/api/lectures/{teacher.lecture_id}", params={"include": "subtasks"}).json()
        first = lecture["tasks"][0]["subtasks"][0]["id"]
        teacher.tell(code, "next-step", next_subtask_id=first)
        phone.heading(titles[0])
        assert phone.complaints == []


# --- a break


def test_a_break_counts_down_by_the_servers_clock(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code, titles = teacher.open("쉬는 시간"), teacher.steps()
    with (
        Device(browser, PHONE, lan, pictures) as phone,
        Device(browser, PHONE, lan, pictures) as late,
    ):
        phone.context.clock.install()
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(titles[0])
        teacher.tell(code, "break", minutes=5, message="5분 쉬어요")
        phone.sees("쉬는 시간이에요")
        expect(phone.page.get_by_role("timer")).to_have_text(re.compile(r"^(5:00|4:5\d)$"))
        phone.sees("5분 쉬어요")
        assert findings(phone) == []
        phone.picture("43-break-phone")
        enter(late, code, "이철수")  # who comes during the break sees the same
        expect(late.page.get_by_role("timer")).to_have_text(re.compile(r"^(5:00|4:[45]\d)$"))
        phone.page.reload()
        expect(phone.page.get_by_role("timer")).to_have_text(re.compile(r"^4:\d\d$"))
        # An hour later, if its own clock were believed; the server's is.
        phone.page.clock.fast_forward("01:00:00")
        expect(phone.page.get_by_role("timer")).to_have_text(re.compile(r"^4:\d\d$"), timeout=40_000)
        teacher.http.delete(f"/api/sessions/{code}/break").raise_for_status()
        late.sees("잠시 쉬어요")
        teacher.tell(code, "resume")
        late.heading(titles[0])
        assert (phone.complaints, late.complaints) == ([], [])


def test_after_the_break_nothing_starts_by_itself(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code, titles = teacher.open("쉬는 시간이 끝나도"), teacher.steps()
    teacher.tell(code, "start")
    teacher.tell(code, "break", minutes=1)
    answer = teacher.http.get(f"/api/sessions/{code}/break").json()
    ends = datetime.now(UTC) + timedelta(seconds=8)
    with Device(browser, PHONE, lan, pictures) as phone:
        shorter = {**answer, "break_ends_at": ends.isoformat()}
        phone.context.route(re.compile(r"/api/sessions/\d+/break"), lambda route: route.fulfill(json=shorter))
        enter(phone, code, "김영희")
        expect(phone.page.get_by_role("timer")).to_have_text(re.compile(r"^0:0[1-8]$"))
        over = phone.page.get_by_text("곧 다시 시작해요").filter(visible=True).first
        expect(over).to_be_visible(timeout=12_000)
        expect(phone.page.get_by_role("timer")).to_have_count(0)
        phone.picture("44-break-over-phone")
        phone.page.wait_for_timeout(1_000)
        phone.sees("곧 다시 시작해요")
        teacher.tell(code, "resume")
        phone.heading(titles[0])
        assert phone.complaints == []


def test_the_instructor_gives_a_break(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code, titles = teacher.open("선생님의 쉬는 시간"), teacher.steps()
    with (
        Device(browser, PHONE, lan, pictures) as phone,
        Device(browser, LAPTOP, lan, pictures) as laptop,
    ):
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(titles[0])
        sign_in(laptop)
        session_id = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
        laptop.goto(f"/teach/sessions/{session_id}")
        laptop.press("10분 쉬기")
        expect(phone.page.get_by_role("timer")).to_have_text(re.compile(r"^(10:00|9:5\d)$"))
        group = laptop.page.get_by_role("group", name="쉬는 시간")
        expect(group.get_by_role("timer")).to_have_text(re.compile(r"^(10:00|9:5\d)$"))
        laptop.picture("45-live-break")
        laptop.press("5분 더")
        expect(phone.page.get_by_role("timer")).to_have_text(re.compile(r"^(15:00|14:\d\d)$"))
        laptop.press("시간 정하지 않기")
        phone.sees("잠시 쉬어요")
        laptop.press("다시 시작")
        phone.heading(titles[0])
        assert (phone.complaints, laptop.complaints) == ([], [])


# --- the screen stays on

_AWAKE = """() => {
  const video = document.querySelector('video[data-awake]');
  if (!video) return null;
  const box = video.getBoundingClientRect();
  return {
    paused: video.paused, muted: video.muted, time: video.currentTime, frames: video.videoWidth,
    covers: (box.width * box.height) / (innerWidth * innerHeight),
    hidden: video.getAttribute('aria-hidden'), inFront: document.elementFromPoint(5, 5) === video,
  };
}"""
_HIDE = """(state) => {
  Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_the_screen_stays_on_over_plain_http(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    if "127.0.0.1" in lan:
        pytest.skip("this machine has no address of its own: every page is a secure context")
    code, titles = teacher.open("켜진 화면"), teacher.steps()
    with Device(browser, PHONE, lan, pictures) as phone:
        enter(phone, code, "김영희")
        assert phone.page.evaluate("window.isSecureContext || 'wakeLock' in navigator") is False
        teacher.tell(code, "start")
        phone.heading(titles[0])

        def awake() -> Any:
            return phone.page.evaluate(_AWAKE)

        phone.page.wait_for_function("() => document.querySelector('video[data-awake]')?.currentTime > 0")
        first = awake()
        phone.page.wait_for_timeout(2_200)
        then = awake()
        assert (then["paused"], then["muted"], then["hidden"], then["inFront"]) == (False, True, "true", False)
        assert then["time"] > first["time"] + 1
        assert then["frames"] > 0
        # Chromium holds the screen for a silent video that is in view and covers a fifth of it at the least.
        assert then["covers"] >= 0.9
        phone.page.evaluate(_HIDE, "hidden")
        assert awake()["paused"]
        phone.page.evaluate(_HIDE, "visible")
        phone.page.wait_for_function("() => !document.querySelector('video[data-awake]').paused")
        teacher.tell(code, "end")
        phone.sees("수업이 끝났어요")
        expect(phone.page.locator("video[data-awake]")).to_have_count(0)
        assert phone.complaints == []


# --- the instructor sees the phones

# Without clocks, and without the button of phones that can keep the guide above other apps: not all can.
_SHOWN = """(root) => {
  const lines = document.querySelector(root).innerText.split('\\n').map((line) => line.trim()).filter(Boolean);
  return lines.filter((line) => !/^\\d+:\\d\\d$/.test(line) && line !== '안내 띄워 두기');
}"""


def test_the_instructors_phone_is_exactly_what_phones_show(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code, titles = teacher.open("똑같은 화면"), teacher.steps()
    with (
        Device(browser, {"width": 360, "height": 740}, lan, pictures) as phone,
        Device(browser, LAPTOP, lan, pictures) as laptop,
    ):
        phone.context.add_init_script(_VOICE)
        enter(phone, code, "○○○")
        sign_in(laptop)
        session_id = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
        laptop.goto(f"/teach/sessions/{session_id}")

        def same(state: str, words: str) -> None:
            phone.sees(re.compile(words))
            expect(laptop.page.locator("[data-phone]")).to_contain_text(re.compile(words))
            phone.page.wait_for_timeout(400)
            shown, seen = phone.page.evaluate(_SHOWN, "#main"), laptop.page.evaluate(_SHOWN, "[data-phone]")
            assert seen == shown, state
            assert findings(laptop) == [], state
            laptop.picture(f"46-live-phone-{state}")

        same("waiting", "곧 시작해요")
        teacher.tell(code, "announce", message="물을 준비하세요")
        same("waiting-message", "물을 준비하세요")
        teacher.tell(code, "start", message="시작할게요")
        same("step", titles[0])
        teacher.tell(code, "next-step")
        same("second-step", titles[1])
        teacher.tell(code, "announce", message="아주 잘하고 있어요")
        same("message", "아주 잘하고 있어요")
        teacher.tell(code, "pause")
        same("paused", "잠시 쉬어요")
        teacher.tell(code, "break", minutes=5)
        same("break", "쉬는 시간이에요")
        teacher.tell(code, "resume", message="다시 해요")
        same("resumed", "다시 해요")
        teacher.tell(code, "end", message="수고하셨어요")
        same("review", "복습하기")
        # To look at only: neither keys nor screen readers come in, and what is on it is said in words.
        preview = laptop.page.locator("[data-phone]")
        assert preview.evaluate("one => one.inert && one.getAttribute('aria-hidden')") == "true"
        expect(laptop.page.get_by_role("button", name="복습하기")).to_have_count(0)
        expect(laptop.page.get_by_role("figure").get_by_role("heading", name="수업이 끝났어요")).to_have_count(1)
        assert (phone.complaints, laptop.complaints) == ([], [])


# --- waiting, and the small ones


def test_the_waiting_room_says_who_what_and_when(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    day = datetime.now(ZoneInfo("Asia/Seoul")) + timedelta(days=30)
    made = teacher.http.post(
        f"/api/lectures/{teacher.lecture_id}/sessions",
        json={"title": "오전반", "scheduled_at": day.replace(hour=14, minute=0).isoformat()},
    )
    code = made.json()["session_code"]
    with Device(browser, PHONE, lan, pictures, timezone_id="Asia/Seoul") as phone:
        enter(phone, code, "김영희")
        for words in (
            "곧 시작해요",
            "유튜브 사용법 배우기",
            "오전반",
            f"{day.month}월 {day.day}일 오후 2시에 시작해요",
        ):
            phone.sees(words)
        phone.picture("47-waiting-with-time")


@pytest.mark.parametrize("width", [320, 360])
def test_chat_and_settings_are_large_and_apart(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, width: int
) -> None:
    code = teacher.open("크고 떨어진 단추")
    with Device(browser, {"width": width, "height": 640}, lan, pictures) as phone:
        enter(phone, code, "김영희")
        chat, settings = button(phone, "이야기"), button(phone, "보기 설정")
        expect(chat).to_be_visible()
        sizes = [each.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") for each in (chat, settings)]
        assert sizes == [20, 20]
        one, other = chat.bounding_box(), settings.bounding_box()
        assert one
        assert other
        apart = max(other["x"] - one["x"] - one["width"], other["y"] - one["y"] - one["height"])
        assert apart >= 12
        assert min(one["height"], other["height"]) >= 48
