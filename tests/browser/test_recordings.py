"""From a phone's recording to a lesson: replayed, drafted, worded, saved, and seen as a phone shows it."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, SMALL_PHONE, Device, sign_in
from tests.browser.screenshots import screenshot
from tests.browser.test_pages import looks_right

pytestmark = pytest.mark.browser

ALL = "/api/sessions/recordings"
TALK = "com.kakao.talk"
BEGUN = 1_764_000_000
ROWS = [
    {"bounds": [40, 320 + 260 * row, 1040, 540 + 260 * row], "text": name}
    for row, name in enumerate(("동네 모임", "우리 가족", "복지관 소식", "걷기 모임"))
]
EVENTS: list[tuple[float, str, dict[str, Any]]] = [
    (0, "app_open", {"package": TALK, "screen": "친구", "screen_width": 1080, "screen_height": 2340}),
    (3, "click", {"text": "채팅", "class": "TabWidget", "x": 405, "y": 2250, "bounds": [270, 2160, 540, 2340]}),
    (4, "screen_change", {"screen": "채팅 목록", "elements": ROWS}),
    (7, "scroll", {"start_x": 540, "start_y": 1700, "end_x": 540, "end_y": 700}),
    (60, "click", {"text": "복지관 소식", "class": "ListItem", "x": 500, "y": 950, "bounds": ROWS[2]["bounds"]}),
    (61, "screen_change", {"screen": "대화"}),
    (66, "text_input", {"hint": "글 쓰는 칸", "element": "EditText"}),
    (70, "click", {"text": "보내기", "class": "Button", "x": 980, "y": 2250}),
]


def save(teacher: Teacher, title: str, events: list[tuple[float, str, dict[str, Any]]]) -> int:
    made = teacher.http.post(ALL, json={"title": title}).json()["id"]
    for start in range(0, len(events), 2000):
        batch = [
            {"event_type": kind, "timestamp": BEGUN + at, "data": data}
            for at, kind, data in events[start : start + 2000]
        ]
        teacher.http.post(f"{ALL}/{made}/save-events-batch", json={"events": batch}).raise_for_status()
    teacher.http.post(f"{ALL}/{made}/stop").raise_for_status()
    return int(made)


def clock(device: Device) -> str:
    return device.page.locator("[data-clock]").inner_text().split(" / ")[0]


def test_a_recording_is_replayed(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    made = save(teacher, "채팅방 들어가기", EVENTS)
    with Device(browser, LAPTOP, lan, pictures) as laptop:
        page = laptop.page
        sign_in(laptop)
        laptop.goto("/teach/recordings")
        page.get_by_role("link", name="‘채팅방 들어가기’ 다시 보기").click()
        now, line = page.locator("[data-now]"), page.get_by_role("slider", name="시간 줄")
        expect(now).to_contain_text("화면: 친구")
        laptop.press("재생")
        expect(now).to_contain_text("누르기: 채팅", timeout=8000)  # after three seconds of its time
        laptop.press("멈춤")
        stood = clock(laptop)
        page.wait_for_timeout(1200)
        assert clock(laptop) == stood
        line.focus()
        page.keyboard.press("ArrowRight")
        expect(now).to_contain_text("화면: 채팅 목록")
        page.keyboard.press("End")
        expect(now).to_contain_text("누르기: 보내기")
        page.keyboard.press("Home")
        assert clock(laptop) == "0:00"
        box = line.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] * 0.999, box["y"] + 10)
        expect(now).to_contain_text("보내기")
        page.get_by_role("option", name=re.compile("복지관 소식")).click()
        expect(now).to_contain_text("누르기: 복지관 소식")
        expect(line).to_have_attribute("aria-valuetext", re.compile("복지관 소식"))
        # The pause of 53 seconds counts in full when nothing is shortened.
        expect(page.locator("[data-clock]")).to_contain_text("/ 0:")
        page.get_by_label("긴 쉼 줄이기").uncheck()
        expect(page.locator("[data-clock]")).to_contain_text("/ 1:11")
        expect(now).to_contain_text("복지관 소식")
        line.focus()
        page.keyboard.press("Home")
        laptop.press("4배")
        page.keyboard.press("Tab")
        line.focus()
        page.keyboard.press("Space")
        page.wait_for_timeout(1500)
        page.keyboard.press("Space")
        seconds = int(clock(laptop).split(":")[1])
        assert seconds >= 4, "four times as fast"
        assert laptop.complaints == []
        assert page.url.endswith(f"/teach/recordings/{made}")


def test_a_recording_becomes_a_task(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    made = save(teacher, "채팅방에서 인사하기", EVENTS)
    lecture = teacher.http.post("/api/lectures", json={"title": "녹화로 만든 강의"}).json()["id"]
    at = f"/api/lectures/{lecture}?include=subtasks"
    with Device(browser, LAPTOP, lan, pictures) as laptop:
        page = laptop.page
        sign_in(laptop)
        laptop.goto(f"/teach/recordings/{made}")
        laptop.press("수업 단계로 만들기")
        laptop.heading("수업 초안")
        steps = page.get_by_role("heading", name=re.compile(r"^\d+단계$"))
        expect(steps.first).to_be_visible()
        before = steps.count()
        assert before >= 4
        drawn = page.get_by_role("img", name=re.compile("'채팅' 누르기"))
        expect(drawn).to_be_visible()
        expect(page.get_by_role("img", name=re.compile("화면, "))).to_have_count(3)
        page.get_by_label("단계 이름").first.fill("카카오톡을 여세요")
        laptop.press(f"{before}단계 빼기")
        expect(steps).to_have_count(before - 1)
        laptop.press("3단계, 앞과 합치기")
        expect(steps).to_have_count(before - 2)
        page.get_by_label("넣을 강의").select_option(str(lecture))
        looks_right(laptop, "62-draft-1366")
        laptop.press("강의에서 열기")
        page.wait_for_url(f"**/teach/lectures/{lecture}")
        laptop.sees("녹화로 만든 초안이에요. 아직 저장하지 않았어요.")
        assert teacher.http.get(at).json()["tasks"] == []
        page.get_by_label("안내 글").fill("노란 그림을 찾아 누르세요.")
        page.reload()  # a draft outlives it
        laptop.sees("녹화로 만든 초안이에요. 아직 저장하지 않았어요.")
        looks_right(laptop, "63-editor-draft-1366")
        laptop.press("강의에 저장")
        laptop.sees("‘채팅방에서 인사하기’ 과제를 강의에 저장했어요.")
        (task,) = teacher.http.get(at).json()["tasks"]
        titles = [step["title"] for step in task["subtasks"]]
        assert (task["title"], titles[0], len(titles)) == ("채팅방에서 인사하기", "카카오톡을 여세요", before - 2)
        assert task["subtasks"][0]["guide_text"] == "노란 그림을 찾아 누르세요."
        marked = [step["image"]["marks"][0]["kind"] for step in task["subtasks"] if step["image"]]
        assert marked[-1] == "tap"
        assert all(step["image"]["alt"] for step in task["subtasks"] if step["image"])
        assert [step["order_index"] for step in task["subtasks"]] == sorted(
            step["order_index"] for step in task["subtasks"]
        )
        if page.get_by_role("tab", name="미리 보기").count():
            page.get_by_role("tab", name="미리 보기").click()
        phone = page.get_by_role("figure")
        expect(phone.get_by_role("heading", name="카카오톡을 여세요")).to_be_visible()
        expect(phone.get_by_text("노란 그림을 찾아 누르세요.")).to_be_visible()
        assert laptop.complaints == []


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(LAPTOP, id="1366"),
        pytest.param({"width": 1920, "height": 1080}, id="1920", marks=pytest.mark.between),
        pytest.param({"width": 390, "height": 844}, id="390", marks=pytest.mark.between),
        pytest.param(SMALL_PHONE, id="320"),
    ],
)
def test_every_state(browser: Browser, lan: str, pictures: Path, teacher: Teacher, size: dict[str, int]) -> None:
    made, width = save(teacher, "모든 모습", EVENTS), size["width"]
    empty = save_empty(teacher)
    with Device(browser, size, lan, pictures) as laptop:
        page = laptop.page
        sign_in(laptop)
        page.route("**/api/sessions/recordings?*", lambda route: route.fulfill(json=_NOTHING))
        laptop.goto("/teach/recordings")
        laptop.sees("아직 녹화가 없어요")
        looks_right(laptop, f"60-recordings-empty-{width}")
        page.unroute("**/api/sessions/recordings?*")
        page.route("**/api/sessions/recordings?*", lambda route: route.abort())
        laptop.goto("/teach/recordings")
        expect(page.get_by_role("alert")).to_be_visible()
        looks_right(laptop, f"60-recordings-offline-{width}")
        page.unroute("**/api/sessions/recordings?*")
        laptop.press("다시 불러오기")
        laptop.heading("모든 모습")
        looks_right(laptop, f"60-recordings-{width}")
        page.get_by_role("button", name="‘모든 모습’ 지우기").first.click()
        looks_right(laptop, f"60-recordings-delete-{width}")
        laptop.press("그만두기")
        laptop.goto(f"/teach/recordings/{made}")
        for words in ("누르기: 채팅", "밀기", "글자 쓰기", "누르기: 보내기"):
            page.get_by_role("option", name=re.compile(words)).first.click()
            looks_right(laptop, f"61-replay-{words.replace(': ', '-').replace(' ', '-')}-{width}")
        laptop.press("수업 단계로 만들기")
        expect(page.get_by_role("heading", name="1단계", exact=True)).to_be_visible()
        looks_right(laptop, f"62-draft-all-{width}")
        laptop.goto(f"/teach/recordings/{empty}")
        laptop.sees("이 녹화에는 한 일이 없어요.")
        looks_right(laptop, f"61-replay-nothing-{width}")
        assert laptop.complaints == []


_NOTHING: dict[str, Any] = {
    "count": 0, "next": None, "previous": None, "recordings": [], "results": [],
    "pagination": {"page": 1, "page_size": 20, "total_count": 0, "total_pages": 0},
}  # fmt: skip


def save_empty(teacher: Teacher) -> int:
    made = teacher.http.post(ALL, json={"title": "빈 녹화"}).json()["id"]
    teacher.http.post(f"{ALL}/{made}/stop").raise_for_status()
    return int(made)


def test_a_long_recording_stays_quick(browser: Browser, lan: str, pictures: Path, teacher: Teacher) -> None:
    """Thousands of events: played from the first page on, few rows in the document, no long stop of the page."""
    made = save(
        teacher, "긴 녹화", [(at * 0.5, "click", {"text": f"단추 {at}", "x": at % 1080}) for at in range(10_000)]
    )
    with Device(browser, LAPTOP, lan, pictures) as laptop:
        page = laptop.page
        sign_in(laptop)
        page.add_init_script(_WATCH_LONG_TASKS)
        laptop.goto(f"/teach/recordings/{made}")
        laptop.sees("1 / 10,000")
        expect(page.get_by_text(re.compile("불러오는 중이에요"))).to_have_count(0, timeout=30_000)
        assert page.get_by_role("option").count() < 60
        page.get_by_role("slider", name="시간 줄").focus()
        page.keyboard.press("End")
        laptop.sees("10,000 / 10,000")
        expect(page.get_by_role("option", selected=True)).to_contain_text("단추 9999")
        looks_right(laptop, "64-replay-long")
        longest = page.evaluate("Math.max(0, ...window.longTasks)")
        assert longest < 1000, f"the page stood still for {longest} ms"


_WATCH_LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((one) => one.duration)))
  .observe({ type: 'longtask', buffered: true });
"""


