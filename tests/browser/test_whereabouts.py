"""The live page says where people are by what their phones report, asks about what seems done, and shows screens.

The phones are the native app's: they join, report and show their screens by REST, as that app does (contract 12).
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from typing import Any, Self

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests import pictures as drawn
from tests.browser.conftest import Teacher
from tests.browser.hall import Device
from tests.server.process import Running

pytestmark = pytest.mark.browser

TALK, BROWSER = "com.kakao.talk", "com.android.chrome"
CHATS = {
    "action": "TAP",
    "source": "teacher",
    "where": {"apps": [TALK], "screens": ["친구"]},
    "target": {"labels": ["채팅"], "role": "tab"},
    "after": {"apps": [TALK], "screens": ["채팅"]},
}
_PHONES = itertools.count(1)


class App:
    """A learner's phone with the native app: it tells what is touched, and shows its screen when its learner agrees."""

    def __init__(self, url: str, code: str, name: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=15)
        self.device = f"{next(_PHONES):016x}"
        joined = self._post("/api/sessions/join", session_code=code, device_id=self.device, name=name)
        self.session_id = joined["session"]["id"]
        self.participant_id = joined["participant_id"]

    def _post(self, path: str, **body: object) -> dict[str, Any]:
        answer = self.http.post(path, json=body)
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.json()
        return found

    def reports(self, kind: str, title: str, text: str = "", app: str = TALK) -> Self:
        self._post(
            "/api/logs/activity/anonymous",
            device_id=self.device,
            session=self.session_id,
            event_type=kind,
            event_data={"text": text},
            screen_info={"package_name": app, "screen_title": title},
        )
        return self

    def does_it(self) -> None:
        self.reports("SCREEN_CHANGE", "친구").reports("CLICK", "친구", "채팅").reports("SCREEN_CHANGE", "채팅")

    def shows(self, size: tuple[int, int] = (108, 234), **more: object) -> None:
        image = base64.b64encode(drawn.picture(size=size)).decode()
        path = f"/api/sessions/{self.session_id}/screenshots/upload/"
        self._post(path, device_id=self.device, image_data=image, **more)

    def agrees(self, agreed: bool) -> None:
        path = f"/api/sessions/{self.session_id}/screenshots/consent/"
        self._post(path, device_id=self.device, agreed=agreed)


