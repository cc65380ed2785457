"""Without a mouse, in a fixed order of reading, calm, in high contrast, and on networks that let little through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import (
    LAPTOP,
    NOT_FOUND,
    PHONE,
    SMALL_PHONE,
    Device,
    answered,
    enter,
    sign_in,
    the_teacher_looks,
)
from tests.browser.test_pages import findings
from tests.server.process import Running

pytestmark = pytest.mark.browser

_MANY_TABS = 120
# What a screen reader would call the focused element, and whether one can see that it is focused.
_FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const text = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent;
  const seen = one.type === 'radio' || getComputedStyle(one).outlineStyle !== 'none';
  return { name: text.trim().replace(/\\s+/g, ' '), seen };
}"""
_TO_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
}"""
_HEADINGS = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
  .filter((one) => one.checkVisibility() && !one.closest('[aria-hidden=true]'))
  .map((one) => `${one.tagName.toLowerCase()} ${one.textContent.trim().replace(/\\s+/g, ' ')}`)"""
_WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const where = entry.sources.map(({ node, previousRect, currentRect }) =>
      `${node?.nodeName} ${node?.textContent?.trim().slice(0, 30)} ${previousRect.y} -> ${currentRect.y}`);
    window.shifts.push(`${entry.value}: ${where.join('; ')}`);
  }
}).observe({ type: 'layout-shift', buffered: true });
"""
_A_KOREAN_VOICE = """
const voice = { lang: 'ko-KR', name: 'Korean', localService: true, default: true, voiceURI: 'ko' };
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(speechSynthesis, 'getVoices', { value: () => [voice] });
Object.defineProperty(speechSynthesis, 'speak', { value: ({ text }) => { if (text) window.speaking = true; } });
Object.defineProperty(speechSynthesis, 'cancel', { value: () => { window.speaking = false; } });
"""
_IN_DIALOG_OR_NOWHERE = "document.activeElement === document.body || !!document.activeElement.closest('dialog[open]')"
# WCAG 1.4.12 names these four.
_WIDE_SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""
# Whether something lies over the focused element: the bar at the bottom, a band on top.
_IS_COVERED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !(top && one.contains(top));
}"""
_HIGH_CONTRAST = "localStorage.setItem('mgpt.prefs', JSON.stringify({ theme: 'contrast', calm: true }));"


def focused(page: Page) -> str | None:
    """Name of the focused element, None on the body; what is reached by keyboard has to show it."""
    found = page.evaluate(_FOCUS)
    if found is None:
        return None
    assert found["seen"], f"{found['name']} does not show its focus"
    return str(found["name"])


def tab_to(page: Page, name: str, within: Locator | None = None) -> None:
    """Press Tab until ``name`` has the focus, as somebody without a mouse has to."""
    passed: list[str | None] = []
    for _ in range(_MANY_TABS):
        page.keyboard.press("Tab")
        passed.append(focused(page))
        if passed[-1] == name and (within is None or within.locator(":focus").count()):
            return
    raise AssertionError(f"Tab never comes to {name}; it comes to {passed}")


def press(page: Page, name: str, key: str = "Enter") -> None:
    """As fast as a person: what has just changed under the focus takes no press (test_presses)."""
    tab_to(page, name)
    page.wait_for_timeout(600)
    page.keyboard.press(key)


def fill(page: Page, label: str, text: str) -> None:
    tab_to(page, label)
    page.keyboard.insert_text(text)


def tab_stops(page: Page) -> list[str]:
    """Every stop from the top of the page to the last one, in order."""
    page.evaluate(_TO_THE_TOP)
    stops: list[str] = []
    for _ in range(_MANY_TABS):
        page.keyboard.press("Tab")
        name = focused(page)
        if name is None or (stops and name == stops[0]):
            return stops
        stops.append(name)
    raise AssertionError(f"Tab does not come to an end: {stops}")


