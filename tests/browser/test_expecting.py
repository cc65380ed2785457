"""What done looks like, in the editor: read from a recording or a lesson, written in the teacher's words, emptied."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import LAPTOP, Device, sign_in
from tests.browser.test_pages import looks_right

pytestmark = pytest.mark.browser
SEND = {
    "action": "TAP",
    "source": "recording",
    "where": {"apps": ["com.kakao.talk"]},
    "target": {"id_suffix": "send_button", "role": "button", "labels": ["전송"]},
}


@pytest.mark.parametrize("size", [LAPTOP, {"width": 360, "height": 740}], ids=["1366", "360"])
def test_a_teacher_says_what_done_looks_like(
    browser: Browser, lan: str, pictures: Path, teacher: Teacher, size: dict[str, int]
) -> None:
    http, name = teacher.http, f"{size['width']}"
    copy = http.post(f"/api/lectures/{teacher.lecture_id}/duplicate", json={"title": f"보내기 {name}"}).json()
    lecture = http.get(f"/api/lectures/{copy['id']}", params={"include": "subtasks"}).json()
    recorded, empty = lecture["tasks"][0]["subtasks"][:2]
    at = f"/api/subtasks/{recorded['id']}/expectation"
    http.put(at, json={"expectation": SEND}).raise_for_status()
    http.delete(f"/api/subtasks/{empty['id']}/expectation").raise_for_status()
    with Device(browser, size, lan, pictures) as device:
        page = device.page
        sign_in(device)
        device.goto(f"/teach/lectures/{copy['id']}")
        part = page.get_by_role("region", name="다 되면 어떻게 되나요?")
        preview = part.get_by_role("group", name="이렇게 알아봐요")

        page.get_by_role("button", name=recorded["title"]).first.click()
        expect(part.get_by_text("녹화에서 가져왔어요.")).to_be_visible()
        expect(preview).to_contain_text("카카오톡에서 ‘전송’ 단추를 누르면 다 한 거예요.")
        part.scroll_into_view_if_needed()
        looks_right(device, f"90-expecting-{name}")
        part.get_by_role("button", name="고치기").click()
        expect(part.get_by_label("어느 앱에서 하나요?")).to_be_focused()
        part.get_by_label("나오는 화면에 보이는 글").fill("읽음")
        part.get_by_role("button", name="다른 방법 더하기").click()
        other = part.get_by_role("group", name="다른 방법 1")
        other.get_by_label("거기에 뭐라고 적혀 있나요?").fill("보내기")
        expect(preview).to_contain_text("‘읽음’이 나오고")
        expect(preview).to_contain_text("또는 카카오톡에서 ‘보내기’를 누르면 다 한 거예요.")
        looks_right(device, f"91-expecting-edit-{name}")
        part.get_by_role("button", name="저장하기").click()
        expect(part.get_by_role("button", name="고치기")).to_be_focused()
        said = http.get(at).json()["expectation"]
        assert (said["source"], said["target"], said["after"]) == ("teacher", SEND["target"], {"texts": ["읽음"]})
        assert [way["target"]["labels"] for way in said["alternatives"]] == [["보내기"]]

        part.get_by_role("button", name="고치기").click()
        part.get_by_role("button", name="비우기").click()
        expect(part.get_by_text("정해 두지 않았어요.")).to_be_visible()
        assert http.get(at).json()["expectation"] is None

        part.get_by_role("button", name="적기").click()
        part.get_by_role("button", name="저장하기").click()
        expect(part.get_by_role("alert")).to_contain_text("적은 것이 없어요.")
        assert device.complaints == []
