"""Whoever helps decides on an answer that was not given, answers many at once, and looks after shared answers
(contract 11.17-11.19)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Teacher
from tests.browser.hall import PHONE, Device, enter, sign_in
from tests.browser.screens import Lesson, make_lesson, open_class
from tests.browser.test_colleagues import accepts, registered
from tests.browser.test_pages import looks_right
from tests.browser.test_voice import _HEARD

pytestmark = pytest.mark.browser

LAPTOP = {"width": 1366, "height": 768}
POCKET = {"width": 360, "height": 740}
RISKY = "업데이트를 누르라는데 눌러도 돼요?"


@pytest.fixture(scope="module")
def lesson(teacher: Teacher) -> Lesson:
    return make_lesson(teacher.http, "누가 정하나")


class Room:
    """A running class of the lesson, and guests in it who ask over REST."""

    def __init__(self, teacher: Teacher, lesson: Lesson, title: str) -> None:
        self.http, self.lesson = teacher.http, lesson
        self.code = open_class(teacher.http, lesson, title)
        self.id = int(teacher.http.get(f"/api/sessions/{self.code}").json()["session_id"])
        self._guests: list[httpx.Client] = []

    def start(self) -> None:
        self.http.post(f"/api/sessions/{self.code}/start", json={}).raise_for_status()

    def guest(self, name: str) -> httpx.Client:
        answer = httpx.post(
            f"{self.http.base_url}/api/sessions/{self.code}/guest",
            json={"name": name, "device_id": f"{self.code}-{len(self._guests)}"},
            timeout=15,
        )
        answer.raise_for_status()
        token = answer.json()["access_token"]
        client = httpx.Client(base_url=self.http.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=15)
        self._guests.append(client)
        return client

    def asks(self, name: str, message: str = "") -> None:
        body = {"session_id": self.id, "subtask_id": self.lesson.steps[0], "message": message}
        self.guest(name).post("/api/help/request", json=body).raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        rows = self.http.get("/api/dashboard/help-requests/pending", params={"session_id": self.id}).json()
        return list(rows["pending_requests"])

    def close(self) -> None:
        self.http.post(f"/api/sessions/{self.code}/end", json={})
        for client in self._guests:
            client.close()


@pytest.fixture
def room(teacher: Teacher, lesson: Lesson) -> Iterator[Room]:
    made = Room(teacher, lesson, "정하는 수업")
    yield made
    made.close()


def in_english(device: Device) -> None:
    device.page.evaluate("localStorage.setItem('mgpt.lang', JSON.stringify('en'))")
    device.page.reload()


def live(laptop: Device, room: Room) -> None:
    sign_in(laptop)
    laptop.goto(f"/teach/sessions/{room.id}")
    laptop.page.get_by_role("heading", name="메신저 열기").first.wait_for()


def card(device: Device) -> Locator:
    return device.page.get_by_role("article", name="보내 볼 수 있는 답")


def test_a_withheld_answer_is_changed_sent_and_heard(browser: Browser, lan: str, pictures: Path, room: Room) -> None:
    with Device(browser, LAPTOP, lan, pictures) as laptop, Device(browser, PHONE, lan, pictures) as phone:
        phone.page.add_init_script(_HEARD)
        enter(phone, room.code, "김영희")
        room.start()
        live(laptop, room)
        phone.press("도와주세요")
        expect(card(laptop)).to_contain_text("확실하지 않아요", timeout=20_000)
        phone.press("다른 말로 할게요")
        phone.page.get_by_label("무엇이 어려운지 써 주세요").fill(RISKY)
        phone.press("선생님께 보내기")
        expect(card(laptop)).to_contain_text("사람이 정해야 해요", timeout=20_000)
        expect(card(laptop).get_by_text("%")).to_have_count(0)
        looks_right(laptop, "58-withheld-1366")
        laptop.page.get_by_role("button", name=re.compile("^김영희")).first.click()
        dialog = laptop.page.get_by_role("dialog")
        expect(dialog.get_by_text("무엇을 보고:")).to_be_visible()
        looks_right(laptop, "58-case-1366")
        dialog.get_by_role("button", name="고쳐서 보내기").click()
        words = dialog.get_by_label("화면에 나올 말")
        words.fill("누르지 마세요. 제가 곧 갈게요.")
        expect(dialog.get_by_label("소리로 읽어 줄 말")).to_have_value("누르지 마세요. 제가 곧 갈게요.")
        dialog.get_by_label("소리로 읽어 줄 말").fill("누르지 마세요. 선생님이 곧 가요.")
        looks_right(laptop, "58-changing-1366")
        dialog.get_by_role("button", name="고친 답 보내기").click()
        expect(dialog).to_have_count(0)
        phone.heading(re.compile("님의 답이에요$"))
        phone.sees("누르지 마세요. 제가 곧 갈게요.")
        phone.page.wait_for_function("window.spoken.some((text) => text.includes('선생님이 곧 가요'))")
        looks_right(phone, "58-sent-390", senior=True)
        (row,) = room.requests()
        assert (row["answer_source"], row["analysis"]["decision"]) == ("TEACHER", "EDITED")
        expect(card(laptop)).to_have_count(0)
        assert laptop.complaints + phone.complaints == []


def test_it_is_declined_and_the_other_screen_says_by_whom(
    browser: Browser, lan: str, pictures: Path, room: Room
) -> None:
    with Device(browser, LAPTOP, lan, pictures) as laptop, Device(browser, LAPTOP, lan, pictures) as board:
        room.guest("이철수")
        room.start()
        live(laptop, room)
        sign_in(board)
        board.goto(f"/teach/lectures/{room.lesson.id}/dashboard")
        board.sees("지금은 기다리는 사람이 없어요. 학생이 ‘도와주세요’를 누르면 여기에 나와요.")
        room.asks("박순자", RISKY)
        expect(card(board)).to_contain_text("사람이 정해야 해요", timeout=20_000)
        looks_right(board, "58-board-1366")
        expect(card(laptop)).to_be_visible()
        card(board).get_by_role("button", name="보내지 않기").click()
        for device in (board, laptop):
            expect(card(device)).to_contain_text("내가 이 답을 보내지 않기로 했어요.", timeout=5_000)
            expect(card(device).get_by_role("button")).to_have_count(0)
        looks_right(laptop, "58-declined-1366")
        (row,) = room.requests()
        assert (row["answer_source"], row["analysis"]["decision"]) == ("DEFERRED", "DECLINED")
        in_english(board)
        board.sees("You chose not to send this answer.")
        looks_right(board, "58-board-english-1366")
        assert laptop.complaints + board.complaints == []


def test_five_on_one_step_get_one_answer(browser: Browser, lan: str, pictures: Path, room: Room) -> None:
    with ExitStack() as hall:
        laptop = hall.enter_context(Device(browser, LAPTOP, lan, pictures))
        phone = hall.enter_context(Device(browser, PHONE, lan, pictures))
        enter(phone, room.code, "김영희")
        room.start()
        live(laptop, room)
        for name in ("박순자", "최말순", "이철수", "정명자"):
            room.asks(name)
        phone.press("도와주세요")
        many = laptop.page.get_by_role("article", name="5명이 1단계에서 막혔어요")
        expect(many).to_be_visible(timeout=20_000)
        expect(laptop.page.get_by_role("heading", name="도움 요청 5명")).to_be_visible()
        expect(laptop.page.get_by_role("button", name=re.compile("^박순자"))).to_have_count(1)
        looks_right(laptop, "58-group-1366")
        many.get_by_text("누가 막혔나요").click()
        expect(many.get_by_role("button", name=re.compile("^박순자"))).to_be_visible()
        looks_right(laptop, "58-group-open-1366")
        many.get_by_role("button", name="모두에게 안내하기").click()
        many.get_by_label("모두에게 보낼 말").fill("화면 아래의 노란 그림을 누르세요.")
        many.get_by_role("button", name="5명에게 보내기").click()
        laptop.sees("5명에게 보냈어요.")
        phone.sees("화면 아래의 노란 그림을 누르세요.")
        expect(many).to_have_count(0)
        assert {row["answer_source"] for row in room.requests()} == {"TEACHER"}
        assert laptop.complaints + phone.complaints == []


def test_a_shared_answer_is_changed_pinned_and_confirmed(
    browser: Browser, lan: str, pictures: Path, room: Room
) -> None:
    room.start()
    room.asks("박순자")
    (row,) = room.requests()
    http, request = room.http, row["help_request_id"]
    told = http.post(f"/api/help/request/{request}/answer", json={"help_content": "노란 그림을 누르세요."})
    response = told.json()["help_response"]["id"]
    http.post(f"/api/help/responses/{response}/share", json={"problem": "앱이 안 보여요"}).raise_for_status()
    with Device(browser, LAPTOP, lan, pictures) as laptop, Device(browser, POCKET, lan, pictures) as small:
        sign_in(laptop)
        laptop.goto(f"/teach/lectures/{room.lesson.id}/dashboard")
        shared = laptop.page.get_by_role("region", name="함께 쓰는 답").get_by_role("article")
        expect(shared).to_contain_text("이렇게 물을 때: 앱이 안 보여요")
        change = shared.get_by_role("button", name="고치기")
        change.focus()
        laptop.page.wait_for_timeout(600)  # a press on what has just moved is not taken
        laptop.page.keyboard.press("Enter")
        expect(shared.get_by_label("답", exact=True)).to_be_focused()
        shared.get_by_label("답", exact=True).fill("아래의 노란 그림을 누르세요.")
        laptop.page.keyboard.press("Tab")
        looks_right(laptop, "58-shared-edit-1366")
        shared.get_by_role("button", name="고친 대로 쓰기").click()
        expect(shared).to_contain_text("아래의 노란 그림을 누르세요.")
        shared.get_by_role("button", name="먼저 드리기").click()
        expect(shared).to_contain_text("가장 먼저 드려요")
        (kept,) = http.get(f"/api/lectures/{room.lesson.id}/answers").json()["shared"]
        assert (kept["help_content"], kept["pinned"]) == ("아래의 노란 그림을 누르세요.", True)
        assert kept["voice_guide_text"] == "아래의 노란 그림을 누르세요."

        step = {"guide_text": "초록 말풍선 그림을 한 번 누르세요."}
        http.patch(f"/api/subtasks/{room.lesson.steps[0]}", json=step).raise_for_status()
        laptop.page.reload()
        expect(shared).to_contain_text("단계가 바뀌었어요")
        shared.scroll_into_view_if_needed()
        looks_right(laptop, "58-shared-outdated-1366")
        sign_in(small)
        small.goto(f"/teach/lectures/{room.lesson.id}/dashboard")
        small.page.get_by_role("article").last.scroll_into_view_if_needed()
        looks_right(small, "58-shared-360")
        shared.get_by_role("button", name="지금도 맞아요").click()
        expect(shared.get_by_role("button", name="지금도 맞아요")).to_have_count(0)
        shared.get_by_role("button", name="지우기").click()
        laptop.page.get_by_role("dialog").get_by_role("button", name="지우기").click()
        laptop.sees("아직 함께 쓰는 답이 없어요.")
        assert http.get(f"/api/lectures/{room.lesson.id}/answers").json()["shared"] == []
        assert laptop.complaints + small.complaints == []
    http.patch(f"/api/subtasks/{room.lesson.steps[0]}", json={"guide_text": "노란 말풍선 그림을 한 번 누르세요."})


def test_supporters_decide_too_and_hear_who_was_faster(browser: Browser, lan: str, pictures: Path, room: Room) -> None:
    http = room.http
    names = {"first": "도우미하나", "second": "도우미둘"}
    offer = {"role": "supporter", "session_id": room.id}
    tokens = {
        who: http.post(f"/api/lectures/{room.lesson.id}/invitations", json=offer).json()["token"] for who in names
    }
    with Device(browser, POCKET, lan, pictures) as first, Device(browser, POCKET, lan, pictures) as second:
        for who, device in (("first", first), ("second", second)):
            accepts(device, tokens[who], registered(lan, f"{who}@withheld.test", names[who], "STUDENT"))
            device.page.wait_for_url(f"**/support/{room.id}")
        room.start()
        room.asks("박순자", RISKY)
        for device in (first, second):
            expect(card(device)).to_contain_text("사람이 정해야 해요", timeout=20_000)
        looks_right(first, "58-support-360", senior=True)
        second.page.get_by_role("button", name=re.compile("^내가 갈게요")).click()
        first.sees("도우미둘 님이 가고 있어요")
        expect(card(first)).to_have_count(0)
        card(second).get_by_role("button", name="보내기", exact=True).click()
        second.sees("박순자 님에게 답을 보냈어요.")
        (row,) = room.requests()
        assert (row["analysis"]["decision"], row["analysis"]["decided_by"]["name"]) == ("SENT", "도우미둘")
        looks_right(second, "58-support-sent-360", senior=True)
        room.asks("최말순", RISKY)
        expect(card(first)).to_be_visible(timeout=20_000)
        in_english(first)
        first.sees("A person must decide")
        looks_right(first, "58-support-english-360", senior=True)
        assert first.complaints + second.complaints == []
