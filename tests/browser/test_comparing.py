"""What a recording says of a lesson: in the draft that is made of it, and beside the lesson that another one became."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, Device, sign_in
from tests.browser.test_pages import looks_right
from tests.browser.test_recordings import EVENTS, save

pytestmark = pytest.mark.browser
TALK = "com.kakao.talk"
SIZES = pytest.mark.parametrize("size", [LAPTOP, {"width": 360, "height": 740}], ids=["1366", "360"])
LEARNER: list[tuple[float, str, dict[str, Any]]] = [
    (0, "app_open", {"package": TALK, "screen": "친구", "screen_width": 1080, "screen_height": 2340}),
    (5, "click", {"text": "더보기", "class": "TabWidget", "x": 900, "y": 2250}),
    (9, "click", {"text": "채팅", "class": "TabWidget", "x": 405, "y": 2250}),
    (10, "screen_change", {"screen": "채팅 목록"}),
    (14, "click", {"text": "보내기", "class": "Button", "x": 980, "y": 2250}),
    (20, "app_open", {"package": "com.coupang.mobile", "screen": "쇼핑"}),
]
EXPECTED: list[dict[str, Any] | None] = [
    {"action": "OPEN", "source": "recording", "where": {"apps": [TALK]}},
    {"action": "TAP", "source": "recording", "where": {"apps": [TALK]}, "target": {"labels": ["채팅"], "role": "tab"}},
    {
        "action": "INPUT",
        "source": "recording",
        "where": {"apps": [TALK]},
        "target": {"label_class": "text", "role": "field"},
    },
    {
        "action": "TAP",
        "source": "recording",
        "where": {"apps": [TALK]},
        "target": {"labels": ["보내기"], "role": "button"},
    },
    None,
    {"action": "BACK", "source": "teacher", "where": {"apps": [TALK]}},
    {"action": "TAP", "source": "teacher", "where": {"apps": [TALK]}, "target": {"labels": ["설정"]}},
]


def lesson(teacher: Teacher, title: str, expected: list[dict[str, Any] | None]) -> int:
    http = teacher.http
    made = http.post("/api/lectures", json={"title": title}).json()["id"]
    task = http.post(f"/api/lectures/{made}/tasks", json={"title": "대화하기"}).json()["id"]
    for number, expectation in enumerate(expected, 1):
        step = http.post(f"/api/tasks/{task}/subtasks", json={"title": f"{number}번째 일", "guide_text": "해 보세요."})
        if expectation is not None:
            at = f"/api/subtasks/{step.json()['id']}/expectation"
            http.put(at, json={"expectation": expectation}).raise_for_status()
    return int(made)


@SIZES
def test_a_recording_is_held_against_a_lesson(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, size: dict[str, int]
) -> None:
    width = size["width"]
    made, chosen = save(teacher, f"연습 {width}", LEARNER), lesson(teacher, f"견줄 강의 {width}", EXPECTED)
    nothing = lesson(teacher, f"아무것도 {width}", [None, None])
    with Device(browser, size, lan, pictures) as device:
        page = device.page
        sign_in(device)
        device.goto(f"/teach/recordings/{made}")
        device.press("강의와 견주기")
        part = page.get_by_role("region", name="강의와 견주기")
        part.get_by_label("견줄 강의").select_option(str(chosen))
        rows = part.get_by_role("listitem")
        expect(rows).to_have_count(len(EXPECTED))
        outcomes = ["다 했어요", "다 했어요", "못 봤어요", "다 했어요", "모름", "여기서 끝났어요", "안 갔어요"]
        for row, outcome in zip(rows.all(), outcomes, strict=True):
            expect(row).to_contain_text(outcome)
        expect(part.get_by_role("status")).to_contain_text("7단계 가운데 3단계를 한 것이 보여요.")
        expect(part).to_contain_text("2단계 ‘2번째 일’에서, 0:01에 ‘더보기’를 눌렀어요.")
        expect(rows.nth(5)).to_contain_text("다른 앱으로 갔어요.")
        expect(part).not_to_contain_text("com.")
        part.get_by_label("견줄 강의").evaluate("each => each.scrollIntoView({ block: 'start' })")
        looks_right(device, f"92-comparing-{width}")
        part.get_by_role("button", name="0:01 다시 보기").click()
        expect(page.locator("[data-clock]")).to_contain_text("0:01 / ")
        expect(page.locator("[data-now]")).to_be_in_viewport()

        part.get_by_label("견줄 강의").select_option(str(nothing))
        expect(part.get_by_role("status")).to_contain_text("정해 둔 단계가 없어서 알 수 없어요.")
        expect(part.get_by_role("link", name="강의 고치기")).to_have_attribute("href", f"/teach/lectures/{nothing}")
        expect(part).not_to_contain_text("다른 길로 간 곳")
        looks_right(device, f"93-comparing-nothing-{width}")
        assert device.complaints == []


@SIZES
def test_a_draft_says_what_its_steps_expect(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, size: dict[str, int]
) -> None:
    width = size["width"]
    made = save(teacher, f"인사하기 {width}", EVENTS)
    lecture = lesson(teacher, f"초안을 넣을 강의 {width}", [])
    at = f"/api/lectures/{lecture}?include=subtasks"
    http = teacher.http
    with Device(browser, size, lan, pictures) as device:
        page = device.page
        sign_in(device)
        device.goto(f"/teach/recordings/{made}")
        device.press("수업 단계로 만들기")
        parts = page.get_by_role("group", name="다 되면 어떻게 되나요?")
        expect(parts.first).to_be_visible(timeout=20_000)
        expect(parts.first.get_by_role("group")).to_contain_text("카카오톡 ‘친구’ 화면을 열면 다 한 거예요.")
        expect(parts.nth(1).get_by_role("group")).to_contain_text(
            "카카오톡에서 ‘채팅’ 탭을 누르면 ‘채팅 목록’이 나오고"
        )
        count = parts.count()
        parts.nth(1).get_by_role("button", name="고치기").click()
        expect(parts.nth(1).get_by_label("어느 앱에서 하나요?")).to_be_focused()
        parts.nth(1).get_by_label("거기에 뭐라고 적혀 있나요?").fill("채팅, 대화")
        expect(parts.nth(1).get_by_role("group", name="이렇게 알아봐요")).to_contain_text("‘채팅 또는 대화’ 탭")
        parts.nth(1).scroll_into_view_if_needed()
        looks_right(device, f"94-draft-expecting-{width}")
        parts.last.get_by_role("button", name="고치기").click()
        parts.last.get_by_role("button", name="다 적었어요").click()
        expect(parts.last.get_by_role("button", name="고치기")).to_be_focused()
        page.get_by_label("넣을 강의").select_option(str(lecture))
        device.press("강의에서 열기")
        page.wait_for_url(f"**/teach/lectures/{lecture}")
        page.get_by_role("button", name=re.compile("채팅' 누르기|채팅 누르기")).first.click()
        part = page.get_by_role("group", name="다 되면 어떻게 되나요?")
        expect(part).to_contain_text("‘채팅 또는 대화’ 탭")
        part.scroll_into_view_if_needed()
        looks_right(device, f"95-editor-draft-expecting-{width}")
        if page.get_by_role("tab", name="순서").count():
            page.get_by_role("tab", name="순서").click()
        device.press("강의에 저장")
        device.sees(f"‘인사하기 {width}’ 과제를 강의에 저장했어요.")
        steps = http.get(at).json()["tasks"][-1]["subtasks"]
        said = [http.get(f"/api/subtasks/{step['id']}/expectation").json()["expectation"] for step in steps]
        assert len(said) == count
        assert (said[1]["source"], said[1]["target"]["labels"]) == ("teacher", ["채팅", "대화"])
        assert said[1]["after"]["screens"] == ["채팅 목록"]
        assert {one["source"] for one in (said[0], said[-1])} == {"recording"}
        assert device.complaints == []