def open_by_keyboard(laptop: Device) -> str:
    page = laptop.page
    laptop.goto("/login")
    expect(page.get_by_label("이메일")).to_be_visible()
    page.wait_for_timeout(300)  # a page that has just come takes the focus to its heading
    fill(page, "이메일", "instructor@test.com")
    fill(page, "비밀번호", "test1234")
    page.keyboard.press("Enter")
    page.wait_for_url("**/teach")
    card = page.get_by_role("article", name="유튜브 사용법 배우기")
    expect(card).to_be_visible()
    tab_to(page, "수업 열기", within=card)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    press(page, "수업 열기")
    page.wait_for_url("**/teach/sessions/*")
    # The list of lectures, with the codes of other classes, stays until the live page is there.
    expect(page.get_by_role("button", name="수업 시작")).to_be_visible()
    code = page.get_by_text(re.compile(r"^[A-Z2-9]{6}$")).first
    expect(code).to_be_visible()
    return code.inner_text()


def test_a_whole_class_with_the_keyboard_alone(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    titles = teacher.steps()
    with Device(browser, LAPTOP, lan, pictures) as laptop, Device(browser, PHONE, lan, pictures) as kim:
        code = open_by_keyboard(laptop)
        kim.goto(f"/join/{code}")
        fill(kim.page, "이름", "김영희")
        kim.page.keyboard.press("Enter")
        kim.sees("곧 시작해요")

        press(laptop.page, "수업 시작")
        kim.heading(titles[0])
        press(kim.page, "도와주세요")
        the_teacher_looks(kim)
        press(kim.page, NOT_FOUND)
        answered(kim)
        laptop.sees("답을 받은 사람 1명")  # the analysis was there at once
        laptop.page.keyboard.press("h")
        expect(laptop.page.get_by_label("답", exact=True)).to_be_focused()
        laptop.page.keyboard.insert_text("빨간 단추를 누르세요.")
        press(laptop.page, "답 보내기")
        expect(laptop.page.get_by_role("dialog")).to_be_hidden()
        kim.sees("빨간 단추를 누르세요.")
        press(kim.page, "해결됐어요")
        press(kim.page, "그냥 넘어가기")
        press(kim.page, "다 했어요", key="Space")
        kim.sees(re.compile("잘하셨어요"))

        press(laptop.page, "다음 단계", key="Space")
        kim.heading(titles[1])
        laptop.page.wait_for_timeout(600)
        laptop.page.keyboard.press("ArrowRight")
        kim.heading(titles[2])
        press(laptop.page, "잠시 쉬기")
        kim.sees("잠시 쉬어요")
        expect(laptop.page.get_by_role("button", name="다시 시작")).to_be_focused()
        laptop.page.wait_for_timeout(1_200)  # two presses within a second are one where the first replaced the thing
        laptop.page.keyboard.press("Enter")
        kim.heading(titles[2])
        press(kim.page, "다 했어요")
        kim.sees(re.compile("잘하셨어요"))

        press(laptop.page, "수업 끝내기")
        expect(laptop.page.get_by_role("dialog")).to_be_visible()
        press(laptop.page, "끝내기")
        laptop.page.wait_for_url("**/summary")
        press(kim.page, "복습하기")
        press(kim.page, "다음")
        kim.heading(titles[1])
        assert laptop.complaints + kim.complaints == []


def test_a_dialog_keeps_the_focus_and_gives_it_back(browser: Browser, lan: str, pictures: Path) -> None:
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.goto("/")
        phone.page.wait_for_load_state("networkidle")
        press(phone.page, "보기 설정")
        dialog = phone.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        for _ in range(12):
            phone.page.keyboard.press("Tab")
            # Chromium itself has one stop on the way round, at the body.
            assert phone.page.evaluate(_IN_DIALOG_OR_NOWHERE)
        phone.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        assert focused(phone.page) == "보기 설정"


def test_the_order_of_a_step(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code, titles = teacher.open("읽는 순서"), teacher.steps()
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.context.add_init_script(_A_KOREAN_VOICE)
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(titles[0])
        assert phone.page.evaluate(_HEADINGS) == [f"h1 {titles[0]}"]
        phone.sees("이야기")  # comes when the words of the step stand
        assert tab_stops(phone.page) == [
            "본문으로 가기",
            "이야기",
            "보기 설정",
            "다시 듣기",
            "천천히 듣기",
            "안내 띄워 두기",
            "도와주세요",
            "다 했어요",
        ]
        said = phone.page.locator('[role="status"].sr-only')
        teacher.tell(code, "next-step")
        expect(said).to_contain_text(f"새 단계예요. {titles[1]}")


def test_the_order_of_the_live_page(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code, titles = teacher.open("읽는 순서"), teacher.steps()
    session_id = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
    lecture = teacher.http.get(f"/api/lectures/{teacher.lecture_id}").json()
    tasks = [f"h3 {task['title']}" for task in lecture["tasks"]]
    with Device(browser, LAPTOP, lan, pictures) as laptop, Device(browser, PHONE, lan, pictures) as kim:
        enter(kim, code, "김영희")
        teacher.tell(code, "start")
        sign_in(laptop)
        laptop.goto(f"/teach/sessions/{session_id}")
        laptop.heading(titles[0])
        laptop.sees("김영희")
        assert laptop.page.evaluate(_HEADINGS) == [
            "h1 읽는 순서",
            "h2 단계",
            *tasks,
            "h2 지금",
            f"h3 {titles[0]}",
            "h2 사람 1명",
        ]
        # How many notifications are unread depends on what else happened on this server.
        stops = ["알림" if name.startswith("알림") else name for name in tab_stops(laptop.page)]
        assert stops == [
            *("본문으로 가기", "내 강의", "알림", "보기 설정"),
            *("큰 화면", "학습 현황", "함께 가르치는 사람", "수업 설정", "단축키"),
            *("한눈에", "수업 끝내기"),
            *("단계", "단계", *(f"여기로: {title}" for title in titles[1:])),
            *("지금", "다음 단계", "잠시 쉬기", "5분 쉬기", "10분 쉬기", "15분 쉬기", "모두에게 한마디"),
            *("천천히 따라 하세요.", "잘하셨어요.", "5분 쉬었다가 다시 해요."),
            *("사람", "김영희 보고 있음"),
        ]


def test_a_conversation_with_the_keyboard_alone(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code = teacher.open("자판으로 하는 이야기")
    room_id = teacher.http.get(f"/api/sessions/{code}").json()["chat_room_id"]
    messages = f"/api/v1/chat/rooms/{room_id}/messages"
    teacher.http.post(messages, json={"message": "먼저 온 글"}).raise_for_status()
    with Device(browser, LAPTOP, lan, pictures) as kim:
        page = kim.page
        enter(kim, code, "김영희")
        kim.sees("곧 시작해요")
        press(page, "이야기")
        expect(page.get_by_role("heading", name="이야기")).to_be_focused()
        kim.sees("먼저 온 글")
        assert page.evaluate(_HEADINGS)[-2] == "h1 이야기"
        fill(page, "글 쓰기", "자판으로 썼어요.")
        page.keyboard.press("Enter")
        kim.sees("자판으로 썼어요.")
        expect(page.get_by_label("글 쓰기")).to_be_focused()
        assert tab_stops(page) == [
            "본문으로 가기",
            "수업으로",
            "사람 2명",
            "나눈 이야기",
            "글 쓰기",
            "사진·파일",
            "보내기",
        ]
        said = page.locator('main [role="status"].sr-only')
        expect(said).to_have_text("")  # neither the history nor one's own words
        for number in (1, 2, 3):
            teacher.http.post(messages, json={"message": f"새 글 {number}"}).raise_for_status()
        expect(said).to_have_text("새 글 3개. 박지현: 새 글 3")
        press(page, "사람 2명")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        assert focused(page) == "사람 2명"
        page.keyboard.press("Escape")
        assert focused(page) == "이야기"
        kim.heading("곧 시작해요")
        assert kim.complaints == []


def test_what_has_the_focus_is_not_covered(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code, titles = teacher.open("좁은 화면"), teacher.steps()
    with Device(browser, {"width": 320, "height": 500}, lan, pictures) as phone:
        phone.context.add_init_script(_A_KOREAN_VOICE)
        enter(phone, code, "김영희")
        teacher.tell(code, "start", message="함께 시작해요. 천천히 따라 오세요. 모르면 언제든지 도움을 부르세요.")
        phone.heading(titles[0])
        for name in ("다시 듣기", "도와주세요", "다 했어요"):
            tab_to(phone.page, name)
            assert not phone.page.evaluate(_IS_COVERED), name


def test_wide_spacing_of_text_cuts_nothing_off(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code, titles = teacher.open("넓은 글자"), teacher.steps()
    with Device(browser, SMALL_PHONE, lan, pictures) as phone:
        enter(phone, code, "김영희")
        teacher.tell(code, "start", message="함께 시작해요.")
        phone.heading(titles[0])
        phone.page.add_style_tag(content=_WIDE_SPACING)
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE["width"]
        for name in ("도와주세요", "다 했어요"):
            button = phone.page.get_by_role("button", name=name)
            assert button.evaluate(
                "(one) => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight"
            )
        phone.picture("42-step-wide-spacing")


def test_reading_aloud_stops_when_it_is_switched_off(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code, titles = teacher.open("조용히"), teacher.steps()
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.context.add_init_script(_A_KOREAN_VOICE)
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(titles[0])
        phone.page.wait_for_function("window.speaking === true")
        phone.press("보기 설정")
        phone.page.get_by_role("group", name="소리 내어 읽기").get_by_text("끄기").click()
        assert phone.page.evaluate("window.speaking") is False
        phone.press("닫기")
        teacher.tell(code, "next-step")
        phone.heading(titles[1])
        assert phone.page.evaluate("window.speaking") is False


@pytest.mark.parametrize(
    ("options", "script"),
    [({"reduced_motion": "reduce"}, _HIGH_CONTRAST), ({"forced_colors": "active"}, ""), ({"color_scheme": "dark"}, "")],
    ids=["high-contrast-calm", "forced-colours", "dark"],
)
def test_other_colours_and_no_movement(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, options: dict[str, str], script: str
) -> None:
    code, titles = teacher.open("다른 색"), teacher.steps()
    session_id = teacher.http.get(f"/api/sessions/{code}").json()["session_id"]
    name = "-".join(options.values())
    with (
        Device(browser, LAPTOP, lan, pictures, **options) as laptop,
        Device(browser, PHONE, lan, pictures, **options) as phone,
    ):
        for device in (laptop, phone):
            device.context.add_init_script(script)
        enter(phone, code, "김영희")
        phone.sees("곧 시작해요")
        assert findings(phone) == []
        teacher.tell(code, "start", message="함께 시작해요.")
        phone.heading(titles[0])
        phone.press("도와주세요")
        the_teacher_looks(phone)
        assert findings(phone) == []
        phone.picture(f"40-asked-{name}")
        phone.press(NOT_FOUND)
        answered(phone)
        assert findings(phone) == []
        phone.picture(f"40-step-{name}")
        phone.press("이야기")
        phone.page.get_by_label("글 쓰기").fill("안녕하세요.")
        phone.press("보내기")
        phone.sees("안녕하세요.")
        phone.sees(re.compile("안 읽음"))
        assert findings(phone) == []
        phone.picture(f"40-chat-{name}")
        phone.press("수업으로")
        sign_in(laptop)
        assert findings(laptop) == []
        laptop.goto(f"/teach/sessions/{session_id}")
        laptop.heading(titles[0])
        laptop.sees("도움 요청")
        assert findings(laptop) == []
        laptop.picture(f"40-live-{name}")
        laptop.page.get_by_role("tab", name=re.compile("^이야기")).click()
        laptop.sees("안녕하세요.")
        assert findings(laptop) == []
        if script:
            seconds = phone.page.locator(".anim-step").evaluate("(one) => getComputedStyle(one).animationDuration")
            assert seconds == "1e-05s"


def test_nothing_jumps_when_the_step_changes(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    code, titles = teacher.open("가만히 있는 화면"), teacher.steps()
    with Device(browser, PHONE, lan, pictures) as phone:
        phone.context.add_init_script(_A_KOREAN_VOICE)
        enter(phone, code, "김영희")
        teacher.tell(code, "start")
        phone.heading(titles[0])
        phone.page.wait_for_timeout(500)
        phone.page.evaluate(_WATCH_SHIFTS)
        phone.page.evaluate("window.shifts.length = 0")
        for place, title in enumerate(titles[1:]):
            body = {"message": "천천히 따라 하세요."} if place % 3 == 0 else {}
            teacher.tell(code, "next-step", **body)
            phone.heading(title)
            phone.page.wait_for_timeout(350)
        assert phone.page.evaluate("window.shifts") == []


def test_the_kept_shell_opens_without_a_connection_and_says_what_to_do(
    browser: Browser, server: Running, pictures: Path, teacher: Teacher
) -> None:
    code = teacher.open("Without a connection")
    with Device(browser, PHONE, server.url, pictures) as phone:
        phone.goto("/")
        assert phone.page.evaluate("window.isSecureContext")
        phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        phone.cut()
        phone.page.reload()
        expect(phone.page.locator("main h1")).to_be_visible()
        phone.goto(f"/join/{code}")
        phone.page.get_by_role("textbox").fill("김영희")
        phone.press("들어가기")
        phone.sees("인터넷에 연결되지 않았어요. 연결을 확인하고 다시 눌러 주세요.")
        assert findings(phone) == []
        phone.picture("41-shell-offline")
        phone.mend()
        phone.press("들어가기")
        phone.sees("곧 시작해요")


def test_a_phone_without_sockets_follows_the_class_over_http_and_comes_back(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    code, titles = teacher.open("웹소켓이 막힌 곳"), teacher.steps()
    blocked, joined = [True], []

    def carry(route: WebSocketRoute) -> None:
        if blocked[0]:
            route.close(code=1001)
            return
        route.connect_to_server()
        if "/ws/sessions/" in route.url:
            joined.append(route.url)

    with Device(browser, PHONE, lan, pictures) as phone:
        phone.context.set_default_timeout(20_000)
        phone.context.route_web_socket(re.compile("/ws/"), carry)
        enter(phone, code, "김영희")
        phone.sees("곧 시작해요")
        teacher.tell(code, "start")
        first = phone.page.get_by_role("heading", name=titles[0])
        expect(first).to_be_visible(timeout=20_000)
        expect(phone.page.get_by_text(re.compile("인터넷이 끊겼어요"))).to_have_count(0)
        phone.press("다 했어요")
        expect(phone.page.get_by_text(re.compile("잘하셨어요"))).to_be_visible(timeout=20_000)
        steps = teacher.http.get(f"/api/sessions/{code}/summary").json()["steps"]
        assert [step["completed_participants"] for step in steps][:2] == [1, 0]
        assert joined == []
        blocked[0] = False
        phone.page.evaluate("window.dispatchEvent(new Event('online'))")  # no need to wait for the backoff
        phone.page.wait_for_timeout(1_000)
        assert len(joined) == 1
        teacher.tell(code, "next-step")
        # Quicker than the next fetch over HTTP could be.
        expect(phone.page.get_by_role("heading", name=titles[1])).to_be_visible(timeout=2_000)
        assert phone.complaints == []