class Class:
    """A class of a lecture of its own, whose first step knows what done looks like."""

    def __init__(self, teacher: Teacher, url: str, title: str) -> None:
        self.teacher, self.url = teacher, url
        self.apps: list[App] = []
        copied = teacher.http.post(f"/api/lectures/{teacher.lecture_id}/duplicate")
        assert copied.status_code == 201, copied.text
        lecture = teacher.http.get(f"/api/lectures/{copied.json()['id']}", params={"include": "subtasks"}).json()
        steps = [step for task in lecture["tasks"] for step in task["subtasks"]]
        self.step = steps[0]["id"]
        kept = teacher.http.put(f"/api/subtasks/{self.step}/expectation", json={"expectation": CHATS})
        assert kept.status_code == 200, kept.text
        opened = teacher.http.post(f"/api/lectures/{lecture['id']}/sessions", json={"title": title}).json()
        self.id, self.code = opened["session_id"], opened["session_code"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.teacher.http.post(f"/api/sessions/{self.id}/end", json={})
        for app in self.apps:
            app.http.close()

    def app(self, name: str) -> App:
        self.apps.append(App(self.url, self.code, name))
        return self.apps[-1]

    def start(self) -> None:
        self.teacher.tell(self.code, "start")

    def is_done(self, app: App) -> bool:
        people = self.teacher.http.get(f"/api/sessions/{self.id}/roster").json()["people"]
        return any(one["participant_id"] == app.participant_id and one["state"] == "DONE" for one in people)


@pytest.fixture
def held(teacher: Teacher, server: Running) -> Iterator[Class]:
    with Class(teacher, server.url, "누른 것을 아는 수업") as made:
        yield made


def tile(laptop: Device, name: str) -> Locator:
    """In the list of people, not in the question above it."""
    return laptop.page.locator("li.tile").filter(has_text=name)


def says(laptop: Device, name: str, text: str) -> None:
    expect(tile(laptop, name).locator("[data-where]")).to_have_text(text)


def test_where_people_are_is_said_in_words_and_of_nobody_else(laptop: Device, held: Class) -> None:
    apps = {name: held.app(name) for name in ("김하나", "이두리", "박세나", "최네모")}
    held.start()
    laptop.goto(f"/teach/sessions/{held.id}")
    laptop.sees("누른 것을 아는 수업")
    apps["김하나"].reports("SCREEN_CHANGE", "친구")
    apps["이두리"].reports("SCREEN_CHANGE", "친구").reports("CLICK", "친구", "더보기").reports(
        "SCREEN_CHANGE", "더보기"
    )
    apps["박세나"].reports("SCREEN_CHANGE", "새 탭", app=BROWSER)
    says(laptop, "김하나", "하는 중")
    says(laptop, "이두리", "다른 화면 (더보기)")
    says(laptop, "박세나", "다른 앱 (크롬)")
    expect(tile(laptop, "최네모")).to_be_visible()
    expect(tile(laptop, "최네모").locator("[data-where]")).to_have_count(0)
    laptop.picture("whereabouts")
    tile(laptop, "이두리").get_by_role("button").click()
    dialog = laptop.page.get_by_role("dialog")
    for text in ("‘더보기’를 누른 뒤예요.", "뒤로 가면 돼요.", "짐작이에요."):
        expect(dialog).to_contain_text(text)
    laptop.picture("whereabouts-dialog")
    laptop.page.keyboard.press("Escape")
    # The next step knows nothing of them.
    held.teacher.tell(held.code, "next-step")
    expect(laptop.page.locator("[data-where]")).to_have_count(0)


def test_what_seems_done_is_accepted_for_one_for_all_or_declined(laptop: Device, held: Class) -> None:
    names = ("김하나", "이두리", "박세나", "최네모", "정다섯")
    apps = {name: held.app(name) for name in names}
    held.start()
    laptop.goto(f"/teach/sessions/{held.id}")
    laptop.sees("누른 것을 아는 수업")
    for name in names[:4]:
        apps[name].does_it()
    asked = laptop.page.get_by_role("region", name="다 한 것 같아요 — 완료로 할까요?")
    expect(asked.get_by_role("heading")).to_contain_text("4명")
    says(laptop, "김하나", "다 한 것 같아요")
    laptop.picture("suggested")
    laptop.press("1명 더 보기")

    laptop.press("김하나 님 완료로 하기")
    expect(tile(laptop, "김하나")).to_contain_text("다 함")
    assert held.is_done(apps["김하나"])
    laptop.press("이두리 님은 아직이에요")
    says(laptop, "이두리", "아직이라고 했어요")
    expect(asked.get_by_role("heading")).to_contain_text("2명")
    apps["이두리"].does_it()  # who was declined is not asked about again
    apps["정다섯"].does_it()
    expect(asked.get_by_role("heading")).to_contain_text("3명")
    laptop.press("모두 완료로 하기")
    laptop.sees("3명의 단계를 완료로 했어요.")
    expect(asked).to_have_count(0)
    assert [held.is_done(apps[name]) for name in names] == [True, False, True, True, True]


def test_a_step_is_completed_by_itself_where_the_class_is_set_so(laptop: Device, held: Class) -> None:
    app = held.app("김하나")
    held.start()
    laptop.goto(f"/teach/sessions/{held.id}")
    laptop.press("수업 설정")
    dialog = laptop.page.get_by_role("dialog")
    expect(dialog).to_contain_text("브라우저로 들어온 사람은 늘 스스로 눌러요.")
    dialog.get_by_role("radio", name="저절로").check()
    laptop.picture("completion-settings")
    laptop.press("저장")
    laptop.sees("수업 설정을 바꿨어요.")
    assert held.teacher.http.get(f"/api/sessions/{held.id}/settings").json()["completion"] == "by_itself"
    app.does_it()
    expect(tile(laptop, "김하나")).to_contain_text("다 함")
    expect(laptop.page.get_by_text("완료로 할까요?")).to_have_count(0)


def test_screens_are_seen_by_who_teaches_until_they_are_taken_back(laptop: Device, held: Class) -> None:
    app, quiet = held.app("김하나"), held.app("이두리")
    held.start()
    laptop.goto(f"/teach/sessions/{held.id}")
    laptop.sees("누른 것을 아는 수업")
    app.shows()
    mark = laptop.page.locator("[data-shows]")
    expect(tile(laptop, "김하나").locator("[data-shows]")).to_have_text("화면 보임")
    expect(mark).to_have_count(1)
    tile(laptop, "김하나").get_by_role("button").click()
    dialog = laptop.page.get_by_role("dialog")
    picture = dialog.get_by_role("img", name="김하나 님의 휴대폰 화면")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => [one.naturalWidth, one.naturalHeight]") == [108, 234]
    expect(dialog).to_contain_text("초 전 화면")
    laptop.picture("screen-shown")
    laptop.page.wait_for_timeout(1_000)  # one a second
    app.shows((200, 400))
    expect(picture).to_have_js_property("naturalWidth", 200)
    laptop.page.wait_for_timeout(1_000)
    app.shows(screen_info={"package_name": "com.kbstar.kbbank", "screen_title": "이체"})
    expect(dialog).to_contain_text("남이 보면 안 되는 앱이라 가렸어요.")
    expect(picture).to_have_count(0)
    laptop.picture("screen-withheld")
    app.agrees(False)
    expect(dialog.get_by_text("이 분의 휴대폰 화면")).to_have_count(0)
    laptop.page.keyboard.press("Escape")
    expect(mark).to_have_count(0)

    quiet.shows()
    expect(mark).to_have_count(1)
    laptop.goto(f"/teach/sessions/{held.id}")  # also by who comes later
    expect(mark).to_have_count(1)
    laptop.press("수업 설정")
    switch = laptop.page.get_by_role("switch", name="화면 보여 주기")
    switch.click()
    expect(switch).not_to_be_checked()
    laptop.press("저장")
    expect(mark).to_have_count(0)


def test_screens_are_forgotten_at_the_end_and_never_on_the_projector(laptop: Device, held: Class) -> None:
    app = held.app("김하나")
    held.start()
    laptop.goto(f"/teach/sessions/{held.id}")
    app.shows()
    expect(laptop.page.locator("[data-shows]")).to_have_count(1)
    asked: list[str] = []
    wall = laptop.context.new_page()
    wall.on("request", lambda request: asked.append(request.url))
    wall.goto(f"{laptop.url}/teach/sessions/{held.id}/projector")
    expect(wall.locator("body")).to_contain_text(held.code)
    assert not [url for url in asked if "screenshots" in url]
    wall.close()
    tile(laptop, "김하나").get_by_role("button").click()
    picture = laptop.page.get_by_role("img", name="김하나 님의 휴대폰 화면")
    expect(picture).to_be_visible()
    held.teacher.tell(held.code, "end")
    expect(picture).to_have_count(0)
    expect(laptop.page.locator("[data-shows]")).to_have_count(0)