def test_a_replay_shows_the_screenshot_of_its_screen(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher
) -> None:
    shot = base64.b64encode(screenshot(3)).decode()
    opened = {"package": TALK, "screen": "친구", "screen_width": 540, "screen_height": 1170, "screenshot": shot}
    events: list[tuple[float, str, dict[str, Any]]] = [
        (0, "app_open", opened),
        (2, "click", {"text": "채팅", "x": 405, "y": 1100, "bounds": [378, 1072, 520, 1150]}),
        (4, "screen_change", {"screen": "채팅 목록", "elements": ROWS}),
    ]
    made = save(teacher, "화면 그림이 있는 녹화", events)
    with Device(browser, LAPTOP, lan, pictures) as laptop:
        sign_in(laptop)
        with laptop.page.expect_response(re.compile("/media/lessons/")) as answer:
            laptop.goto(f"/teach/recordings/{made}")
        assert answer.value.status == 200
        shown = laptop.page.locator("figure svg image")
        expect(shown).to_have_count(1)
        laptop.page.get_by_role("button", name="다음 일").click()
        expect(laptop.page.locator("[data-now]")).to_contain_text("채팅")
        expect(shown).to_have_count(1)  # the touch is on the same screen
        looks_right(laptop, "90-replay-screenshot")
        laptop.page.get_by_role("button", name="다음 일").click()
        expect(laptop.page.locator("[data-now]")).to_contain_text("채팅 목록")
        expect(shown).to_have_count(0)
        assert laptop.complaints == []
